/**
 * From what a leftover holds to the lines of each file and day, in their order: first those of the file's buffer, then
 * those of the ring. What is in both, for its owner died between append and APPLIED, is there once.
 */
import { type Arena, fileEntryWord } from '../../shared/arena.js'
import { FILE_ENTRY_BYTES } from '../../shared/arena-layout.js'
import { type DroppedLines, dropLine, FILE_FAILED, LEVEL_NAMES, levelIndex, noLevels } from '../../shared/drop-line.js'
import {
  KIND_FRAGMENT,
  KIND_LAST_FRAGMENT,
  PART_SLOTS,
  RECORD_PREFIX_BYTES,
  RECORD_SLOTS,
  recordTextOffset,
} from '../../shared/record-layout.js'
import { DayClock } from '../drain/day-clock.js'
import { CheckedDictionary } from './checked-dictionary.js'
import { LeftoverFiles } from './leftover-files.js'
import { isSameLine, type LineOpening, lineOpening } from './line-opening.js'
import { LineSource, type LiveLine, type PartsLine, type StoredLine } from './line-source.js'
import { type Damage, damageAt, type LineUnderWay, type LiveRecords, type PendingBytes } from './live-records.js'
import { RecordCheck, type RecordHeader } from './record-check.js'
import { outOfOrder } from './seq-order.js'

const NEWLINE = 0x0a

/** The lines of one file on one day. */
export interface PathLines {
  readonly file: number
  readonly day: number
  readonly lines: LiveLine[]
  /** So many of them are known to be written, wherever that was. */
  writtenMin: number
  /** A line in parts whose call never returned, or which was given up: its beginning may be at the file's end. */
  begun: PartsLine | null
}

/** A line in parts whose last one is yet to come. */
interface BegunLine {
  readonly level: number
  readonly seq: number
  readonly timeMs: number
  readonly day: number
  readonly missingBytes: number
  readonly pieces: Uint8Array[]
  /** How many bytes of it are known, those that are missing included. */
  bytes: number
}

/** Where the lines of a buffer belong; its day is `null` where only theirs tell. */
interface PendingPlace {
  readonly file: number
  readonly day: number | null
}

/** What is known of a file so far. */
interface FileState {
  /** The last lines of its buffer, with and without a seq. */
  lastNumbered: LineOpening | null
  lastUnnumbered: StoredLine | null
  lastTimeMs: number | null
  begun: BegunLine | null
}

/** Collects the lines of one leftover. */
export class LiveLines {
  readonly source: LineSource
  readonly damage: Damage[] = []
  readonly #live: LiveRecords
  readonly #arena: Arena
  readonly #files: LeftoverFiles
  readonly #check: RecordCheck
  readonly #days: DayClock
  /** By file and day. */
  readonly #paths = new Map<number, Map<number, PathLines>>()
  readonly #states = new Map<number, FileState>()
  readonly #untold: Map<number, DroppedLines>
  readonly #passedOver: Set<number>

  /** `timeMs` is that of a line which tells of dropped ones, in a file that nothing else is live for. */
  constructor(live: LiveRecords, utc: boolean, timeMs: number) {
    this.#live = live
    this.#arena = live.arena
    const dictionary = new CheckedDictionary(live.arena)
    this.source = new LineSource(live.arena, dictionary)
    this.#files = new LeftoverFiles(live.arena)
    this.#check = new RecordCheck(live.arena, dictionary, this.#files)
    this.#days = new DayClock(utc)
    this.#untold = new Map(live.untold)
    this.#passedOver = new Set(live.passedOver)
    for (const pending of live.pending) if (this.#files.kind(pending.file) === 'log') this.#addPending(pending)
    for (const [file, dropped] of live.untold ?? []) if (this.#isTold(file, dropped)) this.#untold.delete(file)
    for (const at of live.recordAt) this.#addRecord(at)
    this.#addBegun()
    this.#addUntold(timeMs)
  }

  /** The lines by file and day, in no order but theirs. */
  get paths(): readonly PathLines[] {
    return [...this.#paths.values()].flatMap((days) => [...days.values()])
  }

  #addPending(pending: PendingBytes): void {
    const { file, bytes, startByte = 0 } = pending
    const damageBefore = this.damage.length
    const underWay = this.#live.underWay?.find((each) => each.file === file)
    const lines = splitLines(bytes)
    if ((pending.missingBytes ?? 0) > 0 && underWay !== undefined) {
      const first = lines.shift()
      if (first !== undefined) this.#addPendingPart(pending, underWay, first)
    }
    const openings = lines.map(({ from, to }) => lineOpening(bytes, from, to))
    const out = outOfOrder(
      openings.map((opening) => opening?.seq ?? null),
      false,
    )
    const place = { file, day: this.#pendingDay(pending, openings) }
    for (const [index, { from, to }] of lines.entries()) {
      // The end of a line in parts that was given up.
      if (to <= startByte && (openings[index] ?? null) === null) continue
      const line: StoredLine = { kind: 'stored', bytes, from, to }
      const opening = openings[index] ?? null
      if (out.has(index)) this.#addDamaged(place, line, opening, 'a pending line is not between its neighbours')
      else if (bytes[to - 1] === NEWLINE) this.#addStored(place, line, opening)
      else if (underWay === undefined) this.#addDamaged(place, line, opening, 'the pending bytes end within a line')
      else this.#begin(file, underWay, bytes.subarray(from, to), 0)
    }
    if (this.damage.length === damageBefore) this.#markWritten(file, bytes, startByte)
  }

  /** The lines of a buffer that end up to `startByte` are written. */
  #markWritten(file: number, bytes: Uint8Array, startByte: number): void {
    for (const path of this.#paths.get(file)?.values() ?? []) {
      for (const [index, line] of path.lines.entries()) {
        const isBefore =
          line.kind === 'parts'
            ? (line.pieces[0]?.length ?? 0) <= startByte
            : line.kind !== 'record' && line.bytes === bytes && line.to <= startByte
        if (isBefore) path.writtenMin = index + 1
      }
    }
  }

  /** The first line of a buffer, whose beginning is in the file. */
  #addPendingPart({ file, bytes, missingBytes = 0 }: PendingBytes, underWay: LineUnderWay, line: Range): void {
    const piece = bytes.subarray(line.from, line.to)
    if (bytes[line.to - 1] !== NEWLINE) {
      this.#begin(file, underWay, piece, missingBytes)
      return
    }
    const { level, seq, day } = underWay
    this.#state(file).lastNumbered = { level, seq, timeMs: Number.NaN }
    this.#path(file, day).lines.push({ kind: 'parts', level, seq, timeMs: Number.NaN, missingBytes, pieces: [piece] })
  }

  #begin(file: number, { level, seq, day }: LineUnderWay, piece: Uint8Array, missingBytes: number): void {
    const bytes = missingBytes + piece.length
    const timeMs = missingBytes === 0 ? (lineOpening(piece, 0, piece.length)?.timeMs ?? Number.NaN) : Number.NaN
    this.#state(file).begun = { level, seq, timeMs, day, missingBytes, pieces: [piece], bytes }
  }

  /** The day of a buffer's lines as their owner said, if one of them says so, too: the time of another may be damaged. */
  #pendingDay({ day }: PendingBytes, openings: readonly (LineOpening | null)[]): number | null {
    const isSaid = openings.some((opening) => opening !== null && this.#days.dayOf(opening.timeMs) === day)
    return day !== undefined && isSaid ? day : null
  }

  #addStored(place: PendingPlace, line: StoredLine, opening: LineOpening | null): void {
    const state = this.#state(place.file)
    if (opening === null) {
      this.#addDamaged(place, line, null, 'a pending line does not begin as one')
      return
    }
    const stored = this.source.isSound(line)
      ? this.#addLine(place, line, opening.timeMs)
      : this.#addDamaged(place, line, opening, 'a pending line is no JSON')
    if (opening.seq === null) state.lastUnnumbered = stored
    else state.lastNumbered = opening
    state.lastTimeMs = opening.timeMs
  }

  /** One that tells what is in its file all the same. Where its day is not known it is beside the lines before it. */
  #addDamaged(place: PendingPlace, line: StoredLine, opening: LineOpening | null, reason: string): StoredLine {
    this.#damaged(line.bytes, line.from, line.to, reason)
    const timeMs = opening?.timeMs ?? this.#state(place.file).lastTimeMs
    return this.#addLine(place, { ...line, kind: 'damaged' }, timeMs)
  }

  #addLine({ file, day }: PendingPlace, line: StoredLine, timeMs: number | null): StoredLine {
    const known = day ?? (timeMs === null ? null : this.#days.dayOf(timeMs))
    if (known !== null) this.#path(file, known).lines.push(line)
    return line
  }

  #addRecord(at: number): void {
    const fault = this.#check.fault(at, this.#arena.bytes.length - at, 0)
    const header = this.#check.header(at)
    if (fault !== null) {
      this.damage.push(damageAt(at, this.#check.length(at), fault))
      return
    }
    if (this.#files.kind(header.file) !== 'log') return
    if (header.kind === KIND_FRAGMENT || header.kind === KIND_LAST_FRAGMENT) {
      this.#addPart(at, header)
      return
    }
    const state = this.#state(header.file)
    this.#endBegun(header.file)
    const line: LiveLine = { kind: 'record', at }
    const opening = this.source.recordOpening(at)
    if (opening !== null && this.#isPending(header.file, line, opening)) return
    if (opening === null || !isSaidBy(opening, header) || !this.source.isSound(line)) {
      this.damage.push(damageAt(at, this.#check.length(at), 'a record is no line, or no JSON'))
      return
    }
    state.lastTimeMs = header.timeMs
    this.#path(header.file, this.#days.dayOf(header.timeMs)).lines.push(line)
  }

  /** Whether a record's line is in its file's buffer already: only the last one there can be both. */
  #isPending(file: number, line: LiveLine, opening: LineOpening): boolean {
    const { lastNumbered, lastUnnumbered } = this.#state(file)
    if (opening.seq === null) {
      if (lastUnnumbered === null) return false
      const { bytes, from, to } = lastUnnumbered
      return Buffer.compare(bytes.subarray(from, to), this.source.pieces(line)[0] as Uint8Array) === 0
    }
    const lastSeq = lastNumbered?.seq ?? 0
    if (lastNumbered === null || opening.seq > lastSeq) return false
    if (isSameLine(lastNumbered, opening)) return true
    // Where what is applied is not what APPLIED says, or the seq of the last pending line is not its own.
    const reason = `the last pending line has seq ${lastSeq}, and a record behind it ${opening.seq}`
    this.damage.push(damageAt(fileEntryWord(this.#arena, file) * 4, FILE_ENTRY_BYTES, reason))
    return this.#path(file, this.#days.dayOf(opening.timeMs)).lines.some((each) => {
      const known = each.kind === 'record' ? null : this.source.opening(each)
      return known !== null && isSameLine(known, opening)
    })
  }

  #addPart(at: number, header: RecordHeader): void {
    const { file, seq, level } = header
    const state = this.#state(file)
    const offset = this.#arena.doubles[(at + RECORD_SLOTS) >> 3] as number
    const text = at + recordTextOffset(PART_SLOTS)
    const piece = this.#arena.bytes.subarray(
      text,
      text + (this.#arena.words[(at + RECORD_PREFIX_BYTES) >> 2] as number),
    )
    if (state.begun !== null && (state.begun.seq !== seq || state.begun.bytes !== offset)) this.#endBegun(file)
    const { timeMs } = header
    const day = this.#days.dayOf(timeMs)
    // What is in the buffer of a line does not tell its time where its beginning is in the file.
    state.begun = { ...(state.begun ?? { level, seq, day, missingBytes: offset, pieces: [], bytes: offset }), timeMs }
    state.begun.pieces.push(piece)
    state.begun.bytes += piece.length
    if (header.kind !== KIND_LAST_FRAGMENT) return
    const line: PartsLine = partsLine(state.begun)
    state.begun = null
    if (line.missingBytes > 0 && this.#passedOver.delete(file)) this.#drop(header)
    else if (line.missingBytes === 0 && !this.source.isSound(line))
      this.damage.push(damageAt(at, this.#check.length(at), 'a line in parts is no JSON'))
    else {
      state.lastTimeMs = header.timeMs
      this.#path(file, day).lines.push(line)
    }
  }

  /** A line in parts that another line follows: a part of it is missing. */
  #endBegun(file: number): void {
    const state = this.#state(file)
    if (state.begun === null) return
    const at = fileEntryWord(this.#arena, file) * 4
    this.damage.push(damageAt(at, 0, `a part of the line with seq ${state.begun.seq} is missing`))
    state.begun = null
  }

  /** Lines in parts that are not at their end. */
  #addBegun(): void {
    for (const [file, { begun }] of this.#states) {
      if (begun !== null) this.#path(file, begun.day).begun = partsLine(begun)
    }
    for (const { file, day, level, seq } of this.#live.underWay ?? []) {
      const path = this.#path(file, day)
      const missingBytes = Number.POSITIVE_INFINITY
      path.begun ??= { kind: 'parts', level, seq, timeMs: Number.NaN, missingBytes, pieces: [] }
    }
  }

  /** The line whose beginning found no room is told of as its owner would have done it. */
  #drop({ file, level, seq }: RecordHeader): void {
    const before = this.#untold.get(file) ?? { levels: noLevels(), seqFrom: seq, seqTo: seq }
    const index = levelIndex(level)
    this.#untold.set(file, {
      levels: before.levels.with(index, (before.levels[index] as number) + 1),
      seqFrom: Math.min(before.seqFrom, seq),
      seqTo: Math.max(before.seqTo, seq),
    })
  }

  /** The time of the line that tells must be the same whenever the leftover is read. */
  #addUntold(timeMs: number): void {
    for (const [file, dropped] of this.#untold) {
      const time = this.#states.get(file)?.lastTimeMs ?? timeMs
      const bytes = Buffer.from(dropLine(dropped, time, FILE_FAILED), 'latin1')
      this.#path(file, this.#days.dayOf(time)).lines.push({ kind: 'stored', bytes, from: 0, to: bytes.length })
    }
  }

  /** Whether the line that tells is in the file's buffer, though some of the counts, or all, are still there. */
  #isTold(file: number, { levels, seqFrom, seqTo }: DroppedLines): boolean {
    const line = this.#states.get(file)?.lastUnnumbered ?? null
    const told = line === null ? null : toldIn(line)
    if (told === null || told.seqFrom !== seqFrom || told.seqTo !== seqTo) return false
    return levels.every((count, level) => count === 0 || count === told.levels[level])
  }

  #state(file: number): FileState {
    const known = this.#states.get(file)
    if (known !== undefined) return known
    const state = { lastNumbered: null, lastUnnumbered: null, lastTimeMs: null, begun: null }
    this.#states.set(file, state)
    return state
  }

  #path(file: number, day: number): PathLines {
    const days = this.#paths.get(file) ?? new Map<number, PathLines>()
    this.#paths.set(file, days)
    const path = days.get(day) ?? { file, day, lines: [], writtenMin: 0, begun: null }
    days.set(day, path)
    return path
  }

  #damaged(bytes: Uint8Array, from: number, to: number, reason: string): void {
    this.damage.push(damageAt(bytes.byteOffset + from, to - from, reason))
  }
}

/** What a line tells of dropped ones; `null` where it is none of that kind. */
function toldIn({ bytes, from, to }: StoredLine): DroppedLines | null {
  const text = Buffer.from(bytes.subarray(from, to)).toString('latin1')
  const [, counts = '', seqFrom, seqTo] = /"levels":\{([^}]*)\},"seqFrom":([0-9]+),"seqTo":([0-9]+),/.exec(text) ?? []
  if (seqFrom === undefined || seqTo === undefined) return null
  const levels = LEVEL_NAMES.map((name) => Number(new RegExp(`"${name}":([0-9]+)`).exec(counts)?.[1] ?? 0))
  return { levels, seqFrom: Number(seqFrom), seqTo: Number(seqTo) }
}

/** Whether a record's line is the one that its header says. */
function isSaidBy(opening: LineOpening, header: RecordHeader): boolean {
  if (opening.level !== header.level) return false
  if (opening.seq === null) return opening.timeMs === Math.trunc(header.timeMs)
  return opening.seq === header.seq && opening.timeMs === header.timeMs
}

interface Range {
  readonly from: number
  readonly to: number
}

/** The lines of these bytes, each with its newline but perhaps the last. */
function splitLines(bytes: Uint8Array): Range[] {
  const lines: Range[] = []
  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, from)
    const to = newline < 0 ? bytes.length : newline + 1
    lines.push({ from, to })
    from = to
  }
  return lines
}

function partsLine({ level, seq, timeMs, missingBytes, pieces }: BegunLine): PartsLine {
  return { kind: 'parts', level, seq, timeMs, missingBytes, pieces }
}
