/** tslog with one logger and one of its file transports a file. */

import { join } from 'node:path'
import { BINDINGS } from '../workload/shapes.js'
import { type Contender, flatLine, type ParsedLine, type PlainLine } from './contender.js'
import { fieldsFirstCalls } from './fields-first.js'

const KEYS = { level: 'level', time: 'time', category: 'category', message: 'message' }

export const tslog: Contender = {
  name: 'tslog',
  packages: ['tslog'],
  configuration:
    "one logger and one fileTransport a file, type: 'hidden', stack: { capture: 'off' }, bindings: { category }," +
    ' its JSON; no source maps, as in production',
  writesLines: true,
  async load() {
    process.env.TSLOG_SOURCE_MAPS = 'off'
    const { Logger } = await import('tslog')
    const { fileTransport } = await import('tslog/transports/file')
    return ({ directory, categories }) => {
      const loggers = categories.map((category) => {
        const logger = new Logger({
          type: 'hidden',
          minLevel: 'INFO',
          stack: { capture: 'off' },
          bindings: { category },
        })
        logger.attachTransport(fileTransport({ path: join(directory, `${category}.jsonl`), format: 'json' }))
        return logger
      })
      const children = loggers.map((logger) => logger.child({ bindings: BINDINGS }))
      return {
        calls: {
          ...fieldsFirstCalls(loggers, children),
          error(fileIndex, error, message) {
            loggers[fileIndex]!.error(message, error)
          },
          template(fileIndex, { userId, action, durationMs }) {
            loggers[fileIndex]!.info(`user ${userId} moved to ${action} in ${durationMs} ms`)
          },
        },
        async flush() {
          await Promise.all(loggers.map((logger) => logger.flush()))
        },
        async close() {
          await Promise.all(loggers.map((logger) => logger[Symbol.asyncDispose]()))
        },
      }
    }
  },
  plain: tslogLine,
}

/** tslog takes a stack apart into frames. */
function tslogLine(line: ParsedLine): PlainLine {
  const plain = flatLine(line, KEYS)
  const error = line.error as { readonly message?: unknown; readonly stack?: unknown } | null | undefined
  if (!Array.isArray(error?.stack)) return plain
  const frames = (error.stack as readonly { readonly fullFilePath?: string }[]).map(
    ({ fullFilePath }) => `\n    at ${fullFilePath}`,
  )
  return { ...plain, error: { message: error.message, stack: `${error.message}${frames.join('')}` } }
}
