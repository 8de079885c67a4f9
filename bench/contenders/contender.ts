/**
 * What a contender is: how it is opened, called and closed in the child, and how its lines are read in the parent.
 * The module of a contender imports its library only in `load`, so that the parent, and the children of the others,
 * know every contender without paying for its code.
 */

import { type Entry, MESSAGE } from '../workload.js'

/** What a run hands to the contender. */
export interface OpenOptions {
  /** An empty directory that exists. */
  readonly directory: string
  /** One file for each, in the order of the file indexes. */
  readonly categories: readonly string[]
  /** Writer threads, for the contenders that have them. */
  readonly workers?: number
  /** Size of a ring, for the contenders that have one. */
  readonly ringBytes?: number
}

/** An open contender. */
export interface Session {
  log(fileIndex: number, entry: Entry, message: string): void
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

/** Opens the contender; its library is already loaded. */
export type Open = (options: OpenOptions) => Session | Promise<Session>

/** A line as JSON.parse gave it. */
export type ParsedLine = Readonly<Record<string, unknown>>

/** What stands in a line, whatever the contender calls it. */
export interface WrittenEntry {
  readonly userId: unknown
  readonly action: unknown
  readonly durationMs: unknown
  readonly category: unknown
  /** The line also has a level, a time, the whole message and every other field the contender was given. */
  readonly complete: boolean
}

/** A way to log, as the bench compares it. */
export interface Contender {
  readonly name: string
  /** The package whose version the report shows. */
  readonly packageName?: string
  /** Shown in the report: the configuration in one sentence. */
  readonly configuration: string
  /** False for the loop alone: there are no lines to count. */
  readonly writesLines: boolean
  load(): Promise<Open>
  /** Undefined if the line is none of the workload's. */
  read(line: ParsedLine): WrittenEntry | undefined
}

/** Where a contender that writes flat lines puts what every line has. */
export interface LineKeys {
  readonly level: string
  readonly time: string
  readonly category: string
  readonly message: string
}

/** Reads a line whose fields stand beside level, time, category and message. */
export function readFlatLine(line: ParsedLine, keys: LineKeys): WrittenEntry | undefined {
  return readLine(line, line, keys)
}

/** Reads a line whose fields stand in `fields`. */
export function readLine(line: ParsedLine, fields: ParsedLine, keys: LineKeys): WrittenEntry | undefined {
  if (typeof fields.userId !== 'number') return undefined
  return {
    userId: fields.userId,
    action: fields.action,
    durationMs: fields.durationMs,
    category: line[keys.category],
    complete: fields.ok === true && line[keys.message] === MESSAGE && hasLevelAndTime(line, keys),
  }
}

/** Whether a line says when and how bad, as a number or as text. */
export function hasLevelAndTime(line: ParsedLine, keys: Pick<LineKeys, 'level' | 'time'>): boolean {
  return [line[keys.level], line[keys.time]].every(
    (value) => (typeof value === 'number' && value > 0) || (typeof value === 'string' && value !== ''),
  )
}
