/**
 * The end of a log file: its last whole line, and what is behind it. A line may be longer than memory should hold, so the
 * file is read backwards in blocks and only the beginnings of lines are kept.
 */
import { closeLogFile, type LogFile, openLogFileToRead, readFrom } from '../files/log-file.js'
import { type LineOpening, lineOpening, OPENING_BYTES_MAX } from './line-opening.js'

const NEWLINE = 0x0a
const BLOCK_BYTES = 64 * 1024
/** Of a last line that is shorter all bytes are kept. */
const LINE_BYTES_MAX = 64 * 1024
/** So many lines that tell of dropped ones may stand at the end of a file, and what is before them is still found. */
const UNNUMBERED_MAX = 64

/** A whole line of a file, with its newline. */
export interface TailLine {
  readonly fromByte: number
  readonly toByte: number
  /** `null` where it does not begin as one of ours. */
  readonly opening: LineOpening | null
  /** All of it; empty of a very long one, which is read when it is looked at. */
  readonly bytes: Uint8Array
}

/** The end of one file. */
export interface FileTail {
  readonly sizeBytes: number
  /** Where the last whole line ends, and what is behind it starts. */
  readonly tornFromByte: number
  readonly last: TailLine | null
  /** The last whole line that has a seq: what an owner had dropped it may have told behind it. */
  readonly lastNumbered: TailLine | null
  /** The one before that. */
  readonly beforeNumbered: TailLine | null
  readonly tornOpening: LineOpening | null
}

const NO_BYTES = new Uint8Array(0)
/** A file with nothing in it, or none. */
const NO_TAIL: FileTail = {
  sizeBytes: 0,
  tornFromByte: 0,
  last: null,
  lastNumbered: null,
  beforeNumbered: null,
  tornOpening: null,
}

/** @throws the system's error where the file cannot be read. */
export function readTail(path: string): FileTail {
  const file = openLogFileToRead(path)
  if (file === null) return NO_TAIL
  try {
    const tornFromByte = lineStart(file, file.sizeBytes)
    const last = lineBefore(file, tornFromByte)
    const lastNumbered = numbered(file, last)
    const torn = readRange(file, tornFromByte, Math.min(OPENING_BYTES_MAX, file.sizeBytes - tornFromByte))
    return {
      sizeBytes: file.sizeBytes,
      tornFromByte,
      last,
      lastNumbered,
      beforeNumbered: lastNumbered === null ? null : numbered(file, lineBefore(file, lastNumbered.fromByte)),
      tornOpening: lineOpening(torn, 0, torn.length),
    }
  } finally {
    closeLogFile(file)
  }
}

/**
 * How many bits differ between a line of a file and these pieces, which are that line from `missingBytes` on; 2 stands for
 * more, and for another length.
 */
export function differingBits(
  path: string,
  line: TailLine,
  missingBytes: number,
  pieces: readonly Uint8Array[],
): 0 | 1 | 2 {
  const { fromByte, toByte, bytes } = line
  const piecesBytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
  if (missingBytes + piecesBytes !== toByte - fromByte) return 2
  if (bytes.length > 0)
    return compare((at, length) => bytes.subarray(at, at + length), missingBytes, toByte - fromByte, pieces)
  const file = openLogFileToRead(path)
  if (file === null) return 2
  try {
    return compare((at, length) => readRange(file, fromByte + at, length), missingBytes, toByte - fromByte, pieces)
  } finally {
    closeLogFile(file)
  }
}

/**
 * Whether what is behind the last whole line is the beginning of a line, or all of it but its newline: from `missingBytes`
 * on of these pieces.
 */
export function isBeginning(
  path: string,
  tail: FileTail,
  missingBytes: number,
  pieces: readonly Uint8Array[],
): boolean {
  const tornBytes = tail.sizeBytes - tail.tornFromByte
  const piecesBytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
  if (tornBytes < missingBytes || tornBytes > missingBytes + piecesBytes) return false
  const file = openLogFileToRead(path)
  if (file === null) return false
  try {
    return (
      compare((at, length) => readRange(file, tail.tornFromByte + at, length), missingBytes, tornBytes, pieces) === 0
    )
  } finally {
    closeLogFile(file)
  }
}

/** The first bytes behind the last whole line. */
export function readTorn(path: string, tail: FileTail, length: number): Uint8Array {
  const file = openLogFileToRead(path)
  if (file === null) return NO_BYTES
  try {
    return readRange(file, tail.tornFromByte, length)
  } finally {
    closeLogFile(file)
  }
}

/** The line that ends at `toByte`, where one does. */
function lineBefore(file: LogFile, toByte: number): TailLine | null {
  if (toByte === 0) return null
  const fromByte = lineStart(file, toByte - 1)
  const lineBytes = toByte - fromByte
  const isShort = lineBytes <= LINE_BYTES_MAX
  const bytes = readRange(file, fromByte, isShort ? lineBytes : OPENING_BYTES_MAX)
  return { fromByte, toByte, opening: lineOpening(bytes, 0, bytes.length), bytes: isShort ? bytes : NO_BYTES }
}

/** A line, or the nearest one before it, that has a seq. */
function numbered(file: LogFile, line: TailLine | null): TailLine | null {
  let before = line
  for (let i = 0; before?.opening?.seq === null && i < UNNUMBERED_MAX; i++) before = lineBefore(file, before.fromByte)
  return before?.opening?.seq == null ? null : before
}

/**
 * How many bits differ, from `fromByte` to `toByte` of a line: `read` gives its bytes, and `pieces` begin at `fromByte`.
 * 2 stands for more.
 */
function compare(
  read: (at: number, length: number) => Uint8Array,
  fromByte: number,
  toByte: number,
  pieces: readonly Uint8Array[],
): 0 | 1 | 2 {
  let bits = 0
  let at = fromByte
  for (const piece of pieces) {
    for (let from = 0; from < piece.length && at < toByte; ) {
      const length = Math.min(BLOCK_BYTES, piece.length - from, toByte - at)
      bits += blockBits(read(at, length), piece.subarray(from, from + length))
      if (bits > 1) return 2
      from += length
      at += length
    }
  }
  return bits === 0 ? 0 : 1
}

/** How many bits of two blocks differ; 2 for more, and for other lengths. */
function blockBits(one: Uint8Array, other: Uint8Array): number {
  if (Buffer.compare(one, other) === 0) return 0
  if (one.length !== other.length) return 2
  let bits = 0
  for (let i = 0; i < one.length && bits < 2; i++) {
    const changed = (one[i] as number) ^ (other[i] as number)
    // Of a power of two nothing is left without its lowest bit.
    if (changed !== 0) bits += (changed & (changed - 1)) === 0 ? 1 : 2
  }
  return Math.min(bits, 2)
}

/** Behind the last newline before `toByte`; 0 where there is none. */
function lineStart(file: LogFile, toByte: number): number {
  for (let end = toByte; end > 0; end -= BLOCK_BYTES) {
    const from = Math.max(0, end - BLOCK_BYTES)
    const newline = readRange(file, from, end - from).lastIndexOf(NEWLINE)
    if (newline >= 0) return from + newline + 1
  }
  return 0
}

/** These bytes of a file, or fewer where it has become shorter. */
function readRange(file: LogFile, fromByte: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  return bytes.subarray(0, readFrom(file.descriptor, bytes, fromByte))
}
