/**
 * Up to where the records of a leftover ring were published, which two words tell. The check tells of itself whether it is
 * intact, and is stored first, so it counts where it is: PUBLISHED is the same, or was changed, or its process died before
 * it stored it. The last record was whole then, and its call had not returned; it is taken as any other.
 */
import { checkedPosition, distanceBytes, PUBLISHED, PUBLISHED_CHECK } from '../../shared/arena-layout.js'
import { RECORD_ALIGNMENT_BYTES } from '../../shared/record-layout.js'
import { type Damage, damageAt } from './live-records.js'
import type { RingChain } from './ring-chain.js'

/** What the two words tell. */
export interface PublishedEnd {
  /** `null` where no records can be published and not applied up to what either of them says. */
  readonly position: number | null
  readonly damage: readonly Damage[]
}

/** Reads them. `applied` is where the records begin that are not applied, and `chain` reads those of the ring. */
export function publishedEnd(words: Int32Array, applied: number, ringBytes: number, chain: RingChain): PublishedEnd {
  const published = words[PUBLISHED] as number
  const checked = checkedPosition(words[PUBLISHED_CHECK] as number)
  const isPossible = (position: number | null): position is number => {
    if (position === null || (applied | position) % RECORD_ALIGNMENT_BYTES !== 0) return false
    const backlog = distanceBytes(applied, position)
    return backlog >= 0 && backlog <= ringBytes
  }
  const position = [checked, published].find(isPossible) ?? null
  if (checked === published || position === null) return { position, damage: [] }
  const isDeath = position === checked && isPossible(published) && chain.isOneRecord(published, checked)
  const reason = checked === null ? 'its check has a flipped bit' : `its check says ${checked}`
  return { position, damage: isDeath ? [] : [damageAt(PUBLISHED * 4, 8, `PUBLISHED is ${published}, and ${reason}`)] }
}
