/**
 * Reads a leftover arena: the records that were published and not applied, and what was pending for files. A process may
 * have died between any two stores of its owner; what the owner's words mean then is said where they are read.
 *
 * Nothing is believed that is not checked. A buffer's lines are taken from the buffer's beginning, for those that are
 * written already are found in the file; only where they end has to be known.
 */
import { type Arena, fileEntryWord, fileWord, geometryOf, headerCheck, NO_POSITION } from '../../shared/arena.js'
import {
  APPLIED,
  APPLYING_BASE_BYTES,
  APPLYING_FILE,
  APPLYING_PART_BYTES,
  APPLYING_POSITION,
  ARENA_VERSION,
  arenaOffsets,
  DROPPING_FILE_BASE_F64,
  DROPPING_POSITION,
  FILE_DAY,
  FILE_DROPPED_FROM_F64,
  FILE_DROPPED_LEVELS_F64,
  FILE_DROPPED_TO_F64,
  FILE_ENTRY_BYTES,
  FILE_PART_BYTES,
  FILE_PART_LEVEL,
  FILE_PART_SEQ_F64,
  FILE_PART_STATE,
  FILE_PENDING_BYTES,
  FILE_PENDING_START,
  HEADER_CHECK,
  INTENT_BUFFER,
  INTENT_BYTES,
  INTENT_DROP,
  INTENT_FILE,
  INTENT_KIND,
  INTENT_NONE,
  INTENT_RECORD,
  INTENT_REWIND,
  INTENT_START,
  LEVEL_COUNT,
  PARTS_DROPPED,
  PARTS_ENDED,
  PARTS_NONE,
  PARTS_OPEN,
  VERSION,
} from '../../shared/arena-layout.js'
import { type DroppedLines, levelIndex } from '../../shared/drop-line.js'
import { type BufferRange, checkedPendingEnd, checkedRange, overlap } from '../../shared/file-buffers-layout.js'
import { distanceBytes } from '../../shared/positions.js'
import { KIND_FRAGMENT, KIND_LAST_FRAGMENT, RECORD_PREFIX_BYTES, RECORD_SLOTS } from '../../shared/record-layout.js'
import { WriteIntent } from '../drain/write-intent.js'
import { CheckedDictionary } from './checked-dictionary.js'
import { intendedWrites } from './intended-writes.js'
import { LeftoverFiles } from './leftover-files.js'
import { isLevel, isSeq } from './line-opening.js'
import { type Damage, damageAt, type LineUnderWay, type LiveRecords, type PendingBytes } from './live-records.js'
import { RecordCheck, type RecordHeader } from './record-check.js'
import { RingChain } from './ring-chain.js'
import { ringCursors } from './ring-cursors.js'

const NEWLINE = 0x0a
const INTENT_KINDS: readonly number[] = [INTENT_NONE, INTENT_BUFFER, INTENT_RECORD, INTENT_REWIND, INTENT_DROP]
/** A mapped arena's file ends on a multiple of these. */
const FILE_UNIT_BYTES = 64 * 1024
const FILE_CAPACITY_MAX = 65_536

/** What is wrong with an arena's header page, whose file has `sizeBytes`; `null` where nothing is. */
export function arenaHeaderFault(words: Int32Array, sizeBytes: number): string | null {
  const word = (index: number): number => words[index] ?? 0
  if (words.length <= HEADER_CHECK) return 'the file ends in the header'
  if (word(HEADER_CHECK) !== headerCheck(words)) return 'the header does not fit its checksum'
  if (word(VERSION) !== ARENA_VERSION) return `the layout has version ${word(VERSION)}, not ${ARENA_VERSION}`
  const geometry = geometryOf(words)
  const { ringBytes, fileCapacity } = geometry
  const isSane = Object.values(geometry).every((count) => count > 0) && fileCapacity <= FILE_CAPACITY_MAX
  if (!isSane || (ringBytes & (ringBytes - 1)) !== 0 || geometry.fileBufferBytes % 8 !== 0)
    return 'no sizes of an arena'
  const { end } = arenaOffsets(geometry)
  // One that was cut is read as long as that takes no more than twice its memory.
  const isNear = sizeBytes * 2 >= end && sizeBytes <= Math.ceil(end / FILE_UNIT_BYTES) * FILE_UNIT_BYTES
  return isNear ? null : `the file has ${sizeBytes} bytes, and the arena ${end}`
}

/** Reads an arena. It is a private copy, of which the file had `sizeBytes`. */
export function readArena(arena: Arena, sizeBytes: number): LiveRecords {
  const live = new LeftoverArena(arena).read()
  const cutBytes = arena.offsets.end - sizeBytes
  if (cutBytes <= 0) return live
  return { ...live, damage: [damageAt(sizeBytes, cutBytes, 'the file was cut'), ...live.damage] }
}

/** Part of a file's buffer. */
interface PendingRange {
  readonly startByte: number
  readonly end: number
}

class LeftoverArena {
  readonly #arena: Arena
  readonly #words: Int32Array
  readonly #damage: Damage[] = []
  readonly #files: LeftoverFiles
  readonly #check: RecordCheck
  /** A part of a line that is in its file's buffer though APPLIED is not past it, and the line's bytes with it. */
  #appended: { readonly header: RecordHeader; readonly partBytes: number } | null = null

  /** Up to where records are applied, and published; `null` where that cannot be told. Known when the ring has been read. */
  #applied = 0
  #published: number | null = null

  constructor(arena: Arena) {
    this.#arena = arena
    this.#words = arena.words
    this.#files = new LeftoverFiles(arena)
    const dictionary = new CheckedDictionary(arena)
    for (const damage of dictionary.damage) this.#damage.push(damage)
    this.#check = new RecordCheck(arena, dictionary, this.#files)
  }

  read(): LiveRecords {
    if (!INTENT_KINDS.includes(this.#words[INTENT_KIND] as number))
      this.#damage.push(damageAt(INTENT_KIND * 4, 4, 'what was being written is of no kind'))
    const recordAt = this.#readRing()
    const pending = this.#readPending()
    return {
      arena: this.#arena,
      recordAt,
      pending,
      damage: this.#damage,
      writes: intendedWrites(this.#arena),
      underWay: this.#readUnderWay(),
      passedOver: new Set(this.#files.logs.filter((file) => this.#isPassedOver(file))),
      untold: this.#readUntold(),
    }
  }

  #readRing(): number[] {
    const chain = new RingChain(this.#arena, this.#check)
    const { applied, published, damage } = ringCursors(this.#words, this.#ringBytes, chain)
    this.#damage.push(...damage)
    this.#applied = applied
    this.#published = published
    if (published === null) {
      this.#damage.push(damageAt(APPLIED * 4, 4, 'no records can be published and not applied between these positions'))
      return []
    }
    const recordAt = chain.read(applied, published)
    for (const damage of chain.damage) this.#damage.push(damage)
    return [...this.#frozenRecord(applied, published), ...recordAt.filter((at) => !this.#isPartAppended(at))]
  }

  /**
   * The long line of a write that hung counts as applied, and may not be in its file. Nothing is pending for that. Its
   * record is intact while the ring has room for two of the longest before it comes round to it.
   */
  #frozenRecord(applied: number, published: number): number[] {
    const frozen = new WriteIntent(this.#arena).frozen()
    if (frozen?.kind !== INTENT_RECORD || frozen.position % 8 !== 0) return []
    const { file, position } = frozen
    const isThere = distanceBytes(position, applied) > 0 && distanceBytes(position, published) <= this.#ringBytes / 2
    const at = this.#offsetOf(position)
    const bytesToEnd = this.#arena.offsets.ring + this.#ringBytes - at
    const isRecord = isThere && this.#check.fault(at, bytesToEnd, bytesToEnd) === null && !this.#check.isPad(at)
    return isRecord && this.#check.header(at).file === file ? [at] : []
  }

  /**
   * Whether a part of a line is in its buffer already, as its owner's successor would find out: it is the one at APPLIED.
   * All that was stored of it has to fit: a word may be another than it was. Of whole lines the last one of a buffer tells
   * (live-lines.ts).
   */
  #isPartAppended(at: number): boolean {
    const header = this.#check.header(at)
    const { kind, file } = header
    if ((kind !== KIND_FRAGMENT && kind !== KIND_LAST_FRAGMENT) || at !== this.#offsetOf(this.#applied)) return false
    const words = this.#words
    const pendingBytes = this.#pendingBytes(file)
    const bytesBefore = this.#arena.doubles[(at + RECORD_SLOTS) >> 3] as number
    const bytes = words[(at + RECORD_PREFIX_BYTES) >> 2] as number
    const isUnderWay = words[APPLYING_POSITION] === this.#applied && words[APPLYING_FILE] === file
    const isBegun = isUnderWay && words[APPLYING_PART_BYTES] === bytesBefore
    if (!isBegun || pendingBytes - (words[APPLYING_BASE_BYTES] as number) !== bytes) {
      if (isUnderWay && pendingBytes !== words[APPLYING_BASE_BYTES])
        this.#damage.push(damageAt(APPLYING_POSITION * 4, 12, 'what was put into a buffer is not what is in it'))
      return false
    }
    this.#appended = { header, partBytes: bytesBefore + bytes }
    return true
  }

  #readPending(): PendingBytes[] {
    const taken: BufferRange[] = []
    const pending: PendingBytes[] = []
    for (const file of this.#files.logs) {
      const entry = fileEntryWord(this.#arena, file)
      const { startByte, end } = this.#pendingRange(file)
      if (end === 0) continue
      const range = checkedRange(this.#arena, file)
      const isHeld = range !== null && !taken.some((other) => overlap(other, range)) && end > 0 && end <= range.bytes
      if (!isHeld) {
        this.#damage.push(damageAt(entry * 4, FILE_ENTRY_BYTES, 'no buffer holds the pending bytes of a file'))
        continue
      }
      taken.push(range)
      const from = this.#arena.offsets.fileBuffers + range.offset
      const bytes = this.#arena.bytes.subarray(from, from + end)
      const day = this.#words[entry + FILE_DAY] as number
      pending.push({ file, bytes, missingBytes: this.#missingBytes(file, bytes), day, startByte })
    }
    return pending
  }

  /**
   * Where in its buffer the lines of a file end, 0 where none is pending; and up to where they are written or given up. While
   * a line is taken back the intent tells, else the word that tells of itself whether it is intact. With a word that does
   * not fit the file alone tells what is written.
   */
  #pendingRange(file: number): PendingRange {
    const entry = fileEntryWord(this.#arena, file)
    const start = this.#words[entry + FILE_PENDING_START] as number
    const bytes = this.#words[entry + FILE_PENDING_BYTES] as number
    const kind = this.#words[INTENT_KIND] as number
    const isIntended = this.#words[INTENT_FILE] === file
    if (isIntended && (kind === INTENT_REWIND || kind === INTENT_DROP)) return this.#rewoundRange(kind, start, bytes)
    const end = checkedPendingEnd(this.#arena, file)
    const isWhole = start + bytes === end && start >= 0 && bytes > 0
    if (isWhole || (end === 0 && bytes === 0)) return { startByte: start, end }
    if (end !== null && this.#isHalfAppended(file, start, bytes, end)) return { startByte: start, end }
    if (end !== null && isIntended && kind === INTENT_BUFFER && this.#isHalfWritten(start, bytes, end))
      return { startByte: this.#words[INTENT_START] as number, end }
    this.#damage.push(damageAt(entry * 4, FILE_ENTRY_BYTES, 'what is pending for a file does not fit where it ends'))
    return { startByte: 0, end: end ?? start + bytes }
  }

  /** Start and bytes are stored one after the other, and may be as before, or one of them. */
  #rewoundRange(kind: number, start: number, bytes: number): PendingRange {
    const [startByte, intentBytes] = [this.#words[INTENT_START] as number, this.#words[INTENT_BYTES] as number]
    // All that was pending is given up.
    if (intentBytes === 0 && (bytes === 0 || startByte === 0)) return { startByte, end: 0 }
    const end = startByte + intentBytes
    const isRewind = kind === INTENT_REWIND && (start + bytes === end || start === startByte)
    const isDrop = kind === INTENT_DROP && start === startByte && intentBytes <= bytes
    if (isRewind || isDrop) return { startByte, end }
    this.#damage.push(damageAt(INTENT_KIND * 4, 40, 'what was being written does not fit what is pending'))
    return { startByte: 0, end: start + bytes }
  }

  /** Whether the owner died between the two stores of a write's outcome, or before the buffer was free. */
  #isHalfWritten(start: number, bytes: number, end: number): boolean {
    const [intentStart, intentBytes] = [this.#words[INTENT_START] as number, this.#words[INTENT_BYTES] as number]
    if (end === 0) return bytes === intentBytes
    return start >= intentStart && start <= end && bytes === intentBytes && intentStart + intentBytes === end
  }

  /** Whether the owner died between the two stores that make a line pending. */
  #isHalfAppended(file: number, start: number, bytes: number, end: number): boolean {
    const isUnderWay = this.#words[APPLYING_FILE] === file && this.#words[APPLYING_BASE_BYTES] === bytes
    return isUnderWay && bytes >= 0 && start >= 0 && end > start + bytes && this.#isBoundary(file, start + bytes)
  }

  /** Whether a line begins there in the buffer of a file, or the next part of one. */
  #isBoundary(file: number, byte: number): boolean {
    const range = checkedRange(this.#arena, file)
    if (range === null || byte > range.bytes) return false
    if (byte === 0 || fileWord(this.#arena, file, FILE_PART_STATE) === PARTS_OPEN) return true
    return this.#arena.bytes[this.#arena.offsets.fileBuffers + range.offset + byte - 1] === NEWLINE
  }

  /** How many bytes of the first line in a buffer are in the file alone. */
  #missingBytes(file: number, bytes: Uint8Array): number {
    const { state, partBytes } = this.#parts(file)
    if (state === PARTS_ENDED) return Math.max(0, partBytes - (bytes.indexOf(NEWLINE) + 1))
    if (state !== PARTS_OPEN || bytes.includes(NEWLINE)) return 0
    return Math.max(0, partBytes - bytes.length)
  }

  /** State and bytes of the line in parts of a file, as its owner's successor would make them. */
  #parts(file: number): { state: number; partBytes: number } {
    const state = fileWord(this.#arena, file, FILE_PART_STATE)
    const partBytes = fileWord(this.#arena, file, FILE_PART_BYTES)
    if (this.#appended?.header.file !== file) return { state, partBytes }
    const end = fileWord(this.#arena, file, FILE_PENDING_START) + this.#pendingBytes(file)
    const isLast = this.#appended.header.kind === KIND_LAST_FRAGMENT
    if (isLast && this.#appended.partBytes <= end) return { state: PARTS_NONE, partBytes: 0 }
    return { state: isLast ? PARTS_ENDED : PARTS_OPEN, partBytes: this.#appended.partBytes }
  }

  /** The pending bytes of a file, with what was appended and is not counted. */
  #pendingBytes(file: number): number {
    const bytes = fileWord(this.#arena, file, FILE_PENDING_BYTES)
    const start = fileWord(this.#arena, file, FILE_PENDING_START)
    const end = checkedPendingEnd(this.#arena, file)
    return end !== null && this.#isHalfAppended(file, start, bytes, end) ? end - start : bytes
  }

  #readUnderWay(): LineUnderWay[] {
    return this.#files.logs.flatMap((file) => {
      const { state } = this.#parts(file)
      const entry = fileEntryWord(this.#arena, file)
      // Noted behind the append.
      const noted = this.#appended?.header.file === file ? this.#appended.header : null
      const seq = noted?.seq ?? (this.#arena.doubles[(entry >> 1) + FILE_PART_SEQ_F64] as number)
      const level = noted?.level ?? (this.#words[entry + FILE_PART_LEVEL] as number)
      const day = this.#words[entry + FILE_DAY] as number
      if ((state === PARTS_NONE && !this.#isPassedOver(file)) || !isSeq(seq) || !isLevel(level) || !isDay(day))
        return []
      return [{ file, day, seq, level }]
    })
  }

  #isPassedOver(file: number): boolean {
    const isBeingDropped = this.#words[INTENT_KIND] === INTENT_DROP && this.#words[INTENT_FILE] === file
    // The last part was: its line is told of as one that is.
    const dropping = this.#dropping
    if (dropping?.file === file && dropping.kind === KIND_LAST_FRAGMENT) return true
    return isBeingDropped || fileWord(this.#arena, file, FILE_PART_STATE) === PARTS_DROPPED
  }

  /** What files lack and were not told of. */
  #readUntold(): Map<number, DroppedLines> {
    const untold = new Map<number, DroppedLines>()
    for (const file of this.#files.logs) {
      const entry = fileEntryWord(this.#arena, file) >> 1
      const { doubles } = this.#arena
      const counts = Array.from(doubles.subarray(entry + FILE_DROPPED_LEVELS_F64).subarray(0, LEVEL_COUNT))
      const levels = this.#withoutOneUnderWay(file, counts)
      const seqFrom = doubles[entry + FILE_DROPPED_FROM_F64] as number
      const seqTo = doubles[entry + FILE_DROPPED_TO_F64] as number
      if (levels.every((count) => count === 0)) continue
      const areCounts = levels.every((count) => count === 0 || isSeq(count))
      if (areCounts && isSeq(seqFrom) && isSeq(seqTo) && seqFrom <= seqTo) untold.set(file, { levels, seqFrom, seqTo })
      else this.#damage.push(damageAt(entry * 8, FILE_ENTRY_BYTES, 'the counts of lines that a file lacks are none'))
    }
    return untold
  }

  /** A record that was being dropped is still in the ring, and will be written. */
  #withoutOneUnderWay(file: number, levels: number[]): number[] {
    const dropping = this.#dropping
    if (dropping?.file !== file) return levels
    return levels.with(levelIndex(dropping.level), this.#arena.doubles[DROPPING_FILE_BASE_F64] as number)
  }

  /** The record that was being dropped, if there is one. */
  get #dropping(): RecordHeader | null {
    const position = this.#words[DROPPING_POSITION] as number
    if (position === NO_POSITION || position !== this.#applied || position === this.#published) return null
    return this.#check.header(this.#offsetOf(position))
  }

  #offsetOf(position: number): number {
    return this.#arena.offsets.ring + (position & (this.#ringBytes - 1))
  }

  get #ringBytes(): number {
    return this.#arena.geometry.ringBytes
  }
}

/** Whether a number is a day. */
function isDay(day: number): boolean {
  const [year, month, date] = [Math.trunc(day / 10_000), Math.trunc(day / 100) % 100, day % 100]
  // West of Greenwich time begins in 1969.
  return year >= 1969 && year <= 9999 && month >= 1 && month <= 12 && date >= 1 && date <= 31
}
