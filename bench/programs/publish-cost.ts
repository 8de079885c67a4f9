/**
 * What the publication of a record costs, beside the two atomic accesses that it is made of: by the kernel of one ring, as
 * V8 inlines it, and by those of four rings in turn, where it does not. Without anything else of a call.
 *
 *   node dist/bench/programs/publish-cost.js
 */

import { attachPublishKernel, type Publish } from '../../src/main/produce/publish-kernel.js'
import { PARKED, PUBLISHED, PUBLISHED_CHECK } from '../../src/shared/arena-layout.js'
import { smallArena } from '../../test/workers/partition-rig.js'
import { spreadOf } from '../figures/spread.js'

const ROUNDS = 7
/** The first rounds are not counted: the code is not yet compiled. */
const WARM_UP = 2
const PUBLICATIONS = 10_000_000
const RINGS = 4

const arenas = Array.from({ length: RINGS }, () => smallArena())
const kernels = arenas.map(attachPublishKernel)
if (kernels.includes(null)) throw new Error('there is no WebAssembly here')
const [publish] = kernels as [Publish]
const { words } = arenas[0]!

function byAtomics(): void {
  for (let end = 1; end <= PUBLICATIONS; end++) {
    words[PUBLISHED_CHECK] = ~end
    Atomics.store(words, PUBLISHED, end)
    if (Atomics.load(words, PARKED) !== 0) throw new Error('nobody parks here')
  }
}

function byOneKernel(): void {
  for (let end = 1; end <= PUBLICATIONS; end++) if (publish(end, ~end) !== 0) throw new Error('nobody parks here')
}

/** As a ring calls it. */
class Holder {
  readonly #publish: Publish

  constructor(publish: Publish) {
    this.#publish = publish
  }

  publish(end: number): number {
    return this.#publish(end, ~end)
  }
}

const holders = (kernels as Publish[]).map((kernel) => new Holder(kernel))

function byKernelsInTurn(): void {
  for (let end = 1; end <= PUBLICATIONS; end++) {
    if (holders[end % RINGS]!.publish(end) !== 0) throw new Error('nobody parks here')
  }
}

/** Nanoseconds a publication; each way leaves its last one in the first ring, or it has not been there. */
function measure(way: () => void): number {
  const times: number[] = []
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    words[PUBLISHED] = 0
    const startMs = performance.now()
    way()
    times.push(((performance.now() - startMs) * 1e6) / PUBLICATIONS)
    if (words[PUBLISHED] !== PUBLICATIONS) throw new Error(`${way.name} published up to ${words[PUBLISHED]}`)
  }
  return spreadOf(times.slice(WARM_UP))!.median
}

for (const way of [byAtomics, byOneKernel, byKernelsInTurn]) {
  console.log(`${way.name.padEnd(16)} ${measure(way).toFixed(1)} ns a publication`)
}
