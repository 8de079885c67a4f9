/**
 * Gets code into the writers' threads, without a door in the library: threads that are started later import a module
 * before anything else. The pool takes its Worker class from this same object.
 */
import workerThreads from 'node:worker_threads'

/** Has all threads that are started from now on import `module` first, and live within `limits` besides their own. */
export function hookThreads(module: URL, limits: workerThreads.ResourceLimits = {}): void {
  class HookedWorker extends workerThreads.Worker {
    constructor(filename: string | URL, options: workerThreads.WorkerOptions = {}) {
      super(filename, {
        ...options,
        execArgv: [...(options.execArgv ?? []), '--import', module.href],
        resourceLimits: { ...options.resourceLimits, ...limits },
      })
    }
  }
  Object.defineProperty(workerThreads, 'Worker', { value: HookedWorker })
}
