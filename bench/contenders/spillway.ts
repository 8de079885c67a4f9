/**
 * spillway itself, called in two ways: an object of four fields with a message, and a tagged template. Against its
 * public face only; the library is imported by its address in the build, so that the bench compiles on its own.
 */

import { type Contender, flatLine, type Open, type ParsedLine, type PlainLine, type Session } from './contender.js'
import { callFrom, SOURCE_ROOT, sourceFile } from './source-files.js'

const KEYS = { level: 'level', time: 'time', category: 'category', message: 'msg' }

/** What the bench needs of the public face. */
interface SpillwayModule {
  readonly Spillway: new (options: SpillwayOptions) => SpillwayInstance
}

interface SpillwayOptions extends Readonly<Record<string, unknown>> {
  readonly directory: string
  readonly source?: boolean
  readonly classify?: 'call-site'
  readonly sources?: { readonly root: string }
  readonly workers?: number
  readonly ringBytes?: number
  readonly arena?: 'mapped' | 'memory'
  readonly journal?: boolean
}

interface SpillwayInstance {
  logger(category?: string): SpillwayLogger
  here(file: string): SpillwayLogger
  flush(): Promise<void>
  close(): Promise<void>
  stats(): unknown
}

interface SpillwayLogger {
  info(strings: TemplateStringsArray, ...values: readonly unknown[]): void
  info(fields: object, message: string): void
}

export const spillway: Contender = {
  name: 'spillway',
  configuration: 'log.info(object of four fields, message), options as they come',
  writesLines: true,
  load: () => loadSpillway(openObject),
  plain,
}

export const spillwayTemplate: Contender = {
  name: 'spillway-template',
  configuration: 'log.info`...` with three arguments, options as they come',
  writesLines: true,
  load: () => loadSpillway(openTemplate),
  plain,
}

export const spillwayHere: Contender = {
  name: 'spillway-here',
  configuration: 'as spillway, each logger made by here(file)',
  writesLines: true,
  load: () => loadSpillway(openHere, { sources: { root: SOURCE_ROOT } }),
  plain,
}

export const spillwayTemplateSource: Contender = {
  name: 'spillway-template-source',
  configuration: 'as spillway-template, source: true',
  writesLines: true,
  load: () => loadSpillway(openTemplate, { source: true }),
  plain: (line) => (typeof line.src === 'string' ? plain(line) : undefined),
}

export const spillwayCallSite: Contender = {
  name: 'spillway-call-site',
  configuration: "one logger() shared by all files, classify: 'call-site', called from code of each file",
  writesLines: true,
  load: () => loadSpillway(openCallSite, { classify: 'call-site', sources: { root: SOURCE_ROOT } }),
  plain,
}

export const spillwayMemory: Contender = {
  name: 'spillway-memory',
  configuration: "as spillway, arena: 'memory': what is logged does not outlive a crash",
  writesLines: true,
  load: () => loadSpillway(openObject, { arena: 'memory', journal: false }),
  plain,
}

export const spillwayJournal: Contender = {
  name: 'spillway-journal',
  configuration: "as spillway, arena: 'memory', journal: true",
  writesLines: true,
  load: () => loadSpillway(openObject, { arena: 'memory', journal: true }),
  plain,
}

async function loadSpillway(
  open: (instance: SpillwayInstance, categories: readonly string[]) => Session,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Open> {
  const address = new URL('../../src/main/index.js', import.meta.url).href
  const { Spillway } = (await import(address)) as SpillwayModule
  return ({ directory, library, categories }) => open(new Spillway({ ...library, ...settings, directory }), categories)
}

function openObject(instance: SpillwayInstance, categories: readonly string[]): Session {
  return objectSession(
    instance,
    categories.map((category) => instance.logger(category)),
  )
}

function openHere(instance: SpillwayInstance, categories: readonly string[]): Session {
  return objectSession(
    instance,
    categories.map((category) => instance.here(sourceFile(category))),
  )
}

function objectSession(instance: SpillwayInstance, loggers: readonly SpillwayLogger[]): Session {
  return {
    calls: {
      object(fileIndex, entry, message) {
        loggers[fileIndex]!.info(entry, message)
      },
    },
    flush: () => instance.flush(),
    close: () => instance.close(),
    details: () => instance.stats(),
  }
}

function openCallSite(instance: SpillwayInstance, categories: readonly string[]): Session {
  const logger = instance.logger()
  const calls = categories.map(callFrom)
  return {
    calls: {
      object(fileIndex, entry, message) {
        calls[fileIndex]!(logger, entry, message)
      },
    },
    flush: () => instance.flush(),
    close: () => instance.close(),
    details: () => instance.stats(),
  }
}

function openTemplate(instance: SpillwayInstance, categories: readonly string[]): Session {
  const loggers = categories.map((category) => instance.logger(category))
  return {
    calls: {
      object(fileIndex, fields, message) {
        loggers[fileIndex]!.info(fields, message)
      },
      template(fileIndex, entry) {
        loggers[fileIndex]!.info`user ${entry.userId} moved to ${entry.action} in ${entry.durationMs} ms`
      },
    },
    flush: () => instance.flush(),
    close: () => instance.close(),
    details: () => instance.stats(),
  }
}

/** spillway promises a sequence number in every line: one without is not a line of its own making. */
function plain(line: ParsedLine): PlainLine | undefined {
  return typeof line.seq === 'number' ? flatLine(line, KEYS) : undefined
}
