/**
 * Runs one pass of one contender in a fresh child process and judges what it left on disk. Runs in the parent. A child
 * that fails, hangs or does not end by itself is a result, not an exception: the others go on.
 */
import { type ChildProcess, type ForkOptions, fork } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Contender } from '../contenders/contender.js'
import type { Cell, Result, Scenario, ScenarioSettings, Task } from '../scenarios/scenario.js'
import { shapeNamed } from '../workload/shapes.js'
import { countLines, type LineCount } from './count-lines.js'

const CHILD = fileURLToPath(new URL('../child/child.cjs', import.meta.url))

/** How long a child may live on after it has answered: by then its log is closed, and nothing should hold it. */
const END_BY_ITSELF_MS = 10_000

/** What is kept of a failed child's stderr for its message. */
const STDERR_KEPT_CHARACTERS = 4000

/** The line of an uncaught error that says what happened; in brackets if the error has no stack, as those of libuv. */
const ERROR_LINE = /^\[?\w*Error\b.*?(?= \{$|$)/m

/** A pass and what came of it. */
export interface Pass {
  readonly scenario: string
  readonly cell: Cell
  readonly contender: string
  /** 1 for the first. */
  readonly round: number
  /** Why there are no figures, in one line; the whole is in `stderr`. */
  readonly failure?: string
  readonly stderr?: string
  readonly result?: Result
  /** Absent where nothing was logged into files, and after a failure. */
  readonly lineCount?: LineCount
  /** Bytes that came into the files after they had been said to be complete; negative for bytes that vanished. */
  readonly lateBytes?: number
  /** False if the process had to be killed after the contender was closed. */
  readonly endedByItself?: boolean
}

/** What a pass needs besides scenario and contender. */
export interface PassPlan {
  readonly cell: Cell
  readonly round: number
  readonly settings: ScenarioSettings
  /** The pass makes a directory of its own in here. */
  readonly parentDirectory: string
  readonly keep: boolean
}

interface ChildEnd {
  readonly failure?: string
  readonly stderr?: string
  readonly result?: Result
  readonly endedByItself?: boolean
}

export async function runPass(scenario: Scenario, contender: Contender, plan: PassPlan): Promise<Pass> {
  const { cell, round, settings, parentDirectory, keep } = plan
  const name = `${scenario.name}-${cell.name.replaceAll('/', '-')}-${contender.name}-${round}`
  const directory = join(parentDirectory, name)
  mkdirSync(directory)
  try {
    const task: Task = { scenario: scenario.name, cell, contender: contender.name, directory, settings }
    const end = await runChild(task, scenario.timeoutMs(settings))
    const pass = { scenario: scenario.name, cell, contender: contender.name, round, ...end }
    const logged = end.result?.logged ?? null
    if (end.result === undefined || logged === null || !contender.writesLines) return pass
    const lineCount = countLines(directory, {
      lines: logged.lines,
      files: logged.files,
      shape: shapeNamed(logged.shape, settings.corpus),
      plain: contender.plain,
      fileOf: contender.fileOf,
    })
    return { ...pass, lineCount, lateBytes: lineCount.bytes - end.result.bytesAtEnd }
  } finally {
    if (!keep) rmSync(directory, { recursive: true, force: true })
  }
}

function runChild(task: Task, timeoutMs: number): Promise<ChildEnd> {
  return new Promise((resolve) => {
    const child = fork(CHILD, [JSON.stringify(task)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      ...limitedTo(task.cell.descriptorsMax),
    })
    let result: Result | undefined
    let killedBecause: string | undefined
    const killAfter = (delayMs: number, reason: string): NodeJS.Timeout =>
      setTimeout(() => {
        killedBecause = reason
        child.kill('SIGKILL')
      }, delayMs)
    let timer = killAfter(timeoutMs, `no result after ${timeoutMs / 1000} s`)
    const stderr = collectStderr(child)

    child.once('message', (message) => {
      result = message as Result
      clearTimeout(timer)
      timer = killAfter(END_BY_ITSELF_MS, 'kept its process alive after close')
    })
    child.once('error', (error) => {
      killedBecause = `the child could not be started: ${error.message}`
    })
    // 'close' and not 'exit': what the child wrote to stderr last must have arrived.
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      if (result !== undefined) {
        resolve({ result, endedByItself: killedBecause === undefined })
        return
      }
      const reason = killedBecause ?? `ended with ${signal ?? `code ${code}`} and no result`
      const cause = ERROR_LINE.exec(stderr())?.[0]
      resolve({ failure: cause === undefined ? reason : `${reason}: ${cause}`, stderr: stderr() })
    })
  })
}

/**
 * Starts the child through a shell that lowers its limit, soft and hard: Node.js raises the soft one to the hard one. It
 * becomes the child itself, so process id and channel are as ever.
 */
function limitedTo(descriptorsMax: number | undefined): ForkOptions {
  if (descriptorsMax === undefined) return {}
  return {
    execPath: '/bin/sh',
    execArgv: ['-c', `ulimit -n ${descriptorsMax} && exec "$0" "$@"`, process.execPath],
  }
}

/** The end of what the child says; read all of it, or a talkative contender blocks on the pipe. */
function collectStderr(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-STDERR_KEPT_CHARACTERS)
  })
  return () => text.trim()
}
