/** pino-roll: a pino destination that begins a new file each day. */

import { once } from 'node:events'
import { join } from 'node:path'
import type { Contender } from './contender.js'
import { ASYNC_MIN_LENGTH_BYTES, type Destination, endOf, pinoCalls, pinoLine, writeAll } from './pino.js'

export const pinoRoll: Contender = {
  name: 'pino-roll',
  packages: ['pino', 'pino-roll'],
  configuration:
    "as pino-async, each destination made by pino-roll with frequency: 'daily', sync: false, minLength: 4096: in" +
    ' this thread, for as a transport each file would take a worker',
  writesLines: true,
  async load() {
    const { pino } = await import('pino')
    const { default: build } = await import('pino-roll')
    const openFile = async (directory: string, category: string): Promise<Destination> => {
      const destination = await build({
        file: join(directory, `${category}.jsonl`),
        frequency: 'daily',
        sync: false,
        minLength: ASYNC_MIN_LENGTH_BYTES,
      })
      // Before its file is open a destination does not say when it has written.
      await once(destination, 'ready')
      return destination
    }
    return async ({ directory, categories }) => {
      const destinations = await Promise.all(categories.map((category) => openFile(directory, category)))
      const loggers = categories.map((category, fileIndex) => pino({ base: { category } }, destinations[fileIndex]!))
      return {
        calls: pinoCalls(loggers),
        async flush() {
          await Promise.all(destinations.map(writeAll))
        },
        async close() {
          await Promise.all(destinations.map(endOf))
        },
      }
    }
  },
  plain: pinoLine,
}
