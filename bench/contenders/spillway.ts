/**
 * spillway itself, as it comes and in the ways it can be set up. Against its public face only; the library is imported by
 * its address in the build, so that the bench compiles on its own.
 */

import { BINDINGS, isTemplateText } from '../workload/shapes.js'
import {
  type Calls,
  type Contender,
  flatLine,
  type Open,
  type ParsedLine,
  type PlainLine,
  type Session,
} from './contender.js'
import { callsFromSourceFiles, type FieldsFirstLogger, fieldsFirstCalls } from './fields-first.js'
import { SOURCE_ROOT, sourceFile } from './source-files.js'

const KEYS = { level: 'level', time: 'time', category: 'category', message: 'msg', error: 'err' }

const WARN = 40
const ERROR = 50

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

interface SpillwayLogger extends FieldsFirstLogger {
  info(strings: TemplateStringsArray, ...values: readonly unknown[]): void
  info(fields: object, message: string): void
  info(text: string): void
  child(bindings: object): SpillwayLogger
}

export const spillway: Contender = {
  name: 'spillway',
  configuration: 'log.info(fields, message) and the like, options as they come',
  writesLines: true,
  load: () => loadSpillway(openNamed),
  plain,
  fileOf,
}

export const spillwayTemplate: Contender = {
  name: 'spillway-template',
  configuration: 'as spillway, where its templates are compared with objects',
  writesLines: true,
  load: () => loadSpillway(openNamed),
  plain,
  fileOf,
}

export const spillwayHere: Contender = {
  name: 'spillway-here',
  configuration: 'as spillway, each logger made by here(file)',
  writesLines: true,
  load: () => loadSpillway(openHere, { sources: { root: SOURCE_ROOT } }),
  plain,
  fileOf,
}

export const spillwayTemplateSource: Contender = {
  name: 'spillway-template-source',
  configuration: 'as spillway, source: true: the lines of templates tell where they come from',
  writesLines: true,
  load: () => loadSpillway(openNamed, { source: true }),
  plain: (line) => (typeof line.src === 'string' || !isTemplateText(line.msg) ? plain(line) : undefined),
  fileOf,
}

export const spillwayCallSite: Contender = {
  name: 'spillway-call-site',
  configuration: "one logger() shared by all files, classify: 'call-site', called from code of each file",
  writesLines: true,
  load: () => loadSpillway(openCallSite, { classify: 'call-site', sources: { root: SOURCE_ROOT } }),
  plain,
  fileOf,
}

export const spillwayMemory: Contender = {
  name: 'spillway-memory',
  configuration: "as spillway, arena: 'memory': what is logged does not outlive a crash",
  writesLines: true,
  load: () => loadSpillway(openNamed, { arena: 'memory', journal: false }),
  plain,
  fileOf,
}

export const spillwayJournal: Contender = {
  name: 'spillway-journal',
  configuration: "as spillway, arena: 'memory', journal: true",
  writesLines: true,
  load: () => loadSpillway(openNamed, { arena: 'memory', journal: true }),
  plain,
  fileOf,
}

async function loadSpillway(
  open: (instance: SpillwayInstance, categories: readonly string[]) => Session,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Open> {
  const address = new URL('../../lib/main/package/index.js', import.meta.url).href
  const { Spillway } = (await import(address)) as SpillwayModule
  return ({ directory, library, categories }) => open(new Spillway({ ...library, ...settings, directory }), categories)
}

function openNamed(instance: SpillwayInstance, categories: readonly string[]): Session {
  const loggers = categories.map((category) => instance.logger(category))
  return session(instance, {
    ...fieldsFirstCalls(loggers, childrenOf(loggers)),
    template: templateThrough(loggers),
  })
}

function openHere(instance: SpillwayInstance, categories: readonly string[]): Session {
  const loggers = categories.map((category) => instance.here(sourceFile(category)))
  return session(instance, {
    ...fieldsFirstCalls(loggers, childrenOf(loggers)),
    template: templateThrough(loggers),
  })
}

function openCallSite(instance: SpillwayInstance, categories: readonly string[]): Session {
  const logger = instance.logger()
  const child = logger.child(BINDINGS)
  const shared = categories.map(() => logger)
  const children = categories.map(() => child)
  const template = `logger.info\`user \${userId} moved to \${action} in \${durationMs} ms\``
  return session(instance, callsFromSourceFiles(categories, shared, children, template))
}

function childrenOf(loggers: readonly SpillwayLogger[]): SpillwayLogger[] {
  return loggers.map((logger) => logger.child(BINDINGS))
}

function templateThrough(loggers: readonly SpillwayLogger[]): NonNullable<Calls['template']> {
  return (fileIndex, { userId, action, durationMs }) => {
    loggers[fileIndex]!.info`user ${userId} moved to ${action} in ${durationMs} ms`
  }
}

function session(instance: SpillwayInstance, calls: Calls): Session {
  return {
    calls,
    flush: () => instance.flush(),
    close: () => instance.close(),
    details: () => instance.stats(),
  }
}

/** spillway promises a sequence number in every line: one without is not a line of its own making. */
function plain(line: ParsedLine): PlainLine | undefined {
  return typeof line.seq === 'number' ? flatLine(line, KEYS) : undefined
}

/** warn and error have files of their own. */
function fileOf(level: unknown): string | undefined {
  if (level === WARN) return 'warning'
  return typeof level === 'number' && level >= ERROR ? 'error' : undefined
}
