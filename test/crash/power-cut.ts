/**
 * `node dist/test/crash/power-cut.js [CUTS]`: cuts the power under an application that flushes with sync, 100 times unless
 * told otherwise, and exits 1 where an entry is lost that was told to be on the disk. First some cuts under one that flushes
 * without: they must lose something, or the disk is none that shows anything.
 */
import { noCutDisk } from './cut-disk.js'
import { type CutSummary, cutOften } from './power-cuts.js'

const CUTS = 100
const CONTROL_CUTS = 5

function text({ cuts, safe, lost, beyond }: CutSummary): string {
  return `${cuts} cuts, ${safe} entries told to be safe, ${lost} of them lost, ${beyond} more were there`
}

async function main(cuts: number): Promise<number> {
  const reason = noCutDisk()
  if (reason !== false) {
    console.log(`SKIPPED: no power can be cut here: ${reason}`)
    return 0
  }
  const control = await cutOften(CONTROL_CUTS, 'flush')
  console.log(`flush():               ${text(control)}`)
  if (control.lost === 0) {
    console.error('Without sync nothing is lost either: this disk shows nothing.')
    return 1
  }
  const startMs = performance.now()
  const summary = await cutOften(cuts, 'sync', ({ safe, lost, beyond, files, problems }, done) => {
    const wrong = [...(lost > 0 ? [`${lost} LOST`] : []), ...problems.slice(0, 3)]
    console.log(`cut ${done}: ${safe} safe in ${files} files, ${beyond} beyond${wrong.length > 0 ? `: ${wrong}` : ''}`)
  })
  console.log(`flush({ sync: true }): ${text(summary)}, in ${Math.round((performance.now() - startMs) / 1000)} s`)
  for (const problem of summary.problems.slice(0, 20)) console.error(problem)
  return summary.lost === 0 && summary.problems.length === 0 && summary.safe > 0 ? 0 : 1
}

// The disks are taken away on the way out.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
process.exitCode = await main(Number(process.argv[2] ?? CUTS))
