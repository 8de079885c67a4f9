/**
 * Has the main thread write a partition's journal while the writer starts, the first one or a successor: that takes tens
 * of milliseconds, and a process that is killed meanwhile would lose all that was logged since.
 *
 * It is done inside the calls, for the event loop may stand still: each publication rings, as where the main thread drains,
 * and what has come is journaled once in a millisecond, and when the event loop turns. It ends by itself when the writer has
 * come to its journal. Without a journal nothing of this is there.
 */
import type { Arena } from '../../shared/arena.js'
import { URGENT_PUBLISHED } from '../../shared/arena-layout.js'
import { clearInterval, monotonicMs, setImmediate, setInterval } from '../../shared/real-timers.js'
import type { RingProducer } from '../produce/ring-producer.js'
import { EarlyJournal } from './takeover.js'

/** Between two writes. */
const APPEND_MS = 1
/** How often it is looked whether the writer has come, where no publication finds that out. */
const LOOK_MS = 20

/** The times of one partition in which its journal is the main thread's. */
export class EarlyJournaling {
  readonly #arena: Arena
  readonly #ring: RingProducer
  readonly #directory: string | null
  readonly #onUrgent: () => void
  readonly #atRing = (): void => this.#rung()
  /** `null` outside of these times. */
  #journal: EarlyJournal | null = null
  #looks: NodeJS.Timeout | null = null
  #appendedAtMs = 0
  #isTurnAwaited = false
  /** URGENT_PUBLISHED at the last ring. */
  #urgentSeen = 0

  /** `directory` has the journals; `null` for none. `onUrgent` is told of errors whose ring nobody else has heard. */
  constructor(arena: Arena, ring: RingProducer, directory: string | null, onUrgent: () => void) {
    this.#arena = arena
    this.#ring = ring
    this.#directory = directory
    this.#onUrgent = onUrgent
  }

  /** Nobody owns the partition, and a writer is going to be started. */
  begin(): void {
    this.end()
    if (this.#directory === null) return
    this.#journal = new EarlyJournal(this.#arena, this.#directory)
    this.#urgentSeen = Atomics.load(this.#arena.words, URGENT_PUBLISHED)
    this.#ring.drainHere(this.#atRing)
    this.#looks = setInterval(() => this.#look(), LOOK_MS).unref()
    this.#journal.append() // What has come since the owner before.
    this.#appendedAtMs = Number.NEGATIVE_INFINITY
  }

  /** The journal is the owner's from now on, or the main thread drains the partition. */
  end(): void {
    if (this.#looks !== null) clearInterval(this.#looks)
    this.#looks = null
    this.#journal?.close()
    this.#journal = null
    this.#ring.leaveTo(this.#atRing)
  }

  #look(): void {
    if (this.#journal?.isOurs === false) this.end()
  }

  /** A bell that is not rung is not missed: the writer is awake, and looks at everything once it has the journal. */
  #rung(): void {
    if (!this.#journalSoon()) {
      this.end()
      this.#ring.ring()
      return
    }
    const urgent = Atomics.load(this.#arena.words, URGENT_PUBLISHED)
    if (urgent === this.#urgentSeen) return
    this.#urgentSeen = urgent
    this.#onUrgent()
  }

  /** False where the owner has the journal. */
  #journalSoon(): boolean {
    if (monotonicMs() - this.#appendedAtMs >= APPEND_MS) return this.#append()
    if (!this.#isTurnAwaited) {
      // Not unreferenced: the event loop would sleep over it. A process that is at its end is kept for this one turn.
      setImmediate(() => {
        this.#isTurnAwaited = false
        this.#append()
      })
      this.#isTurnAwaited = true
    }
    return this.#journal?.isOurs === true
  }

  #append(): boolean {
    const isOurs = this.#journal?.append() === true
    this.#appendedAtMs = monotonicMs() // After it: where a write takes long, the calls get as much time as the writes.
    return isOurs
  }
}
