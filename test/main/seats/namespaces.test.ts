import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { it } from 'node:test'
import { takeLock } from '../../../src/main/arenas/file-lock.js'
import { Seats } from '../../../src/main/seats/seats.js'
import { inheritedEnvironment } from '../../support/inherited-environment.js'
import { newDirectory } from '../../support/new-directory.js'

const UNSHARE = ['--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc']
const SEATS = new URL('../../../src/main/seats/seats.js', import.meta.url).href
const LOCK = new URL('../../../src/main/arenas/file-lock.js', import.meta.url).href

/** Why no namespace can be made here, or `false` where one can. */
function noNamespaces(): string | false {
  const { error, status, stderr } = spawnSync('unshare', [...UNSHARE, 'true'], { encoding: 'utf8' })
  return status === 0 ? false : `no namespace of processes: ${error?.message ?? stderr.trim()}`
}

it('a holder in another namespace of processes keeps its seat while it lives, and loses it when it dies', {
  skip: noNamespaces(),
}, async (t) => {
  const directory = newDirectory(t)
  const code = `Promise.all([import(${JSON.stringify(SEATS)}), import(${JSON.stringify(LOCK)})]).then(([{ Seats }, { takeLock }]) => {
    console.log(new Seats(${JSON.stringify(directory)}, takeLock()).make().number)
    setInterval(() => {}, 1000)
  })`
  const child = spawn('unshare', [...UNSHARE, process.execPath, '-e', code], {
    env: inheritedEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  const seats = new Seats(directory, takeLock())
  const held = seats.take(1)
  assert.ok(held !== null && 'liveness' in held && held.liveness === 'unknown', JSON.stringify(held))
  assert.equal(new Seats(directory).make()?.number, 2)
  child.kill('SIGKILL')
  await once(child.stdout, 'close')
  const taken = seats.take(1)
  assert.ok(taken !== null && 'directory' in taken, JSON.stringify(taken))
})
