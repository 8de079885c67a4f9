/**
 * Positions in a ring: wrapping int32 that count bytes and are multiples of 8; how they are compared, and how one is told
 * a second time so that a flipped bit cannot pass.
 */
import { RECORD_ALIGNMENT_BYTES } from './record-layout.js'

/** How far `to` is ahead of `from`, both wrapping int32 positions less than 2^31 bytes apart; negative if behind. */
export function distanceBytes(from: number, to: number): number {
  return (to - from) | 0
}

/** Positions are multiples of 8, so these low bits of one are zero. */
const CHECK_BITS = 3
/** No power of two is a multiple of it, so each flipped bit of a number changes the rest. */
const CHECK_DIVISOR = 7

/**
 * A position for the second time, which tells of itself whether it is intact: in the bits that are zero it has a rest of
 * the others. All are inverted, so that zeros are no check.
 */
export function positionCheck(position: number): number {
  return ~(position | ((position >>> CHECK_BITS) % CHECK_DIVISOR))
}

/** The position that an intact check was made of. */
export function uncheckedPosition(check: number): number {
  return (~check >> CHECK_BITS) << CHECK_BITS
}

/** The position that a check was made of; `null` where a bit of it was flipped. */
export function checkedPosition(check: number): number | null {
  const position = uncheckedPosition(check)
  return positionCheck(position) === check ? position : null
}

if (1 << CHECK_BITS !== RECORD_ALIGNMENT_BYTES || CHECK_DIVISOR >= RECORD_ALIGNMENT_BYTES)
  throw new RangeError('positions: the check of a position reaches into it')
