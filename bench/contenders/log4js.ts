/** log4js with its multiFile appender: one appender that keeps one file a category. */

import { sep } from 'node:path'
import { type Contender, flatLine } from './contender.js'

export const log4js: Contender = {
  name: 'log4js',
  packages: ['log4js'],
  configuration: 'one multiFile appender by categoryName, a layout of one JSON.stringify, no call stacks',
  writesLines: true,
  async load() {
    const { default: library } = await import('log4js')
    return ({ directory, categories }) => {
      library.addLayout('jsonl', () => ({ level, startTime, categoryName, data: [fields, msg] }) => {
        return JSON.stringify({
          level: level.levelStr,
          time: startTime.getTime(),
          category: categoryName,
          ...fields,
          msg,
        })
      })
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
      const loggers = categories.map((category) => library.getLogger(category))
      return {
        calls: {
          object(fileIndex, entry, message) {
            loggers[fileIndex]!.info(entry, message)
          },
        },
        close: () =>
          new Promise<void>((resolve, reject) => {
            library.shutdown((error) => (error ? reject(error) : resolve()))
          }),
      }
    }
  },
  plain: (line) => flatLine(line, { level: 'level', time: 'time', category: 'category', message: 'msg' }),
}
