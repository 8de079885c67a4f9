/** What a reader finds in a log directory; knows nothing of the library that wrote it. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { verifyRun } from '../../scripts/verify/verify-run.js'

/** A line as its reader sees it. */
export interface WrittenLine {
  readonly level: number
  readonly time: number
  readonly seq: number
  readonly category: string
  readonly msg?: string
  readonly [field: string]: unknown
}

/** The log files below a directory, whatever their day; none where there is no directory. */
export function logFiles(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(directory, name))
}

/** The lines of the files called `name`, or of all files, in the order of the calls. */
export function writtenLines(directory: string, name?: string): WrittenLine[] {
  const files = logFiles(directory).filter((path) => name === undefined || basename(path) === `${name}.jsonl`)
  const lines = files.flatMap((path) => {
    const text = readFileSync(path, 'utf8')
    assert.ok(text.endsWith('\n') || text === '', `${path} ends with a whole line`)
    return text.split('\n').slice(0, -1)
  })
  return lines.map((line) => JSON.parse(line) as WrittenLine).sort((left, right) => left.seq - right.seq)
}

/** The bytes of all files below a directory. */
export function writtenBytes(directory: string): number {
  return logFiles(directory).reduce((bytes, path) => bytes + statSync(path).size, 0)
}

/** Asserts that each of `entries` entries is there once, whole, and in order in its file. */
export function assertAllWritten(directory: string, entries: number): void {
  const { problems, lines } = verifyRun(directory, new Map(), entries)
  assert.deepEqual(problems, [])
  assert.equal(lines, entries)
}
