/**
 * `npm run test:crash`: children that log at full speed on 48 files are killed with SIGKILL at random instants, each on
 * the directory of the one before, and an independent verifier reads what is there. `--kills N`, `--mode MODE`, `--seed S`,
 * `--jobs J`, `--per-directory K`, `--load-ms MS` (for how long children log, at most), `--in DIRECTORY`; with
 * `--neighbour` another process logs into each directory meanwhile.
 *
 * A directory with a fault is kept, and the seed of its own is told: with `--seed` of that, `--jobs 1` and as many kills
 * as a directory has it is set up in the same way again, though the instants are others.
 */
import { parseArgs } from 'node:util'
import { isMode, MODES } from './modes.js'
import { noMapping } from './no-mapping.js'
import { progressText, reportText } from './report.js'
import { LOAD_MS, soak } from './soak.js'

const PROGRESS_EVERY_MS = 10_000

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    mode: { type: 'string', default: 'mapped' },
    seed: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    'per-directory': { type: 'string', default: '20' },
    'load-ms': { type: 'string', default: String(LOAD_MS) },
    in: { type: 'string' },
    neighbour: { type: 'boolean', default: false },
  },
})

async function main(): Promise<void> {
  const { mode } = values
  if (!isMode(mode)) throw new Error(`--mode is one of ${MODES.join(', ')}`)
  const reason = mode === 'mapped' ? noMapping() : false
  if (reason !== false) throw new Error(`Nothing can be mapped: ${reason}`)
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed)
  const plan = {
    mode,
    seed,
    kills: Number(values.kills),
    jobs: Number(values.jobs),
    killsPerDirectory: Number(values['per-directory']),
    loadMs: Number(values['load-ms']),
    hasNeighbour: values.neighbour,
  }
  console.log(`mode ${mode}, seed ${seed}`)
  const startMs = performance.now()
  let toldMs = startMs
  const result = await soak(values.in === undefined ? plan : { ...plan, within: values.in }, (soFar) => {
    const nowMs = performance.now()
    if (nowMs - toldMs < PROGRESS_EVERY_MS) return
    toldMs = nowMs
    console.log(progressText(soFar, (nowMs - startMs) / 1000))
  })
  console.log(`\n${reportText(result)}`)
  console.log(
    `\n${result.killCount} kills in ${((performance.now() - startMs) / 1000).toFixed()} s, ${result.faults} faults.`,
  )
  if (result.faults > 0) process.exitCode = 1
}

await main()
