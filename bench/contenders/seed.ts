/** The BatchWriteCoordinator of the specification this library grew from, as written there: see bench/seed/. */

import { join } from 'node:path'
import { type Contender, flatLine } from './contender.js'

export const seed: Contender = {
  name: 'seed',
  configuration:
    "the specification's BatchWriteCoordinator with its defaults, one write(file, [entry]) a call, not awaited",
  writesLines: true,
  async load() {
    const { BatchWriteCoordinator } = await import('../seed/batch-write-coordinator.js')
    return ({ directory, categories }) => {
      const coordinator = new BatchWriteCoordinator()
      const paths = categories.map((category) => join(directory, `${category}.jsonl`))
      return {
        calls: {
          object(fileIndex, entry, message) {
            // The promise says only that the entry is in a buffer; an application that logs does not wait for it.
            void coordinator.write(paths[fileIndex]!, [
              { level: 'info', time: Date.now(), category: categories[fileIndex]!, ...entry, message },
            ])
          },
        },
        close: () => coordinator.close(),
        details: () => coordinator.getStats(),
      }
    }
  },
  plain: (line) => flatLine(line, { level: 'level', time: 'time', category: 'category', message: 'message' }),
}
