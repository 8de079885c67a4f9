/** The loop alone: what the timer, the entries and the yields cost without any logging. */

import type { Contender } from './contender.js'

export const noLogging: Contender = {
  name: 'no-logging',
  configuration: 'the loop with an empty function in the place of a logger: the cost of timer, entries and yields',
  writesLines: false,
  async load() {
    return () => ({
      calls: {
        object() {},
        message() {},
        error() {},
        template() {},
        child() {},
        disabled() {},
        warn() {},
        urgent() {},
      },
      async close() {},
    })
  },
  plain: () => undefined,
}
