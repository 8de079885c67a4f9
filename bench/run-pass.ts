/**
 * Runs one pass of one contender in a fresh child process and judges what it left on disk. Runs in the parent. A child
 * that fails, hangs or does not end by itself is a result, not an exception: the others go on.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ChildResult, ChildTask } from './child-task.js'
import type { Contender } from './contenders/contender.js'
import { countLines, type LineCount } from './count-lines.js'

const CHILD = fileURLToPath(new URL('./child.cjs', import.meta.url))

/** A pass may take this long, and this much more for each line: the slowest peer here needs a twentieth of it. */
const TIMEOUT_MS = 60_000
const TIMEOUT_MS_PER_LINE = 1

/** How long a child may live on after it has answered: by then its log is closed, and nothing should hold it. */
const END_BY_ITSELF_MS = 10_000

/** What is kept of a failed child's stderr for its message. */
const STDERR_KEPT_CHARACTERS = 4000

/** The line of an uncaught error's stack that says what happened. */
const ERROR_LINE = /^\w*Error\b.*$/m

/** A pass and what came of it. */
export interface Pass {
  readonly contender: string
  readonly pass: ChildTask['pass']
  /** 1 for the first; 0 for the pass that counts libuv jobs. */
  readonly round: number
  /** Why there are no figures, in one line; the whole is in `stderr`. */
  readonly failure?: string
  readonly stderr?: string
  readonly result?: ChildResult
  /** Absent for the loop alone, and after a failure. */
  readonly lineCount?: LineCount
  /** Bytes that came into the files after they had been said to be complete; negative for bytes that vanished. */
  readonly lateBytes?: number
  /** False if the process had to be killed after the contender was closed. */
  readonly endedByItself?: boolean
}

/** What a pass needs besides the contender. */
export interface PassPlan extends Omit<ChildTask, 'contender' | 'directory'> {
  readonly round: number
  /** The pass makes a directory of its own in here. */
  readonly parentDirectory: string
  readonly keep: boolean
}

interface ChildEnd {
  readonly failure?: string
  readonly stderr?: string
  readonly result?: ChildResult
  readonly endedByItself?: boolean
}

export async function runPass(contender: Contender, plan: PassPlan): Promise<Pass> {
  const { round, parentDirectory, keep, ...task } = plan
  const directory = join(parentDirectory, `${contender.name}-${task.pass}-${round}`)
  mkdirSync(directory)
  try {
    const end = await runChild({ ...task, contender: contender.name, directory })
    const pass = { contender: contender.name, pass: task.pass, round, ...end }
    if (end.result === undefined || !contender.writesLines) return pass
    const lineCount = countLines(directory, {
      lines: task.warmUpLines + task.lines,
      files: task.files,
      read: contender.read,
    })
    return { ...pass, lineCount, lateBytes: lineCount.bytes - end.result.bytesAtClose }
  } finally {
    if (!keep) rmSync(directory, { recursive: true, force: true })
  }
}

function runChild(task: ChildTask): Promise<ChildEnd> {
  return new Promise((resolve) => {
    const child = fork(CHILD, [JSON.stringify(task)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    const timeoutMs = TIMEOUT_MS + (task.warmUpLines + task.lines) * TIMEOUT_MS_PER_LINE
    let result: ChildResult | undefined
    let killedBecause: string | undefined
    const killAfter = (delayMs: number, reason: string): NodeJS.Timeout =>
      setTimeout(() => {
        killedBecause = reason
        child.kill('SIGKILL')
      }, delayMs)
    let timer = killAfter(timeoutMs, `no result after ${timeoutMs / 1000} s`)
    const stderr = collectStderr(child)

    child.once('message', (message) => {
      result = message as ChildResult
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

/** The end of what the child says; read all of it, or a talkative contender blocks on the pipe. */
function collectStderr(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-STDERR_KEPT_CHARACTERS)
  })
  return () => text.trim()
}
