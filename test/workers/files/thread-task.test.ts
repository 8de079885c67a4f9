import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { isThreadTaskGone, isThreadTaskRunning, ownThreadTask } from '../../../src/workers/files/thread-task.js'

const noProc = existsSync('/proc/self/task') ? false : 'there is no /proc here'

describe('isThreadTaskGone()', () => {
  it('isThreadTaskGone() is false for the calling thread, and for one that is not known', () => {
    assert.equal(isThreadTaskGone(ownThreadTask()), false)
    assert.equal(isThreadTaskGone(0), false)
  })

  it('isThreadTaskGone() sees the end of a thread while the event loop stands still', { skip: noProc }, async () => {
    const entry = new URL('../../../src/workers/files/thread-task.js', import.meta.url).href
    const code = `import(${JSON.stringify(entry)}).then(({ ownThreadTask }) => {
      require('node:worker_threads').parentPort.on('message', () => {}).postMessage(ownThreadTask())
    })`
    const worker = new Worker(code, { eval: true })
    const [task] = (await once(worker, 'message')) as [number]
    assert.equal(isThreadTaskGone(task), false)
    void worker.terminate()
    while (!isThreadTaskGone(task)); // The test runner's own limit is the bound.
  })
})

describe('isThreadTaskRunning()', () => {
  it('isThreadTaskRunning() tells a thread that computes from one that waits', { skip: noProc }, async () => {
    assert.equal(isThreadTaskRunning(ownThreadTask()), true)
    assert.equal(isThreadTaskRunning(0), false)
    const entry = new URL('../../../src/workers/files/thread-task.js', import.meta.url).href
    const code = `import(${JSON.stringify(entry)}).then(({ ownThreadTask }) => {
      require('node:worker_threads').parentPort.postMessage(ownThreadTask())
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`
    const worker = new Worker(code, { eval: true })
    const [task] = (await once(worker, 'message')) as [number]
    while (isThreadTaskRunning(task)); // Until it has come to its wait.
    await worker.terminate()
    assert.equal(isThreadTaskRunning(task), false)
  })
})
