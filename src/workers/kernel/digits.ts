/** Digits of the line kernel: two at a time, in the little-endian numbers that they are as text. */

export const DIGIT_0: u32 = 0x30

/** Eight digits of a number below 10^8. */
export function eight(value: u32): u64 {
  const high = value / 10000
  const low = value - high * 10000
  return four(high) | (four(low) << 32)
}

function four(value: u32): u64 {
  const high = value / 100
  return <u64>pair(high) | ((<u64>pair(value - high * 100)) << 16)
}

/** Two digits of a number below 100. */
export function pair(value: u32): u32 {
  const tens = value / 10
  return (DIGIT_0 + tens) | ((DIGIT_0 + (value - tens * 10)) << 8)
}

/** A number below 2^53. */
export function integer(to: usize, value: u64): usize {
  if (value < 100000000) return short(to, <u32>value)
  const high = value / 100000000
  if (high < 100000000) {
    const after = short(to, <u32>high)
    store<u64>(after, eight(<u32>(value - high * 100000000)))
    return after + 8
  }
  const top = high / 100000000
  const after = short(to, <u32>top)
  store<u64>(after, eight(<u32>(high - top * 100000000)))
  store<u64>(after, eight(<u32>(value - high * 100000000)), 8)
  return after + 16
}

/** A number below 10^8. */
function short(to: usize, value: u32): usize {
  if (value < 10) {
    store<u8>(to, DIGIT_0 + value)
    return to + 1
  }
  if (value < 100) {
    store<u16>(to, pair(value))
    return to + 2
  }
  // All eight, and those at the front that are none are shifted out.
  const digits = eight(value)
  const zeros = ctz<u64>(digits ^ 0x3030303030303030) >> 3
  store<u64>(to, digits >> (zeros << 3))
  return to + 8 - <usize>zeros
}
