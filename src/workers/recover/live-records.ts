/**
 * What a leftover still holds, whichever kind it is: records in the order of their publication, and the bytes that were
 * pending for files. Everything is on one private copy of the leftover's memory.
 */
import type { Arena } from '../../shared/arena.js'
import type { DroppedLines } from '../../shared/drop-line.js'
import type { IntendedWrite } from './intended-writes.js'

/** A part of a leftover that is not intact, in bytes from its beginning. */
export interface Damage {
  readonly fromByte: number
  readonly toByte: number
  readonly reason: string
}

/** What was pending for a file: the lines of its buffer, those that are in the file already included. */
export interface PendingBytes {
  readonly file: number
  /** A view on the arena. Whole lines, but for the first and the last where those are in parts. */
  readonly bytes: Uint8Array
  /** How many bytes of the first line are before these, in the file alone. Unset, none. */
  readonly missingBytes?: number
  /** As year * 10,000 + month * 100 + day. Unset, that is not known. */
  readonly day?: number
  /** Lines that end up to here are written, or given up. Unset, that is not known of any. */
  readonly startByte?: number
}

/** The line in parts that was under way in a file, as its file entry says. */
export interface LineUnderWay {
  readonly file: number
  /** As year * 10,000 + month * 100 + day. */
  readonly day: number
  readonly seq: number
  readonly level: number
}

/** A leftover, read. */
export interface LiveRecords {
  /** A private copy; of a journal, its regions. */
  readonly arena: Arena
  /** Where in the arena's bytes intact records are, in the order of publication. */
  readonly recordAt: readonly number[]
  readonly pending: readonly PendingBytes[]
  readonly damage: readonly Damage[]
  /** Writes to files that were under way. Unset, none is known. */
  readonly writes?: readonly IntendedWrite[]
  /** Lines in parts that were under way. Unset, none is known. */
  readonly underWay?: readonly LineUnderWay[]
  /** Files whose line in parts was given up while its parts were still to come. */
  readonly passedOver?: ReadonlySet<number>
  /** What files lack and were not told of. */
  readonly untold?: ReadonlyMap<number, DroppedLines>
}

/** As `damage`, of no part that is known better than its file entry. */
export function damageAt(fromByte: number, bytes: number, reason: string): Damage {
  return { fromByte, toByte: fromByte + bytes, reason }
}
