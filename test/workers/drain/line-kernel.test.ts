/** The line kernel writes what the formatter writes, byte for byte, and nothing elsewhere, whatever it is given. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Arena } from '../../../src/shared/arena.js'
import { attachArena } from '../../../src/shared/arena.js'
import { APPLIED } from '../../../src/shared/arena-layout.js'
import { DictionaryReader } from '../../../src/workers/drain/dictionary-reader.js'
import { LineFormatter, lineTarget, NOT_A_RECORD } from '../../../src/workers/drain/line-formatter.js'
import { type LineKernel, lineKernel, NOT_THE_KERNELS } from '../../../src/workers/drain/line-kernel.js'
import { RingRecords } from '../../../src/workers/drain/ring-records.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'

const GEOMETRY = { ringBytes: 1 << 20, fileBufferBytes: 256 * 1024, fileBufferCount: 2 }
const RUNS = 150

/** A kernel that counts what it was asked for, and what it wrote. */
class CountingKernel implements LineKernel {
  asked = 0
  written = 0
  readonly #kernel: LineKernel

  constructor(arena: Arena) {
    const kernel = lineKernel(arena.memory)
    assert.ok(kernel !== null, 'this process has no line kernel')
    this.#kernel = kernel
  }

  fields(...values: Parameters<LineKernel['fields']>): number {
    return this.#count(this.#kernel.fields(...values))
  }

  template(...values: Parameters<LineKernel['template']>): number {
    return this.#count(this.#kernel.template(...values))
  }

  #count(place: number): number {
    this.asked++
    if (place !== NOT_THE_KERNELS) this.written++
    return place
  }
}

/** Formats each record of a rig's ring by the kernel and without it. Gives the lines. */
function formatBoth(rig: PartitionRig, kernel: CountingKernel): string[] {
  const { arena } = rig
  const records = new RingRecords(arena)
  const quick = new LineFormatter(arena, new DictionaryReader(arena), kernel)
  const plain = new LineFormatter(arena, new DictionaryReader(arena), null)
  const lines: string[] = []
  for (let position = arena.words[APPLIED]!; position !== rig.ring.published; ) {
    const record = records.offsetOf(position)
    const bytesMax = quick.prepare(record)
    assert.notEqual(bytesMax, NOT_A_RECORD)
    assert.equal(plain.prepare(record), bytesMax)
    const at = arena.offsets.fileBuffers + 3
    const end = quick.write(quick.target, at)
    const scratch = lineTarget(new Uint8Array(bytesMax))
    const expected = Buffer.from(scratch.bytes.subarray(0, plain.write(scratch, 0))).toString('utf8')
    const found = arena.buffer.toString('utf8', at, end)
    assert.equal(found, expected)
    lines.push(found)
    position = (position + records.length(position)) | 0
  }
  arena.words[APPLIED] = rig.ring.published
  return lines
}

const text = fc.string({ unit: fc.oneof({ weight: 5, arbitrary: fc.constantFrom('a', 'Z', ' ', '/') }, unsafe()) })

/** Characters that are escaped, that begin as one of those, or that have more bytes than one. */
function unsafe(): fc.Arbitrary<string> {
  const codes = [
    0, 8, 9, 10, 12, 13, 31, 32, 34, 92, 126, 127, 128, 159, 160, 162, 0x7ff, 0x800, 0x2027, 0x2028, 0x2029,
  ]
  return fc.constantFrom(...[...codes, 0x202a, 0x20ac, 0xfeff, 0x1f600].map((code) => String.fromCodePoint(code)))
}

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.integer({ min: -(10 ** 15), max: 10 ** 15 }).map((thousandths) => thousandths / 1000),
  fc.constantFrom(
    0,
    -0,
    9,
    10,
    99,
    100,
    99_999_999,
    100_000_000,
    1e15,
    1e16,
    2 ** 53,
    0.5,
    1e-3,
    1e-4,
    1e21,
    Number.NaN,
  ),
)
const value = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.constantFrom(null, undefined, [1, 'two\u2028'], { a: { b: '\u007f' } }),
)

describe('the line kernel', () => {
  it('writes fields, messages and templates as the formatter does', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY, inMemory: true })
    const kernel = new CountingKernel(rig.arena)
    const child = rig.logger('actions').child({ requestId: 'a\u20281' })
    const key = fc.constantFrom('id', 'a longer key', 'schlüssel', 'x"y', 'msg')
    fc.assert(
      fc.property(fc.dictionary(key, value), text, value, value, (fields, message, one, two) => {
        rig.logger('engine').info(fields, message)
        child.warn(fields)
        rig.logger('engine').info(message)
        child.debug`${one} and ${{ two }}: ${message} "${{ message }}"`
        rig.logger('engine').info`nothing in it`
        assert.equal(formatBoth(rig, kernel).length, 5)
      }),
      { numRuns: RUNS },
    )
    // Numbers of many digits, and values of no kind of its own, are not for it.
    assert.ok(kernel.written > kernel.asked / 2, `${kernel.written} of ${kernel.asked}`)
  })

  it('writes numbers as the formatter does, each one with up to three decimals', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY, inMemory: true })
    const kernel = new CountingKernel(rig.arena)
    fc.assert(
      fc.property(fc.array(number, { minLength: 8, maxLength: 8 }), (numbers) => {
        for (const n of numbers) rig.logger('engine').info({ n })
        formatBoth(rig, kernel)
      }),
      { numRuns: RUNS },
    )
    const { written } = kernel
    const plain = [0, 7, 10, 12_345_678, 123_456_789, 1.5, 0.001, -12.34, 999_999.999, 1_795_435_200_000, 2 ** 53 - 1]
    for (const n of plain) rig.logger('engine').info({ n })
    formatBoth(rig, kernel)
    assert.equal(kernel.written - written, plain.length)
  })

  it('leaves times that have not 13 digits to the formatter', () => {
    const times = [0, 999_999_999_999, 1e12, NOON_MS + 0.5, NOON_MS, 9_999_999_999_999, 1e13]
    const clock = times.values()
    using rig = new PartitionRig({ geometry: GEOMETRY, inMemory: true, clock: () => clock.next().value ?? NOON_MS })
    const kernel = new CountingKernel(rig.arena)
    for (const time of times) rig.logger('engine').info({ time }, 'it is late')
    assert.equal(formatBoth(rig, kernel).length, times.length)
    assert.equal(kernel.written, 3)
  })

  it('writes nothing but where it may, and reads no other memory, whatever its numbers and the arena are', () => {
    using rig = new PartitionRig({ geometry: { ringBytes: 65_536, fileBufferBytes: 16_384, fileBufferCount: 2 } })
    for (let i = 0; i < 20; i++) {
      rig.logger('engine').info({ i, text: 'x'.repeat(i * 9), list: [i] }, 'a message')
      rig.logger('engine').info`turn ${i} of ${{ name: 'farmer' }}`
    }
    const { arena } = rig
    const kernel = lineKernel(arena.memory)!
    const { ring, dictionary, fileBuffers, end } = arena.offsets
    const within = (from: number, to: number): fc.Arbitrary<number> => fc.integer({ min: from, max: to })
    const word = fc.record({
      at: within(dictionary >> 2, (ring + 4096) >> 2),
      to: fc.oneof(fc.integer(), within(0, 300)),
    })
    const before = arena.bytes.slice()
    const place = fc.record({
      record: within(ring >> 3, (ring + 4096) >> 3).map((at) => at * 8),
      bytes: within(0, 2048),
      texts: within(dictionary >> 2, (dictionary + 2048) >> 2).map((at) => at * 4),
      count: within(0, 70),
      at: within(fileBuffers, end - 4096),
      room: within(0, 4096),
      isTemplate: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 8 }),
        place,
        (words, { record, bytes, texts, count, at, room, isTemplate }) => {
          arena.bytes.set(before)
          for (const each of words) arena.words[each.at] = each.to
          const found = arena.bytes.slice()
          const written = isTemplate
            ? kernel.template(record, record + bytes, texts, count, texts, at, at + room)
            : kernel.fields(record, record + bytes, texts, count, texts, texts, at, at + room)
          assert.ok(written === NOT_THE_KERNELS || (written > at && written <= at + room))
          found.set(arena.bytes.subarray(at, at + room), at)
          assert.ok(Buffer.from(found).equals(arena.bytes))
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('is not there for memory that is not of WebAssembly, and for none', () => {
    assert.equal(lineKernel(null), null)
    assert.equal(lineKernel({ buffer: new SharedArrayBuffer(65_536) }), null)
  })

  it('is not needed: an arena in plain memory is drained all the same', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY })
    const plain = attachArena(rig.arena.shared)
    rig.logger('engine').info({ id: 7 }, 'done')
    const formatter = new LineFormatter(plain, new DictionaryReader(plain))
    formatter.prepare(plain.offsets.ring)
    const at = plain.offsets.fileBuffers
    const line = plain.buffer.toString('utf8', at, formatter.write(formatter.target, at))
    assert.deepEqual(JSON.parse(line).msg, 'done')
  })
})
