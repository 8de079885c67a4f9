/** LogTape with one non-blocking file sink a file. */

import { join } from 'node:path'
import type { Logger } from '@logtape/logtape'
import { BINDINGS } from '../workload/shapes.js'
import type { Calls, Contender, ParsedLine } from './contender.js'

/** The properties of a call. A cast, because LogTape's parameter is an index signature and an interface has none. */
type Properties = Record<string, unknown>

export const logtape: Contender = {
  name: 'logtape',
  packages: ['@logtape/logtape', '@logtape/file'],
  configuration: 'one file sink a file, nonBlocking: true, its jsonLinesFormatter, bufferSize and fsync as it comes',
  writesLines: true,
  async load() {
    const { configure, dispose, getLogger, jsonLinesFormatter } = await import('@logtape/logtape')
    const { getFileSink } = await import('@logtape/file')
    return async ({ directory, categories }) => {
      await configure({
        // Once in a process is what it wants without; the tests open it more often.
        reset: true,
        sinks: Object.fromEntries(
          categories.map((category) => [
            category,
            getFileSink(join(directory, `${category}.jsonl`), { formatter: jsonLinesFormatter, nonBlocking: true }),
          ]),
        ),
        loggers: [
          ...categories.map((category) => ({ category, sinks: [category], lowestLevel: 'info' as const })),
          { category: ['logtape', 'meta'], sinks: [], lowestLevel: 'error' as const },
        ],
      })
      return {
        calls: logtapeCalls(categories.map((category) => getLogger(category))),
        close: () => dispose(),
      }
    }
  },
  plain(line) {
    const fields = line.properties
    if (typeof fields !== 'object' || fields === null) return undefined
    const { error } = fields as ParsedLine
    return {
      level: line.level,
      time: line['@timestamp'],
      category: line.logger,
      message: Object.keys(fields).length === 0 ? withoutQuotes(String(line.message)) : line.message,
      fields: fields as ParsedLine,
      ...(typeof error === 'object' && error !== null ? { error } : {}),
    }
  },
}

function logtapeCalls(loggers: readonly Logger[]): Calls {
  const children = loggers.map((logger) => logger.with({ ...BINDINGS }))
  return {
    object(fileIndex, fields, message) {
      loggers[fileIndex]!.info(literal(message), fields as Properties)
    },
    message(fileIndex, text) {
      loggers[fileIndex]!.info(text)
    },
    error(fileIndex, error, message) {
      loggers[fileIndex]!.error(message, error)
    },
    template(fileIndex, { userId, action, durationMs }) {
      loggers[fileIndex]!.info`user ${userId} moved to ${action} in ${durationMs} ms`
    },
    child(fileIndex, fields, message) {
      children[fileIndex]!.info(literal(message), fields as Properties)
    },
    disabled(fileIndex, fields, message) {
      loggers[fileIndex]!.debug(literal(message), fields as Properties)
    },
    warn(fileIndex, fields, message) {
      loggers[fileIndex]!.warn(literal(message), fields as Properties)
    },
    urgent(fileIndex, fields, message) {
      loggers[fileIndex]!.error(literal(message), fields as Properties)
    },
  }
}

/** A message in which braces do not ask for a property. */
function literal(message: string): string {
  return message.includes('{') || message.includes('}') ? message.replace(/[{}]/g, '$&$&') : message
}

/** LogTape shows the strings of a tagged template in quotes; its lines have no properties. */
function withoutQuotes(message: string): string {
  return message.replace(/"([^"]*)"/g, '$1')
}
