/** `node dist/bench/programs/call-site-cost.js`: prints what the ways to a call's place cost on the running Node. */

import { formatCount, formatTimes } from '../report/figures.js'
import { textTable } from '../report/text-table.js'
import { measureWays, STACK_FRAMES, WAYS } from './call-site-ways.js'

const FRAMES = [1, 3] as const
const PLAN = { runs: 5, calls: 100_000 } as const

const { perCallNs, seen } = measureWays(FRAMES, PLAN)
const rows = WAYS.map(({ name }, way) => [
  name,
  ...FRAMES.flatMap((_, index) => {
    const ns = perCallNs[way]?.[index]
    const firstNs = perCallNs[0]?.[index]
    return ns === undefined || firstNs === undefined ? ['-', '-'] : [`${formatCount(ns)} ns`, formatTimes(ns / firstNs)]
  }),
])
console.log(
  `Node.js ${process.version}, V8 ${process.versions.v8}; a stack of ${STACK_FRAMES} frames, medians of ${PLAN.runs} runs of`,
)
console.log(`${formatCount(PLAN.calls)} calls; a text is read but not parsed; - is not in this Node.js\n`)
console.log(
  textTable(['a call', ...FRAMES.flatMap((frames) => [`${frames} frame${frames === 1 ? '' : 's'}`, 'ratio'])], rows),
)
console.log(`\n(characters and positions seen: ${formatCount(seen)})`)
