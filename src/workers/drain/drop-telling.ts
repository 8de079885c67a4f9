/**
 * Files that lack lines which were dropped are told so: each gets a line of how many, as soon as it can be written again.
 */
import type { Arena } from '../../shared/arena.js'
import { PARTS_OPEN } from '../../shared/arena-layout.js'
import type { DayClock } from './day-clock.js'
import type { DrainParts } from './drain-parts.js'
import { NO_ROOM } from './file-buffers.js'
import { type RecordUnderWay, TELLING } from './record-under-way.js'

/** Tells the files of one partition. */
export class DropTelling {
  readonly #arena: Arena
  readonly #applying: RecordUnderWay
  readonly #days: DayClock
  readonly #parts: DrainParts

  constructor(arena: Arena, applying: RecordUnderWay, days: DayClock, parts: DrainParts) {
    this.#arena = arena
    this.#applying = applying
    this.#days = days
    this.#parts = parts
  }

  /** Each file that can be written (`anyway` each) gets its line into its buffer. False where none has got one. */
  tell(nowMs: number, anyway: boolean): boolean {
    const { drops, lineParts, buffers } = this.#parts
    let told = false
    for (const file of [...drops.untold]) {
      if (lineParts.state(file) === PARTS_OPEN || (!anyway && !buffers.writes.isSound(file))) continue
      const line = Buffer.from(drops.line(file, nowMs), 'latin1')
      const offset = buffers.reserve(file, this.#days.dayOf(nowMs), line.length)
      if (offset === NO_ROOM) continue
      this.#applying.begin(TELLING, file)
      this.#arena.bytes.set(line, offset)
      buffers.append(file, line.length, 0, this.#applying.beforeApplied, nowMs)
      drops.told(file)
      this.#applying.end()
      told = true
    }
    return told
  }
}
