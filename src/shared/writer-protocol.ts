/**
 * What the main thread and a writer say to each other: the task that starts a writer, and the calls over its message
 * port (comlink). Data never goes this way; it is in the arena.
 */
import type { MessagePort } from 'node:worker_threads'
import type { Condition, ConditionHandler } from './conditions.js'
import { messageOf } from './errors.js'
import type { SharedMemory } from './shared-memory.js'

/** How a partition is drained: the part of the options that an owner needs. Plain data, the same for every owner. */
export interface DrainOptions {
  readonly directory: string
  readonly utc: boolean
  readonly fileMode: number
  readonly directoryMode: number
  /** A file is due when this many of its lines are pending. */
  readonly linesMax: number
  /** A file is due when this many of its bytes are pending. */
  readonly dueBytes: number
  /** A file is due when its oldest pending line is this old, in milliseconds. */
  readonly flushIntervalMs: number
  readonly handlesMax: number
  readonly handleTtlMs: number
  readonly evictionRatio: number
  readonly retryAttempts: number
  readonly retryDelayMs: number
  /** Where lines go that `directory` does not take; `null` where there is none. */
  readonly fallbackDirectory: string | null
  /** What is known in all partitions of conditions: condition-board.ts. */
  readonly conditionBoard: SharedArrayBuffer
  /** How owners ask each other for descriptors: descriptor-pleas.ts. */
  readonly descriptorPleas: SharedArrayBuffer
  /** Where the partition's journal is, which the main thread has made; `null` where it has none. */
  readonly journalDirectory: string | null
  /** How lines look on the terminal. */
  readonly terminal: TerminalOptions
}

/** The terminal's part of the options. */
export interface TerminalOptions {
  readonly colorize: boolean
  /** More lines than this in a second are counted, not shown. */
  readonly linesPerSecond: number
}

/** Who drains a partition. */
export interface DrainOwner {
  /** EPOCH as it became the owner: once another is there, it is none any more. */
  readonly epoch: number
  /** Told of conditions as they begin and end, besides stderr. */
  readonly onCondition: ConditionHandler
}

/** What a writer is given to start with. */
export interface WriterTask {
  /** The arena's. */
  readonly memory: SharedMemory
  readonly options: DrainOptions
  readonly epoch: number
  readonly control: MessagePort
  /** Where it posts each `WriterMessage`. */
  readonly conditions: MessagePort
}

/** The last that a writer's thread says, where it still can: how it ends. */
export interface LastWords {
  readonly endsWith: string
}

/** What a writer tells unasked. */
export type WriterMessage = Condition | LastWords

/** The end of a thread in words, for an operator: its exit code, and the first line of the error where one ended it. */
export function endOfThread(exitCode: number, thrown: unknown): string {
  return `exit code ${exitCode}${thrown === undefined ? '' : `, ${messageOf(thrown).split('\n', 1)}`}`
}

/** What a writer's start task gives back before its loop runs. */
export interface WriterStarted {
  /** False where somebody else has the partition: then the thread is free again. */
  readonly isClaimed: boolean
}

/** An error as it crosses a message port, which keeps neither class nor `code`. */
export interface PlainError {
  readonly code: string
  readonly message: string
  readonly context: Readonly<Record<string, unknown>>
}

/** The answer to a control call. */
export type ControlAnswer = { readonly ok: true } | { readonly ok: false; readonly error: PlainError }

/** The calls a writer answers. Each comes with its bell: a writer asleep does not look at its port. */
export interface WriterControl {
  /** Writes everything that was published before the call, and brings it to the disk where `sync` is asked for. */
  flush(sync: boolean): ControlAnswer
  /** Writes everything, closes the files and ends the loop. */
  close(): ControlAnswer
}
