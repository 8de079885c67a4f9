/**
 * `node dist/test/crash/deaths.js [N]`: N deaths of each kind that a process can die of itself, 50 unless told otherwise,
 * between calls and in the middle of them; `--mode MODE`, `--seed S`, `--only CAUSE`. The same verification as for kills.
 */
import { parseArgs } from 'node:util'
import { CAUSES, noNullPointer } from './causes.js'
import { isMode, MODES } from './modes.js'
import { noMapping } from './no-mapping.js'
import { reportText } from './report.js'
import { soak } from './soak.js'

const JOBS = 2
const PER_DIRECTORY = 5

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mode: { type: 'string', default: 'mapped' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
})

async function main(): Promise<void> {
  const { mode, only } = values
  if (!isMode(mode)) throw new Error(`--mode is one of ${MODES.join(', ')}`)
  const reason = mode === 'mapped' ? noMapping() : false
  if (reason !== false) throw new Error(`Nothing can be mapped: ${reason}`)
  for (const cause of CAUSES.filter((each) => only === undefined || each === only)) {
    const unable = cause === 'null' ? noNullPointer() : false
    if (unable !== false) {
      console.log(`${cause}: left out, ${unable}`)
      continue
    }
    const plan = { mode, cause, kills: Number(positionals[0] ?? 50), seed: Number(values.seed) }
    const result = await soak({ ...plan, jobs: JOBS, killsPerDirectory: PER_DIRECTORY })
    console.log(`${cause}: ${result.faults} faults\n${reportText(result)}\n`)
    if (result.faults > 0) process.exitCode = 1
  }
}

await main()
