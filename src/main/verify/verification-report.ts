/** What a verification finds. All of its texts are safe to print. */
import type { Problem } from './problem-list.js'

export type { Problem } from './problem-list.js'

/** Lines that are not in the files, as a line in them tells. */
export interface ToldDrop {
  readonly path: string
  readonly line: number
  readonly dropped: number
  readonly seqFrom: number
  readonly seqTo: number
  /** In the words of the line. */
  readonly reason: string
}

/** One run: what a process logged from its start to its end, as far as it is in the files. */
export interface RunReport {
  /** Processes that use a directory at the same time have a seat each. */
  readonly seat: number
  /** From 1, in the order of time, for each seat. */
  readonly run: number
  /** False where its first line is not there: its continuity is judged from `seqFrom` on. */
  readonly hasStart: boolean
  /** Lines of entries, copies included. */
  readonly lines: number
  readonly copies: number
  readonly files: number
  /** Epoch milliseconds: the least and the greatest `time` of its lines. */
  readonly firstTime: number
  readonly lastTime: number
  readonly seqFrom: number
  readonly seqTo: number
  /** Lines of which the files tell that they were dropped. */
  readonly dropped: number
  readonly drops: readonly ToldDrop[]
  /** Entries that are in no file, and nothing tells why. */
  readonly missing: number
}

/** What {@link verify} found. Lists are cut at `problemsMax`; counts are not. */
export interface VerificationReport {
  readonly directories: readonly string[]
  /** No problem was found. */
  readonly isSound: boolean
  readonly days: readonly string[]
  readonly files: number
  readonly bytes: number
  /** All lines but those that tell of drops. */
  readonly lines: number
  readonly runCount: number
  readonly runs: readonly RunReport[]
  readonly problemCount: number
  readonly problems: readonly Problem[]
  /** What is no problem and should be known. */
  readonly notes: readonly string[]
}

/** How far a verification is. */
export interface VerificationProgress {
  /** Files are read twice: first for where runs begin. */
  readonly bytesRead: number
  readonly bytesToRead: number
}

/** What is to be verified, and how much is told. */
export interface VerifyOptions {
  /** Only this day, `YYYY-MM-DD`. */
  readonly day?: string
  /** Also a run whose first line is not there is a problem. @default false */
  readonly complete?: boolean
  /** How many problems, runs and drops are listed. @default 1000 */
  readonly problemsMax?: number
  /** Called after each mebibyte at least. */
  readonly onProgress?: (progress: VerificationProgress) => void
}
