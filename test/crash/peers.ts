/**
 * `node dist/test/crash/peers.js`: what each library loses of the calls that had returned, where its process is killed
 * under full load on 48 files: `--kills N` of each, each in a directory of its own; `--modes A,B`. Asserts nothing.
 */
import { parseArgs } from 'node:util'
import { isMode, MODES, type Mode } from './modes.js'
import { noMapping } from './no-mapping.js'
import { lossesOf } from './report.js'
import { type SoakResult, soak } from './soak.js'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '30' },
    modes: { type: 'string', default: MODES.join(',') },
    seed: { type: 'string', default: '1' },
  },
})

function rowOf(mode: Mode, { findings, lost, killCount }: SoakResult): string {
  const { entries, ms } = lossesOf(lost)
  const perKill = Math.round(findings.acknowledged / killCount)
  const cells = [
    mode,
    killCount,
    perKill,
    entries.median,
    entries.most,
    `${ms.median} ms`,
    `${ms.most} ms`,
    findings.count('torn'),
  ]
  return `| ${cells.join(' | ')} |`
}

async function main(): Promise<void> {
  console.log(
    '| | kills | calls returned, mean | lost, median | lost, at most | torn lines |\n|---|---|---|---|---|---|',
  )
  for (const mode of values.modes.split(',')) {
    if (!isMode(mode)) throw new Error(`--modes are of ${MODES.join(', ')}`)
    const reason = mode === 'mapped' ? noMapping() : false
    if (reason !== false) {
      console.log(`| ${mode} | cannot be had here: ${reason} |`)
      continue
    }
    // One at a time: a library with a thread of its own needs the second core.
    const plan = { mode, kills: Number(values.kills), seed: Number(values.seed), jobs: 1, killsPerDirectory: 1 }
    const result = await soak({ ...plan, phases: ['steady'] })
    console.log(rowOf(mode, result))
    for (const example of result.findings.examples.filter((text) => text.startsWith('life'))) console.log(example)
  }
}

await main()
