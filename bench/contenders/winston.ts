/** winston with one logger and one transport a file: its own File, and winston-daily-rotate-file. */

import { join } from 'node:path'
import type { Logger, transport as Transport } from 'winston'
import { BINDINGS } from '../workload/shapes.js'
import { type Calls, type Contender, flatLine, type Open, type ParsedLine, type PlainLine } from './contender.js'

const FORMAT = 'format timestamp + json, defaultMeta: { category }, no splat format: a template is a JavaScript string'

/** How the transport of a file is made, and when all its lines are written once its logger has been ended. */
interface TransportWay<T extends Transport> {
  create(directory: string, category: string): T
  /** Calls back when that is. */
  onceWritten(transport: T, callback: () => void): void
}

export const winston: Contender = {
  name: 'winston',
  packages: ['winston'],
  configuration: `one logger and one File transport a file, ${FORMAT}`,
  writesLines: true,
  async load() {
    const { transports } = (await import('winston')).default
    return loadWinston({
      create: (directory, category) => new transports.File({ filename: join(directory, `${category}.jsonl`) }),
      // The transport's own 'finish' comes after its file stream's; the logger's comes too early.
      onceWritten: (transport, callback) => transport.once('finish', callback),
    })
  },
  plain: winstonLine,
}

export const winstonDaily: Contender = {
  name: 'winston-daily',
  packages: ['winston', 'winston-daily-rotate-file'],
  configuration: `one logger and one DailyRotateFile transport a file, options as they come, ${FORMAT}`,
  writesLines: true,
  async load() {
    const { default: DailyRotateFile } = await import('winston-daily-rotate-file')
    return loadWinston({
      create: (dirname, category) =>
        new DailyRotateFile({ dirname, filename: `${category}.%DATE%`, extension: '.jsonl' }),
      // The file's stream: this transport's own 'finish' comes first when it has been given all, and again later.
      onceWritten: (transport, callback) => transport.logStream.once('finish', callback),
    })
  },
  plain: winstonLine,
}

async function loadWinston<T extends Transport>({ create, onceWritten }: TransportWay<T>): Promise<Open> {
  const { createLogger, format } = (await import('winston')).default
  return ({ directory, categories }) => {
    const files = categories.map((category) => create(directory, category))
    const loggers = categories.map((category, fileIndex) =>
      createLogger({
        format: format.combine(format.timestamp(), format.json()),
        defaultMeta: { category },
        transports: [files[fileIndex]!],
      }),
    )
    return {
      calls: winstonCalls(loggers),
      async close() {
        await Promise.all(
          loggers.map(
            (logger, fileIndex) =>
              new Promise<void>((resolve, reject) => {
                onceWritten(files[fileIndex]!, resolve)
                files[fileIndex]!.once('error', reject)
                logger.end()
              }),
          ),
        )
      },
    }
  }
}

function winstonCalls(loggers: readonly Logger[]): Calls {
  const children = loggers.map((logger) => logger.child(BINDINGS))
  return {
    object(fileIndex, fields, message) {
      logFields(loggers[fileIndex]!, 'info', fields, message)
    },
    message(fileIndex, text) {
      loggers[fileIndex]!.info(text)
    },
    error(fileIndex, error, message) {
      loggers[fileIndex]!.error(message, error)
    },
    template(fileIndex, { userId, action, durationMs }) {
      loggers[fileIndex]!.info(`user ${userId} moved to ${action} in ${durationMs} ms`)
    },
    child(fileIndex, fields, message) {
      logFields(children[fileIndex]!, 'info', fields, message)
    },
    disabled(fileIndex, fields, message) {
      logFields(loggers[fileIndex]!, 'debug', fields, message)
    },
    warn(fileIndex, fields, message) {
      logFields(loggers[fileIndex]!, 'warn', fields, message)
    },
    urgent(fileIndex, fields, message) {
      logFields(loggers[fileIndex]!, 'error', fields, message)
    },
  }
}

/** A `%d` in a message would make winston take the fields for its value, and lose them without the splat format. */
function logFields(logger: Logger, level: string, fields: object, message: string): void {
  if (message.includes('%')) logger.log({ ...fields, level, message })
  else logger.log(level, message, fields)
}

/** winston puts an error's message behind that of the line; where it begins, only the stack tells. */
function winstonLine(line: ParsedLine): PlainLine {
  const plain = flatLine(line, { level: 'level', time: 'timestamp', category: 'category', message: 'message' })
  const message = /^Error: (.*)$/m.exec(String(line.stack))?.[1]
  const isThere = message !== undefined && String(line.message).endsWith(` ${message}`)
  return isThere ? { ...plain, error: { message, stack: line.stack } } : plain
}
