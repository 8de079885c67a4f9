/** bunyan with one logger and one file stream a file. */

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { BINDINGS } from '../workload/shapes.js'
import { type Contender, flatLine } from './contender.js'
import { fieldsFirstCalls } from './fields-first.js'

export const bunyan: Contender = {
  name: 'bunyan',
  packages: ['bunyan'],
  configuration:
    'one logger, its name the category, and one stream a file, src: false; measured until the streams have ended',
  writesLines: true,
  async load() {
    const { default: library } = await import('bunyan')
    return ({ directory, categories }) => {
      // As bunyan opens a stream with a path: it has no way to say when the lines of such a one are written.
      const streams = categories.map((category) =>
        createWriteStream(join(directory, `${category}.jsonl`), { flags: 'a', encoding: 'utf8' }),
      )
      const loggers = categories.map((name, fileIndex) =>
        library.createLogger({ name, streams: [{ stream: streams[fileIndex]! }] }),
      )
      const children = loggers.map((logger) => logger.child(BINDINGS))
      return {
        calls: {
          ...fieldsFirstCalls(loggers, children),
          template(fileIndex, { userId, action, durationMs }) {
            loggers[fileIndex]!.info('user %d moved to %s in %d ms', userId, action, durationMs)
          },
        },
        async close() {
          await Promise.all(streams.map((stream) => once(stream.end(), 'finish')))
        },
      }
    }
  },
  plain: (line) => flatLine(line, { level: 'level', time: 'time', category: 'name', message: 'msg', error: 'err' }),
}
