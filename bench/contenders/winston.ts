/** winston with one logger and one File transport a file. */

import { join } from 'node:path'
import { type Contender, flatLine } from './contender.js'

export const winston: Contender = {
  name: 'winston',
  packages: ['winston'],
  configuration: 'one logger and one File transport a file, format timestamp + json, defaultMeta: { category }',
  writesLines: true,
  async load() {
    const { createLogger, format, transports } = (await import('winston')).default
    return ({ directory, categories }) => {
      const files = categories.map(
        (category) => new transports.File({ filename: join(directory, `${category}.jsonl`) }),
      )
      const loggers = categories.map((category, fileIndex) =>
        createLogger({
          format: format.combine(format.timestamp(), format.json()),
          defaultMeta: { category },
          transports: [files[fileIndex]!],
        }),
      )
      return {
        calls: {
          object(fileIndex, entry, message) {
            loggers[fileIndex]!.info(message, entry)
          },
        },
        async close() {
          // The transport's own 'finish' comes after its file stream's; the logger's comes too early.
          await Promise.all(
            loggers.map(
              (logger, fileIndex) =>
                new Promise<void>((resolve, reject) => {
                  files[fileIndex]!.once('finish', resolve)
                  files[fileIndex]!.once('error', reject)
                  logger.end()
                }),
            ),
          )
        },
      }
    }
  },
  plain: (line) => flatLine(line, { level: 'level', time: 'timestamp', category: 'category', message: 'message' }),
}
