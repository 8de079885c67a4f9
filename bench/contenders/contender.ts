/**
 * What a contender is: how it is opened, called and closed in the child, and how its lines are read in the parent.
 * The module of a contender imports its library only in `load`, so that the parent, and the children of the others,
 * know every contender without paying for its code.
 */
import type { Entry } from '../workload/entries.js'

/** What a run hands to the contender. */
export interface OpenOptions {
  /** An empty directory that exists. */
  readonly directory: string
  /** One file for each, in the order of the file indexes. */
  readonly categories: readonly string[]
  /** Options of spillway, on top of its defaults: `workers`, `ringBytes` and whatever a scenario is about. */
  readonly library?: Readonly<Record<string, unknown>>
}

/** The ways to call a contender. Where it has none of a kind, it has no part in what needs it. */
export interface Calls {
  /** Fields and a message at level info. */
  object(fileIndex: number, fields: object, message: string): void
  /** A message alone. */
  message?(fileIndex: number, text: string): void
  /** An error with a message, at level error. */
  error?(fileIndex: number, error: Error, message: string): void
  /** The text `user ... moved to ... in ... ms` from three values, in the way its documentation advises. */
  template?(fileIndex: number, entry: Entry): void
  /** As `object`, through a child logger that has BINDINGS bound. */
  child?(fileIndex: number, fields: object, message: string): void
  /** As `object`, at a level that is off. */
  disabled?(fileIndex: number, fields: object, message: string): void
  /** As `object`, at level warn. */
  warn?(fileIndex: number, fields: object, message: string): void
  /** As `object`, at level error. */
  urgent?(fileIndex: number, fields: object, message: string): void
}

/** An open contender. */
export interface Session {
  readonly calls: Calls
  /**
   * Resolves when, by the contender's own documentation, every line is in its file. Only where that can be had without
   * closing: else close() is it.
   */
  flush?(): Promise<void>
  /** Ends the contender; every line is in its file. */
  close(): Promise<void>
  /** The contender's own counters after close, kept in the results for whoever asks why. */
  details?(): unknown
}

/** Resolves when every line is in its file: at the flush where there is one, else at the end of the contender. */
export async function untilWritten(session: Session): Promise<void> {
  await (session.flush === undefined ? session.close() : session.flush())
}

/** Ends the contender behind `untilWritten`, where that did not. */
export async function closeWritten(session: Session): Promise<void> {
  if (session.flush !== undefined) await session.close()
}

/** Opens the contender; its library is already loaded. */
export type Open = (options: OpenOptions) => Session | Promise<Session>

/** A line as JSON.parse gave it. */
export type ParsedLine = Readonly<Record<string, unknown>>

/** What stands in a line, whatever the contender calls it. */
export interface PlainLine {
  readonly level: unknown
  readonly time: unknown
  readonly category: unknown
  readonly message: unknown
  /** Where the fields are: the line itself, for contenders that write flat lines. */
  readonly fields: ParsedLine
  /** Message and stack of an error. */
  readonly error?: { readonly message?: unknown; readonly stack?: unknown }
}

/** A way to log, as the bench compares it. */
export interface Contender {
  readonly name: string
  /** The packages whose versions the report shows. */
  readonly packages?: readonly string[]
  /** Shown in the report: the configuration in one sentence. */
  readonly configuration: string
  /** False for the loop alone: there are no lines to count. */
  readonly writesLines: boolean
  load(): Promise<Open>
  /** `undefined` if the line is none of the contender's. */
  plain(line: ParsedLine): PlainLine | undefined
  /** The base name of the file that takes the lines of a level from all categories; `undefined` for the category's. */
  fileOf?(level: unknown): string | undefined
}

/** Where a contender that writes flat lines puts what every line has. */
export interface LineKeys {
  readonly level: string
  readonly time: string
  readonly category: string
  readonly message: string
  /** Where message and stack of an error are, as an object. */
  readonly error?: string
}

/** Reads a line whose fields stand beside level, time, category and message. */
export function flatLine(line: ParsedLine, keys: LineKeys): PlainLine {
  const error = keys.error === undefined ? undefined : line[keys.error]
  return {
    level: line[keys.level],
    time: line[keys.time],
    category: line[keys.category],
    message: line[keys.message],
    fields: line,
    ...(typeof error === 'object' && error !== null ? { error } : {}),
  }
}

/** Whether a line says when and how bad, as a number or as text. */
export function hasLevelAndTime({ level, time }: PlainLine): boolean {
  return [level, time].every(
    (value) => (typeof value === 'number' && value > 0) || (typeof value === 'string' && value !== ''),
  )
}
