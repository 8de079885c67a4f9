/** A verification as text for people. */
import type { Problem, RunReport, VerificationReport } from '../verify/verify.js'

const PROBLEMS_SHOWN = 20
const RUNS_SHOWN = 20
const DROPS_SHOWN = 20

/** The report, without its lists where it is sound and `isQuiet`. */
export function verificationText(report: VerificationReport, isQuiet: boolean): string {
  const lines = isQuiet
    ? []
    : [...runLines(report), ...report.notes.slice(0, PROBLEMS_SHOWN).map((note) => `note: ${note}`)]
  if (!isQuiet) lines.push(...restLine(report.notes.length, PROBLEMS_SHOWN, 'notes'))
  lines.push(...report.problems.slice(0, PROBLEMS_SHOWN).map(problemLine))
  lines.push(...restLine(report.problemCount, PROBLEMS_SHOWN, 'problems'))
  if (!isQuiet || !report.isSound) lines.push(verdict(report))
  return lines.map((line) => `${line}\n`).join('')
}

function runLines({ runs, runCount }: VerificationReport): string[] {
  let dropsLeft = DROPS_SHOWN
  const lines: string[] = []
  for (const run of runs.slice(0, RUNS_SHOWN)) {
    lines.push(runLine(run))
    for (const { path, line, dropped, seqFrom, seqTo, reason } of run.drops.slice(0, dropsLeft)) {
      const why = reason === '' ? 'no reason given' : reason
      lines.push(`  ${counted(dropped, 'line')} dropped between seq ${seqFrom} and ${seqTo}: ${why} (${path}:${line})`)
    }
    const untold = run.drops.length - dropsLeft
    if (untold > 0) lines.push(`  and ${formatted(untold)} more times`)
    dropsLeft = Math.max(0, dropsLeft - run.drops.length)
  }
  return [...lines, ...restLine(runCount, RUNS_SHOWN, 'runs')]
}

function runLine({ seat, run, seqFrom, seqTo, missing, dropped, ...rest }: RunReport): string {
  const name = `${seat === 1 ? '' : `seat ${seat}, `}run ${run}`
  const copies = rest.copies === 0 ? '' : ` (${formatted(rest.copies)} of them copies)`
  const range = `seq ${seqFrom}${seqFrom === 1 ? '' : ' (not the first)'} to ${seqTo}`
  const gaps = [
    ...(missing === 0 ? [] : [`${formatted(missing)} missing`]),
    ...(dropped === 0 ? [] : [`${formatted(dropped)} dropped`]),
  ]
  const what = gaps.length === 0 ? 'no gap' : gaps.join(', ')
  const where = `${counted(rest.lines, 'line')}${copies} in ${counted(rest.files, 'file')}`
  return `${name}: ${timeText(rest.firstTime)} to ${timeText(rest.lastTime)}, ${where}, ${range}, ${what}`
}

function problemLine({ path, line, what }: Problem): string {
  if (path === null) return what
  return line === null ? `${path}: ${what}` : `${path}:${line}: ${what}`
}

function restLine(count: number, shown: number, what: string): string[] {
  return count > shown ? [`and ${formatted(count - shown)} more ${what}`] : []
}

function verdict({ isSound, problemCount, lines, files, runCount, runs }: VerificationReport): string {
  const what = `${counted(lines, 'line')} in ${counted(files, 'file')} of ${counted(runCount, 'run')}`
  if (!isSound) return `NOT sound: ${counted(problemCount, 'problem')} in ${what}`
  const isDropped = runs.some(({ dropped }) => dropped > 0)
  return `sound: ${what}; ${isDropped ? 'what is missing is told in the files' : 'nothing is missing'}, nothing is there twice`
}

function timeText(ms: number): string {
  return new Date(ms).toISOString()
}

/** A number with its noun. */
export function counted(count: number, noun: string): string {
  return `${formatted(count)} ${noun}${count === 1 ? '' : 's'}`
}

function formatted(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
