/**
 * The options of spillway: what an application may set, and the complete form that everything inside reads. Values come
 * from the environment, the options object and an options file, in this order of precedence, option by option; what
 * each may be stands in option-rules.ts. Runs once, on the main thread, before anything else; opens no file.
 *
 * Invariants: every value that was given is checked, also one that a stronger source overrides. The result is frozen
 * throughout, shares nothing with what came in, and but for functions can be posted to a thread.
 */
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { arenaBytes, FILE_BUFFERS_MIN, terminalBytes, writerGeometry } from './arena-sizes.js'
import { SpillwayError } from './errors.js'
import type { LevelThreshold } from './levels.js'
import { grouped, nearestName, OPTION_RULES, RULES_BY_PATH, RULES_BY_VARIABLE, renderValue } from './option-rules.js'

const BUDGET_PATHS = [
  ...(['workers', 'ringBytes', 'fileBufferBytes', 'maxCategories', 'pretty'] as const),
  'performance.buffer.maxMemoryUsage',
] as const
const BUDGET_RULE = 'the memory of all writers must not exceed performance.buffer.maxMemoryUsage'

/** What an application may set; all of it optional, `undefined` counts as unset. */
export interface SpillwayOptions {
  /** JSON file of further options, relative to the working directory. @default none */
  readonly config?: string | undefined
  /** Where the days' directories are made, relative to the working directory. @default logs */
  readonly directory?: string | undefined
  /** Entries below it are not logged. @default info */
  readonly level?: LevelThreshold | undefined
  /**
   * Writer threads, 1 to 64; `maxMemoryUsage` has room for 5 with the other defaults. Unset, it is `maxConcurrentWrites`, but at least one core is left to the application and
   * `maxMemoryUsage` is kept. @default derived from cores, maxConcurrentWrites and maxMemoryUsage
   */
  readonly workers?: number | undefined
  /** Bytes of each writer's ring, a power of two from 64 KiB to 256 MiB. @default 4194304 */
  readonly ringBytes?: number | undefined
  /** Bytes buffered for each file, less where hundreds share them; a multiple of 4,096 up to 1 MiB. @default 65536 */
  readonly fileBufferBytes?: number | undefined
  /** Whether a file's day is the UTC day; otherwise the local one. @default false */
  readonly utc?: boolean | undefined
  /** Whether warnings and errors also go to their category's file, not only to warning.jsonl and error.jsonl. @default false */
  readonly alsoInCategoryFile?: boolean | undefined
  /** Categories with a file of their own, 1 to 16,384; the rest share general.jsonl. @default 1024 */
  readonly maxCategories?: number | undefined
  /** Categories that are flushed before the others. @default actions,engine,entities,events */
  readonly highTrafficCategories?: readonly string[] | undefined
  /** Readable lines on stdout beside the files: on, off, or on and how. @default false */
  readonly pretty?: boolean | PrettyOptions | undefined
  /** Permission bits of new log files, at least 0o200. @default 0o600 */
  readonly fileMode?: number | undefined
  /** Permission bits of new directories, at least 0o300. @default 0o700 */
  readonly directoryMode?: number | undefined
  /** Milliseconds that a process exit waits for the last bytes, up to 600,000. @default 10000 */
  readonly exitTimeoutMs?: number | undefined
  /** Milliseconds until a flush is given up, 1 to 600,000. @default 30000 */
  readonly flushTimeoutMs?: number | undefined
  /** Milliseconds without a sign of life after which a writer is taken for hung, 100 to 600,000. @default 5000 */
  readonly writerTimeoutMs?: number | undefined
  /**
   * What happens to an entry whose ring is full. `block`: the call waits for the writer, and drains the ring itself where
   * the writer makes no progress. `shed`: the lowest levels are left out first, the fuller the ring the more of them.
   * `drop`: it is left out. What is left out is counted, and told in its file. @default block
   */
  readonly onFull?: OnFull | undefined
  /** Where lines go that cannot be written to `directory`; without one, to stderr. @default none */
  readonly fallbackDirectory?: string | undefined
  /** Signals at which everything is written before the process dies of them: SIGTERM, SIGINT, SIGHUP. @default none */
  readonly exitSignals?: readonly ExitSignal[] | undefined
  /** The time of an entry in epoch milliseconds; can be set in code only. @default Date.now */
  readonly clock?: (() => number) | undefined
  /**
   * What names an entry's category. `logger`: the logger's name or file; a logger without a name takes the place of a
   * tagged template's call. `call-site`: the place of each call, which costs microseconds; a logger's name counts only
   * where the place is in no rule. @default logger
   */
  readonly classify?: Classify | undefined
  /** Whether lines of tagged templates (and of all calls that are classified one by one) tell their place as `src`. @default false */
  readonly source?: boolean | undefined
  /** How places in the code become categories. */
  readonly sources?: SourceOptions | undefined
  /**
   * Where entries are between the call and their file. `mapped`: in memory that is a file in `directory`/.spillway, so that
   * what was logged survives the death of the process. `memory`: in plain memory. `auto`: mapped where that can be had. @default auto
   */
  readonly arena?: ArenaKind | undefined
  /** Whether arenas in memory are journaled, so that a crash loses the last pass of each writer at most. @default where arena is auto and cannot be mapped */
  readonly journal?: boolean | undefined
  /** Which levels' lines go to the disk as soon as they are written, not only to the kernel. */
  readonly durability?: DurabilityOptions | undefined
  /** The seed's tuning, with its names. */
  readonly performance?: PerformanceOptions | undefined
}

/** What happens to an entry whose ring is full. */
export type OnFull = 'block' | 'shed' | 'drop'

/** A signal at which everything can be written before the process dies of it. */
export type ExitSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP'

/** Where entries are between the call and their file. */
export type ArenaKind = 'auto' | 'mapped' | 'memory'

/** Whether lines are brought to the disk (fdatasync) when they are written. */
export type Durability = 'sync' | 'none'

/** By level; a file that gets lines of several levels goes by the strictest of them. */
export interface DurabilityOptions {
  /** @default none */
  readonly trace?: Durability | undefined
  /** @default none */
  readonly debug?: Durability | undefined
  /** @default none */
  readonly info?: Durability | undefined
  /** @default none */
  readonly warn?: Durability | undefined
  /** @default none */
  readonly error?: Durability | undefined
  /** @default none */
  readonly fatal?: Durability | undefined
}

/** What names an entry's category. */
export type Classify = 'logger' | 'call-site'

/**
 * Patterns and their categories, or a function from a path to a category. A pattern is a folder (`src/actions`, anywhere
 * in the path; `/src/actions`, from the root on) or a glob; case counts; the longest that matches wins.
 */
export type SourceRules = Readonly<Record<string, string>> | ((path: string) => string | null | undefined)

/** Frames that are not an entry's place: of a function, or of files whose path begins so. */
export type SourceSkip = string | ((...values: never[]) => unknown)

/** How places in the code become categories. */
export interface SourceOptions {
  /** The application's folder: paths are seen from here, and source maps are read only in it. @default the working directory */
  readonly root?: string | undefined
  /** @default the first folder under src/, tests/, llm-proxy-server/ */
  readonly rules?: SourceRules | undefined
  /** The application's own wrappers around a logger: functions, or paths below the root. @default none */
  readonly skip?: readonly SourceSkip[] | undefined
  /** Folders below the root from which browsers get their files: where the maps of a client's stack are. @default none */
  readonly served?: readonly string[] | undefined
  /** Whether source maps are read, each once, when code is seen for the first time. @default true */
  readonly maps?: boolean | undefined
}

/** How readable lines are written to stdout. */
export interface PrettyOptions {
  /** Whether levels and names are coloured. @default when stdout is a terminal */
  readonly colorize?: boolean | undefined
  /** Entries below it are not shown; entries below the logger's own level never get here. @default trace */
  readonly level?: LevelThreshold | undefined
  /** Lines shown per second, at least 1; further ones are in the files only. @default Infinity */
  readonly linesPerSecond?: number | undefined
}

/** The seed's tuning object, accepted as it stands. */
export interface PerformanceOptions {
  readonly buffer?: BufferOptions | undefined
  readonly fileHandles?: FileHandleOptions | undefined
  readonly cache?: CacheOptions | undefined
  readonly writes?: WriteOptions | undefined
}

/** When buffered lines are written. */
export interface BufferOptions {
  /** Entries pending in a file that make it due, 1 to 1,000,000. @default 100 */
  readonly maxBufferSize?: number | undefined
  /** Milliseconds until a pending line is written at the latest, 1 to 3,600,000. @default 1000 */
  readonly flushInterval?: number | undefined
  /** Bytes of all rings, file buffers, dictionaries and file tables together, 1 MiB to 4 GiB. @default 52428800 */
  readonly maxMemoryUsage?: number | undefined
  /** Bytes pending in a file that make it due, 4,096 to 1 GiB. @default 1048576 */
  readonly compressionThreshold?: number | undefined
}

/** How many files stay open, and how long. */
export interface FileHandleOptions {
  /** Files open at a time, 1 to 65,536. @default 50 */
  readonly maxHandles?: number | undefined
  /** Milliseconds after which an unused file is closed, at least 100. @default 60000 */
  readonly ttl?: number | undefined
  /** Share of the open files that is closed when one too many is needed, above 0 and up to 1. @default 0.2 */
  readonly evictionRatio?: number | undefined
}

/** How many call sites are remembered, and how long. */
export interface CacheOptions {
  /** Call sites remembered, 1 to 1,000,000. @default 500 */
  readonly maxSize?: number | undefined
  /** Milliseconds that a call site is remembered, at least 1. @default 300000 */
  readonly ttl?: number | undefined
  /** Whether only the place is kept of what was read for it; otherwise all frames, for `sources()`. @default true */
  readonly compression?: boolean | undefined
}

/** How many writes run at a time, and how often a failed one is repeated. */
export interface WriteOptions {
  /** Writes at a time, 1 to 64: the upper bound of the default `workers`. @default 5 */
  readonly maxConcurrentWrites?: number | undefined
  /** Repetitions of a failed write, up to 100. @default 3 */
  readonly retryAttempts?: number | undefined
  /** Milliseconds between repetitions, 1 to 600,000. @default 1000 */
  readonly retryDelay?: number | undefined
}

type Whole = readonly unknown[] | SourceRules | ((...values: never[]) => unknown)
type Complete<T> = {
  readonly [K in keyof T]-?: NonNullable<T[K]> extends Whole
    ? NonNullable<T[K]>
    : NonNullable<T[K]> extends object
      ? Complete<NonNullable<T[K]>>
      : NonNullable<T[K]>
}
type Groups = Complete<PerformanceOptions>

/** Every place an option can stand at. */
export type OptionPath =
  | Exclude<keyof SpillwayOptions, 'performance' | 'sources' | 'durability'>
  | `pretty.${keyof PrettyOptions}`
  | `sources.${keyof SourceOptions}`
  | `durability.${keyof DurabilityOptions}`
  | { [G in keyof Groups]: `performance.${G}.${keyof Groups[G] & string}` }[keyof Groups]

/** {@link SpillwayOptions} with nothing left open: the only form that spillway's own code reads. */
export interface ResolvedOptions
  extends Complete<Omit<SpillwayOptions, 'config' | 'fallbackDirectory' | 'journal' | 'pretty' | 'sources'>> {
  /** Absolute path of the options file that was named, if any. */
  readonly config: string | null
  /** Absolute path, or `null` where there is none. */
  readonly fallbackDirectory: string | null
  /** `null` where it depends on whether arenas can be mapped. */
  readonly journal: boolean | null
  /** `rules` is `null` for the default ones. */
  readonly sources: Omit<Complete<SourceOptions>, 'rules'> & { readonly rules: SourceRules | null }
  /** `null` when off. Its `colorize` is `null` when stdout decides, by being a terminal. */
  readonly pretty: (Omit<Complete<PrettyOptions>, 'colorize'> & { readonly colorize: boolean | null }) | null
}

export type OptionSource = 'options' | 'file' | 'environment'
export type Environment = Readonly<Record<string, string | undefined>>

/** A value that was set, and how a message names it: `Option "workers"`, or the variable's name. */
interface GivenValue {
  readonly value: unknown
  readonly source: OptionSource
  readonly label: string
}
type GivenValues = Map<string, GivenValue>

/** What holds when nothing is set. `workers` is `null` here, as it depends on the machine; `directory` is relative. */
export const DEFAULT_OPTIONS = deepFreeze(assemble(new Map()))

/**
 * Brings environment, options object and the content of an options file together into one complete object; for example
 * `resolveOptions({ level: 'debug' }, undefined, process.env)`. `coresAvailable` is there for tests.
 *
 * @throws SpillwayError ERR_SPILLWAY_INVALID_OPTION or ERR_SPILLWAY_UNKNOWN_OPTION, for the first thing that is wrong
 */
export function resolveOptions(
  options: SpillwayOptions | undefined,
  fileOptions: unknown,
  env: Environment,
  coresAvailable: number = availableParallelism(),
): ResolvedOptions {
  const strong = new Map([...readObject('options', '', options), ...readEnvironment(env)])
  const named = strong.get('config')?.value
  const config = typeof named === 'string' ? resolve(named) : null
  const place = config === null ? ' in the options file' : ` in file ${JSON.stringify(config)}`
  const given = new Map([...readObject('file', place, fileOptions), ...strong])
  const values = assemble(given)
  const workers = resolveWorkers(given, values, coresAvailable)
  const sources = { ...values.sources, root: resolve(values.sources.root) }
  const fallbackDirectory = values.fallbackDirectory === null ? null : resolve(values.fallbackDirectory)
  return deepFreeze({ ...values, config, directory: resolve(values.directory), fallbackDirectory, sources, workers })
}

function readEnvironment(env: Environment): GivenValues {
  const given: GivenValues = new Map()
  for (const [name, rule] of RULES_BY_VARIABLE) {
    const text = env[name]
    if (text === undefined || text.trim() === '') continue
    const found: GivenValue = { value: text, source: 'environment', label: `Environment variable ${name}` }
    const value = rule.parse(text)
    if (!rule.accepts(value)) throw invalidOption(rule.path, found, rule.rule)
    given.set(rule.path, { ...found, value })
  }
  return given
}

function readObject(source: OptionSource, place: string, root: unknown): GivenValues {
  const given: GivenValues = new Map()
  if (root !== undefined) readGroup('', { value: root, source, label: `The options object${place}` })
  return given

  // A group is known by the prefix of its options' paths, '' for the outermost one.
  function readGroup(prefix: string, content: GivenValue): void {
    const group = prefix.slice(0, -1)
    const entries = plainEntries(content.value)
    const switched = RULES_BY_PATH.get(group)
    if (entries === null) throw invalidOption(group, content, switched?.rule ?? 'a plain object that can be read')
    // Settings for something that can be switched on or off switch it on.
    if (switched !== undefined) given.set(group, { ...content, value: true })
    for (const [name, value] of entries) {
      const path = prefix + name
      const found: GivenValue = { value, source, label: `Option ${renderValue(path)}${place}` }
      refuseUnknown(prefix, name, found)
      const rule = RULES_BY_PATH.get(path)
      if (value === undefined) continue
      if (rule?.accepts(value)) given.set(path, found)
      else if (namesIn(`${path}.`, source).length > 0) readGroup(`${path}.`, found)
      else throw invalidOption(path, found, rule!.rule) // a known name is a rule's or a group's
    }
  }
}

function refuseUnknown(prefix: string, name: string, found: GivenValue): void {
  const known = namesIn(prefix, found.source)
  if (known.includes(name)) return
  const nearest = nearestName(name, known)
  const suggestion = nearest === null ? null : prefix + nearest
  const advice = suggestion === null ? `known here are ${known.join(', ')}.` : `did you mean "${suggestion}"?`
  const context = { option: prefix + name, source: found.source, suggestion, known }
  throw new SpillwayError('ERR_SPILLWAY_UNKNOWN_OPTION', `${found.label} is not known: ${advice}`, context)
}

/** The names that a source may set in a group; none where there is no group. */
function namesIn(prefix: string, source: OptionSource): string[] {
  const rules = OPTION_RULES.filter((rule) => rule.path.startsWith(prefix) && (source !== 'file' || rule.inFile))
  return [...new Set(rules.map((rule) => rule.path.slice(prefix.length).split('.', 1).join()))]
}

/** Puts every value, given or default, at its place. */
function assemble(given: GivenValues): Omit<ResolvedOptions, 'workers'> & { readonly workers: number | null } {
  const root: Record<string, unknown> = {}
  for (const { path, default: fallback } of OPTION_RULES) {
    if (path === 'pretty') continue // the switch of the group that the rows below it fill
    const names = path.split('.')
    let group = root
    for (const name of names.slice(0, -1)) {
      group[name] ??= {}
      group = group[name] as Record<string, unknown>
    }
    group[names.at(-1)!] = capture(given.has(path) ? given.get(path)?.value : fallback)
  }
  if (given.get('pretty')?.value !== true) root.pretty = null
  // Sound, because the table is keyed by OptionPath, which is made from the same interface as ResolvedOptions.
  return root as unknown as ReturnType<typeof assemble>
}

/** A copy that a later change of the application's object cannot reach; and 0 for -0, which would print as such. */
function capture(value: unknown): unknown {
  if (Array.isArray(value)) return [...value]
  if (typeof value === 'object' && value !== null) return { ...value }
  return value === 0 ? 0 : value
}

/** The default is lowered until the memory budget holds; what was set explicitly is kept, or refused. */
function resolveWorkers(given: GivenValues, values: ReturnType<typeof assemble>, coresAvailable: number): number {
  const { maxMemoryUsage } = values.performance.buffer
  const each = arenaBytes(writerGeometry(values))
  const beside = terminalBytes(values)
  const fitting = Math.floor((maxMemoryUsage - beside) / each)
  const wanted = Math.min(values.performance.writes.maxConcurrentWrites, coresAvailable - 1)
  const workers = values.workers ?? Math.max(1, Math.min(wanted, fitting))
  const culprit = BUDGET_PATHS.find((path) => given.has(path))
  if (workers <= fitting || culprit === undefined) return workers
  const ofEach = `${grouped(each)} bytes (ringBytes, ${FILE_BUFFERS_MIN} x fileBufferBytes, and what grows with maxCategories)`
  const ofTerminal = beside === 0 ? '' : ` and ${grouped(beside)} bytes of the terminal`
  const excess = `${workers} x ${ofEach}${ofTerminal} exceed ${grouped(maxMemoryUsage)}`
  throw invalidOption(culprit, given.get(culprit)!, `${BUDGET_RULE}, and ${excess}`, '')
}

function invalidOption(option: string, found: GivenValue, rule: string, lead = 'it must be '): SpillwayError {
  const { source, label, value } = found
  const message = `${label} is ${renderValue(value)}: ${lead}${rule}.`
  // Objects and functions go into the context as text: it must survive a log line and a message to a thread.
  const plain = /^(object|function|symbol)$/.test(typeof value) && value !== null ? renderValue(value) : value
  return new SpillwayError('ERR_SPILLWAY_INVALID_OPTION', message, { option, value: plain, rule, source })
}

/** The entries of a plain object; `null` for everything else, and for one whose getters or traps throw. */
function plainEntries(value: unknown): [string, unknown][] | null {
  try {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    const prototype: unknown = Object.getPrototypeOf(value)
    // Object.prototype of any realm ends the chain; a Map, a Date or a class instance has one link more.
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return null
    return Object.entries(value)
  } catch {
    return null // refused by the caller, with the rule
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) deepFreeze(part)
  return Object.freeze(value)
}
