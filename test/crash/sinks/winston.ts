/** winston with one logger and one File transport for each of the 48 files, as in the bench. */
import { join } from 'node:path'
import winston from 'winston'
import { type EntryPlan, FILE_NAMES } from '../entry-plan.js'
import type { Sink, SinkSettings } from './sink.js'

export function openWinston({ directory, run }: SinkSettings): Sink {
  const { createLogger, format, transports } = winston
  const loggers = FILE_NAMES.map((category) =>
    createLogger({
      format: format.combine(format.timestamp(), format.json()),
      defaultMeta: { category },
      transports: [new transports.File({ filename: join(directory, `${category}.jsonl`) })],
    }),
  )
  return {
    log(n: number, { file, level, text }: EntryPlan): void {
      const logger = loggers[file] as winston.Logger
      const fields = { run, n, text }
      if (level >= 50) logger.error('failed', fields)
      else if (level === 40) logger.warn('slow', fields)
      else logger.info('moved', fields)
    },
    midnightInMs: () => Number.POSITIVE_INFINITY,
  }
}
