/**
 * The entry of a writer thread, as Piscina starts it: wiring only. The task starts the loop and returns; a task that
 * never returned would keep the process alive, for Piscina refs its port while one runs.
 */
import { threadId } from 'node:worker_threads'
import { expose } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import { attachArena } from '../shared/arena.js'
import { CLOSE_REQUESTED } from '../shared/arena-layout.js'
import { SpillwayError } from '../shared/errors.js'
import type { ControlAnswer, WriterControl, WriterStarted, WriterTask } from '../shared/writer-protocol.js'
import { DrainLoop } from './drain/drain-loop.js'
import { PartitionDrain } from './drain/partition-drain.js'

/** Starts the loop over the task's partition in this thread. */
export default function start({ shared, options, epoch, control }: WriterTask): WriterStarted {
  const arena = attachArena(shared)
  const loop = new DrainLoop(arena, new PartitionDrain(arena, options), epoch)
  const answers: WriterControl = {
    flush: () =>
      answer(() => {
        const files = loop.flush()
        if (files > 0) {
          throw new SpillwayError('ERR_SPILLWAY_IO', `${files} files could not be written; see stderr.`, { files })
        }
      }),
    close: () => answer(() => Atomics.store(arena.words, CLOSE_REQUESTED, 1)),
  }
  // A failure must end the thread: its exit event is how the main thread learns of it.
  loop
    .run(() => expose(answers, nodeEndpoint(control)))
    .then(
      (end) => {
        if (end === 'closed') control.close()
        else process.exit(0)
      },
      (error: unknown) => {
        setImmediate(() => {
          throw error
        })
      },
    )
  return { threadId }
}

/** Runs a control call; errors cross the port as plain data, for comlink keeps neither their class nor their code. */
function answer(call: () => void): ControlAnswer {
  try {
    call()
    return { ok: true }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const code = error instanceof SpillwayError ? error.code : 'ERR_SPILLWAY_WRITER'
    return { ok: false, error: { code, message, context: error instanceof SpillwayError ? error.context : {} } }
  }
}
