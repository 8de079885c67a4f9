/** What applications do that have no logging library: console.log into files, and a write of their own for each line. */

import { Console } from 'node:console'
import { once } from 'node:events'
import { appendFileSync, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import type { Contender } from './contender.js'
import { lineObjectCalls, objectLine } from './line-objects.js'

export const consoleToFile: Contender = {
  name: 'console-to-file',
  configuration: 'one Console on one file stream a file, console.log(JSON.stringify(line)); no levels',
  writesLines: true,
  async load() {
    return ({ directory, categories }) => {
      const streams = categories.map((category) => createWriteStream(join(directory, `${category}.jsonl`)))
      const consoles = streams.map((stdout) => new Console({ stdout }))
      return {
        calls: lineObjectCalls(categories, (fileIndex, line) => {
          consoles[fileIndex]!.log(JSON.stringify(line))
        }),
        async close() {
          await Promise.all(streams.map((stream) => once(stream.end(), 'finish')))
        },
      }
    }
  },
  plain: objectLine,
}

export const appendFileSyncEach: Contender = {
  name: 'append-file-sync',
  configuration: 'fs.appendFileSync(path, JSON.stringify(line)) for each line; no levels',
  writesLines: true,
  async load() {
    return ({ directory, categories }) => {
      const paths = categories.map((category) => join(directory, `${category}.jsonl`))
      return {
        calls: lineObjectCalls(categories, (fileIndex, line) => {
          appendFileSync(paths[fileIndex]!, `${JSON.stringify(line)}\n`)
        }),
        // Each line is in its file before its call returns.
        async flush() {},
        async close() {},
      }
    }
  },
  plain: objectLine,
}
