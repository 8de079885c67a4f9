/**
 * The entry of a writer thread, as Piscina starts it: wiring only. The task starts the loop and returns; a task that
 * never returned would keep the process alive, for Piscina refs its port while one runs.
 *
 * Until the partition is this thread's, nothing here touches the arena: the main thread may be draining it.
 */
import type { MessagePort } from 'node:worker_threads'
import { expose } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import { type Arena, attachArena } from '../shared/arena.js'
import { CLOSE_REQUESTED, EPOCH, PARKED } from '../shared/arena-layout.js'
import type { ConditionHandler } from '../shared/conditions.js'
import { messageOf, SpillwayError } from '../shared/errors.js'
import { notSynced } from '../shared/sync-error.js'
import {
  type ControlAnswer,
  type DrainOptions,
  type DrainOwner,
  endOfThread,
  type LastWords,
  type WriterControl,
  type WriterStarted,
  type WriterTask,
} from '../shared/writer-protocol.js'
import { claimPartition, DrainLoop, eventLoopTurn, type LoopEnd } from './drain/drain-loop.js'
import { PartitionDrain } from './drain/partition-drain.js'

/**
 * Claims the task's partition and starts the loop over it in this thread. Where the partition is somebody else's the thread
 * stays free for another task.
 */
export default function start({ memory, options, epoch, control, conditions }: WriterTask): WriterStarted {
  const arena = attachArena(memory.buffer, memory)
  const closePorts = (): void => {
    control.close()
    conditions.close()
  }
  if (!claimPartition(arena)) {
    closePorts()
    return { isClaimed: false }
  }
  let thrown: unknown
  process.once('uncaughtExceptionMonitor', (error) => {
    thrown = error
  })
  // Where this thread ends, the next entries ring for it, and the main thread finds it gone, and why: also one that is blocked.
  process.once('exit', (exitCode) => {
    if (Atomics.load(arena.words, EPOCH) !== epoch) return
    Atomics.store(arena.words, PARKED, 1)
    const lastWords: LastWords = { endsWith: endOfThread(exitCode, thrown) }
    conditions.postMessage(lastWords)
  })
  const onCondition: ConditionHandler = (condition) => conditions.postMessage(condition)
  own(arena, options, { epoch, onCondition }, control).then(
    (end) => {
      if (end === 'closed') closePorts()
      else process.exit(0)
    },
    // Whatever fails in an owner that was fenced is no fault of it.
    (error) => (Atomics.load(arena.words, EPOCH) === epoch ? endThread(error) : process.exit(0)),
  )
  return { isClaimed: true }
}

/** Drains the partition until the end. */
async function own(arena: Arena, options: DrainOptions, owner: DrainOwner, control: MessagePort): Promise<LoopEnd> {
  // The start task must have answered before this thread blocks: Piscina keeps the process alive until it has.
  await eventLoopTurn()
  const drain = new PartitionDrain(arena, options, owner)
  drain.resume()
  drain.keepReserve()
  const loop = new DrainLoop(arena, drain, owner.epoch)
  const answers: WriterControl = {
    flush: (sync) =>
      answer(() => {
        const { pendingFiles: files, unsynced } = loop.flush(sync)
        if (files > 0) {
          throw new SpillwayError('ERR_SPILLWAY_IO', `${files} files could not be written; see stderr.`, { files })
        }
        // One that asked for less may have been served together with another that asks for the disk.
        if (sync && unsynced.length > 0) throw notSynced(unsynced, unsynced.length)
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
    const message = messageOf(error)
    if (error instanceof SpillwayError)
      return { ok: false, error: { code: error.code, message, context: error.context } }
    endThread(error)
    return { ok: false, error: { code: 'ERR_SPILLWAY_WRITER', message, context: {} } }
  }
}
