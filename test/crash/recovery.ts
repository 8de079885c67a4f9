/** recover() in a process of its own, which can be killed at it. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { endOfChild } from '../support/child-end.js'
import { inheritedEnvironment } from '../support/inherited-environment.js'

const RECOVERY_CHILD = fileURLToPath(new URL('recovery-child.js', import.meta.url))
const PATIENCE_MS = 30_000

/** Recovers a directory; where `killAfterMs` is a number, it is killed so long after it began. */
export async function recoverDirectory(
  directory: string,
  killAfterMs: number | null,
  zone: string,
): Promise<{ readonly killed: boolean; readonly problem: string | null }> {
  const child = spawn(process.execPath, [RECOVERY_CHILD, directory], {
    env: { ...inheritedEnvironment(), TZ: zone },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGTERM',
  })
  child.stdout.once('data', () => {
    if (killAfterMs !== null) setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  })
  const { code, signal, stdout, stderr } = await endOfChild(child)
  if (signal === 'SIGKILL' && killAfterMs !== null) return { killed: true, problem: null }
  const words = `recover() ended with ${signal ?? code}: ${stdout.slice(-300)} ${stderr.slice(-300)}`
  if (code !== 0) return { killed: false, problem: words }
  const report = JSON.parse(stdout.split('\n')[1] ?? '') as { readonly isDone: boolean; readonly damaged: number }
  return { killed: false, problem: report.isDone && report.damaged === 0 ? null : words }
}
