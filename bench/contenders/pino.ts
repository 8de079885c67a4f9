/** pino with one destination a file, buffered and asynchronous as its documentation advises for speed, and synchronous. */

import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Contender, type Open, readFlatLine } from './contender.js'
import { callFrom } from './source-files.js'

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

export const pinoCaller: Contender = {
  name: 'pino-caller',
  packageName: 'pino-caller',
  configuration: 'as pino-async, each logger wrapped by pino-caller, called from code of each file',
  writesLines: true,
  load: () => loadPino(false, true),
  read: (line) => (typeof line.caller === 'string' ? readFlatLine(line, KEYS) : undefined),
}

async function loadPino(sync: boolean, tellsCaller = false): Promise<Open> {
  const { pino } = await import('pino')
  const wrap = tellsCaller ? await loadCaller() : (logger: Logger): Logger => logger
  return ({ directory, categories }) => {
    const destinations = categories.map((category) =>
      pino.destination({
        dest: join(directory, `${category}.jsonl`),
        sync,
        minLength: sync ? 0 : ASYNC_MIN_LENGTH_BYTES,
      }),
    )
    const loggers = categories.map((category, fileIndex) =>
      wrap(pino({ base: { category } }, destinations[fileIndex]!)),
    )
    const calls = tellsCaller ? categories.map(callFrom) : undefined
    return {
      log:
        calls === undefined
          ? (fileIndex, entry, message) => loggers[fileIndex]!.info(entry, message)
          : (fileIndex, entry, message) => calls[fileIndex]!(loggers[fileIndex]!, entry, message),
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

/** The function itself: its types say otherwise for a module of this kind. */
async function loadCaller(): Promise<(logger: Logger) => Logger> {
  const { default: caller } = await import('pino-caller')
  return caller as unknown as (logger: Logger) => Logger
}
