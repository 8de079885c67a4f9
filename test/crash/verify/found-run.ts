/** What was found of one run: a bit for each entry, and how far each file goes. */
import { SeqSet } from '../../../scripts/verify/seq-set.js'
import { categoryName, EntryPlan, FILE_NAMES, FILES, WARN } from '../entry-plan.js'
import type { Findings } from './findings.js'

/** A run of the directory, as its parent knows it. */
export interface RunTold {
  readonly run: number
  /** The last entry whose call is known to have returned. */
  readonly acknowledged: number
  /** So many more may have returned at most. */
  readonly batch: number
  /** Processes that come one after the other are a chain; those of two chains live at a time, and share no file. */
  readonly chain: number
  /** What a loss is judged by; nothing may be lost where there is none. */
  readonly lossBound: LossBound | null
}

/** What is in the rings of a run, at most. */
export interface LossBound {
  readonly rings: number
  readonly ringBytes: number
}

/** What of a run is lost. */
export interface Loss {
  readonly entries: number
  /** Number of the first one; 0 for none. */
  readonly first: number
}

/** In the ring each entry takes more than its text: at least the record's header, time and sequence number. */
const RECORD_BYTES_MIN = 32
/** A longer entry goes through the ring in parts, so that its last one alone may be in it. */
const PART_OF_RING = 4

export class FoundRun {
  readonly told: RunTold
  readonly plan: EntryPlan
  readonly #seen: SeqSet
  /** Entries whose copy is in their category's file; `null` where there are no copies. */
  readonly #copied: SeqSet | null
  /** The last entry that was found of each file. */
  readonly #last: number[] = new Array(FILES).fill(0)

  constructor(told: RunTold, seed: number, hasCopies: boolean) {
    this.told = told
    this.plan = new EntryPlan(seed, told.run)
    this.#seen = new SeqSet(this.last)
    this.#copied = hasCopies ? new SeqSet(this.last) : null
  }

  /** The last entry that there can be. */
  get last(): number {
    return this.told.acknowledged + this.told.batch
  }

  /** Notes an entry that is there; false where it was before. */
  add(n: number, file: number): boolean {
    this.#last[file] = Math.max(n, this.#last[file] as number)
    return this.#seen.add(n)
  }

  /** Notes the copy of an entry in its category's file; false where it was there before. */
  addCopy(n: number): boolean {
    return this.#copied?.add(n) ?? true
  }

  /** Tells what is lost; gives how many entries, and the first of them. */
  finish(findings: Findings): Loss {
    const { run, acknowledged, lossBound } = this.told
    let lost = 0
    let firstLost = 0
    let lostBytes = 0
    for (const [first, last] of this.#seen.gaps()) {
      for (let n = first; n <= Math.min(last, acknowledged); n++) {
        const { file, text } = this.plan.look(n)
        lost++
        if (firstLost === 0) firstLost = n
        const bytes = RECORD_BYTES_MIN + text.length
        lostBytes += bytes > (lossBound?.ringBytes ?? 0) / PART_OF_RING ? RECORD_BYTES_MIN : bytes
        const place = `run ${run}, entry ${n} of ${acknowledged} acknowledged, of ${FILE_NAMES[file]}`
        findings.tell('lost', place)
        if (n < (this.#last[file] as number)) findings.tell('hole', `${place}: entry ${this.#last[file]} is there`)
      }
    }
    if (lossBound === null) this.#tellCopies(findings)
    if (lossBound !== null && lostBytes > lossBound.rings * lossBound.ringBytes) {
      findings.tell(
        'over bound',
        `run ${run}: ${lost} entries of at least ${lostBytes} bytes are lost, of ${lossBound.rings} rings of ${lossBound.ringBytes}`,
      )
    }
    return { entries: lost, first: firstLost }
  }

  /** A copy may be lost with its entry, and where nothing may be lost there are all. */
  #tellCopies(findings: Findings): void {
    const { run, acknowledged } = this.told
    for (let n = 1; this.#copied !== null && n <= acknowledged; n++) {
      const { level, category } = this.plan.look(n)
      if (level < WARN || this.#copied.has(n)) continue
      findings.tell('lost', `run ${run}, entry ${n} of ${acknowledged}: its copy in ${categoryName(category)}`)
    }
  }
}
