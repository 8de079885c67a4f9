/**
 * The entry of a writer thread, as Piscina starts it: wiring only. The task starts the loop and returns; a task that
 * never returned would keep the process alive, for Piscina refs its port while one runs.
 *
 * Until the partition is this thread's, nothing here touches the arena: the main thread may be draining it.
 */
import { type MessagePort, threadId } from 'node:worker_threads'
import { expose } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import { type Arena, attachArena } from '../shared/arena.js'
import { CLOSE_REQUESTED } from '../shared/arena-layout.js'
import { SpillwayError } from '../shared/errors.js'
import type {
  ControlAnswer,
  DrainOptions,
  WriterControl,
  WriterStarted,
  WriterTask,
} from '../shared/writer-protocol.js'
import { claimPartition, DrainLoop, eventLoopTurn, type LoopEnd } from './drain/drain-loop.js'
import { PartitionDrain } from './drain/partition-drain.js'

/** Starts the loop over the task's partition in this thread. */
export default function start({ shared, options, epoch, control }: WriterTask): WriterStarted {
  const arena = attachArena(shared)
  own(arena, options, epoch, control).then((end) => {
    if (end === 'closed') control.close()
    else process.exit(0)
  }, endThread)
  return { threadId }
}

/** Becomes the partition's owner and drains it until the end; gives up where somebody else is. */
async function own(arena: Arena, options: DrainOptions, epoch: number, control: MessagePort): Promise<LoopEnd> {
  // The start task must have answered before this thread blocks: Piscina keeps the process alive until it has.
  await eventLoopTurn()
  if (!claimPartition(arena)) return 'fenced'
  const drain = new PartitionDrain(arena, options, { epoch })
  drain.resume()
  const loop = new DrainLoop(arena, drain, epoch)
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
  expose(answers, nodeEndpoint(control))
  return loop.run()
}

/** A failure must end the thread: its exit event is how the main thread learns of it, and its successor begins anew. */
function endThread(error: unknown): void {
  setImmediate(() => {
    throw error
  })
}

/** Runs a control call; errors cross the port as plain data, for comlink keeps neither their class nor their code. */
function answer(call: () => void): ControlAnswer {
  try {
    call()
    return { ok: true }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof SpillwayError)
      return { ok: false, error: { code: error.code, message, context: error.context } }
    endThread(error)
    return { ok: false, error: { code: 'ERR_SPILLWAY_WRITER', message, context: {} } }
  }
}
