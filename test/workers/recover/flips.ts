/**
 * Flips each bit of small leftovers, and cuts them to each length: `node dist/test/workers/recover/flips.js [STRIDE] [N]`
 * tries every bit, or each STRIDE-th, of all leftovers or the N-th. `flips.js words [EVERY] [FROM]` tries all bits of the
 * owner's words, in the leftovers of an owner that died at each event, or each EVERY-th from one on. Prints what was found
 * and exits 1 where a flip was neither detected nor harmless.
 */
import {
  APPLIED,
  APPLIED_CHECK,
  arenaOffsets,
  FILE_ENTRY_BYTES,
  FILE_PENDING_CHECK,
} from '../../../src/shared/arena-layout.js'
import { GEOMETRY, type Outcome, recoverDamaged, type SmallLeftover, smallLeftover } from './small-leftover.js'

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

/** Words by which an owner tells its successor what it was doing, and what is pending for its files. */
export function ownersWords(): number[] {
  const words = Array.from({ length: APPLIED_CHECK + 1 - APPLIED }, (_, index) => APPLIED + index)
  const table = arenaOffsets(GEOMETRY).fileTable
  for (let file = 0; file < GEOMETRY.fileCapacity; file++) {
    for (let word = 0; word <= FILE_PENDING_CHECK; word++) words.push((table + file * FILE_ENTRY_BYTES) / 4 + word)
  }
  return words
}

function tell(leftover: SmallLeftover, { faults, ...numbers }: FlipCounts): void {
  console.log(`owner ended at "${leftover.epitaph}": ${JSON.stringify(numbers)}, ${faults.length} faults`)
  for (const fault of faults.slice(0, 40)) console.log(`  ${fault}`)
}

function flipOwnersWords(every: number, from: number): boolean {
  let isSound = true
  for (let death = from; ; death += every) {
    const leftover = smallLeftover(death)
    const counts = noCounts()
    for (const word of ownersWords()) {
      for (let bit = 0; bit < 32; bit++) tryFlip(leftover, word * 32 + bit, counts)
    }
    tell(leftover, counts)
    isSound &&= counts.faults.length === 0
    if (leftover.epitaph === '') return isSound
  }
}

if (process.argv[1]?.endsWith('flips.js') && process.argv[2] === 'words') {
  process.exitCode = flipOwnersWords(Number(process.argv[3] ?? 1), Number(process.argv[4] ?? 1)) ? 0 : 1
} else if (process.argv[1]?.endsWith('flips.js')) {
  const stride = Number(process.argv[2] ?? 1)
  let isSound = true
  const deaths = process.argv[3] === undefined ? DEATHS : [DEATHS[Number(process.argv[3])]!]
  for (const death of deaths) {
    const leftover = smallLeftover(death)
    const counts = noCounts()
    for (let bit = 0; bit < leftover.bytes.length * 8; bit += stride) tryFlip(leftover, bit, counts)
    for (let length = 0; length < leftover.bytes.length; length += stride) tryCut(leftover, length, counts)
    tell(leftover, counts)
    isSound &&= counts.faults.length === 0
  }
  process.exitCode = isSound ? 0 : 1
}
