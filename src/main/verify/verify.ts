/**
 * `spillway/verify`: reads back what is in log directories, and proves what can be proven of it: each line is what a line
 * has to be, `seq` rises in each file, and over all files of a run every seq is there once, or a line tells why it is not.
 *
 * What it cannot see: lines lost at the very end of a run, and a run none of whose lines is there.
 * Streaming; memory is a bit for each entry, some bytes for each run, warning's copy and boundary, and the longest line.
 * This reads the files a second time: see run-starts.ts for the first.
 */
import { lineBlocks } from './file-lines.js'
import { FileVerifier } from './file-verifier.js'
import { type FoundFiles, findLogFiles, type LogFile, refused } from './log-files.js'
import { printable } from './printable.js'
import { ProblemList } from './problem-list.js'
import { RunStarts } from './run-starts.js'
import { Runs } from './runs.js'
import type { VerificationReport, VerifyOptions } from './verification-report.js'

export type {
  Problem,
  RunReport,
  ToldDrop,
  VerificationProgress,
  VerificationReport,
  VerifyOptions,
} from './verification-report.js'

const PROBLEMS_MAX_DEFAULT = 1000
const TOO_MANY_RUNS = 'there are too many runs to tell them all apart'
const CLOCK_BEHIND =
  'some lines are earlier than the run before them in their file: they were recovered late, or the clock was set back, and then runs are not told apart for sure'
const DAY_MS = 86_400_000

/**
 * Verifies log directories, or directories of single days; give a fallback directory beside the one it stands in for.
 * Blocks until all files are read. A file that grows meanwhile is read up to where it was.
 *
 *     verify(['logs', 'fallback']).isSound
 *
 * @throws SpillwayError ERR_SPILLWAY_IO for what cannot be read
 */
export function verify(directories: string | readonly string[], options: VerifyOptions = {}): VerificationReport {
  const roots = typeof directories === 'string' ? [directories] : directories
  const found = findLogFiles(roots, options.day)
  const problems = new ProblemList(options.problemsMax ?? PROBLEMS_MAX_DEFAULT)
  if (found.files.length === 0) problems.add(null, null, 'there is no log file: nothing was verified')
  const bytes = found.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const read = reader(options, bytes * 2)
  const starts = new RunStarts()
  for (const file of found.files) {
    starts.openFile(file.seat)
    read(file, (block) => starts.read(block))
    starts.closeFile()
  }
  const table = starts.finish()
  const runs = new Runs(table)
  for (const [index, file] of found.files.entries()) {
    table.openFile(index, file.seat)
    const verifier = new FileVerifier(file, runs, problems)
    read(file, (block) => verifier.read(block))
  }
  const notes = starts.isOverfull ? [TOO_MANY_RUNS] : []
  if (starts.isClockBehind) notes.push(CLOCK_BEHIND)
  const reports = runs.settle(problems, notes, options)
  addFindings(found, problems, notes)
  return {
    directories: roots.map(printable),
    isSound: problems.count === 0,
    days: found.days,
    files: found.files.length,
    bytes,
    lines: runs.lines,
    runCount: runs.count,
    runs: reports,
    problemCount: problems.count,
    problems: problems.problems,
    notes,
  }
}

type Block = Parameters<FileVerifier['read']>[0]

function reader(
  { onProgress }: VerifyOptions,
  bytesToRead: number,
): (file: LogFile, use: (block: Block) => void) => void {
  let bytesRead = 0
  return ({ path, sizeBytes }, use) => {
    const before = bytesRead
    try {
      for (const block of lineBlocks(path, sizeBytes)) {
        use(block)
        bytesRead = before + block.offset + block.length
        onProgress?.({ bytesRead, bytesToRead })
      }
    } catch (error) {
      if (error instanceof Error && 'syscall' in error) throw refused(path, error.message, error)
      throw error
    }
    bytesRead = before + sizeBytes
  }
}

function addFindings(
  { torn, leftovers, holders, quarantined, others, days }: FoundFiles,
  problems: ProblemList,
  notes: string[],
): void {
  for (const path of others) problems.add(printable(path), null, 'is no regular file or directory, and was not read')
  for (const path of leftovers) {
    problems.add(printable(path), null, 'its process died and may have left lines here: recover the directory')
  }
  for (const pid of holders) notes.push(`process ${pid} logs into the directory: its last lines may be on their way`)
  for (const { path, bytes } of torn) notes.push(`${printable(path)}: ${bytes} bytes of torn lines were set aside`)
  if (quarantined.length > 0) notes.push(`${quarantined.length} damaged leftovers are in .spillway/quarantine`)
  for (const [index, day] of days.entries()) {
    const before = days[index - 1]
    const between = before === undefined ? 0 : Math.round((Date.parse(day) - Date.parse(before)) / DAY_MS) - 1
    if (between > 0)
      notes.push(`nothing is there of ${between === 1 ? 'the day' : `${between} days`} between ${before} and ${day}`)
  }
}
