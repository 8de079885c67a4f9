/** The BatchWriteCoordinator of the specification this library grew from, as written there: see bench/seed/. */

import { join } from 'node:path'
import type { Contender } from './contender.js'
import { lineObjectCalls, objectLine } from './line-objects.js'

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
        calls: lineObjectCalls(categories, (fileIndex, line) => {
          // The promise says only that the entry is in a buffer; an application that logs does not wait for it.
          void coordinator.write(paths[fileIndex]!, [line])
        }),
        close: () => coordinator.close(),
        details: () => coordinator.getStats(),
      }
    }
  },
  plain: objectLine,
}
