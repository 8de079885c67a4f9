/**
 * Cuts the power under an application that logs, and looks at what the disk has then. The check reads files and lines and
 * knows nothing of the library: each entry that was told to be safe is there once, whole, in a file of its day. Behind
 * those a file may end in anything.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inheritedEnvironment } from '../support/inherited-environment.js'
import { logFiles } from '../support/written-lines.js'
import { CutDisk } from './cut-disk.js'

const FIXTURE = fileURLToPath(new URL('../fixtures/power-cut.js', import.meta.url))
/** After the first flush, the power goes within so many milliseconds. */
const CUT_WITHIN_MS = 1500
/** A safety net under a run that tells nothing. */
const FIRST_FLUSH_MS_MAX = 30_000
const ERROR = 50

/** What the application is told by its flushes: that entries are on the disk, or only that they are the kernel's. */
export type Promised = 'sync' | 'flush'

/** What came of one cut. */
export interface CutOutcome {
  /** Entries 1 to this one were told to be safe, and how many of them are not there. */
  readonly safe: number
  readonly lost: number
  /** Entries that are there though nobody was told so. */
  readonly beyond: number
  readonly files: number
  /** What else is wrong. */
  readonly problems: readonly string[]
}

/** Cuts the power once, at a random instant. */
export async function cutOnce(promised: Promised): Promise<CutOutcome> {
  using disk = new CutDisk()
  const directory = join(disk.path, 'var', 'logs')
  const safe = await logUntilCut(disk, directory, promised)
  disk.restart()
  return check(directory, safe)
}

/** Gives the last entry that the application was told to be safe. */
function logUntilCut(disk: CutDisk, directory: string, promised: Promised): Promise<number> {
  const env = { ...inheritedEnvironment(), SPILLWAY_DIRECTORY: directory }
  const child = spawn(process.execPath, [FIXTURE, promised], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  return new Promise((resolve, reject) => {
    let told = ''
    let failed: unknown = null
    const cut = (): void => {
      try {
        disk.cut()
      } catch (error) {
        failed = error
      }
      child.kill('SIGKILL')
    }
    let timer = setTimeout(() => {
      failed = new Error(`the application tells nothing: ${stderr.slice(-500)}`)
      child.kill('SIGKILL')
    }, FIRST_FLUSH_MS_MAX)
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (told === '') {
        clearTimeout(timer)
        timer = setTimeout(cut, Math.random() * CUT_WITHIN_MS)
      }
      told += text
    })
    child.once('error', reject)
    child.once('close', () => {
      clearTimeout(timer)
      // What is behind the last newline was not told to its end.
      const [last = 0] = told.split('\n').slice(0, -1).map(Number).slice(-1)
      if (failed === null) resolve(last)
      else reject(failed)
    })
  })
}

function check(directory: string, safe: number): CutOutcome {
  const found = new Map<number, number>()
  const problems: string[] = []
  const files = existsSync(directory) ? logFiles(directory) : []
  for (const file of files) {
    const lines = readFileSync(file, 'utf8').split('\n')
    lines.pop() // Without its newline it is no line.
    for (const text of lines) {
      const line = parsed(text)
      // Behind what is safe a block may be missing, or be empty: what was safe and is behind it counts as lost.
      if (line === null) break
      const { n, level, category, time } = line
      found.set(n, (found.get(n) ?? 0) + 1)
      const name = level === ERROR ? 'error' : category
      const day = new Date(time).toISOString().slice(0, 10)
      const is = `${basename(dirname(file))}/${basename(file)}`
      if (`${day}/${name}.jsonl` !== is) problems.push(`${is} has entry ${n} of ${day}, ${category}`)
    }
  }
  for (const [n, times] of found) if (times > 1) problems.push(`entry ${n} is there ${times} times`)
  let lost = 0
  for (let n = 1; n <= safe; n++) if (!found.has(n)) lost++
  return { safe, lost, beyond: found.size - (safe - lost), files: files.length, problems }
}

interface FoundLine {
  readonly n: number
  readonly level: number
  readonly category: string
  readonly time: number
}

/** A line as the fixture logs them, or `null`. */
function parsed(text: string): FoundLine | null {
  try {
    const line = JSON.parse(text) as FoundLine
    return Number.isInteger(line.n) ? line : null
  } catch {
    return null
  }
}

/** All cuts together. */
export interface CutSummary {
  readonly cuts: number
  readonly safe: number
  readonly lost: number
  readonly beyond: number
  readonly problems: readonly string[]
}

/** Cuts the power so often; `onCut` is told of each. */
export async function cutOften(
  cuts: number,
  promised: Promised,
  onCut: (outcome: CutOutcome, done: number) => void = () => {},
): Promise<CutSummary> {
  let summary: CutSummary = { cuts, safe: 0, lost: 0, beyond: 0, problems: [] }
  for (let done = 1; done <= cuts; done++) {
    const outcome = await cutOnce(promised)
    summary = {
      cuts,
      safe: summary.safe + outcome.safe,
      lost: summary.lost + outcome.lost,
      beyond: summary.beyond + outcome.beyond,
      problems: [...summary.problems, ...outcome.problems],
    }
    onCut(outcome, done)
  }
  return summary
}
