/** pino with one destination a file, buffered and asynchronous as its documentation advises for speed, and synchronous. */

import { join } from 'node:path'
import { type Contender, type Open, readFlatLine } from './contender.js'

const KEYS = { level: 'level', time: 'time', category: 'category', message: 'msg' }

/** pino's documentation recommends 4096 bytes for asynchronous logging. */
const ASYNC_MIN_LENGTH_BYTES = 4096

export const pinoAsync: Contender = {
  name: 'pino-async',
  packageName: 'pino',
  configuration: 'one logger and one destination a file, sync: false, minLength: 4096, base: { category }',
  writesLines: true,
  load: () => loadPino(false),
  read: (line) => readFlatLine(line, KEYS),
}

export const pinoSync: Contender = {
  name: 'pino-sync',
  packageName: 'pino',
  configuration: 'one logger and one destination a file, sync: true, base: { category }',
  writesLines: true,
  load: () => loadPino(true),
  read: (line) => readFlatLine(line, KEYS),
}

async function loadPino(sync: boolean): Promise<Open> {
  const { pino } = await import('pino')
  return ({ directory, categories }) => {
    const destinations = categories.map((category) =>
      pino.destination({
        dest: join(directory, `${category}.jsonl`),
        sync,
        minLength: sync ? 0 : ASYNC_MIN_LENGTH_BYTES,
      }),
    )
    const loggers = categories.map((category, fileIndex) => pino({ base: { category } }, destinations[fileIndex]!))
    return {
      log(fileIndex, entry, message) {
        loggers[fileIndex]!.info(entry, message)
      },
      async close() {
        await Promise.all(
          destinations.map(
            (destination) =>
              new Promise<void>((resolve, reject) => {
                destination.once('close', resolve)
                destination.once('error', reject)
                destination.end()
              }),
          ),
        )
      },
    }
  }
}
