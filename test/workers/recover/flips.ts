/**
 * Flips each bit of small leftovers, and cuts them to each length: `node dist/test/workers/recover/flips.js [STRIDE] [N]`
 * tries every bit, or each STRIDE-th, of all leftovers or the N-th. Prints what was found and exits 1 where a flip was neither detected nor harmless.
 */
import { type Outcome, recoverDamaged, type SmallLeftover, smallLeftover } from './small-leftover.js'

/** Owner's deaths: with nothing written; in the middle of a write; between the stores of its outcome; late. */
export const DEATHS = [40, 150, 280, 333, 420, Number.POSITIVE_INFINITY]

/** What was found. */
export interface FlipCounts {
  tried: number
  detected: number
  /** Neither detected nor of any effect. */
  harmless: number
  /** Not detected, with one line altered. */
  altered: number
  /** Lines that were missing where damage was detected, at the most. */
  missingMax: number
  readonly faults: string[]
}

export function noCounts(): FlipCounts {
  return { tried: 0, detected: 0, harmless: 0, altered: 0, missingMax: 0, faults: [] }
}

/** Flips one bit. */
export function tryFlip(leftover: SmallLeftover, bit: number, counts: FlipCounts): void {
  const bytes = leftover.bytes.slice()
  bytes[bit >> 3] = bytes[bit >> 3]! ^ (1 << (bit & 7))
  tryBytes(leftover, bytes, `bit ${bit & 7} of byte ${bit >> 3} (word ${bit >> 5})`, counts)
}

/** Cuts a leftover off. */
export function tryCut(leftover: SmallLeftover, length: number, counts: FlipCounts): Outcome {
  return tryBytes(leftover, leftover.bytes.slice(0, length), `cut to ${length} bytes`, counts)
}

function tryBytes(leftover: SmallLeftover, bytes: Uint8Array, what: string, counts: FlipCounts): Outcome {
  const outcome = recoverDamaged(leftover, bytes)
  const { report, missing, altered, fault } = outcome
  counts.tried++
  if (report.damaged > 0) {
    counts.detected++
    counts.missingMax = Math.max(counts.missingMax, missing)
  } else if (altered > 0) counts.altered++
  else counts.harmless++
  // Of a file with nothing in it nobody can know what it was.
  if (fault !== '' && bytes.length > 0) counts.faults.push(`${leftover.epitaph || 'alive'}: ${what}: ${fault}`)
  return outcome
}

if (process.argv[1]?.endsWith('flips.js')) {
  const stride = Number(process.argv[2] ?? 1)
  let isSound = true
  const deaths = process.argv[3] === undefined ? DEATHS : [DEATHS[Number(process.argv[3])]!]
  for (const death of deaths) {
    const leftover = smallLeftover(death)
    const counts = noCounts()
    for (let bit = 0; bit < leftover.bytes.length * 8; bit += stride) tryFlip(leftover, bit, counts)
    for (let length = 0; length < leftover.bytes.length; length += stride) tryCut(leftover, length, counts)
    const { faults, ...numbers } = counts
    console.log(`owner ended at "${leftover.epitaph}": ${JSON.stringify(numbers)}, ${faults.length} faults`)
    for (const fault of faults.slice(0, 40)) console.log(`  ${fault}`)
    isSound &&= faults.length === 0
  }
  process.exitCode = isSound ? 0 : 1
}
