import assert from 'node:assert/strict'
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { ArenaStore } from '../../../src/main/arenas/arena-store.js'
import { Conditions } from '../../../src/main/control/conditions.js'
import { arenaBytes, FILE_BUFFERS_MIN, roomyGeometry, writerGeometry } from '../../../src/shared/arena-sizes.js'
import { type ResolvedOptions, resolveOptions, type SpillwayOptions } from '../../../src/shared/options.js'
import { CutDisk, noCutDisk } from '../../crash/cut-disk.js'
import { noSmallDisk, smallDiskOf } from '../../faults/small-disk.js'
import { inheritedEnvironment } from '../../support/inherited-environment.js'
import { newDirectory } from '../../support/new-directory.js'

const MIB = 1024 * 1024
const PAGE_BYTES = 4096
/** Buffers of one writer, as options come. */
const ROOMY = 514 + 8
/** Of a disk that has four times the room of these buffers. */
const DISK_BYTES = 160 * MIB
const noReserve = process.platform === 'linux' ? false : 'only Linux reserves blocks without writing them'

function optionsOf(directory: string, options: SpillwayOptions = {}): ResolvedOptions {
  return resolveOptions({ workers: 1, directory, ...options }, undefined, {})
}

function arenaPath(directory: string): string {
  return join(directory, '.spillway', 'seat-1', 'p0.arena')
}

/** What is run in a process of its own imports this. */
function importOf(path: string): string {
  return `await import(${JSON.stringify(new URL(`../../../src/${path}`, import.meta.url).href)})`
}

/** Runs a module's text to its end: what a process has mapped stays so until then. */
function run(text: string, ...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, ['--input-type=module', '-e', text, ...args], {
    env: inheritedEnvironment(),
    encoding: 'utf8',
  })
}

/** Where a process has made its arena the disk is filled; then it stores into each page of its buffers. */
const FILL_AND_STORE = `
  const { ArenaStore } = ${importOf('main/arenas/arena-store.js')}
  const { Conditions } = ${importOf('main/control/conditions.js')}
  const { resolveOptions } = ${importOf('shared/options.js')}
  const { appendFileSync } = await import('node:fs')
  const [, directory] = process.argv
  const options = resolveOptions({ workers: 1, directory, arena: 'mapped' }, undefined, {})
  const { bytes, offsets, geometry } = new ArenaStore(options, new Conditions()).arenas[0]
  let error
  try { for (;;) appendFileSync(directory + '/ballast', new Uint8Array(4096)) } catch ({ code }) { error = code }
  for (let at = offsets.fileBuffers; at < offsets.end; at += 4096) bytes[at] = 1
  console.log(error, geometry.fileBufferCount)`

/** The arena of such a process on a disk has so many buffers, and it lives. */
function assertStoresInto(directory: string, buffers: number): void {
  const { status, signal, stdout, stderr } = run(FILL_AND_STORE, directory)
  assert.deepEqual([status, signal], [0, null], stderr)
  assert.equal(stdout, `ENOSPC ${buffers}\n`)
}

describe('roomyGeometry()', () => {
  it('has 32 KiB for each file of a partition, and some buffers besides, and no more buffers than files can have', () => {
    for (const [workers, fileBufferBytes, maxCategories, expected] of [
      [1, 65_536, 1024, ROOMY],
      [2, 65_536, 1024, 257 + 8],
      [1, 262_144, 1024, 129 + 8],
      [1, 65_536, 100, FILE_BUFFERS_MIN],
      [5, 65_536, 1024, FILE_BUFFERS_MIN + 6], // All that the budget has.
      [5, 65_536, 500, FILE_BUFFERS_MIN],
      [1, 4096, 1024, 1028 + 8],
    ] as const) {
      const { fileBufferCount } = roomyGeometry(optionsOf('logs', { workers, fileBufferBytes, maxCategories }))
      assert.equal(fileBufferCount, expected, `${workers} ${fileBufferBytes} ${maxCategories}`)
    }
  })

  it('takes of the budget what is left, to the last buffer', () => {
    const budget = (maxMemoryUsage: number): ResolvedOptions =>
      optionsOf('logs', { performance: { buffer: { maxMemoryUsage } } })
    const least = arenaBytes(writerGeometry(budget(50 * MIB)))
    for (const buffers of [0, 1, 7]) {
      const bytes = least + buffers * 65_536
      const geometry = roomyGeometry(budget(bytes))
      assert.ok(arenaBytes(geometry) <= bytes)
      assert.equal(geometry.fileBufferCount, FILE_BUFFERS_MIN + buffers)
    }
  })
})

describe('arenas with buffers for many files', () => {
  it('have the blocks of all, and can be stored into on a full disk', { skip: noReserve || noCutDisk() }, () => {
    using disk = new CutDisk(DISK_BYTES)
    const directory = join(disk.path, 'logs')
    assertStoresInto(directory, ROOMY)
    const { size, blocks } = statSync(arenaPath(directory))
    assert.equal(size, arenaBytes(roomyGeometry(optionsOf(directory))))
    assert.ok(blocks * 512 >= size, 'sparse')
  })

  it('have few where they would take too much of the disk', { skip: noReserve || noCutDisk() }, () => {
    using disk = new CutDisk(DISK_BYTES)
    writeFileSync(join(disk.path, 'other'), new Uint8Array(DISK_BYTES / 2))
    assertStoresInto(join(disk.path, 'logs'), FILE_BUFFERS_MIN)
  })

  it('have few where files are in memory', { skip: noSmallDisk() }, (t) => {
    assertStoresInto(smallDiskOf(t, (32 * MIB) / PAGE_BYTES), FILE_BUFFERS_MIN)
  })

  it('have few where a journal would hold each twice, and all where none is kept', (t) => {
    for (const journal of [true, false]) {
      const options = optionsOf(newDirectory(t), { arena: 'memory', journal })
      const store = new ArenaStore(options, new Conditions())
      const { fileBufferCount } = roomyGeometry(options)
      assert.equal(store.arenas[0]?.geometry.fileBufferCount, journal ? FILE_BUFFERS_MIN : fileBufferCount)
      store.release()
    }
  })

  it('that cannot all be mapped take no room from the log files', { skip: noSmallDisk() }, (t) => {
    const least = arenaBytes(writerGeometry(optionsOf('logs')))
    const directory = smallDiskOf(t, (1.5 * least) / PAGE_BYTES)
    const code = `
      const { Spillway } = ${importOf('main/index.js')}
      const { statfsSync } = await import('node:fs')
      const spillway = new Spillway({ workers: 2, directory: process.argv[1] })
      const { bavail, bsize } = statfsSync(process.argv[1])
      console.log(spillway.stats().arena.kind, bavail * bsize)`
    const { stdout, stderr } = run(code, directory)
    const [kind, freeBytes] = stdout.trim().split(' ')
    assert.equal(kind, 'memory', stderr)
    assert.ok(Number(freeBytes) > 1.4 * least, `${freeBytes} bytes are free`)
  })
})
