/**
 * spillway itself, called in two ways: an object of four fields with a message, and a tagged template. Against its
 * public face only; the library is imported by its address in the build, so that the bench compiles on its own.
 */

import {
  type Contender,
  hasLevelAndTime,
  type Open,
  type OpenOptions,
  type ParsedLine,
  readFlatLine,
  type Session,
  type WrittenEntry,
} from './contender.js'

import { callFrom, SOURCE_ROOT, sourceFile } from './source-files.js'

const KEYS = { level: 'level', time: 'time', category: 'category', message: 'msg' }

const TEMPLATE_TEXT = /^user (\d+) moved to (move\d+) in (\d+(?:\.\d+)?) ms$/

/** What the bench needs of the public face. */
interface SpillwayModule {
  readonly Spillway: new (options: SpillwayOptions) => SpillwayInstance
}

interface SpillwayOptions {
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
  read: (line) => (isOurs(line) ? readFlatLine(line, KEYS) : undefined),
}

export const spillwayTemplate: Contender = {
  name: 'spillway-template',
  configuration: 'log.info`...` with three arguments, options as they come',
  writesLines: true,
  load: () => loadSpillway(openTemplate),
  read: (line) => (isOurs(line) ? readTemplateLine(line) : undefined),
}

export const spillwayHere: Contender = {
  name: 'spillway-here',
  configuration: 'as spillway, each logger made by here(file)',
  writesLines: true,
  load: () => loadSpillway(openHere, { sources: { root: SOURCE_ROOT } }),
  read: (line) => (isOurs(line) ? readFlatLine(line, KEYS) : undefined),
}

export const spillwayTemplateSource: Contender = {
  name: 'spillway-template-source',
  configuration: 'as spillway-template, source: true',
  writesLines: true,
  load: () => loadSpillway(openTemplate, { source: true }),
  read: (line) => (isOurs(line) && typeof line.src === 'string' ? readTemplateLine(line) : undefined),
}

export const spillwayCallSite: Contender = {
  name: 'spillway-call-site',
  configuration: "one logger() shared by all files, classify: 'call-site', called from code of each file",
  writesLines: true,
  load: () => loadSpillway(openCallSite, { classify: 'call-site', sources: { root: SOURCE_ROOT } }),
  read: (line) => (isOurs(line) ? readFlatLine(line, KEYS) : undefined),
}

export const spillwayMemory: Contender = {
  name: 'spillway-memory',
  configuration: "as spillway, arena: 'memory': what is logged does not outlive a crash",
  writesLines: true,
  load: () => loadSpillway(openObject, { arena: 'memory', journal: false }),
  read: (line) => (isOurs(line) ? readFlatLine(line, KEYS) : undefined),
}

export const spillwayJournal: Contender = {
  name: 'spillway-journal',
  configuration: "as spillway, arena: 'memory', journal: true",
  writesLines: true,
  load: () => loadSpillway(openObject, { arena: 'memory', journal: true }),
  read: (line) => (isOurs(line) ? readFlatLine(line, KEYS) : undefined),
}

async function loadSpillway(
  open: (instance: SpillwayInstance, categories: readonly string[]) => Session,
  settings: Omit<SpillwayOptions, 'directory'> = {},
): Promise<Open> {
  const address = new URL('../../src/main/index.js', import.meta.url).href
  const { Spillway } = (await import(address)) as SpillwayModule
  return (options) => open(new Spillway({ ...spillwayOptions(options), ...settings }), options.categories)
}

/** Without keys for what is not set: SPILLWAY_WORKERS and SPILLWAY_RING_BYTES then reach the library by themselves. */
function spillwayOptions({ directory, workers, ringBytes }: OpenOptions): SpillwayOptions {
  return {
    directory,
    ...(workers === undefined ? {} : { workers }),
    ...(ringBytes === undefined ? {} : { ringBytes }),
  }
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
    log(fileIndex, entry, message) {
      loggers[fileIndex]!.info(entry, message)
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
    log(fileIndex, entry, message) {
      calls[fileIndex]!(logger, entry, message)
    },
    flush: () => instance.flush(),
    close: () => instance.close(),
    details: () => instance.stats(),
  }
}

function openTemplate(instance: SpillwayInstance, categories: readonly string[]): Session {
  const loggers = categories.map((category) => instance.logger(category))
  return {
    log(fileIndex, entry) {
      loggers[fileIndex]!.info`user ${entry.userId} moved to ${entry.action} in ${entry.durationMs} ms`
    },
    flush: () => instance.flush(),
    close: () => instance.close(),
    details: () => instance.stats(),
  }
}

/** spillway promises a sequence number in every line: one without is not a line of its own making. */
function isOurs(line: ParsedLine): boolean {
  return typeof line.seq === 'number'
}

function readTemplateLine(line: ParsedLine): WrittenEntry | undefined {
  const found = TEMPLATE_TEXT.exec(String(line.msg))
  if (found === null) return undefined
  return {
    userId: Number(found[1]),
    action: found[2],
    durationMs: Number(found[3]),
    category: line.category,
    complete: hasLevelAndTime(line, KEYS),
  }
}
