/**
 * Where the records of a leftover ring begin that are published and not applied, and where they end. Each of the two is
 * told by two words. The check tells of itself whether it is intact, and is stored first, so it counts where it is: the
 * other word is the same, or was changed, or its process died before it stored it. Then a record is between them which was
 * published whole, by a call that had not returned, and is taken as any other; or which was applied.
 */
import { APPLIED, APPLIED_CHECK, PUBLISHED, PUBLISHED_CHECK } from '../../shared/arena-layout.js'
import { checkedPosition, distanceBytes } from '../../shared/positions.js'
import { RECORD_ALIGNMENT_BYTES } from '../../shared/record-layout.js'
import { type Damage, damageAt } from './live-records.js'
import type { RingChain } from './ring-chain.js'

/** What the words tell. */
export interface RingCursors {
  readonly applied: number
  /** `null` where no records can be published and not applied between what the words say. */
  readonly published: number | null
  readonly damage: readonly Damage[]
}

/** Reads them; `chain` reads the records of the ring. */
export function ringCursors(words: Int32Array, ringBytes: number, chain: RingChain): RingCursors {
  const isPossible = (from: number, to: number): boolean => {
    const backlogBytes = distanceBytes(from, to)
    return (from | to) % RECORD_ALIGNMENT_BYTES === 0 && backlogBytes >= 0 && backlogBytes <= ringBytes
  }
  const [checkedStart, storedStart] = [checkedPosition(words[APPLIED_CHECK] as number), words[APPLIED] as number]
  const [checkedEnd, storedEnd] = [checkedPosition(words[PUBLISHED_CHECK] as number), words[PUBLISHED] as number]
  const starts = [checkedStart ?? storedStart, storedStart]
  const ends = [checkedEnd ?? storedEnd, storedEnd]
  const pairs = starts.flatMap((applied) => ends.map((published) => ({ applied, published })))
  const found = pairs.find(({ applied, published }) => isPossible(applied, published))
  const { applied, published } = found ?? { applied: storedStart, published: null }
  const damage: Damage[] = []
  if (checkedStart !== storedStart) {
    const isDeath = applied === checkedStart && chain.isStep(storedStart, applied)
    if (!isDeath) damage.push(fault('APPLIED', APPLIED, storedStart, checkedStart))
  }
  if (checkedEnd !== storedEnd && published !== null) {
    const isDeath =
      published === checkedEnd && isPossible(applied, storedEnd) && chain.isOneRecord(storedEnd, published)
    if (!isDeath) damage.push(fault('PUBLISHED', PUBLISHED, storedEnd, checkedEnd))
  }
  return { applied, published, damage }
}

function fault(name: string, word: number, stored: number, checked: number | null): Damage {
  const reason = checked === null ? 'its check has a flipped bit' : `its check says ${checked}`
  return damageAt(word * 4, 4, `${name} is ${stored}, and ${reason}`)
}
