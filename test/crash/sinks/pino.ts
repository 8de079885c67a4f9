/**
 * pino with 48 files: a destination for each with `sync: false` and the minLength that its documentation has for that (as
 * in the bench), or one transport, whose thread sorts the lines into 48 such destinations.
 */
import { once } from 'node:events'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import { type EntryPlan, FILE_NAMES } from '../entry-plan.js'
import type { Sink, SinkSettings } from './sink.js'

const MIN_LENGTH_BYTES = 4096
const TRANSPORT = new URL('./pino-transport.js', import.meta.url).href

/** A sink whose loggers are made by the file. */
export class PinoSink implements Sink {
  readonly #loggers: readonly Logger[]
  readonly #run: number

  constructor(loggers: readonly Logger[], run: number) {
    this.#loggers = loggers
    this.#run = run
  }

  log(n: number, { file, level, text }: EntryPlan): void {
    const logger = this.#loggers[file] as Logger
    const fields = { run: this.#run, n, text }
    if (level === 60) logger.fatal(fields, 'at an end')
    else if (level === 50) logger.error(fields, 'failed')
    else if (level === 40) logger.warn(fields, 'slow')
    else logger.info(fields, 'moved')
  }

  midnightInMs(): number {
    return Number.POSITIVE_INFINITY
  }
}

export async function openPinoSyncFalse({ directory, run }: SinkSettings): Promise<Sink> {
  const destinations = FILE_NAMES.map((name) =>
    pino.destination({ dest: join(directory, `${name}.jsonl`), sync: false, minLength: MIN_LENGTH_BYTES }),
  )
  await Promise.all(destinations.map((destination) => once(destination, 'ready')))
  const loggers = FILE_NAMES.map((name, file) =>
    pino({ base: { category: name } }, destinations[file] as (typeof destinations)[0]),
  )
  return new PinoSink(loggers, run)
}

export async function openPinoTransport({ directory, run }: SinkSettings): Promise<Sink> {
  const transport = pino.transport({ target: TRANSPORT, options: { directory } })
  await once(transport, 'ready')
  const root = pino({ base: null }, transport)
  return new PinoSink(
    FILE_NAMES.map((category) => root.child({ category })),
    run,
  )
}
