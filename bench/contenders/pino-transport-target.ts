/**
 * The target of pino-transport, in pino's worker thread: a stream of lines that sorts them into one destination a file.
 * A line is not parsed for that: pino writes `base`, and in it the category, ahead of everything that it was given.
 */

import { once } from 'node:events'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { ASYNC_MIN_LENGTH_BYTES, type Destination, endOf, writeAll } from './pino.js'

/** What the contender gives to its target. */
export interface TargetOptions {
  readonly directory: string
  readonly categories: readonly string[]
}

const CATEGORY_KEY = '"category":"'

/** A default export, because that is what pino looks for. */
export default async function openTarget({ directory, categories }: TargetOptions): Promise<LineSorter> {
  const destinations = categories.map((category) =>
    pino.destination({ dest: join(directory, `${category}.jsonl`), sync: false, minLength: ASYNC_MIN_LENGTH_BYTES }),
  )
  await Promise.all(destinations.map((destination) => once(destination, 'ready')))
  return new LineSorter(new Map(categories.map((category, index) => [category, destinations[index]!])))
}

class LineSorter extends Writable {
  readonly #destinations: ReadonlyMap<string, Destination>
  /** The beginning of a line whose end is in the next chunk. */
  #rest = ''

  constructor(destinations: ReadonlyMap<string, Destination>) {
    super({ decodeStrings: false })
    this.#destinations = destinations
  }

  /** pino's flush(callback) waits for this, after every line has come through the ring between the threads. */
  async flush(): Promise<void> {
    await Promise.all([...this.#destinations.values()].map(writeAll))
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    const text = this.#rest + chunk
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#writeLine(text.slice(start, end + 1))
      start = end + 1
    }
    this.#rest = text.slice(start)
    done()
  }

  override _final(done: (error?: Error | null) => void): void {
    Promise.all([...this.#destinations.values()].map(endOf)).then(() => done(), done)
  }

  #writeLine(line: string): void {
    const start = line.indexOf(CATEGORY_KEY) + CATEGORY_KEY.length
    this.#destinations.get(line.slice(start, line.indexOf('"', start)))?.write(line)
  }
}
