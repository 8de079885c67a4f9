/** Runs in the thread of a pino transport: each line goes to the destination of its category. */
import { once } from 'node:events'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { LineSplitter } from '../../../scripts/lines/line-splitter.js'
import { FILE_NAMES } from '../entry-plan.js'

const LINE_BYTES_MAX = 1 << 24
const CATEGORY = /"category":"([^"]+)"/

/** What pino calls when its thread has started. */
export default async function openTransport({ directory }: { readonly directory: string }): Promise<Writable> {
  const destinations = new Map(
    FILE_NAMES.map((name) => [name, pino.destination({ dest: join(directory, `${name}.jsonl`), sync: false })]),
  )
  await Promise.all([...destinations.values()].map((destination) => once(destination, 'ready')))
  const splitter = new LineSplitter(LINE_BYTES_MAX)
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const { bytes } of splitter.push(chunk)) {
        const line = bytes.toString('utf8')
        destinations.get(CATEGORY.exec(line)?.[1] ?? '')?.write(`${line}\n`)
      }
      done()
    },
  })
}
