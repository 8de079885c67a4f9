/** A partition and the disk below it, which is the test itself: what is synced when, and what fails. */
import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { TestContext } from 'node:test'
import { EPOCH } from '../../../src/shared/arena-layout.js'
import type { Condition } from '../../../src/shared/conditions.js'
import type { SpillwayOptions } from '../../../src/shared/options.js'
import type { DrainOptions } from '../../../src/shared/writer-protocol.js'
import { PartitionDrain } from '../../../src/workers/drain/partition-drain.js'
import { FileCalls, injected } from '../file-calls.js'
import { NOON_MS, PartitionRig } from '../partition-rig.js'

const SMALL = { ringBytes: 64 * 1024, fileBufferBytes: 4096, fileBufferCount: 4 }

interface RigNeeds {
  readonly drain?: Partial<DrainOptions>
  readonly options?: SpillwayOptions
}

/** A partition, and a disk that keeps what was synced and nothing else. */
export class SyncedRig {
  readonly rig: PartitionRig
  readonly calls: FileCalls
  readonly conditions: Condition[] = []
  nowMs = NOON_MS
  /** What syncs of a path fail with. */
  failing: (path: string) => string | null = () => null
  /** Called in the place of a sync, and given it. */
  around = (_path: string, sync: () => void): void => sync()
  /** The bytes that each file had when it was synced the last time. */
  readonly #onDisk = new Map<string, number>()

  constructor(context: TestContext, { drain, options }: RigNeeds = {}) {
    this.rig = new PartitionRig({
      geometry: SMALL,
      drain: { retryDelayMs: 1, ...drain },
      options: options ?? {},
      clock: () => this.nowMs,
    })
    this.calls = new FileCalls({
      onSync: (path, sync) => {
        const code = this.failing(path)
        if (code !== null) throw injected(code)
        this.around(path, sync)
        this.#onDisk.set(path, statSync(path, { throwIfNoEntry: false })?.size ?? 0)
      },
      onStandardError: () => {},
    })
    context.after(() => {
      this.calls[Symbol.dispose]()
      this.rig[Symbol.dispose]()
    })
    this.rig.drains[0] = this.owner(0)
  }

  owner(epoch = Atomics.load(this.rig.arena.words, EPOCH)): PartitionDrain {
    const onCondition = (condition: Condition): void => void this.conditions.push(condition)
    return new PartitionDrain(this.rig.arena, this.rig.drainOptions, { epoch, onCondition })
  }

  log(category: string, text = 'x'): void {
    this.rig.logger(category).info(text)
  }

  /** Writes all, brings it to the disk and gives the names of those that are not known to be there. */
  sync(): string[] {
    this.write()
    return this.rig.drain.sync().map((path) => basename(path, '.jsonl'))
  }

  write(): void {
    assert.ok(this.rig.flush(this.nowMs))
  }

  /** What was synced since this was asked the last time, below the directory of the logs. */
  synced(): string[] {
    const { directory } = this.rig
    return this.calls.syncs.splice(0).map((path) => {
      if (path === dirname(directory)) return '..'
      return path.startsWith(directory) ? path.slice(directory.length) : path
    })
  }

  /** Asserts that the disk has every byte of these files. */
  assertOnDisk(...paths: string[]): void {
    for (const path of paths) assert.equal(this.#onDisk.get(path), statSync(path).size, path)
  }

  told(): string[] {
    return this.conditions.splice(0).map(({ kind, code, path }) => `${kind} ${code} ${basename(path ?? '')}`)
  }
}
