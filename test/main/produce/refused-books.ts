/** A rig that keeps books of what was logged: for tests of what full rings refuse. */
import assert from 'node:assert/strict'
import type { CategoryLogger } from '../../../src/main/logger.js'
import { readDroppedLines } from '../../../src/main/observe/dropped-lines.js'
import { LEVEL_NAMES } from '../../../src/shared/drop-line.js'
import { LEVEL_NUMBERS, type LevelName } from '../../../src/shared/levels.js'
import type { OnFull, SpillwayOptions } from '../../../src/shared/options.js'
import { type Line, PartitionRig, type RigSettings } from '../../workers/partition-rig.js'

const KIB = 1024

interface Call {
  readonly seq: number
  readonly level: LevelName
  readonly category: string
}

/** A rig that remembers what was logged, and compares it with what is in the files and what they tell. */
export class Books implements Disposable {
  readonly rig: PartitionRig
  readonly #alsoInCategoryFile: boolean
  readonly #calls: Call[] = []
  readonly #logs = new Map<string, CategoryLogger>()

  constructor(onFull: OnFull, settings: RigSettings = {}) {
    const options: SpillwayOptions = { ...settings.options, onFull }
    this.#alsoInCategoryFile = options.alsoInCategoryFile === true
    const geometry = { ringBytes: 64 * KIB, fileBufferBytes: 16 * KIB, ...settings.geometry }
    this.rig = new PartitionRig({ inMemory: true, ...settings, options, geometry })
  }

  log(level: LevelName, category: string, textBytes = 200, isRendered = false): void {
    const log = this.#logs.get(category) ?? this.rig.logger(category)
    this.#logs.set(category, log)
    const text = 'x'.repeat(textBytes)
    log[level](isRendered ? { toJSON: () => ({ text }) } : text)
    this.#calls.push({ seq: this.rig.encoder.entries, level, category })
  }

  /** Logs until an entry is refused; gives how many were not. */
  fill(level: LevelName, category: string): number {
    const { refused } = this.rig.encoder
    for (let count = 0; ; count++) {
      const before = refused.lines
      this.log(level, category)
      if (refused.lines > before) return count
    }
  }

  /** Everything is told and written. */
  settle(): void {
    while (!this.rig.encoder.refused.tell()) this.rig.flush()
    assert.ok(this.rig.flush())
    assert.equal(this.rig.encoder.refused.tell(), true)
  }

  /** Each line that is missing in a file is told in it, once, under its level and within the range. Gives how many are. */
  check(): number {
    const { rig } = this
    const lost = new Map<string, Record<string, number>>()
    let missingLines = 0
    for (const [file, calls] of this.#expected()) {
      const lines = rig.files().includes(`${file}.jsonl`) ? rig.lines(file) : []
      const told = lines.filter(({ seq }) => seq === undefined)
      const written = lines.filter(({ seq }) => seq !== undefined).map(({ seq }) => seq)
      assert.deepEqual(
        written,
        [...written].sort((left, right) => left - right),
      )
      const there = new Set(written)
      assert.equal(there.size, written.length)
      const missing = calls.filter(({ seq }) => !there.has(seq))
      assert.equal(written.length + missing.length, calls.length)
      assertTold(missing, told)
      for (const { category, level } of missing) {
        const levels = lost.get(category) ?? {}
        levels[level] = (levels[level] ?? 0) + 1
        lost.set(category, levels)
      }
      missingLines += missing.length
    }
    const { refused, lost: lostEntries } = rig.encoder
    const stats = readDroppedLines(rig.arenas, refused.byCategory, (id) => rig.routes.nameOf(id))
    assert.deepEqual(stats, { lines: missingLines, byCategory: Object.fromEntries(lost) })
    assert.equal(refused.lines, missingLines)
    assert.equal(lostEntries, 0)
    assert.equal(rig.encoder.entries, this.#calls.length)
    return missingLines
  }

  [Symbol.dispose](): void {
    this.rig[Symbol.dispose]()
  }

  /** What each file would have. */
  #expected(): Map<string, Call[]> {
    const files = new Map<string, Call[]>()
    for (const call of this.#calls) {
      const number = LEVEL_NUMBERS[call.level]
      const own = number >= LEVEL_NUMBERS.error ? 'error' : number === LEVEL_NUMBERS.warn ? 'warning' : call.category
      const names = this.#alsoInCategoryFile ? new Set([own, call.category]) : [own]
      for (const name of names) files.set(name, [...(files.get(name) ?? []), call])
    }
    return files
  }
}

function assertTold(missing: readonly Call[], told: readonly Line[]): void {
  const rest = [...missing]
  for (const line of told) {
    const { level, category, dropped, levels, seqFrom, seqTo, msg } = line
    assert.deepEqual([level, category], [40, 'spillway'])
    const those = rest.splice(0, Number(dropped))
    assert.deepEqual([those.length, those[0]?.seq, those.at(-1)?.seq], [dropped, seqFrom, seqTo])
    const counts = LEVEL_NAMES.map((name) => [name, those.filter((call) => call.level === name).length] as const)
    assert.deepEqual(levels, Object.fromEntries(counts.filter(([, count]) => count > 0)))
    assert.equal(
      msg,
      dropped === 1 ? '1 line was dropped: the ring was full' : `${dropped} lines were dropped: the ring was full`,
    )
  }
  assert.deepEqual(rest, [])
}
