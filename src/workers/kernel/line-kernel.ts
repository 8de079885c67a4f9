/**
 * The owner's inner loop in AssemblyScript, in one memory, which is the arena's: records that are as most are become lines
 * in their files' buffers. It stops before the first record that is not: whose file has nothing pending, no room, or
 * another day; a part of a line; what lines.ts does not write. partition-drain.ts does those, and goes on here.
 *
 * Its stores are those of partition-drain.ts, in the same order, so that a successor finds the same after a death between
 * any two of them: the words of the record under way, the buffer's lines and end, its bytes (the one store that makes the
 * line count), then APPLIED with its check. The bytes of the line come before all of these, where nothing counts yet.
 *
 * It has no data of its own in the memory, and no stack there. Whatever the arena holds, only the words named here and the
 * file buffers are written.
 */
import { entryOf, indexIsAt, textOf } from './dictionary-index'
import { fields, NOT_MINE, rendered, template } from './lines'
import {
  KIND_FIELDS,
  KIND_LINE,
  KIND_MASK,
  KIND_PAD,
  KIND_TEMPLATE,
  RECORD_ALIGNMENT_BYTES,
  RECORD_HEAD,
  RECORD_IDS,
  RECORD_SLOTS,
  RECORD_TIME,
} from './record-layout'
import { step } from './trace'

const NO_POSITION: i32 = -1

// positions.ts
const CHECK_BITS: u32 = 3
const CHECK_DIVISOR: u32 = 7

let ring: usize = 0
let ringBytes: u32 = 0
let fileTable: usize = 0
let buffers: usize = 0
let buffersBytes: u32 = 0

/** Where the regions of the arena are, once. */
export function attach(
  ringAt: usize,
  bytesOfRing: u32,
  fileTableAt: usize,
  indexAt: usize,
  buffersAt: usize,
  bytesOfBuffers: u32,
): void {
  ring = ringAt
  ringBytes = bytesOfRing
  fileTable = fileTableAt
  indexIsAt(indexAt)
  buffers = buffersAt
  buffersBytes = bytesOfBuffers
}

/**
 * Applies the records from one position on, about `bytes` of them and none behind `to`. `files` are known; the day is that
 * of the times from `dayFrom` to before `dayTo`. Gives the position of the first record that is not applied.
 */
export function apply(from: i32, to: i32, bytes: i32, files: u32, day: i32, dayFrom: f64, dayTo: f64): i32 {
  let position = from
  if (<u32>(to - from) > ringBytes) return position
  while (position !== to && position - from < bytes) {
    const inRing = <u32>position & (ringBytes - 1)
    const record = ring + inRing
    const length = load<u32>(record)
    if (length === 0 || length % RECORD_ALIGNMENT_BYTES !== 0) break
    if (length > <u32>(to - position) || inRing + length > ringBytes) break
    const head = load<u32>(record, RECORD_HEAD)
    if ((head & KIND_MASK) !== KIND_PAD) {
      const file = head >>> 16
      if (file >= files || length < <u32>RECORD_SLOTS) break
      const time = load<f64>(record, RECORD_TIME)
      const entry = fileTable + file * FILE_ENTRY_BYTES
      if (!(time >= dayFrom && time < dayTo) || word(entry, FILE_DAY) !== <u32>day) break
      if (!append(position, record, record + length, head, file, entry)) break
    }
    position += length
    put(0, APPLIED_CHECK, check(position))
    put(0, APPLIED, <u32>position)
  }
  return position
}

/** False where nothing has been done. */
function append(position: i32, record: usize, end: usize, head: u32, file: u32, entry: usize): bool {
  const pending = word(entry, FILE_PENDING_BYTES)
  const range = ~word(entry, FILE_BUFFER) & ~((1 << CHECK_BITS) - 1)
  const size = word(entry, FILE_BUFFER_SIZE)
  const used = word(entry, FILE_PENDING_START) + pending
  // Somebody may have tampered with the entry.
  if (pending === 0 || range > buffersBytes || size > buffersBytes - range || used > size) return false
  const at = buffers + range + used
  const to = line(record, end, head, at, buffers + range + size)
  if (to === NOT_MINE) return false
  const bytes = <u32>(to - at)
  const lines = word(entry, FILE_PENDING_LINES)
  put(0, APPLYING_POSITION, NO_POSITION)
  put(0, APPLYING_BASE_BYTES, pending)
  put(0, APPLYING_BASE_LINES, lines)
  put(0, APPLYING_FILE, file)
  put(0, APPLYING_POSITION, <u32>position)
  put(entry, FILE_PENDING_LINES, lines + 1)
  put(entry, FILE_PENDING_CHECK, check((used + bytes) << CHECK_BITS))
  put(entry, FILE_PENDING_BYTES, pending + bytes)
  return true
}

/** Writes the line of a record; gives the place after it, or `NOT_MINE`. */
function line(record: usize, end: usize, head: u32, at: usize, limit: usize): usize {
  const kind = head & KIND_MASK
  if (kind === KIND_LINE) return rendered(record, end, at, limit)
  const ids = load<u32>(record, RECORD_IDS)
  const texts = entryOf(ids & 0xffff)
  const category = textOf(ids >>> 16)
  if (texts === 0 || category === 0) return NOT_MINE
  const count = load<u32>(texts)
  const first = texts + DICTIONARY_ENTRY_TEXTS_BYTES
  if (kind === KIND_FIELDS) return fields(record, end, first, count, category, at, limit)
  return kind === KIND_TEMPLATE ? template(record, end, first, count, category, at, limit) : NOT_MINE
}

function word(base: usize, index: u32): u32 {
  return load<u32>(base + (index << 2))
}

/** positionCheck() of positions.ts. */
function check(position: u32): u32 {
  return ~(position | ((position >>> CHECK_BITS) % CHECK_DIVISOR))
}

function put(base: usize, index: u32, value: u32): void {
  const address = base + (index << 2)
  if (isDefined(TRACED)) step(address, <i32>value)
  store<u32>(address, value)
}
