/**
 * Remembers where each log file ends before a run, so that only what the run adds is verified. Files of an earlier run
 * are known by their inode: a rename in between does not make their old lines look new.
 */
import { type BigIntStats, closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'

const NEWLINE = 0x0a
const CHUNK_BYTES = 65_536

/** How the log files were before a run, by the identity of the file. */
export type FileMarks = ReadonlyMap<string, FileMark>

interface FileMark {
  readonly sizeBytes: bigint
  readonly changedAtNs: bigint
  /** Behind the last newline: a torn line of an earlier run, which spillway puts aside, may follow. */
  readonly lineEndBytes: number
}

/** A log file with lines of the run. */
export interface MarkedFile {
  readonly path: string
  /** Where the run's first line begins. */
  readonly startBytes: number
  readonly sizeBytes: number
}

/** Marks the end of the last whole line of every log file under the directory, which need not exist. */
export function markFiles(directory: string): FileMarks {
  const marks = new Map<string, FileMark>()
  for (const path of listLogFiles(directory)) {
    const stats = statSync(path, { bigint: true })
    const lineEndBytes = findLineEnd(path, Number(stats.size))
    marks.set(identityOf(stats), { sizeBytes: stats.size, changedAtNs: stats.mtimeNs, lineEndBytes })
  }
  return marks
}

/** The log files that have changed since the marks were set. */
export function filesSince(directory: string, marks: FileMarks): MarkedFile[] {
  const files: MarkedFile[] = []
  for (const path of listLogFiles(directory)) {
    const stats = statSync(path, { bigint: true })
    const mark = marks.get(identityOf(stats))
    if (mark?.sizeBytes === stats.size && mark.changedAtNs === stats.mtimeNs) continue
    const startBytes = mark?.lineEndBytes ?? 0
    const sizeBytes = Number(stats.size)
    if (sizeBytes !== startBytes) files.push({ path, startBytes, sizeBytes })
  }
  return files
}

/** `{directory}/{date}/{name}.jsonl`, and nothing else. */
function listLogFiles(directory: string): string[] {
  const paths: string[] = []
  for (const date of readDirectory(directory)) {
    if (!/^\d{4}-\d\d-\d\d$/.test(date)) continue
    for (const name of readDirectory(join(directory, date))) {
      if (name.endsWith('.jsonl')) paths.push(join(directory, date, name))
    }
  }
  return paths.sort()
}

function readDirectory(path: string): string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return [] // Nothing was logged here yet.
    throw error
  }
}

function identityOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`
}

/** The offset behind the file's last newline. */
function findLineEnd(path: string, sizeBytes: number): number {
  const file = openSync(path, 'r')
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    for (let end = sizeBytes; end > 0; ) {
      const start = Math.max(0, end - CHUNK_BYTES)
      const bytesRead = readSync(file, chunk, 0, end - start, start)
      const newline = chunk.subarray(0, bytesRead).lastIndexOf(NEWLINE)
      if (newline !== -1) return start + newline + 1
      end = start
    }
    return 0
  } finally {
    closeSync(file)
  }
}
