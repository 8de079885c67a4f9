import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import {
  type Identity,
  identityText,
  livenessOf,
  ownIdentity,
  parseIdentity,
} from '../../../src/main/seats/process-identity.js'

const MODULE = new URL('../../../src/main/seats/process-identity.js', import.meta.url).href
const PRINT_OWN = `import(${JSON.stringify(MODULE)}).then(({ identityText, ownIdentity }) => console.log(identityText(ownIdentity())))`

describe('identityText() and parseIdentity()', () => {
  it('parseIdentity() gives what identityText() was given', () => {
    const own = ownIdentity()
    assert.deepEqual(parseIdentity(identityText(own)), own)
    assert.equal(own.pid, process.pid)
  })

  it('parseIdentity() gives null for a text that is no identity', () => {
    for (const text of ['', '1', '0-1-1-a-1', '1-1-1-a', '1-1-1-g-1', '../1-1-1-a-1', '1-1-1-a-1-1', '1e3-1-1-a-1']) {
      assert.equal(parseIdentity(text), null, text)
    }
  })
})

describe('livenessOf()', () => {
  it('the calling thread is alive', () => {
    assert.equal(livenessOf(ownIdentity(), ownIdentity()), 'alive')
  })

  it('another process is alive until it has ended', async () => {
    const child = spawn(process.execPath, ['-e', `${PRINT_OWN}; setInterval(() => {}, 1000)`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [output] = (await once(child.stdout, 'data')) as [Buffer]
    const holder = parseIdentity(output.toString().trim()) as Identity
    assert.equal(holder.pid, child.pid)
    assert.equal(livenessOf(holder, ownIdentity()), 'alive')
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.equal(livenessOf(holder, ownIdentity()), 'dead')
  })

  it('a process that nobody has waited for is dead all the same', async () => {
    // The shell becomes a process that waits for nothing; its child prints its identity and ends.
    const script = `${JSON.stringify(process.execPath)} -e '${PRINT_OWN.replaceAll("'", `'"'"'`)}' & exec sleep 60`
    const shell = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [output] = (await once(shell.stdout, 'data')) as [Buffer]
    const holder = parseIdentity(output.toString().trim()) as Identity
    // Its other threads may end a moment later than its main thread.
    const isZombie = (): boolean =>
      readFileSync(`/proc/${holder.pid}/stat`, 'latin1').includes(') Z ') &&
      readdirSync(`/proc/${holder.pid}/task`).length === 1
    while (!isZombie()) await new Promise((resolve) => setTimeout(resolve, 5))
    assert.equal(livenessOf(holder, ownIdentity()), 'dead')
    shell.kill('SIGKILL')
    await once(shell, 'exit')
  })

  it('a thread that has ended is dead, though its process lives', async () => {
    const code = `${PRINT_OWN.replace('console.log(', "require('node:worker_threads').parentPort.postMessage(")}`
    const worker = new Worker(code, { eval: true })
    const [text] = (await once(worker, 'message')) as [string]
    const holder = parseIdentity(text) as Identity
    assert.equal(holder.pid, process.pid)
    assert.notEqual(holder.task, ownIdentity().task)
    await worker.terminate()
    while (livenessOf(holder, ownIdentity()) === 'alive') await new Promise((resolve) => setTimeout(resolve, 5))
    assert.equal(livenessOf(holder, ownIdentity()), 'dead')
  })

  it('a number that was given to another process since is dead; another boot too; another namespace is unknown', () => {
    const own = ownIdentity()
    assert.equal(livenessOf({ ...own, start: '1' }, own), 'dead')
    assert.equal(livenessOf({ ...own, boot: '12345678' }, own), 'dead')
    assert.equal(livenessOf({ ...own, namespace: '1' }, own), 'unknown')
  })

  it('where only one of two sees a /proc nothing can be said', () => {
    const own = ownIdentity()
    assert.equal(livenessOf({ ...own, task: 0, start: '0', boot: '0', namespace: '0' }, own), 'unknown')
    assert.equal(livenessOf(own, { ...own, task: 0, start: '0', boot: '0', namespace: '0' }), 'unknown')
  })

  it('without a /proc a holder is alive as long as some process has its number', () => {
    const own = { ...ownIdentity(), task: 0 }
    assert.equal(livenessOf(own, own), 'alive')
    assert.equal(livenessOf({ ...own, pid: 2 ** 22 + 1 }, own), 'dead')
  })
})
