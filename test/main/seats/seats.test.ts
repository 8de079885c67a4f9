import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { identityText, ownIdentity } from '../../../src/main/seats/process-identity.js'
import { leftoversIn, type Seat, type SeatHolder, Seats } from '../../../src/main/seats/seats.js'
import { newDirectory } from '../../support/new-directory.js'

const DEAD = `holder-${identityText({ ...ownIdentity(), start: '1' })}`
const ALIEN = `holder-${identityText({ ...ownIdentity(), namespace: '1' })}`

function seatOf(taken: Seat | SeatHolder | null): Seat {
  assert.ok(taken !== null && 'directory' in taken, JSON.stringify(taken))
  return taken
}

/** A log directory with a seat that another one holds, and files in it. */
function heldBy(context: TestContext, holder: string, ...leftovers: string[]): string {
  const directory = newDirectory(context)
  const seat = join(directory, '.spillway', 'seat-1')
  mkdirSync(seat, { recursive: true })
  for (const name of [holder, ...leftovers]) writeFileSync(join(seat, name), '')
  return directory
}

describe('Seats', () => {
  it('the first to come has seat 1, the next has seat 2; what is left is made again', (t) => {
    const directory = newDirectory(t)
    const first = seatOf(new Seats(directory).make())
    const second = seatOf(new Seats(directory).make())
    assert.deepEqual([first.number, second.number], [1, 2])
    new Seats(directory).leave(first)
    assert.equal(seatOf(new Seats(directory).make()).number, 1)
  })

  it('leaving the last seat leaves nothing behind', (t) => {
    const directory = newDirectory(t)
    const seats = new Seats(directory)
    const taken = [seatOf(seats.make()), seatOf(seats.make())]
    for (const seat of taken) seats.leave(seat)
    assert.deepEqual(readdirSync(directory), [])
  })

  it('a seat whose holder lives is not taken, and it is said who holds it', (t) => {
    const directory = newDirectory(t)
    seatOf(new Seats(directory).make())
    assert.deepEqual(new Seats(directory).take(1), { seat: 1, pid: process.pid, liveness: 'alive' })
  })

  it('a seat of a dead holder is taken by one of two who see it', (t) => {
    const directory = heldBy(t, DEAD, 'p0.arena')
    const seats = new Seats(directory)
    const seat = seatOf(seats.take(1))
    assert.deepEqual(new Seats(directory).take(1), { seat: 1, pid: process.pid, liveness: 'alive' })
    assert.deepEqual(leftoversIn(seat.directory), ['p0.arena'])
  })

  it('a seat that is left with leftovers in it is free, and not made anew', (t) => {
    const directory = heldBy(t, DEAD, 'p0.arena')
    const seats = new Seats(directory)
    seats.leave(seatOf(seats.take(1)))
    assert.equal(seatOf(seats.make()).number, 2)
    assert.equal(seatOf(seats.take(1)).number, 1)
  })

  it('a holder that changes its name meanwhile keeps its seat', (t) => {
    const directory = heldBy(t, DEAD)
    const seat = join(directory, '.spillway', 'seat-1')
    // The one who takes it first does so between the other's look and its exchange.
    const takeLock = (path: string): null => {
      renameSync(path, join(seat, `holder-${identityText(ownIdentity())}`))
      return null
    }
    assert.equal(new Seats(directory, takeLock).take(1), null)
    assert.equal(existsSync(join(seat, DEAD)), false)
    assert.equal(readdirSync(seat).length, 1)
  })

  it('a holder of another namespace is judged by its lock, where it has one', (t) => {
    assert.deepEqual(new Seats(heldBy(t, ALIEN), () => 1000).take(1), {
      seat: 1,
      pid: process.pid,
      liveness: 'unknown',
    })
    const locked = heldBy(t, `${ALIEN}-locked`)
    assert.deepEqual(new Seats(locked).take(1), { seat: 1, pid: process.pid, liveness: 'unknown' })
    assert.deepEqual(new Seats(locked, () => 'held').take(1), { seat: 1, pid: process.pid, liveness: 'unknown' })
    const remote = heldBy(t, `holder-${identityText({ ...ownIdentity(), boot: '12345678' })}-locked`)
    assert.deepEqual(new Seats(remote, () => 'held').take(1), { seat: 1, pid: process.pid, liveness: 'unknown' })
  })

  it('a seat that has leftovers and no holder is taken; one with several holders by those that are dead', (t) => {
    const orphan = heldBy(t, 'p3.journal')
    assert.equal(seatOf(new Seats(orphan).take(1)).number, 1)
    const several = heldBy(t, DEAD, `holder-${identityText({ ...ownIdentity(), start: '2' })}`)
    assert.equal(readdirSync(seatOf(new Seats(several).take(1)).directory).length, 1)
  })

  it('of several holders one that lives keeps the seat, whoever is seen first', (t) => {
    for (const other of ['free', DEAD, 'holder-1-1-1-0-1']) {
      const directory = heldBy(t, other, `holder-${identityText({ ...ownIdentity(), pid: process.ppid, task: 0 })}`)
      const names = readdirSync(join(directory, '.spillway', 'seat-1'))
      assert.ok('liveness' in (new Seats(directory).take(1) ?? {}), other)
      assert.deepEqual(readdirSync(join(directory, '.spillway', 'seat-1')), names)
    }
  })

  it('files that are none of ours keep nobody from a seat', (t) => {
    const directory = heldBy(t, '.DS_Store')
    const seats = new Seats(directory)
    const seat = seatOf(seats.make())
    assert.equal(seat.number, 1)
    seats.leave(seat)
    assert.deepEqual(readdirSync(seat.directory), ['.DS_Store'])
  })

  it('who has lost its seat takes nothing from the one who has it now', (t) => {
    const directory = newDirectory(t)
    const seats = new Seats(directory)
    const lost = seatOf(seats.make())
    assert.equal(seats.holds(lost), true)
    renameSync(join(directory, '.spillway'), join(directory, 'moved'))
    const now = seatOf(new Seats(directory).make()) // Of the same thread: its name is the same.
    assert.deepEqual([seats.holds(lost), seats.holds(now)], [false, true])
    seats.leave(lost)
    assert.equal(readdirSync(now.directory).length, 1)
  })

  it('a seat that cannot be made leaves nothing prepared', (t) => {
    const directory = newDirectory(t)
    const seats = new Seats(directory, () => {
      throw new Error('no descriptor')
    })
    assert.throws(() => seats.make(), /no descriptor/)
    assert.deepEqual(readdirSync(join(directory, '.spillway')), [])
  })

  it('what a dead one had prepared is removed', (t) => {
    const directory = newDirectory(t)
    const prepared = join(directory, '.spillway', DEAD.replace('holder-', 'new-'))
    mkdirSync(prepared, { recursive: true })
    writeFileSync(join(prepared, DEAD), '')
    const seats = new Seats(directory)
    const seat = seatOf(seats.make())
    assert.deepEqual(readdirSync(join(directory, '.spillway')), ['seat-1'])
    seats.leave(seat)
  })

  it('a control directory that is a link or somebody else is refused', (t) => {
    const directory = newDirectory(t)
    mkdirSync(join(directory, 'elsewhere'))
    symlinkSync(join(directory, 'elsewhere'), join(directory, '.spillway'))
    assert.throws(() => new Seats(directory).make(), { code: 'ENOTDIR' })
    const file = newDirectory(t)
    writeFileSync(join(file, '.spillway'), '')
    assert.throws(() => new Seats(file).make(), { code: 'ENOTDIR' })
    for (const each of [directory, file]) assert.throws(() => new Seats(each).numbers(), { code: 'ENOTDIR' })
  })

  it('only names of ours are seats and leftovers', (t) => {
    const directory = heldBy(t, DEAD, 'p0.arena', 'p10.arena', 'p9.journal', 'p100.arena', 'x.arena', 'p1.arena.bak')
    for (const name of ['seat-0', 'seat-01', 'seat-1000', 'seat--1', 'seat-2x', 'quarantine']) {
      mkdirSync(join(directory, '.spillway', name))
    }
    assert.deepEqual(new Seats(directory).numbers(), [1])
    assert.deepEqual(leftoversIn(join(directory, '.spillway', 'seat-1')), ['p0.arena', 'p9.journal', 'p10.arena'])
  })
})
