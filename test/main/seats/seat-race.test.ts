import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { takeLock } from '../../../src/main/arenas/file-lock.js'
import { recoverSeats } from '../../../src/main/seats/recover-seats.js'
import { Seats } from '../../../src/main/seats/seats.js'
import { endOfChild } from '../../support/child-end.js'
import { inheritedEnvironment } from '../../support/inherited-environment.js'
import { newDirectory } from '../../support/new-directory.js'

const FIXTURE = fileURLToPath(new URL('../../fixtures/seat-race.js', import.meta.url))
const PROCESSES = 6
const ROUNDS = 60
const GENERATIONS = 3

it('no seat has two holders, whoever takes, leaves and dies at the same time', async (t) => {
  const directory = newDirectory(t)
  mkdirSync(directory, { recursive: true })
  for (let generation = 0; generation < GENERATIONS; generation++) {
    const children = Array.from({ length: PROCESSES }, (_, index) =>
      spawn(process.execPath, [FIXTURE, directory, String(ROUNDS), String(generation * PROCESSES + index + 1)], {
        env: inheritedEnvironment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )
    for (const end of await Promise.all(children.map(endOfChild))) {
      assert.equal(end.stdout, '')
      assert.equal(end.signal, 'SIGKILL', end.stderr)
    }
  }
  const settings = { directory, fallbackDirectory: null, fileMode: 0o600, directoryMode: 0o700 }
  assert.deepEqual(recoverSeats(new Seats(directory, takeLock()), settings).leftovers, [])
  assert.deepEqual(
    readdirSync(directory).filter((name) => !name.startsWith('held-')),
    [],
    join(directory, '.spillway'),
  )
})
