/**
 * How far each level may fill a ring, and what happens beyond: the rule of `onFull`. It knows no cursor; RingProducer asks
 * it on its slow path only.
 *
 *   | ordinary room: all levels | head-room: error and fatal |
 *
 * - `block`: a claim waits until there is room for its level.
 * - `drop`: it is refused where there is none.
 * - `shed`: so, too, and of the levels below warn the lowest go first: each from some occupied part of the ordinary room
 *   on. No record of warn and above is refused while a lower one of its length would be taken.
 */
import { levelIndex } from '../../shared/drop-line.js'
import { ERROR } from '../../shared/levels.js'
import type { OnFull } from '../../shared/options.js'

/** This part of a ring is kept for error and fatal. */
const HEADROOM_RATIO = 1 / 16
/** And at least this: some errors with their stacks, three bytes claimed for each character. */
const HEADROOM_BYTES_MIN = 16 * 1024
/** But never more: a record of the greatest length and a pad, each a quarter, must fit into the ordinary room. */
const HEADROOM_RATIO_MAX = 1 / 4
/** From where `shed` refuses trace, debug, info and warn: parts of the ordinary room. */
const SHED_FROM = [1 / 2, 5 / 8, 3 / 4, 1] as const
/** Refusing is over, for `whenRelieved`, under this part of what the level that goes first may fill. */
const RELIEVED_RATIO = 0.7

/** The rule for one ring. */
export class FullRing {
  /** Whether claims wait; otherwise they are refused. */
  readonly waits: boolean
  /** While less than this is occupied, no level is refused for its level alone. */
  readonly openBytes: number
  /** Under this the ring has room again. */
  readonly relievedBytes: number
  readonly #capacityBytes: number
  readonly #ordinaryBytes: number
  /** For each level below error: the occupied bytes from which it is refused. */
  readonly #refusedFrom: readonly number[]

  constructor(capacityBytes: number, onFull: OnFull) {
    const headroom = Math.min(capacityBytes * HEADROOM_RATIO_MAX, HEADROOM_BYTES_MIN)
    this.#capacityBytes = capacityBytes
    this.#ordinaryBytes = capacityBytes - Math.max(capacityBytes * HEADROOM_RATIO, headroom)
    this.waits = onFull === 'block'
    this.#refusedFrom = SHED_FROM.map((part) => (onFull === 'shed' ? part : 1) * this.#ordinaryBytes)
    this.openBytes = Math.min(...this.#refusedFrom)
    this.relievedBytes = this.openBytes * RELIEVED_RATIO
  }

  /** The bytes that entries of this level may fill. */
  roomBytes(level: number): number {
    return level >= ERROR ? this.#capacityBytes : this.#ordinaryBytes
  }

  /** Whether a record of `bytes` is taken where `occupied` are. */
  admits(occupied: number, bytes: number, level: number): boolean {
    if (level >= ERROR) return occupied + bytes <= this.#capacityBytes
    return occupied + bytes <= this.#ordinaryBytes && occupied < (this.#refusedFrom[levelIndex(level)] as number)
  }
}
