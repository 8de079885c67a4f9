/** The line kernel does what the pass does without it, word for word, and nothing elsewhere, whatever it is given. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Arena, attachArena, fileEntryWord, fileWord } from '../../../src/shared/arena.js'
import {
  APPLIED,
  APPLIED_CHECK,
  APPLYING_BASE_BYTES,
  APPLYING_BASE_LINES,
  APPLYING_FILE,
  APPLYING_POSITION,
  FILE_BUFFER_SIZE,
  FILE_COUNT,
  FILE_PENDING_BYTES,
  FILE_PENDING_CHECK,
  FILE_PENDING_LINES,
  FILE_PENDING_START,
} from '../../../src/shared/arena-layout.js'
import { bufferOffset } from '../../../src/shared/file-buffers-layout.js'
import { webAssembly } from '../../../src/shared/shared-memory.js'
import { type LineKernel, lineKernel } from '../../../src/workers/drain/line-kernel.js'
import { PartitionDrain } from '../../../src/workers/drain/partition-drain.js'
import { RingRecords } from '../../../src/workers/drain/ring-records.js'
import { BEFORE_INT32_WRAP, NOON_MS, PartitionRig, type RigSettings } from '../partition-rig.js'

const GEOMETRY = { ringBytes: 1 << 20, fileBufferBytes: 256 * 1024, fileBufferCount: 4 }
const FILES = ['engine', 'actions']
const RUNS = 150

/** A kernel that counts the records it applied. */
class CountingKernel implements LineKernel {
  applied = 0
  readonly #kernel: LineKernel
  readonly #records: RingRecords

  constructor(arena: Arena) {
    const kernel = lineKernel(arena)
    assert.ok(kernel !== null, 'this process has no line kernel')
    this.#kernel = kernel
    this.#records = new RingRecords(arena)
  }

  apply(...values: Parameters<LineKernel['apply']>): number {
    const next = this.#kernel.apply(...values)
    for (let position = values[0]; position !== next; position = (position + this.#records.length(position)) | 0)
      this.applied++
    return next
  }
}

/** The same is logged into two partitions, of which one is drained by a kernel and one without. */
class Twins {
  readonly kernel: CountingKernel
  readonly #quick: PartitionRig
  readonly #plain: PartitionRig

  constructor(settings: () => RigSettings = () => ({})) {
    this.#quick = new PartitionRig({ geometry: GEOMETRY, inMemory: true, ...settings() })
    this.#plain = new PartitionRig({ geometry: GEOMETRY, inMemory: true, ...settings() })
    this.kernel = new CountingKernel(this.#quick.arena)
    for (const [rig, kernel] of [[this.#quick, this.kernel] as const, [this.#plain, null] as const])
      rig.drains[0] = new PartitionDrain(rig.arena, rig.drainOptions, {}, kernel)
    // The first line of a buffer, and of a day, is never the kernel's.
    this.log((rig) => {
      for (const file of FILES) rig.logger(file).info('the first')
    })
  }

  /** Logs and drains. Gives how many records the kernel applied; fails where the two differ, if they may not. */
  log(log: (rig: PartitionRig) => void, mayDiffer = false): number {
    const before = this.kernel.applied
    for (const rig of [this.#quick, this.#plain]) {
      log(rig)
      rig.drain.pass(NOON_MS)
    }
    if (!mayDiffer) this.#compare()
    return this.kernel.applied - before
  }

  write(): void {
    for (const rig of [this.#quick, this.#plain]) rig.drain.writeDue(NOON_MS, true)
    for (const file of FILES) assert.equal(this.#quick.text(file), this.#plain.text(file))
  }

  [Symbol.dispose](): void {
    this.#quick[Symbol.dispose]()
    this.#plain[Symbol.dispose]()
  }

  #compare(): void {
    const [quick, plain] = [this.#quick.arena, this.#plain.arena]
    const { index } = quick.offsets
    // All but the dictionary's index and the places of lines, which have more than these.
    assert.ok(quick.buffer.subarray(0, index).equals(plain.buffer.subarray(0, index)), 'the words differ')
    for (let file = 0; file < quick.words[FILE_COUNT]!; file++) assert.equal(pending(quick, file), pending(plain, file))
  }
}

/** The pending lines of a file. */
function pending(arena: Arena, file: number): string {
  const at = bufferOffset(arena, file) + fileWord(arena, file, FILE_PENDING_START)
  const bytes = fileWord(arena, file, FILE_PENDING_BYTES)
  return bytes === 0 ? '' : arena.buffer.toString('utf8', at, at + bytes)
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
  it('writes fields, messages, templates and rendered lines as the formatter does, and leaves the same words', () => {
    using twins = new Twins(() => ({ startPosition: BEFORE_INT32_WRAP }))
    const key = fc.constantFrom('id', 'a longer key', 'schlüssel', 'x"y', 'msg')
    let logged = 0
    fc.assert(
      fc.property(fc.dictionary(key, value), text, value, value, (fields, message, one, two) => {
        twins.log((rig) => {
          const engine = rig.logger('engine')
          const child = rig.logger('actions').child({ requestId: 'a\u20281' })
          engine.info(fields, message)
          child.info(fields)
          engine.info(message)
          child.debug`${one} and ${{ two }}: ${message} "${{ message }}"`
          engine.info`nothing in it`
          child.info({ toJSON: () => ({ rendered: message }) }, message)
        })
        logged += 6
      }),
      { numRuns: RUNS },
    )
    twins.write()
    // Numbers of many digits, and values of no kind of its own, are not for it.
    assert.ok(twins.kernel.applied > logged / 2, `${twins.kernel.applied} of ${logged}`)
  })

  it('writes numbers as the formatter does, each one with up to three decimals', () => {
    using twins = new Twins()
    fc.assert(
      fc.property(fc.array(number, { minLength: 8, maxLength: 8 }), (numbers) => {
        twins.log((rig) => {
          for (const n of numbers) rig.logger('engine').info({ n })
        })
      }),
      { numRuns: RUNS },
    )
    const plain = [0, 7, 10, 12_345_678, 123_456_789, 1.5, 0.001, -12.34, 999_999.999, 1_795_435_200_000, 2 ** 53 - 1]
    const log = (rig: PartitionRig): void => {
      for (const n of plain) rig.logger('engine').info({ n })
    }
    assert.equal(twins.log(log), plain.length)
  })

  it('leaves times that have not 13 digits, and those of another day, to the formatter', () => {
    const times = [0, 999_999_999_999, 1e12, NOON_MS + 0.5, NOON_MS, NOON_MS + 1, 9_999_999_999_999, 1e13]
    using twins = new Twins(() => {
      const clock = [NOON_MS, NOON_MS, ...times].values()
      return { clock: () => clock.next().value ?? NOON_MS }
    })
    const written = twins.log((rig) => {
      for (const time of times) rig.logger('engine').info({ time }, 'it is late')
    })
    // A time of September 2001, as the one before, and noon with the millisecond behind it, as the half before.
    assert.equal(written, 3)
  })

  it('leaves lines without room to the pass, which makes some', () => {
    using twins = new Twins(() => ({ geometry: { ...GEOMETRY, fileBufferBytes: 8192 } }))
    // The formatter wants more room than a line takes, so the two do not write at the same lines.
    const written = twins.log((rig) => {
      for (let i = 0; i < 1000; i++) rig.logger('engine').info({ i }, 'x'.repeat(i % 200))
    }, true)
    assert.ok(written > 900 && written < 1000, `${written} lines`)
    twins.write()
  })

  it('is asked for a part of what is published, and does about that', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY })
    for (let i = 0; i < 100; i++) rig.logger('engine').info({ i }, 'a message')
    const to = rig.ring.published
    for (let before = -1, now = 0; before !== now; now = rig.arena.words[APPLIED]!) {
      before = now
      const drained = rig.drain.pass(NOON_MS, 400)
      assert.ok(drained >= Math.min(400, to - before) && drained < 500, `${drained} bytes`)
    }
    assert.equal(rig.arena.words[APPLIED], to)
  })

  it('writes nothing but where it may, and reads no other memory, whatever its numbers and the arena are', () => {
    using rig = new PartitionRig({ geometry: { ringBytes: 65_536, fileBufferBytes: 16_384, fileBufferCount: 2 } })
    const { arena } = rig
    const to = logAll(rig, 20)
    rig.drain.pass(NOON_MS)
    const end = logAll(rig, 20)
    const kernel = lineKernel(arena)!
    const { dictionary, fileTable, index, ring } = arena.offsets
    const within = (from: number, bytes: number): fc.Arbitrary<number> =>
      fc.integer({ min: from >> 2, max: (from + bytes) >> 2 })
    const word = fc.record({
      at: fc.oneof(within(dictionary, 4096), within(fileTable, 1024), within(index, 128), within(ring + to, end - to)),
      to: fc.oneof(fc.integer(), fc.integer({ min: 0, max: 300 }), within(0, arena.bytes.length * 4)),
    })
    const before = arena.bytes.slice()
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), fc.nat(end - to), fc.nat(99), (words, bytes, skipped) => {
        arena.bytes.set(before)
        for (const each of words) arena.words[each.at] = each.to
        const found = arena.buffer.subarray(0).toString('latin1')
        const may = mayWrite(arena)
        kernel.apply(to + skipped * 8, end, bytes, rig.arena.words[FILE_COUNT]!, 20_261_123, 0, 1e13)
        const after = arena.buffer.toString('latin1')
        for (let at = 0; at < after.length; at++)
          if (after.charCodeAt(at) !== found.charCodeAt(at)) assert.ok(may(at), `byte ${at} was written`)
      }),
      { numRuns: 1000 },
    )
  })

  it('is given up where it fails: all is drained without it, once', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY })
    let calls = 0
    const kernel = lineKernel(rig.arena)!
    const failing: LineKernel = {
      apply: (...values) => {
        kernel.apply(...values)
        if (++calls === 3) throw new (webAssembly().RuntimeError)()
        return rig.arena.words[APPLIED]!
      },
    }
    rig.drains[0] = new PartitionDrain(rig.arena, rig.drainOptions, {}, failing)
    const expected = Array.from({ length: 2000 }, (_, i) => `message ${i}`)
    for (const msg of expected) rig.logger('engine').info(msg)
    rig.flush()
    assert.deepEqual(rig.messages('engine'), expected)
    assert.equal(calls, 3)
  })

  it('is not there for memory that is not of WebAssembly', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY })
    assert.equal(lineKernel(attachArena(rig.arena.shared)), null)
    const plain = { ...rig.arena, memory: { buffer: rig.arena.shared } }
    assert.equal(lineKernel(plain), null)
  })

  it('is not needed: an arena in plain memory is drained all the same', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY })
    rig.drains[0] = new PartitionDrain(attachArena(rig.arena.shared), rig.drainOptions)
    for (const msg of ['one', 'two']) rig.logger('engine').info(msg)
    rig.flush()
    assert.deepEqual(rig.messages('engine'), ['one', 'two'])
  })
})

/** Logs records of each kind. Gives the position behind them. */
function logAll(rig: PartitionRig, turns: number): number {
  for (let i = 0; i < turns; i++) {
    rig.logger('engine').info({ i, text: 'x'.repeat(i * 9), list: [i] }, 'a message')
    rig.logger('engine').info`turn ${i} of ${{ name: 'farmer' }}`
    rig.logger('actions').info({ toJSON: () => ({ i }) }, 'rendered')
  }
  return rig.ring.published
}

/** Whether the kernel may write a byte: of its words, of the files' entries, and of what their buffers are said to be. */
function mayWrite(arena: Arena): (at: number) => boolean {
  const { fileBuffers, end } = arena.offsets
  const words = [APPLIED, APPLIED_CHECK, APPLYING_BASE_BYTES, APPLYING_BASE_LINES, APPLYING_FILE, APPLYING_POSITION]
  const ranges: { readonly from: number; readonly to: number }[] = []
  for (let file = 0; file < arena.words[FILE_COUNT]!; file++) {
    const entry = fileEntryWord(arena, file)
    words.push(...[FILE_PENDING_BYTES, FILE_PENDING_CHECK, FILE_PENDING_LINES].map((name) => entry + name))
    const from = bufferOffset(arena, file)
    const to = from + (fileWord(arena, file, FILE_BUFFER_SIZE) >>> 0)
    if (from >= fileBuffers && to <= end) ranges.push({ from, to })
  }
  const known = new Set(words)
  return (at) => known.has(at >> 2) || ranges.some((range) => at >= range.from && at < range.to)
}
