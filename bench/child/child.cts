/**
 * Entry of the child process: one contender, one pass, one result. This file only finds out which threads are libuv's
 * pool, which has to happen before anything else uses it; child-main.ts does the rest.
 *
 * CommonJS, because the loader of ES modules reads files in the pool before the first line of a module runs. libuv
 * starts all threads of its pool at the first job, so the threads that appear with that job are the pool. (From libuv
 * 1.50 on they are named libuv-worker; the Node.js versions measured here have older ones.)
 */

const { readdirSync, stat } = process.getBuiltinModule('node:fs')

/** The kernel's ids of this process's threads; none where there is no /proc. */
function threadIds(): string[] {
  try {
    return readdirSync('/proc/self/task')
  } catch {
    return []
  }
}

const threadIdsBefore = new Set(threadIds())
stat('.', () => {})
const poolThreadIds = threadIds().filter((id) => !threadIdsBefore.has(id))

// A failure rejects, ends the process with its stack on stderr, and is reported from there by the parent.
void import('./child-main.js').then((main) => main.runChild(poolThreadIds))
