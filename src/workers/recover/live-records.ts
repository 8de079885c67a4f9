/**
 * What a leftover holds of lines that may be lacking in the files, whichever kind it is.
 */
import type { Arena } from '../../shared/arena.js'

/** Pending lines of one file. */
export interface PendingBytes {
  /** The index of its file table entry. */
  readonly file: number
  /** Whole lines, each with its newline. */
  readonly bytes: Uint8Array
}

/** A part of a leftover that is not what it should be. */
export interface Damage {
  readonly fromByte: number
  readonly toByte: number
  readonly reason: string
}

/** A leftover, checked. */
export interface LiveRecords {
  /** A private copy, of which formatter and dictionary reader work. */
  readonly arena: Arena
  /** Where the records are in `arena.bytes`, in the order of publication. */
  readonly recordAt: readonly number[]
  /** In each file before its records. */
  readonly pending: readonly PendingBytes[]
  readonly damage: readonly Damage[]
}
