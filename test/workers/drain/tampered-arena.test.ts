import assert from 'node:assert/strict'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { fileEntryWord } from '../../../src/shared/arena.js'
import {
  APPLIED,
  APPLYING_POSITION,
  COMMITTED,
  DAMAGED_RECORDS_F64,
  DICTIONARY_USED,
  FILE_BUFFER,
  FILE_NAME_BYTES,
  FILE_NAME_OFFSET_BYTES,
  FILE_PENDING_BYTES,
  INTENT_BUFFER,
  INTENT_BYTES,
  INTENT_FILE,
  INTENT_KIND,
  INTENT_OFFSET_F64,
  INTENT_POSITION,
  INTENT_RECORD,
  INTENT_START,
  PARTITION,
  PUBLISHED,
} from '../../../src/shared/arena-layout.js'
import { positionCheck } from '../../../src/shared/positions.js'
import {
  KIND_FIELDS,
  KIND_LINE,
  KIND_TEMPLATE,
  RECORD_HEAD,
  RECORD_IDS,
  RECORD_LENGTH,
  RECORD_PREFIX_BYTES,
  RECORD_SLOTS,
} from '../../../src/shared/record-layout.js'
import { DictionaryReader } from '../../../src/workers/drain/dictionary-reader.js'
import { NOON_DAY, NOON_MS, PartitionRig, smallArena } from '../partition-rig.js'

/** The same cases at each run. */
const SEED = 20_261_123

const GEOMETRY = { ringBytes: 16_384, fileBufferBytes: 4096, fileBufferCount: 3, dictionaryBytes: 4096 }
const KEYS = Array.from({ length: 60 }, (_, i) => `key-number-${i}`)

/** A partition in which `victim` and `witness` each have a line pending, and the dictionary knows wide shapes. */
class CrimeScene extends PartitionRig {
  readonly victim = this.logger('victim')
  readonly witness = this.logger('witness')

  constructor() {
    super({ geometry: GEOMETRY })
    const wide = Object.fromEntries(KEYS.map((key, index) => [key, index]))
    for (let i = 0; i < 2; i++) this.victim.info({ a: i, b: 'text' }, 'x')
    for (let i = 0; i < 2; i++) this.victim.info(wide, 'x')
    this.flush()
    this.victim.info('first')
    this.logLine('first')
    this.drain.pass(NOON_MS)
  }

  /** A line of `witness` that depends on nothing but its own record. */
  logLine(text: string): void {
    this.witness.info({ toJSON: () => ({ text }) })
  }

  /** Logs an entry of `victim` by `log`, and gives where its record is. */
  recordOf(log: () => void): { at: number; bytes: number } {
    const position = this.ring.published
    log()
    const at = this.arena.offsets.ring + (position & (GEOMETRY.ringBytes - 1))
    return { at, bytes: this.arena.words[(at + RECORD_LENGTH) >> 2]! }
  }

  /** What no owner ever writes: geometry, dictionary, names of files. */
  fixed(): string {
    const { words, buffer, offsets } = this.arena
    const names = [0, 1, 2, 3, 4].map((file) => {
      const at = fileEntryWord(this.arena, file) * 4
      return buffer.toString('latin1', at, at + 12) + buffer.toString('latin1', at + FILE_NAME_OFFSET_BYTES, at + 80)
    })
    return [
      ...words.subarray(0, PARTITION + 1),
      buffer.toString('latin1', offsets.dictionary, offsets.fileTable),
      ...names,
    ].join()
  }
}

const entries: ((scene: CrimeScene) => void)[] = [
  (scene) => scene.victim.info('message'),
  (scene) => scene.victim.info({ a: 1.5, b: 'some text of a field' }, 'with fields'),
  (scene) => scene.victim.info`turn ${1} of ${{ name: 'x' }}`,
  (scene) => scene.victim.info({ toJSON: () => ({ a: 1 }) }, 'rendered'),
]
const change = fc.record({ offset: fc.nat(120), byte: fc.nat(255) })
const wordChange = fc.record({
  offset: fc.constantFrom(RECORD_IDS, RECORD_PREFIX_BYTES, RECORD_SLOTS, RECORD_SLOTS + 4),
  value: fc.oneof(fc.integer(), fc.integer({ min: -4, max: 70 }), fc.constantFrom(0xfff90000 | 0, 0xfffc0000 | 0)),
})

describe('PartitionDrain over a tampered arena', () => {
  it('pass() makes a strange line of a tampered record, and leaves all other lines as they are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...entries),
        fc.option(fc.constantFrom(KIND_FIELDS, KIND_TEMPLATE, KIND_LINE, 77), { nil: null }),
        fc.array(change, { maxLength: 12 }),
        fc.array(wordChange, { maxLength: 4 }),
        (log, kind, changes, wordChanges) => {
          using scene = new CrimeScene()
          const { at, bytes } = scene.recordOf(() => log(scene))
          for (const { offset, byte } of changes) {
            if (offset >= 8 && offset < bytes) scene.arena.bytes[at + offset] = byte
          }
          for (const { offset, value } of wordChanges) if (offset < bytes) scene.arena.words[(at + offset) >> 2] = value
          if (kind !== null) scene.arena.bytes[at + RECORD_HEAD] = kind
          scene.victim.info('last')
          scene.logLine('last')
          const fixed = scene.fixed()
          assert.equal(scene.flush(), true)
          assert.equal(scene.fixed(), fixed)
          assert.deepEqual(
            scene.lines('witness').map((line) => line.text),
            ['first', 'last'],
          )
          const lines = scene.text('victim').split('\n')
          assert.ok(
            lines.some((line) => line.endsWith('"msg":"first"}')),
            'the line before is there',
          )
          assert.ok(lines.at(-2)!.endsWith('"msg":"last"}'), 'the line behind is there')
        },
      ),
      { numRuns: 400, seed: SEED },
    )
  })

  it('pass() keeps the pending lines of a file when a template record names an entry without texts', () => {
    using scene = new CrimeScene()
    const { at } = scene.recordOf(() => scene.victim.info`turn ${1}`)
    scene.arena.words[(at + RECORD_IDS) >> 2] = 0xffff
    const fixed = scene.fixed()
    scene.flush()
    assert.equal(scene.fixed(), fixed)
    assert.match(scene.text('victim'), /"msg":"first"}\n/)
  })

  it('pass() keeps the line of a record that is shorter than its shape in its own buffer', () => {
    using scene = new CrimeScene()
    // The victim's buffer is filled until the line would just cross its end, behind which another file's bytes are.
    const wide = Object.fromEntries(KEYS.map((key, index) => [key, index]))
    for (let fill = 0; fill < 1000; fill += 50) {
      const { at, bytes } = scene.recordOf(() => scene.victim.info(wide))
      scene.arena.words[(at + RECORD_LENGTH) >> 2] = 32
      // The rest of its space becomes pads of 8 bytes: as slots, they are numbers of 23 digits.
      for (let rest = at + 32; rest < at + bytes; rest += 8) scene.arena.words.set([8, 0x81a56e00 | 0], rest >> 2)
      scene.victim.info('x'.repeat(fill))
      scene.drain.pass(NOON_MS)
      const pending = [0, 1, 2, 3, 4].map(
        (file) => scene.arena.words[fileEntryWord(scene.arena, file) + FILE_PENDING_BYTES]!,
      )
      assert.ok(Math.max(...pending) <= GEOMETRY.fileBufferBytes, `${pending}`)
    }
    assert.equal(scene.flush(), true)
    assert.deepEqual(
      scene.lines('witness').map((line) => line.text),
      ['first'],
    )
  })

  it('pass() takes no text from behind a record, whatever lengths the record states', () => {
    for (const [log, offset] of [
      [entries[3]!, RECORD_PREFIX_BYTES],
      [entries[0]!, RECORD_SLOTS],
      [entries[1]!, RECORD_SLOTS + 8],
      [entries[2]!, RECORD_PREFIX_BYTES],
    ] as const) {
      for (const length of [200, 2000, 0x7fffffff, -1]) {
        using scene = new CrimeScene()
        const { at } = scene.recordOf(() => log(scene))
        scene.arena.words[(at + offset) >> 2] = length
        scene.logLine('secret')
        assert.equal(scene.flush(), true)
        assert.doesNotMatch(scene.text('victim'), /secret/)
        assert.equal(scene.lines('witness').length, 2)
      }
    }
  })

  it('pass() reads no line out of what is behind the ring', () => {
    using scene = new CrimeScene()
    while ((scene.ring.published & (GEOMETRY.ringBytes - 1)) < GEOMETRY.ringBytes - 2000) {
      scene.logLine('fill')
      scene.drain.pass(NOON_MS)
    }
    const { at } = scene.recordOf(() => scene.victim.info({ toJSON: () => ({}) }))
    scene.victim.info('y'.repeat(1500))
    scene.victim.info('y'.repeat(1500))
    scene.arena.words[(at + RECORD_LENGTH) >> 2] = 2560
    scene.arena.words[(at + RECORD_PREFIX_BYTES) >> 2] = 2500
    scene.flush()
    const texts = scene.text('victim') + scene.text('witness')
    assert.equal(texts.match(/"first"/g)?.length, 2, 'a pending line was read as if it were in the ring')
  })

  it('pass() neither throws nor hangs on a ring of random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 4096 }), fc.integer({ min: 1, max: 6 }), (noise, units) => {
        using scene = new CrimeScene()
        const { at } = scene.recordOf(() => scene.victim.info('z'.repeat(900)))
        scene.arena.bytes.set(noise.subarray(0, GEOMETRY.ringBytes - (at - scene.arena.offsets.ring)), at)
        scene.arena.words[(at + RECORD_LENGTH) >> 2] = units * 8
        const fixed = scene.fixed()
        scene.flush()
        scene.logLine('last')
        assert.equal(scene.flush(), true)
        assert.equal(scene.fixed(), fixed)
        assert.equal(scene.arena.words[COMMITTED], scene.ring.published)
        const texts = scene.text('witness').split('\n')
        assert.ok(texts[0]!.endsWith('"text":"first"}'))
        assert.ok(texts.at(-2)!.endsWith('"text":"last"}'))
      }),
      { numRuns: 200, seed: SEED },
    )
  })

  it('pass() neither throws nor hangs on a dictionary of random bytes, and makes rendered lines as ever', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.integer(), (noise, used) => {
        using scene = new CrimeScene()
        scene.arena.bytes.set(noise, scene.arena.offsets.dictionary)
        Atomics.store(scene.arena.words, DICTIONARY_USED, used)
        scene.succeed()
        for (const log of entries) log(scene)
        scene.logLine('last')
        assert.equal(scene.flush(), true)
        const witness = scene.text('witness')
        assert.ok(witness.endsWith('"text":"last"}\n'))
      }),
      { numRuns: 200, seed: SEED },
    )
  })

  it('pass() does not go round a ring whose PUBLISHED is further ahead than the ring is long', () => {
    using rig = new PartitionRig({ geometry: GEOMETRY })
    // Once round the ring and a record more, in records of one length: whole records stand everywhere.
    while (rig.ring.published <= GEOMETRY.ringBytes) {
      rig.logger('victim').info(`${rig.encoder.entries}`.padEnd(24))
      rig.turn()
    }
    assert.equal(rig.counted(DAMAGED_RECORDS_F64), 0)
    Atomics.store(rig.arena.words, PUBLISHED, rig.ring.published + GEOMETRY.ringBytes * 3)
    rig.flush()
    const seqs = rig.lines('victim').map((line) => line.seq)
    assert.equal(seqs.length, new Set(seqs).size, 'lines are there more than once')
    assert.equal(rig.counted(DAMAGED_RECORDS_F64), 1)
  })

  it('resume() neither throws nor touches the lines of other files whatever the intent says', () => {
    const word = fc.oneof(fc.integer(), fc.integer({ min: -1, max: 70 }))
    const changes = fc.tuple(word, word, word, word, fc.double())
    fc.assert(
      fc.property(
        fc.constantFrom(INTENT_BUFFER, INTENT_RECORD, 9),
        changes,
        (kind, [file, start, bytes, position, offset]) => {
          using scene = new CrimeScene()
          const { words, doubles } = scene.arena
          words.set([kind], INTENT_KIND)
          words.set([file | 64], INTENT_FILE) // none of those there are
          words.set([start], INTENT_START)
          words.set([bytes], INTENT_BYTES)
          words.set([position], INTENT_POSITION)
          doubles[INTENT_OFFSET_F64] = offset
          const fixed = scene.fixed()
          scene.succeed()
          scene.logLine('last')
          assert.equal(scene.flush(), true)
          assert.equal(scene.fixed(), fixed)
          assert.deepEqual(readdirSync(scene.directory), [NOON_DAY])
          assert.deepEqual(
            scene.lines('witness').map((line) => line.text),
            ['first', 'last'],
          )
        },
      ),
      { numRuns: 100, seed: SEED },
    )
  })

  it('resume() survives a record under way in a file that is none', () => {
    using scene = new CrimeScene()
    scene.arena.words.set([scene.arena.words[APPLIED]!, 0x7fffffff, 0], APPLYING_POSITION)
    scene.succeed()
    scene.logLine('last')
    assert.equal(scene.flush(), true)
    assert.equal(scene.lines('witness').length, 2)
  })

  it('write() of a file whose pending bytes leave its buffer writes nothing of another, and the others go on', () => {
    for (const [word, value] of [
      [FILE_PENDING_BYTES, 0x7fffffff],
      [FILE_PENDING_BYTES, GEOMETRY.fileBufferBytes + 200],
      [FILE_PENDING_BYTES, -5],
      [FILE_BUFFER, 1000],
      [FILE_BUFFER, positionCheck(8000)],
    ] as const) {
      using scene = new CrimeScene()
      const victim = scene.routes.of('victim')!.info.file
      scene.arena.words[fileEntryWord(scene.arena, victim) + word] = value
      scene.succeed()
      scene.logLine('last')
      scene.flush()
      assert.equal(scene.lines('witness').length, 2, `word ${word} is ${value}`)
      assert.doesNotMatch(scene.text('victim'), /witness/)
    }
  })

  it('write() of a file whose name leaves the directory writes nothing outside', () => {
    using scene = new CrimeScene()
    const entry = fileEntryWord(scene.arena, scene.routes.of('victim')!.info.file)
    const name = `../../${scene.directory.split('/').at(-1)}-outside`
    scene.arena.words[entry + FILE_NAME_BYTES] = name.length
    scene.arena.buffer.write(name, entry * 4 + FILE_NAME_OFFSET_BYTES, 'latin1')
    scene.succeed()
    scene.flush()
    const outside = join(scene.directory, '..', `${scene.directory.split('/').at(-1)}-outside`)
    const written = existsSync(outside)
    rmSync(outside, { force: true })
    assert.equal(written, false)
  })
})

describe('DictionaryReader', () => {
  it('entry() gives texts of the dictionary only, whatever its bytes', () => {
    const noise = fc.array(fc.oneof(fc.integer(), fc.integer({ min: -2, max: 40 })), { maxLength: 100 })
    fc.assert(
      fc.property(
        noise,
        fc.integer({ min: -8, max: 5000 }),
        fc.array(fc.nat(65_535), { maxLength: 5 }),
        (words, used, ids) => {
          const arena = smallArena({ dictionaryBytes: 4096 })
          arena.bytes.fill(0x41, arena.offsets.dictionary + 4096)
          arena.words.set(words, arena.offsets.dictionary >> 2)
          Atomics.store(arena.words, DICTIONARY_USED, used)
          const reader = new DictionaryReader(arena)
          for (const id of [0, 1, ...ids]) {
            const { starts } = reader.entry(id)
            assert.ok(starts[starts.length - 1]! <= Math.max(0, Math.min(used, 4096)))
            for (let i = 1; i < starts.length; i++) assert.ok(starts[i]! >= starts[i - 1]!)
          }
        },
      ),
      { numRuns: 100, seed: SEED },
    )
  })
})
