/**
 * A process of its own for one start: it loads a contender, opens it, logs one line, waits until the line is in its file,
 * and says on stdout how long each took. Only what every contender needs is loaded before the first look at the clock.
 */
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { contenderNamed } from '../contenders/index.js'
import { categoryOf, logFilesIn } from '../passes/log-files.js'
import { categoriesOf, categoryAt, entryAt, MESSAGE } from '../workload/entries.js'

/** What the process is told, as JSON in its only argument. */
export interface FirstLineTask {
  readonly contender: string
  /** Empty, of this process alone. */
  readonly directory: string
  readonly files: number
  readonly entryNumber: number
  readonly library: Readonly<Record<string, unknown>>
}

/** What it answers. Times are milliseconds. */
export interface FirstLine {
  /** From the start of the process until the contender's turn. */
  readonly processMs: number
  readonly importMs: number
  readonly importBytes: number
  readonly constructMs: number
  readonly constructBytes: number
  /** From the call until the line is in its file. */
  readonly firstLineMs: number
  /** From the start of the process until then. */
  readonly untilFirstLineMs: number
}

/** A contender that shows no line after so long shows none. */
const PATIENCE_MS = 10_000

const NEWLINE = 0x0a

async function measure(): Promise<FirstLine> {
  const { contender, directory, files, entryNumber, library } = JSON.parse(process.argv[2] ?? '') as FirstLineTask
  const fileIndex = entryNumber % files
  const { load } = contenderNamed(contender)
  const entry = entryAt(entryNumber)

  const startRss = process.memoryUsage.rss()
  const startMs = performance.now()
  const open = await load()
  const importedMs = performance.now()
  const importedRss = process.memoryUsage.rss()
  const session = await open({ directory, categories: categoriesOf(files), library })
  const openMs = performance.now()
  const openRss = process.memoryUsage.rss()
  session.calls.object(fileIndex, entry, MESSAGE)
  await session.flush?.()
  await untilWritten(directory, categoryAt(fileIndex))
  const writtenMs = performance.now()
  await session.close()

  return {
    processMs: startMs,
    importMs: importedMs - startMs,
    importBytes: importedRss - startRss,
    constructMs: openMs - importedMs,
    constructBytes: openRss - importedRss,
    firstLineMs: writtenMs - openMs,
    untilFirstLineMs: writtenMs,
  }
}

/** Looks every millisecond: who has no flush() says in no other way that the line is there. */
async function untilWritten(directory: string, category: string): Promise<void> {
  const startMs = performance.now()
  while (!hasLine(directory, category)) {
    if (performance.now() - startMs > PATIENCE_MS) throw new Error(`no line after ${PATIENCE_MS} ms`)
    await pause(1)
  }
}

function hasLine(directory: string, category: string): boolean {
  const path = logFilesIn(directory).find((candidate) => categoryOf(candidate) === category)
  return path !== undefined && readFileSync(path).at(-1) === NEWLINE
}

console.log(JSON.stringify(await measure()))
