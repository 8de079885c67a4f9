/**
 * The journal's file: made by the main thread before a writer needs it, written by the partition's owner. All of it is
 * really written when it is made, so that no disk can be too full for it later.
 *
 * It is a regular file with one link that belongs to us, and no symbolic link: the directory may be writable by somebody
 * else. What is in its header is compared with what the arena says.
 */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
  writevSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { checksum, writeHeader } from '../../shared/arena.js'
import { type ArenaGeometry, arenaOffsets, MAGIC } from '../../shared/arena-layout.js'
import { SpillwayError } from '../../shared/errors.js'
import { JOURNAL_MAGIC, JOURNAL_SALT, JOURNAL_SALT_CHECK, journalGeometry } from '../../shared/journal-layout.js'

const { O_CREAT, O_EXCL, O_RDWR, O_WRONLY } = constants
/** Not everywhere: Windows has no such flags. */
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0
const O_NONBLOCK = constants.O_NONBLOCK ?? 0

const MODE = 0o600
const HEADER_WORDS = 1024
const CHUNK_BYTES = 64 * 1024

/** An open journal. */
export interface JournalFile {
  readonly descriptor: number
  readonly path: string
  /** JOURNAL_SALT. */
  readonly salt: number
}

/** The arena that a journal is for. */
export interface JournalSettings {
  readonly geometry: ArenaGeometry
  readonly partition: number
  /** Whether the days of its files are UTC days. */
  readonly utc: boolean
}

/**
 * Makes the journal of an arena, all of it written. Blocks for as long as that takes.
 * @throws the system's error (`EEXIST`, `ENOSPC` ...); then nothing is left of it.
 */
export function createJournal(path: string, settings: JournalSettings): void {
  const descriptor = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, MODE)
  try {
    fchmodSync(descriptor, MODE) // The umask may have taken bits away.
    const sizeBytes = arenaOffsets(journalGeometry(settings.geometry)).end
    writeZeros(descriptor, sizeBytes)
    // Last: what has no header yet has no frames either.
    const header = new Uint8Array(journalHeader(settings).buffer)
    for (let at = 0; at < header.length; ) at += writeSome(descriptor, header.subarray(at), at)
  } catch (error) {
    closeSync(descriptor)
    removeJournal(path)
    throw error
  }
  closeSync(descriptor)
}

/**
 * Opens the journal of an arena.
 * @throws the system's error, or {@link SpillwayError} `ERR_SPILLWAY_IO` where it is none, or one of another arena.
 */
export function openJournal(path: string, settings: JournalSettings): JournalFile {
  // Without O_NONBLOCK a FIFO would hold the writer up until somebody reads it.
  const descriptor = openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK)
  try {
    const stat = fstatSync(descriptor)
    const isOurs = stat.isFile() && stat.nlink === 1 && stat.uid === (process.getuid?.() ?? stat.uid)
    if (!isOurs || stat.size !== arenaOffsets(journalGeometry(settings.geometry)).end) throw notAJournal(path)
    const words = new Int32Array(HEADER_WORDS)
    const expected = journalHeader(settings)
    const read = readSync(descriptor, new Uint8Array(words.buffer), 0, words.byteLength, 0)
    const salt = words[JOURNAL_SALT] as number
    const isSame = expected.every((word, index) => index >= JOURNAL_SALT || word === words[index])
    if (read < words.byteLength || !isSame || words[JOURNAL_SALT_CHECK] !== saltCheck(salt)) throw notAJournal(path)
    return { descriptor, path, salt }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/** One write(2) of these parts at a place; gives how much of it the kernel took, which may be less. */
export function writeJournal(file: JournalFile, parts: readonly Uint8Array[], at: number): number {
  return writevSync(file.descriptor, parts, at)
}

/** Whether the directory of a journal is gone, with all that was in it. */
export function isJournalLeft(path: string): boolean {
  return !existsSync(dirname(path))
}

/** Closes an open journal. Never throws: after a failed close the descriptor is gone all the same. */
export function closeJournal(file: JournalFile): void {
  try {
    closeSync(file.descriptor)
  } catch {
    // Its bytes were the kernel's when write(2) returned.
  }
}

/** Deletes a journal; false where that cannot be done. */
export function removeJournal(path: string): boolean {
  try {
    unlinkSync(path)
    return true
  } catch {
    return false
  }
}

/** The checksum of a salt. */
export function saltCheck(salt: number): number {
  return checksum(new Uint8Array(Int32Array.of(salt).buffer))
}

/** Writes so many zeros from the beginning of a file, so that it has blocks for them. @throws the system's error. */
export function writeZeros(descriptor: number, bytes: number): void {
  const zeros = new Uint8Array(CHUNK_BYTES)
  for (let at = 0; at < bytes; ) at += writeSome(descriptor, zeros.subarray(0, Math.min(CHUNK_BYTES, bytes - at)), at)
}

function writeSome(descriptor: number, bytes: Uint8Array, at: number): number {
  const written = writeSync(descriptor, bytes, 0, bytes.length, at)
  if (written === 0) throw Object.assign(new Error('write took no byte'), { code: 'EIO' })
  return written
}

function journalHeader({ geometry, partition, utc }: JournalSettings): Int32Array {
  const words = new Int32Array(HEADER_WORDS)
  writeHeader(words, partition, journalGeometry(geometry), utc)
  words[MAGIC] = JOURNAL_MAGIC
  words[JOURNAL_SALT] = randomBytes(4).readInt32LE()
  words[JOURNAL_SALT_CHECK] = saltCheck(words[JOURNAL_SALT] as number)
  return words
}

function notAJournal(path: string): SpillwayError {
  return new SpillwayError('ERR_SPILLWAY_IO', `${path} is not the journal of this arena, and is not written to.`, {
    path,
  })
}
