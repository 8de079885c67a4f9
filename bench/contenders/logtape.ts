/** LogTape with one non-blocking file sink a file. */

import { join } from 'node:path'
import type { Contender, ParsedLine } from './contender.js'

export const logtape: Contender = {
  name: 'logtape',
  packages: ['@logtape/logtape'],
  configuration: 'one file sink a file, nonBlocking: true, its jsonLinesFormatter, bufferSize and fsync as it comes',
  writesLines: true,
  async load() {
    const { configure, dispose, getLogger, jsonLinesFormatter } = await import('@logtape/logtape')
    const { getFileSink } = await import('@logtape/file')
    return async ({ directory, categories }) => {
      await configure({
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
      const loggers = categories.map((category) => getLogger(category))
      return {
        calls: {
          object(fileIndex, entry, message) {
            // A cast, because LogTape's parameter is an index signature and an interface has none.
            loggers[fileIndex]!.info(message, entry as unknown as Record<string, unknown>)
          },
        },
        close: () => dispose(),
      }
    }
  },
  plain(line) {
    const fields = line.properties
    if (typeof fields !== 'object' || fields === null) return undefined
    return {
      level: line.level,
      time: line['@timestamp'],
      category: line.logger,
      message: line.message,
      fields: fields as ParsedLine,
    }
  },
}
