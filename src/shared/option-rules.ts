/**
 * The one table of options: what each is called in code and in the environment, which values it takes, its default and
 * what it trades. Validation, the environment parser, `--help` and the README's table are all driven from it, so they
 * cannot disagree. Runs on the main thread at set-up; holds no state.
 *
 * Invariant: the records below are keyed by {@link OptionPath}, so an option of the public interface without a row, or
 * a row without an option, does not compile. A default satisfies its own rule (tested), derived ones (`null`) aside.
 */
import { inspect } from 'node:util'
import { LEVEL_THRESHOLDS } from './levels.js'
import type { OptionPath } from './options.js'

const MIB = 1_048_576
const GIB = 1_073_741_824
/** Above this, Node's timers fire at once and an int32 word of an arena overflows. */
const MS_MAX = 2_147_483_647
const HIGH_TRAFFIC = Object.freeze(['actions', 'engine', 'entities', 'events'])
const CATEGORIES_MAX = 16_384
/** A category's name. */
export const CATEGORY_LENGTH_MAX = 256
const SKIPS_MAX = 64
const STARS_IN_NAME_MAX = 2
const GLOBSTARS_MAX = 3
const RENDERED_LENGTH_MAX = 80
/** A name further away than this is more likely another word than a slip of the finger. */
const EDIT_DISTANCE_MAX = 2

interface OptionKind {
  readonly kind: 'integer' | 'number' | 'boolean' | 'string' | 'enum' | 'list' | 'mode' | 'rules' | 'function'
  /** Completes the sentence "it must be ...", with the unit. */
  readonly rule: string
  /** Whether a value satisfies the rule. Never throws. */
  readonly accepts: (value: unknown) => boolean
  /** The value that an environment variable's text stands for; `undefined` when the text is not of this kind. */
  readonly parse: (text: string) => unknown
}

/** One row of the table. */
export interface OptionRule extends OptionKind {
  /** Where the option stands, such as `performance.buffer.flushInterval`. */
  readonly path: OptionPath
  /** The environment variable that overrides it, or `null` when there is none. */
  readonly env: string | null
  /** Whether an options file may set it. */
  readonly inFile: boolean
  /** The value when nobody sets it; `null` when it is derived or absent, as `defaultText` says. */
  readonly default: unknown
  /** The default for people. */
  readonly defaultText: string
  /** One sentence: what is gained and what is paid when it goes up, or is switched on. */
  readonly trades: string
}

const flag = kind('boolean', 'true or false', (value) => typeof value === 'boolean', parseFlag)
const flagOrSettings = { ...flag, rule: 'true, false or a plain object of colorize, level and linesPerSecond' }
const filePath = kind('string', 'a non-empty string without a NUL character', isFilePath)
const level = oneOf(LEVEL_THRESHOLDS)
const names = kind('list', `an array of at most ${grouped(CATEGORIES_MAX)} non-empty strings`, isNameList, parseNames)
const share = kind('number', 'a number greater than 0 and at most 1', isShare, parseDecimal)
const lines = kind('integer', 'an integer of at least 1, or Infinity', isLineCount, parseLineCount)
const classify = oneOf(['logger', 'call-site'])
const rules = kind(
  'rules',
  'a plain object from patterns (at most two * in a name, three **) to categories of 1 to 256 characters, or a function',
  isRules,
)
const onFull = oneOf(['block', 'shed', 'drop'])
const signals = kind('list', 'an array of SIGTERM, SIGINT and SIGHUP, each once at most', isSignalList, parseNames)
const arena = oneOf(['auto', 'mapped', 'memory'])
const durability = oneOf(['sync', 'none'])
const skips = kind('list', 'an array of at most 64 functions and non-empty strings', isSkipList, parseNames)
const clock = kind('function', 'a function that returns epoch milliseconds', (value) => typeof value === 'function')

type Row = Omit<OptionRule, 'path' | 'inFile' | 'trades'>

const ROWS: Readonly<Record<OptionPath, Row>> = {
  config: row('SPILLWAY_CONFIG', filePath, null, 'none'),
  directory: row('SPILLWAY_DIRECTORY', filePath, 'logs'),
  level: row('SPILLWAY_LEVEL', level, 'info'),
  workers: row('SPILLWAY_WORKERS', integer(1, 64), null, 'derived from cores, maxConcurrentWrites and maxMemoryUsage'),
  ringBytes: row('SPILLWAY_RING_BYTES', powerOfTwo(65_536, 256 * MIB), 4 * MIB),
  fileBufferBytes: row('SPILLWAY_FILE_BUFFER_BYTES', multipleOf(4_096, MIB), 65_536),
  utc: row('SPILLWAY_UTC', flag, false),
  alsoInCategoryFile: row('SPILLWAY_ALSO_IN_CATEGORY_FILE', flag, false),
  maxCategories: row('SPILLWAY_MAX_CATEGORIES', integer(1, CATEGORIES_MAX), 1_024),
  highTrafficCategories: row('SPILLWAY_HIGH_TRAFFIC_CATEGORIES', names, HIGH_TRAFFIC),
  pretty: row('SPILLWAY_PRETTY', flagOrSettings, false),
  'pretty.colorize': row('SPILLWAY_PRETTY_COLORIZE', flag, null, 'when stdout is a terminal'),
  'pretty.level': row('SPILLWAY_PRETTY_LEVEL', level, 'trace'),
  'pretty.linesPerSecond': row('SPILLWAY_PRETTY_LINES_PER_SECOND', lines, Infinity),
  fileMode: row('SPILLWAY_FILE_MODE', mode(0o200, 'write'), 0o600, '0o600'),
  directoryMode: row('SPILLWAY_DIRECTORY_MODE', mode(0o300, 'write and search'), 0o700, '0o700'),
  exitTimeoutMs: row('SPILLWAY_EXIT_TIMEOUT_MS', integer(0, 600_000, 'milliseconds'), 10_000),
  flushTimeoutMs: row('SPILLWAY_FLUSH_TIMEOUT_MS', integer(1, 600_000, 'milliseconds'), 30_000),
  writerTimeoutMs: row('SPILLWAY_WRITER_TIMEOUT_MS', integer(100, 600_000, 'milliseconds'), 5_000),
  onFull: row('SPILLWAY_ON_FULL', onFull, 'block'),
  fallbackDirectory: row('SPILLWAY_FALLBACK_DIRECTORY', filePath, null, 'none'),
  exitSignals: row('SPILLWAY_EXIT_SIGNALS', signals, Object.freeze([]), 'none'),
  clock: row(null, clock, Date.now, 'Date.now'),
  classify: row('SPILLWAY_CLASSIFY', classify, 'logger'),
  source: row('SPILLWAY_SOURCE', flag, false),
  'sources.root': row('SPILLWAY_SOURCES_ROOT', filePath, '.', 'the working directory'),
  'sources.rules': row(null, rules, null, 'the first folder under src/, tests/, llm-proxy-server/'),
  'sources.skip': row('SPILLWAY_SOURCES_SKIP', skips, Object.freeze([]), 'none'),
  'sources.served': row('SPILLWAY_SOURCES_SERVED', names, Object.freeze([]), 'none'),
  'sources.maps': row('SPILLWAY_SOURCES_MAPS', flag, true),
  arena: row('SPILLWAY_ARENA', arena, 'auto'),
  journal: row('SPILLWAY_JOURNAL', flag, null, 'where arena is auto and cannot be mapped'),
  'durability.trace': row('SPILLWAY_DURABILITY_TRACE', durability, 'none'),
  'durability.debug': row('SPILLWAY_DURABILITY_DEBUG', durability, 'none'),
  'durability.info': row('SPILLWAY_DURABILITY_INFO', durability, 'none'),
  'durability.warn': row('SPILLWAY_DURABILITY_WARN', durability, 'none'),
  'durability.error': row('SPILLWAY_DURABILITY_ERROR', durability, 'none'),
  'durability.fatal': row('SPILLWAY_DURABILITY_FATAL', durability, 'none'),
  'performance.buffer.maxBufferSize': row('SPILLWAY_MAX_BUFFER_SIZE', integer(1, 1_000_000, 'entries'), 100),
  'performance.buffer.flushInterval': row('SPILLWAY_FLUSH_INTERVAL', integer(1, 3_600_000, 'milliseconds'), 1_000),
  'performance.buffer.maxMemoryUsage': row('SPILLWAY_MAX_MEMORY_USAGE', integer(MIB, 4 * GIB, 'bytes'), 50 * MIB),
  'performance.buffer.compressionThreshold': row('SPILLWAY_COMPRESSION_THRESHOLD', integer(4_096, GIB, 'bytes'), MIB),
  'performance.fileHandles.maxHandles': row('SPILLWAY_MAX_HANDLES', integer(1, 65_536), 50),
  'performance.fileHandles.ttl': row('SPILLWAY_HANDLE_TTL', integer(100, MS_MAX, 'milliseconds'), 60_000),
  'performance.fileHandles.evictionRatio': row('SPILLWAY_EVICTION_RATIO', share, 0.2),
  'performance.cache.maxSize': row('SPILLWAY_CACHE_MAX_SIZE', integer(1, 1_000_000, 'entries'), 500),
  'performance.cache.ttl': row('SPILLWAY_CACHE_TTL', integer(1, MS_MAX, 'milliseconds'), 300_000),
  'performance.cache.compression': row('SPILLWAY_CACHE_COMPRESSION', flag, true),
  'performance.writes.maxConcurrentWrites': row('SPILLWAY_MAX_CONCURRENT_WRITES', integer(1, 64), 5),
  'performance.writes.retryAttempts': row('SPILLWAY_RETRY_ATTEMPTS', integer(0, 100), 3),
  'performance.writes.retryDelay': row('SPILLWAY_RETRY_DELAY', integer(1, 600_000, 'milliseconds'), 1_000),
}

const SYNC_TRADE = 'Synced lines survive a power cut, and their writer waits for the disk in each pass that has some.'
const TRADES: Readonly<Record<OptionPath, string>> = {
  config: 'A file lets operators tune without a deployment, at one synchronous read at the start.',
  directory: 'A faster disk shortens every write, a shared one makes writers wait for strangers.',
  level: 'A lower level tells more and costs ring space, disk and time for every entry it lets through.',
  workers:
    'More writers keep more slow files apart, each for 10 MB of maxMemoryUsage, which has room for 5 as it comes.',
  ringBytes: 'A larger ring rides out longer stalls of the disk and takes that memory once per writer.',
  fileBufferBytes:
    'A larger buffer means fewer write calls and up to 64 times that memory per writer, or 32 KiB a file.',
  utc: 'UTC days are the same on every host, local days are the ones people remember.',
  alsoInCategoryFile: "It keeps a category's story in one file and writes every warning and error twice.",
  maxCategories: 'A higher cap separates more sources and reserves a table row and 32 KiB of buffers for each.',
  highTrafficCategories: 'A category named here reaches the disk before the others and makes them wait longer.',
  pretty: 'Readable lines on the terminal, at the cost of formatting each of them once more.',
  'pretty.colorize': 'Colours are easier on the eye and are noise in a pipe or a file.',
  'pretty.level': 'A higher level keeps the terminal readable and hides entries that only the files then show.',
  'pretty.linesPerSecond': 'A limit keeps a burst from drowning the terminal; lines above it are in the files only.',
  fileMode: 'Wider permissions let log shippers read, and everyone else they name.',
  directoryMode: 'Wider permissions let log shippers list the days, and everyone else they name.',
  exitTimeoutMs: 'A longer deadline saves more entries from a slow disk and delays the exit by as much.',
  flushTimeoutMs: 'A longer deadline waits out a slow disk and reports a stuck one later.',
  writerTimeoutMs: 'A longer patience bears with a slow disk and leaves a full ring waiting for a hung writer.',
  onFull: 'Shedding and dropping never make a call wait, and lose lines where the disk is too slow for them.',
  fallbackDirectory: 'Another disk takes the lines that the first one refuses, apart from the rest of their day.',
  exitSignals: 'A signal named here no longer ends the process at once, but after its lines are written.',
  clock: "A clock of one's own makes tests exact, and every entry pays for its call.",
  classify: 'The place of each call needs no names, and costs microseconds for every entry.',
  source: 'A line that tells its place is found again, and is longer by it.',
  'sources.root': 'A higher folder covers more packages, and lets source maps be read in all of them.',
  'sources.rules': 'Rules of your own make fewer or finer files than the folders do.',
  'sources.skip': 'A wrapper that is named here is not taken for the place of every entry, and each one costs frames.',
  'sources.served': 'Stacks of browsers then lead to the sources, at the reading of their maps.',
  'sources.maps': 'Without maps less is read at the start, and bundled code is in one category.',
  arena: 'Mapped, what was logged outlives the process, and its pages are written to the disk now and then.',
  journal: 'A crash loses a pass at most, and every record is written to the disk once more.',
  'durability.trace': SYNC_TRADE,
  'durability.debug': SYNC_TRADE,
  'durability.info': SYNC_TRADE,
  'durability.warn': SYNC_TRADE,
  'durability.error': SYNC_TRADE,
  'durability.fatal': SYNC_TRADE,
  'performance.buffer.maxBufferSize':
    'More entries per write cost fewer write calls and reach the file later; a writer that is behind waits for full buffers.',
  'performance.buffer.flushInterval': 'A longer interval makes larger writes, and a reader sees a quiet file later.',
  'performance.buffer.maxMemoryUsage': 'A larger budget allows more and larger rings, and the process grows by it.',
  'performance.buffer.compressionThreshold': 'A higher threshold means fewer writes and more waiting bytes.',
  'performance.fileHandles.maxHandles': 'More open files save reopening and take descriptors from the application.',
  'performance.fileHandles.ttl': 'Idle files stay open longer, which saves an open and holds a descriptor.',
  'performance.fileHandles.evictionRatio': 'Closing more at once evicts less often and reopens more files.',
  'performance.cache.maxSize': 'More remembered call sites mean fewer stack parses and more memory.',
  'performance.cache.ttl': 'Call sites remembered longer are parsed less often and keep their memory.',
  'performance.cache.compression': 'Off, sources() shows every frame that was read with a place, at their memory.',
  'performance.writes.maxConcurrentWrites': 'More writes at a time use a parallel disk and crowd a serial one.',
  'performance.writes.retryAttempts': 'More attempts outlast longer disk trouble and hold the file back meanwhile.',
  'performance.writes.retryDelay': 'A longer pause gives the disk time to recover and delays every line behind it.',
}

/** Every option, in the order of the documentation. Frozen. */
export const OPTION_RULES: readonly OptionRule[] = Object.freeze(
  (Object.keys(ROWS) as OptionPath[]).map((path) => {
    const inFile = path !== 'config' && path !== 'clock'
    return Object.freeze({ path, ...ROWS[path], inFile, trades: TRADES[path] })
  }),
)

/** The row of an option, by its path. */
export const RULES_BY_PATH: ReadonlyMap<string, OptionRule> = new Map(OPTION_RULES.map((rule) => [rule.path, rule]))

/** The row that a variable of the environment overrides, by the variable's name. */
export const RULES_BY_VARIABLE: ReadonlyMap<string, OptionRule> = new Map(
  OPTION_RULES.flatMap((rule) => (rule.env === null ? [] : [[rule.env, rule] as const])),
)

/** A sentence for each SPILLWAY_ variable that sets nothing. Benchmarks have SPILLWAY_BENCH_ for themselves. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const unknown = Object.keys(env).filter((name) => /^SPILLWAY_(?!BENCH_)/.test(name) && !RULES_BY_VARIABLE.has(name))
  return unknown.sort().map((name) => {
    const nearest = nearestName(name, [...RULES_BY_VARIABLE.keys()])
    return `Environment variable ${name} is not known${nearest === null ? '.' : `: did you mean ${nearest}?`}`
  })
}

/** Any value as one line of at most 80 characters. Never throws: a value that resists is described by its type. */
export function renderValue(value: unknown): string {
  let text: string
  try {
    // Without customInspect no method of the value is run to show it; inspect() looks behind a proxy by itself.
    const settings = { depth: 1, breakLength: Infinity, maxArrayLength: 5, customInspect: false }
    // Cut before quoting, so that a message about a megabyte of text does not escape all of it.
    text = typeof value === 'string' ? JSON.stringify(value.slice(0, RENDERED_LENGTH_MAX)) : inspect(value, settings)
  } catch {
    text = `a value of type ${typeof value} that cannot be shown`
  }
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
  return (line.length > RENDERED_LENGTH_MAX ? `${line.slice(0, RENDERED_LENGTH_MAX - 1)}…` : line).toWellFormed()
}

/** The known name that a misspelt one most likely stands for, or `null` when none is within two edits. */
export function nearestName(name: string, known: readonly string[]): string | null {
  let nearest: string | null = null
  let least = EDIT_DISTANCE_MAX + 1
  for (const candidate of known) {
    // Lengths further apart cannot be near; the check also bounds the work for a name of a megabyte.
    if (Math.abs(candidate.length - name.length) >= least) continue
    const distance = editDistance(name, candidate)
    if (distance < least) [nearest, least] = [candidate, distance]
  }
  return nearest
}

/** Levenshtein's distance, by the two-row form of Wagner and Fischer's algorithm. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let i = 0; i < from.length; i++) {
    const current = [i + 1]
    for (let j = 0; j < to.length; j++) {
      const substituted = previous[j]! + (from[i] === to[j] ? 0 : 1)
      current.push(Math.min(substituted, previous[j + 1]! + 1, current[j]! + 1))
    }
    previous = current
  }
  return previous[to.length]!
}

function row(env: string | null, kind: OptionKind, value: unknown, defaultText = String(value)): Row {
  return { ...kind, env, default: value, defaultText }
}

function kind(
  name: OptionKind['kind'],
  rule: string,
  test: OptionKind['accepts'],
  parse: OptionKind['parse'] = (text) => text,
): OptionKind {
  function accepts(value: unknown): boolean {
    try {
      return test(value)
    } catch {
      return false // a proxy that throws when it is looked at is not a value of any kind
    }
  }
  return { kind: name, rule, accepts, parse }
}

function oneOf(words: readonly string[]): OptionKind {
  const rule = `one of ${words.join(', ')}`
  return kind(
    'enum',
    rule,
    (value) => words.some((word) => word === value),
    (text) => text.trim().toLowerCase(),
  )
}

function integer(least: number, most: number, unit = ''): OptionKind {
  return kind('integer', range('an integer', least, most, unit), (value) => isInteger(value, least, most), parseInteger)
}

function powerOfTwo(least: number, most: number): OptionKind {
  const rule = range('a power of two', least, most, 'bytes')
  // A power of two shares no bit with the number below it; `most` keeps both inside of int32.
  return kind('integer', rule, (value) => isInteger(value, least, most) && (value & (value - 1)) === 0, parseInteger)
}

function multipleOf(step: number, most: number): OptionKind {
  const rule = range(`a multiple of ${grouped(step)}`, step, most, 'bytes')
  return kind('integer', rule, (value) => isInteger(value, step, most) && value % step === 0, parseInteger)
}

function mode(required: number, right: string): OptionKind {
  const rule = `a mode from 0 to 0o777 (511) that includes 0o${required.toString(8)}, ${right} for the owner`
  return kind('mode', rule, (value) => isInteger(value, 0, 0o777) && (value & required) === required, parseOctal)
}

function range(words: string, least: number, most: number, unit: string): string {
  return `${words} from ${grouped(least)} to ${grouped(most)} ${unit}`.trimEnd()
}

function isInteger(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
}

function isFilePath(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !value.includes('\0')
}

function isNameList(value: unknown): boolean {
  // Array.from reads a hole in a sparse array as the undefined that it is.
  return (
    Array.isArray(value) &&
    value.length <= CATEGORIES_MAX &&
    Array.from<unknown>(value).every((name) => typeof name === 'string' && name !== '')
  )
}

function isSignalList(value: unknown): boolean {
  if (!Array.isArray(value) || new Set(value).size !== value.length) return false
  return Array.from<unknown>(value).every((name) => name === 'SIGTERM' || name === 'SIGINT' || name === 'SIGHUP')
}

function isRules(value: unknown): boolean {
  if (typeof value === 'function') return true
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  // A Map or an array has no patterns as its members, and would be taken for a list of none.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false
  return Object.entries(value).every(
    ([pattern, category]) =>
      isPattern(pattern) && typeof category === 'string' && category !== '' && category.length <= CATEGORY_LENGTH_MAX,
  )
}

/** A path may be a client's, and a glob of many wildcards takes a time that grows with a power of its length. */
function isPattern(pattern: string): boolean {
  const names = pattern.split('/')
  const stars = names.map((name) => (name === '**' ? 0 : name.split('*').length - 1))
  const isSimple =
    Math.max(...stars) <= STARS_IN_NAME_MAX && names.filter((name) => name === '**').length <= GLOBSTARS_MAX
  return pattern !== '' && isSimple
}

function isSkipList(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length <= SKIPS_MAX &&
    Array.from<unknown>(value).every((skip) => typeof skip === 'function' || (typeof skip === 'string' && skip !== ''))
  )
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && value <= 1
}

function isLineCount(value: unknown): boolean {
  return value === Infinity || isInteger(value, 1, Number.MAX_SAFE_INTEGER)
}

function parseFlag(text: string): boolean | undefined {
  if (/^(true|1|yes)$/i.test(text.trim())) return true
  return /^(false|0|no)$/i.test(text.trim()) ? false : undefined
}

/** Plain decimal only: `010` is eight to some, and nobody means `0x10` by a count. */
function parseInteger(text: string): number | undefined {
  return /^-?(0|[1-9]\d*)$/.test(text.trim()) ? Number(text) : undefined
}

function parseLineCount(text: string): number | undefined {
  return text.trim() === 'Infinity' ? Infinity : parseInteger(text)
}

function parseDecimal(text: string): number | undefined {
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined
}

function parseOctal(text: string): number | undefined {
  return /^(0o)?[0-7]{1,4}$/.test(text.trim()) ? Number.parseInt(text.trim().replace('0o', ''), 8) : undefined
}

/** A trailing comma adds no name; a lone comma is the empty list. */
function parseNames(text: string): string[] {
  return text.split(',').flatMap((name) => name.trim() || [])
}

/** Digits in groups of three. Not toLocaleString(): its first call loads 8 MB of locale data into the process. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}
