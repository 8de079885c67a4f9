/**
 * Leftovers that were changed at random: `node dist/test/workers/recover/fuzz.js [SECONDS] [SEED]`. Prints what was found,
 * and exits 1 where recovery threw, hung, wrote what it must not, or took far more memory than the leftover has.
 */

import { randomNumbers } from '../../../scripts/random-numbers.js'
import { headerCheck } from '../../../src/shared/arena.js'
import {
  APPLIED,
  APPLYING_POSITION,
  CONSUMED,
  HEADER_CHECK,
  INTENT_KIND,
  PUBLISHED,
  PUBLISHED_CHECK,
  RING_BYTES,
} from '../../../src/shared/arena-layout.js'
import { recoverDamaged, type SmallLeftover, smallLeftover } from './small-leftover.js'

const DEATH_EVENTS_MAX = 460
/** A recovery of so small a leftover that takes longer is on its way to a hang. */
const SLOW_MS = 5000
const CURSORS = [APPLIED, PUBLISHED, PUBLISHED_CHECK, CONSUMED, APPLYING_POSITION, INTENT_KIND]

type Random = () => number
type Mutation = (bytes: Uint8Array<ArrayBuffer>, words: Int32Array, random: Random) => void

const below = (random: Random, end: number): number => Math.floor(random() * end)

/** A number that is likely to be a limit of something. */
function edgy(random: Random): number {
  const edges = [0, 1, -1, 8, 7, 0x7fffffff, -0x80000000, 0xffff, 1 << 16, below(random, 2 ** 32), below(random, 8192)]
  return edges[below(random, edges.length)]! | 0
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  bit: (bytes, _, random) => {
    const at = below(random, bytes.length)
    bytes[at] = bytes[at]! ^ (1 << below(random, 8))
  },
  byte: (bytes, _, random) => {
    bytes[below(random, bytes.length)] = below(random, 256)
  },
  word: (_, words, random) => {
    words[below(random, words.length)] = edgy(random)
  },
  cursor: (_, words, random) => {
    const word = CURSORS[below(random, CURSORS.length)]!
    words[word] = random() < 0.5 ? edgy(random) : words[word]! + (below(random, 4096) - 2048)
  },
  controlWord: (_, words, random) => {
    words[below(random, 512)] = edgy(random)
  },
  fileTableWord: (_, words, random) => {
    words[2048 + below(random, 512)] = edgy(random)
  },
  ringWord: (_, words, random) => {
    words[7168 + below(random, 2048)] = edgy(random)
  },
  zeros: (bytes, _, random) => {
    const at = below(random, bytes.length)
    bytes.fill(0, at, at + below(random, 2000))
  },
  noise: (bytes, _, random) => {
    const at = below(random, bytes.length)
    for (let i = 0; i < below(random, 600); i++) bytes[at + i] = below(random, 256)
  },
  copy: (bytes, _, random) => {
    const from = below(random, bytes.length)
    bytes.copyWithin(below(random, bytes.length), from, from + below(random, 3000))
  },
  newlines: (bytes, _, random) => {
    const at = below(random, bytes.length)
    bytes.fill(0x0a, at, at + below(random, 40))
  },
  geometry: (_, words, random) => {
    words[RING_BYTES + below(random, 5)] = random() < 0.5 ? edgy(random) : 1 << below(random, 31)
    words[HEADER_CHECK] = headerCheck(words)
  },
}

/** Counts by what became of the leftovers. */
const counts: Record<string, number> = { runs: 0, lines: 0, damagedItems: 0, quarantined: 0, undetected: 0, deleted: 0 }
const faults: string[] = []

/** What must never be; a random leftover may well have more than one line altered, or lines that nobody misses. */
function isGrave(fault: string): boolean {
  return fault
    .split('; ')
    .some(
      (each) =>
        !/nobody logged|nobody noticed|has a line twice|out of order|there is a file [0-9-]+.(general|warning)/.test(
          each,
        ) && each !== '',
    )
}

function run(leftover: SmallLeftover, random: Random, what: string): void {
  let bytes = leftover.bytes.slice()
  const words = new Int32Array(bytes.buffer)
  const names = Object.keys(MUTATIONS)
  const done: string[] = []
  for (let left = 1 + below(random, 6); left > 0; left--) {
    const name = names[below(random, names.length)]!
    MUTATIONS[name]!(bytes, words, random)
    done.push(name)
  }
  if (random() < 0.05) bytes = bytes.slice(0, below(random, bytes.length))
  if (random() < 0.05)
    bytes = Uint8Array.from({ length: bytes.length + below(random, 70_000) }, (_, i) => bytes[i] ?? 0)
  const buffersBefore = process.memoryUsage().arrayBuffers
  const start = performance.now()
  const { report, fault } = recoverDamaged(leftover, bytes)
  const ms = performance.now() - start
  counts.runs = counts.runs! + 1
  counts.lines = counts.lines! + report.lines
  counts.damagedItems = counts.damagedItems! + report.damaged
  const outcome = report.quarantined !== null ? 'quarantined' : report.damaged === 0 ? 'undetected' : 'deleted'
  counts[outcome] = counts[outcome]! + 1
  const buffers = process.memoryUsage().arrayBuffers - buffersBefore
  if (ms > SLOW_MS) faults.push(`${what} ${done.join('+')}: took ${ms.toFixed(0)} ms`)
  if (buffers > 64 * bytes.length + 2 ** 24) faults.push(`${what} ${done.join('+')}: took ${buffers} bytes`)
  if (isGrave(fault)) faults.push(`${what} ${done.join('+')}: ${fault}`)
}

const seconds = Number(process.argv[2] ?? 60)
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31)
console.log(`seed ${seed}, ${seconds} s`)
const random = randomNumbers(seed)
const endMs = performance.now() + seconds * 1000
while (performance.now() < endMs) {
  const events = below(random, DEATH_EVENTS_MAX)
  const leftover = smallLeftover(events)
  for (let i = 0; i < 50; i++) {
    try {
      run(leftover, random, `run ${counts.runs}, death ${events}`)
    } catch (error) {
      faults.push(`run ${counts.runs}, death ${events}: threw ${(error as Error).stack}`)
    }
  }
}
console.log(JSON.stringify(counts))
for (const fault of faults.slice(0, 40)) console.log(fault)
console.log(`${faults.length} faults`)
process.exitCode = faults.length === 0 ? 0 : 1
