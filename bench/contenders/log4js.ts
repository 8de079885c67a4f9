/** log4js with its multiFile appender: one appender that keeps one file a category. */

import { sep } from 'node:path'
import { format } from 'node:util'
import type { Logger, LoggingEvent } from 'log4js'
import { BINDINGS } from '../workload/shapes.js'
import { type Calls, type Contender, flatLine } from './contender.js'
import { fieldsFirstCalls } from './fields-first.js'

export const log4js: Contender = {
  name: 'log4js',
  packages: ['log4js'],
  configuration: 'one multiFile appender by categoryName, a layout of one JSON.stringify, no call stacks',
  writesLines: true,
  async load() {
    const { default: library } = await import('log4js')
    return ({ directory, categories }) => {
      library.addLayout('jsonl', () => jsonLine)
      library.configure({
        appenders: {
          files: {
            type: 'multiFile',
            base: directory + sep,
            property: 'categoryName',
            extension: '.jsonl',
            layout: { type: 'jsonl' },
          },
        },
        categories: { default: { appenders: ['files'], level: 'info' } },
      })
      return {
        calls: log4jsCalls(
          categories.map((category) => library.getLogger(category)),
          categories.map((category) => library.getLogger(category)),
        ),
        close: () =>
          new Promise<void>((resolve, reject) => {
            library.shutdown((error) => (error ? reject(error) : resolve()))
          }),
      }
    }
  },
  plain: (line) => flatLine(line, { level: 'level', time: 'time', category: 'category', message: 'msg', error: 'err' }),
}

/** The layout: fields and a message; a message, and an error; a message, and values for the places in it. */
function jsonLine({ level, startTime, categoryName, context, error, data }: LoggingEvent): string {
  const [first, second] = data
  const head = { level: level.levelStr, time: startTime.getTime(), category: categoryName, ...context }
  if (typeof first === 'object') return JSON.stringify({ ...head, ...first, msg: second })
  if (error === undefined) return JSON.stringify({ ...head, msg: data.length === 1 ? first : format(...data) })
  return JSON.stringify({ ...head, err: { message: error.message, stack: error.stack }, msg: first })
}

/** A child is a second logger of the category with a context of its own: log4js has no other. */
function log4jsCalls(loggers: readonly Logger[], children: readonly Logger[]): Calls {
  for (const child of children) {
    for (const [key, value] of Object.entries(BINDINGS)) child.addContext(key, value)
  }
  return {
    ...fieldsFirstCalls(loggers, children),
    error(fileIndex, error, message) {
      loggers[fileIndex]!.error(message, error)
    },
    template(fileIndex, { userId, action, durationMs }) {
      loggers[fileIndex]!.info('user %d moved to %s in %d ms', userId, action, durationMs)
    },
  }
}
