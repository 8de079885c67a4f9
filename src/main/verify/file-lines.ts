/**
 * Reads a file in blocks of whole lines. Memory is a mebibyte, or the longest line. Nothing is followed and nothing that
 * is not a regular file is opened for long: a pipe by the name of a log file must not hang the reader.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { refused } from './log-files.js'

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
const CHUNK_BYTES = 1 << 20
const NEWLINE = 0x0a
/** Longer than any line that spillway writes, which is a string of at most 512 MiB, but for what is escaped in it. */
export const LINE_BYTES_MAX = 1 << 30

/** Some lines of a file. The bytes are good until the next block is asked for. */
export interface LineBlock {
  readonly bytes: Buffer
  /** How much of `bytes` is lines: the last byte of it is a newline, but at a torn end of the file. */
  readonly length: number
  /** Where in the file the block begins. */
  readonly offset: number
  /** A line of more than {@link LINE_BYTES_MAX}: the bytes are its beginning. */
  readonly isTooLong: boolean
}

/** The blocks of a file up to `sizeBytes`, as it was when it was found; it may be shorter now. */
export function* lineBlocks(path: string, sizeBytes: number): Generator<LineBlock, void, undefined> {
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    if (!fstatSync(file).isFile()) throw refused(path, 'it is no regular file')
    let bytes = Buffer.allocUnsafe(CHUNK_BYTES)
    for (let offset = 0; offset < sizeBytes; ) {
      const read = fill(file, bytes, offset, sizeBytes)
      if (read === 0) return
      const isEnd = offset + read >= sizeBytes || read < bytes.length
      const lines = bytes.lastIndexOf(NEWLINE, read - 1) + 1
      if (lines > 0 || isEnd) {
        const length = lines > 0 ? lines : read
        yield { bytes, length, offset, isTooLong: false }
        offset += length
        if (bytes.length > CHUNK_BYTES) bytes = Buffer.allocUnsafe(CHUNK_BYTES)
        continue
      }
      // One line is longer than the block: one is made for it alone.
      const lineEnd = findLineEnd(file, offset + read, sizeBytes)
      if (lineEnd - offset > LINE_BYTES_MAX) {
        yield { bytes, length: read, offset, isTooLong: true }
        offset = lineEnd
      } else bytes = Buffer.allocUnsafe(lineEnd - offset)
    }
  } finally {
    closeSync(file)
  }
}

/** Reads as much as there is room for, and gives how much that is. */
function fill(file: number, bytes: Buffer, offset: number, sizeBytes: number): number {
  const wanted = Math.min(bytes.length, sizeBytes - offset)
  let read = 0
  while (read < wanted) {
    const more = readSync(file, bytes, read, wanted - read, offset + read)
    if (more === 0) break
    read += more
  }
  return read
}

/** The place behind the next newline, or the end of the file. */
function findLineEnd(file: number, from: number, sizeBytes: number): number {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  for (let at = from; at < sizeBytes; ) {
    const read = fill(file, chunk, at, sizeBytes)
    if (read === 0) return at
    const newline = chunk.subarray(0, read).indexOf(NEWLINE)
    if (newline !== -1) return at + newline + 1
    at += read
  }
  return sizeBytes
}
