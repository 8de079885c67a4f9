/**
 * pino with its lines handed to a worker thread: pino.transport() with a target of ours, for the targets that come with
 * pino know levels, but no categories. The target is in pino-transport-target.ts.
 */

import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Contender } from './contender.js'
import { pinoCalls, pinoLine } from './pino.js'
import type { TargetOptions } from './pino-transport-target.js'

const TARGET = fileURLToPath(new URL('./pino-transport-target.js', import.meta.url))

/** What the ThreadStream has that pino.transport() makes, but not its types. */
interface WorkerStream {
  /** Calls back when all lines have come to the target, and its own flush() has resolved. */
  flush(callback: (error?: Error) => void): void
  ref(): void
}

export const pinoTransport: Contender = {
  name: 'pino-transport',
  packages: ['pino'],
  configuration:
    'one logger a file, base: { category }, all on one pino.transport() with one worker: its target sorts the lines by' +
    ' category, without parsing them, into one destination a file, sync: false, minLength: 4096; measured as pino-async',
  writesLines: true,
  async load() {
    const { pino } = await import('pino')
    return async ({ directory, categories }) => {
      const options: TargetOptions = { directory, categories }
      const transport = pino.transport({ target: TARGET, options })
      const worker = transport as unknown as WorkerStream
      await once(transport, 'ready')
      return {
        calls: pinoCalls(categories.map((category) => pino({ base: { category } }, transport))),
        flush: () =>
          new Promise<void>((resolve, reject) => {
            worker.flush((error) => (error ? reject(error) : resolve()))
          }),
        async close() {
          const closed = once(transport, 'close')
          // pino lets the process end without its worker; this one waits for it.
          worker.ref()
          transport.end()
          await closed
        },
      }
    }
  },
  plain: pinoLine,
}
