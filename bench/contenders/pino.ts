/** pino with one destination a file, buffered and asynchronous as its documentation advises for speed, and synchronous. */

import { once } from 'node:events'
import { join } from 'node:path'
import type { Logger, pino as pinoFunction } from 'pino'
import { BINDINGS } from '../workload/shapes.js'
import { type Calls, type Contender, flatLine, type Open, type ParsedLine, type PlainLine } from './contender.js'
import { callsFromSourceFiles, fieldsFirstCalls } from './fields-first.js'

/** pino's documentation recommends 4096 bytes for asynchronous logging. */
export const ASYNC_MIN_LENGTH_BYTES = 4096

/** What pino.destination() makes: a SonicBoom. */
export type Destination = ReturnType<typeof pinoFunction.destination>

export const pinoAsync: Contender = {
  name: 'pino-async',
  packages: ['pino'],
  configuration:
    'one logger and one destination a file, sync: false, minLength: 4096, base: { category };' +
    ' measured until flush() has nothing left to write in any file; end(), which fsyncs each, comes after that',
  writesLines: true,
  load: () => loadPino(false),
  plain: pinoLine,
}

export const pinoSync: Contender = {
  name: 'pino-sync',
  packages: ['pino'],
  configuration:
    'one logger and one destination a file, sync: true, base: { category };' +
    ' measured until the last call has returned; end(), which fsyncs each file, comes after that',
  writesLines: true,
  load: () => loadPino(true),
  plain: pinoLine,
}

export const pinoCaller: Contender = {
  name: 'pino-caller',
  packages: ['pino', 'pino-caller'],
  configuration: 'as pino-async, each logger wrapped by pino-caller, called from code of each file',
  writesLines: true,
  load: () => loadPino(false, true),
  plain: (line) => (typeof line.caller === 'string' ? pinoLine(line) : undefined),
}

async function loadPino(sync: boolean, tellsCaller = false): Promise<Open> {
  const { pino } = await import('pino')
  const wrap = tellsCaller ? await loadCaller() : (logger: Logger): Logger => logger
  return async ({ directory, categories }) => {
    const destinations = categories.map((category) =>
      pino.destination({
        dest: join(directory, `${category}.jsonl`),
        sync,
        minLength: sync ? 0 : ASYNC_MIN_LENGTH_BYTES,
      }),
    )
    // Before its file is open a destination does not say when it has written.
    if (!sync) await Promise.all(destinations.map((destination) => once(destination, 'ready')))
    const loggers = categories.map((category, fileIndex) => pino({ base: { category } }, destinations[fileIndex]!))
    return {
      calls: tellsCaller ? callerCalls(categories, loggers, wrap) : pinoCalls(loggers),
      async flush() {
        // A synchronous destination has written each line before its call returned.
        if (!sync) await Promise.all(destinations.map(writeAll))
      },
      async close() {
        await Promise.all(destinations.map(endOf))
      },
    }
  }
}

/** The calls through one logger a file. */
export function pinoCalls(loggers: readonly Logger[]): Calls {
  const children = loggers.map((logger) => logger.child(BINDINGS))
  return {
    ...fieldsFirstCalls(loggers, children),
    template(fileIndex, { userId, action, durationMs }) {
      loggers[fileIndex]!.info('user %d moved to %s in %d ms', userId, action, durationMs)
    },
  }
}

function callerCalls(
  categories: readonly string[],
  loggers: readonly Logger[],
  wrap: (logger: Logger) => Logger,
): Calls {
  return callsFromSourceFiles(
    categories,
    loggers.map(wrap),
    loggers.map((logger) => wrap(logger.child(BINDINGS))),
    "logger.info('user %d moved to %s in %d ms', userId, action, durationMs)",
  )
}

/**
 * Resolves when the destination has written all it was given, without the fsync that neither spillway nor the other
 * peers do. Not by flush(callback): sonic-boom fsyncs before it calls back, and calls back when the write under way is
 * done, while up to `minLength` bytes may wait behind it. So it is flushed until a write of nothing shows that nothing
 * was left, which costs it one empty write(2) a file.
 *
 * Source: sonic-boom 4, flush(), release() and actualClose() in index.js.
 */
export async function writeAll(destination: Destination): Promise<void> {
  for (let left = true; left; ) {
    let bytes = 0
    const count = (written: number): void => {
      bytes += written
    }
    destination.on('write', count)
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: Error): void => {
        destination.off('drain', settle)
        destination.off('error', settle)
        if (error === undefined) resolve()
        else reject(error)
      }
      destination.on('drain', settle)
      destination.on('error', settle)
      destination.flush()
    })
    destination.off('write', count)
    left = bytes > 0
  }
}

/** Resolves when the destination is closed. */
export function endOf(destination: Destination): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    destination.once('close', resolve)
    destination.once('error', reject)
    destination.end()
  })
}

/** Reads a line of pino's. */
export function pinoLine(line: ParsedLine): PlainLine {
  return flatLine(line, { level: 'level', time: 'time', category: 'category', message: 'msg', error: 'err' })
}

/** The function itself: its types say otherwise for a module of this kind. */
async function loadCaller(): Promise<(logger: Logger) => Logger> {
  const { default: caller } = await import('pino-caller')
  return caller as unknown as (logger: Logger) => Logger
}
