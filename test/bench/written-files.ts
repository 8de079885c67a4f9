/** Log files as a contender without faults leaves them, for a test to spoil. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { flatLine, type ParsedLine } from '../../bench/contenders/contender.js'
import type { Expectation } from '../../bench/passes/count-lines.js'
import { categoryAt, entryAt, MESSAGE } from '../../bench/workload/entries.js'
import { shapeNamed } from '../../bench/workload/shapes.js'

export const FILES = 3
export const LINES = 30

/** The lines of each file, without their newlines; the index is the file's. */
export type WrittenLines = string[][]

export const EXPECTATION: Expectation = {
  lines: LINES,
  files: FILES,
  shape: shapeNamed('fields-4'),
  plain: (line: ParsedLine) => flatLine(line, { level: 'level', time: 'time', category: 'category', message: 'msg' }),
}

/** The line of one entry, with whatever fields a test wants changed. */
export function lineAt(entryNumber: number, changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    level: 30,
    time: 1_795_420_814_544,
    category: categoryAt(entryNumber % FILES),
    ...entryAt(entryNumber),
    msg: MESSAGE,
    ...changes,
  })
}

export function faultlessLines(): WrittenLines {
  return Array.from({ length: FILES }, (_, fileIndex) =>
    Array.from({ length: LINES / FILES }, (_, index) => lineAt(index * FILES + fileIndex)),
  )
}

/** Writes the files into a directory that goes with the test; a category may be spread over dated directories. */
export function writeFiles(context: TestContext, contents: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-count-lines-'))
  context.after(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(join(directory, name, '..'), { recursive: true })
    writeFileSync(join(directory, name), content)
  }
  return directory
}

export function contentsOf(lines: WrittenLines): Record<string, string> {
  return Object.fromEntries(
    lines.map((file, fileIndex) => [`${categoryAt(fileIndex)}.jsonl`, file.map((line) => `${line}\n`).join('')]),
  )
}
