/** How a child ended, and all that it printed. */
import type { ChildProcess } from 'node:child_process'

export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Waits for the end of a child; of an output that is no pipe there is no text. */
export function endOfChild(child: ChildProcess): Promise<ChildEnd> {
  const stdout: string[] = []
  const stderr: string[] = []
  child.stdout?.setEncoding('utf8').on('data', (text: string) => stdout.push(text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => stderr.push(text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      resolve({ code, signal, stdout: stdout.join(''), stderr: stderr.join('') })
    })
  })
}
