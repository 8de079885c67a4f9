/**
 * Collects the threads that are started after this module is loaded, whoever starts them: a test can then end one as an
 * operator's `kill` would, without a door in the library. The pool takes its Worker class from this same object.
 */
import workerThreads from 'node:worker_threads'

/** All threads so far, the first started first. */
export const threads: workerThreads.Worker[] = []
const ended = new Set<workerThreads.Worker>()

/** Those of them that have not ended. */
export function liveThreads(): workerThreads.Worker[] {
  return threads.filter((thread) => !ended.has(thread))
}

class CollectedWorker extends workerThreads.Worker {
  constructor(...settings: ConstructorParameters<typeof workerThreads.Worker>) {
    super(...settings)
    threads.push(this)
    this.once('exit', () => ended.add(this))
  }
}

Object.defineProperty(workerThreads, 'Worker', { value: CollectedWorker })
