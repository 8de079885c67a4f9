/**
 * What was seen of one run. Files of categories have to be read before those of levels: a warning or an error in a
 * category's file is the copy of one that has to be in warning.jsonl or error.jsonl, and a run that has one copy has one
 * of each, for `alsoInCategoryFile` is a matter of the whole run.
 */
import { LEVEL_NUMBERS } from '../../shared/levels.js'
import { CopyMarks } from './copy-marks.js'
import { DropDeal, type DropLine, type Share } from './drop-lines.js'
import type { ProblemList } from './problem-list.js'
import { SeqSet } from './seq-set.js'

const WARN = LEVEL_NUMBERS.warn

/** Where an entry was found. */
export interface EntryPlace {
  readonly isCopy: boolean
  /** The seq of the line of this run before it in its file; 0 where there is none. */
  readonly previousSeq: number
}

export class RunBooks {
  lines = 0
  copies = 0
  files = 0
  firstTime = Number.POSITIVE_INFINITY
  lastTime = Number.NEGATIVE_INFINITY
  minSeq = Number.POSITIVE_INFINITY
  maxSeq = 0
  missing = 0
  readonly #drops: DropLine[] = []
  readonly #seen = new SeqSet()
  readonly #copies = new CopyMarks()
  /** Warnings and errors that have no copy, where the others have. */
  readonly #bare = new SeqSet()

  /** The lines that tell of what the run dropped. */
  get drops(): readonly DropLine[] {
    return this.#drops
  }

  /** The run's first and last seq, by its lines and what they tell. */
  get seqFrom(): number {
    return this.#drops.reduce((least, { seqFrom }) => Math.min(least, seqFrom), this.minSeq)
  }

  get seqTo(): number {
    return this.#drops.reduce((most, { seqTo }) => Math.max(most, seqTo), this.maxSeq)
  }

  has(seq: number): boolean {
    return this.#seen.has(seq)
  }

  addDrop(line: DropLine): void {
    this.#drops.push(line)
    this.#noteTime(line.time)
  }

  /** Notes an entry's line; gives what is wrong with it, or `null`. */
  add(seq: number, time: number, level: number, { isCopy, previousSeq }: EntryPlace): string | null {
    this.lines++
    this.#noteTime(time)
    if (seq < this.minSeq) this.minSeq = seq
    if (seq > this.maxSeq) this.maxSeq = seq
    if (isCopy) this.copies++
    // What is below a warning has no copy, and nothing else was seen yet while there are copies.
    const isNew = isCopy ? !this.#seen.has(seq) && this.#copies.add(seq, time, level) : this.#seen.add(seq)
    if (!isNew) return `seq ${seq} is there twice`
    if (seq < previousSeq) return `out of order: seq ${seq} comes after ${previousSeq}`
    if (isCopy || this.#copies.isEmpty) return null
    const copy = this.#copies.compare(seq, time, level)
    if (copy === 'none' && level >= WARN) this.#bare.add(seq)
    return copy === 'other' ? `seq ${seq} has another time or level in its category's file` : null
  }

  /** Tells what is missing from `first` on, and what is told and not so. `name` is the run's. */
  settle(first: number, name: string, problems: ProblemList): void {
    const entries = new DropDeal(this.#drops, ({ dropped, copies }) => dropped - copies)
    for (const share of entries.shares(this.#seen.gaps(first, this.seqTo))) {
      if (share.line !== null) continue
      this.missing += share.last - share.first + 1
      problems.add(null, null, `${name}: ${this.#missingText(share)}`)
    }
    for (const { line, what } of entries.leftOver(this.#seen)) problems.add(line.path, line.line, what)
    const copies = new DropDeal(this.#drops, (line) => line.copies)
    for (const share of copies.shares(this.#bare.ranges())) {
      if (share.line === null) problems.add(null, null, `${name}: ${seqsText(share)} not in the file of the category`)
    }
  }

  #noteTime(time: number): void {
    if (time < this.firstTime) this.firstTime = time
    if (time > this.lastTime) this.lastTime = time
  }

  #missingText(share: Share): string {
    const isCopied = share.first === share.last && this.#copies.has(share.first)
    if (isCopied) return `seq ${share.first} is in the file of its category only, no reason given`
    return `${seqsText(share)} missing, no reason given`
  }
}

function seqsText({ first, last }: Share): string {
  return first === last ? `seq ${first} is` : `seq ${first} to ${last} (${last - first + 1}) are`
}
