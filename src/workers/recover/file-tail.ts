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

/** The end of one file. */
export interface FileTail {
  readonly sizeBytes: number
  /** Where the last whole line starts, and what is behind it. */
  readonly tornFromByte: number
  readonly lastOpening: LineOpening | null
  /** Of the last whole line that has a seq: what an owner had dropped it may have told behind it. */
  readonly lastNumbered: LineOpening | null
  /** The last whole line with its newline; empty where there is none, or a very long one. */
  readonly lastLine: Uint8Array
  readonly tornOpening: LineOpening | null
}

/** A file with nothing in it, or none. */
export const NO_TAIL: FileTail = {
  sizeBytes: 0,
  tornFromByte: 0,
  lastOpening: null,
  lastNumbered: null,
  lastLine: new Uint8Array(0),
  tornOpening: null,
}

/** @throws the system's error where the file cannot be read. */
export function readTail(path: string): FileTail {
  const file = openLogFileToRead(path)
  if (file === null) return NO_TAIL
  try {
    const tornFromByte = lineStart(file, file.sizeBytes)
    const lastFromByte = tornFromByte === 0 ? 0 : lineStart(file, tornFromByte - 1)
    const lastBytes = tornFromByte - lastFromByte
    const last = readRange(file, lastFromByte, lastBytes <= LINE_BYTES_MAX ? lastBytes : OPENING_BYTES_MAX)
    const lastOpening = lineOpening(last, 0, last.length)
    const torn = readRange(file, tornFromByte, Math.min(OPENING_BYTES_MAX, file.sizeBytes - tornFromByte))
    return {
      sizeBytes: file.sizeBytes,
      tornFromByte,
      lastOpening,
      lastNumbered: numberedUpTo(file, lastFromByte, lastOpening),
      lastLine: lastBytes <= LINE_BYTES_MAX ? last : NO_TAIL.lastLine,
      tornOpening: lineOpening(torn, 0, torn.length),
    }
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
  if (tornBytes < missingBytes) return false
  const file = openLogFileToRead(path)
  if (file === null) return false
  try {
    let at = missingBytes
    for (const piece of pieces) {
      for (let from = 0; from < piece.length && at < tornBytes; ) {
        const length = Math.min(BLOCK_BYTES, piece.length - from, tornBytes - at)
        const block = readRange(file, tail.tornFromByte + at, length)
        if (Buffer.compare(block, piece.subarray(from, from + length)) !== 0) return false
        from += length
        at += length
      }
    }
    return at === tornBytes
  } finally {
    closeLogFile(file)
  }
}

/** The first bytes behind the last whole line. */
export function readTorn(path: string, tail: FileTail, length: number): Uint8Array {
  const file = openLogFileToRead(path)
  if (file === null) return NO_TAIL.lastLine
  try {
    return readRange(file, tail.tornFromByte, length)
  } finally {
    closeLogFile(file)
  }
}

/** The opening of a line that starts at `fromByte`, or of the nearest one before it that has a seq. */
function numberedUpTo(file: LogFile, fromByte: number, opening: LineOpening | null): LineOpening | null {
  let before = opening
  let end = fromByte
  for (let i = 0; before?.seq === null && end > 0 && i < UNNUMBERED_MAX; i++) {
    const from = end === 1 ? 0 : lineStart(file, end - 1)
    const line = readRange(file, from, Math.min(OPENING_BYTES_MAX, end - from))
    before = lineOpening(line, 0, line.length)
    end = from
  }
  return before
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
