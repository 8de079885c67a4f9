import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { unsteadiness } from '../../../src/main/arenas/arena-files.js'
import { ArenaStore } from '../../../src/main/arenas/arena-store.js'
import { Conditions } from '../../../src/main/control/conditions.js'
import { recover, Spillway } from '../../../src/main/index.js'
import { ARENA_MAGIC, arenaOffsets, MAGIC, PUBLISHED } from '../../../src/shared/arena-layout.js'
import { resolveOptions, type SpillwayOptions } from '../../../src/shared/options.js'
import { noSmallDisk, smallDiskOf } from '../../faults/small-disk.js'
import { inheritedEnvironment } from '../../support/inherited-environment.js'
import { newDirectory } from '../../support/new-directory.js'

const INDEX = new URL('../../../src/main/index.js', import.meta.url).href
const SMALL: SpillwayOptions = { workers: 1, ringBytes: 65_536, fileBufferBytes: 4096, maxCategories: 8 }

function storeIn(directory: string, options: SpillwayOptions = {}): ArenaStore {
  return new ArenaStore(resolveOptions({ ...SMALL, directory, ...options }, undefined, {}), new Conditions())
}

const NO_KOFFI = "throw Object.assign(new Error('hidden'), { code: 'MODULE_NOT_FOUND' })"

/** Runs code in a process of its own that has no koffi, or another one: what `koffi` returns. */
function withoutKoffi(code: string, koffi = NO_KOFFI): { stdout: string; stderr: string } {
  const hide = `
    const Module = require('node:module')
    const load = Module._load
    Module._load = function (name, ...rest) {
      if (name === 'koffi') { ${koffi} }
      return load.call(this, name, ...rest)
    }
    import(${JSON.stringify(INDEX)}).then(async ({ Spillway }) => { ${code} })`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', hide], {
    env: inheritedEnvironment(),
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
  return { stdout, stderr }
}

describe('mapped arenas', () => {
  it('an arena is a file of its size for its owner alone, whose blocks are there, and follows each store', (t) => {
    const directory = newDirectory(t)
    const store = storeIn(directory, { workers: 2 })
    assert.equal(store.state.kind, 'mapped')
    for (const [index, arena] of store.arenas.entries()) {
      const path = join(directory, '.spillway', 'seat-1', `p${index}.arena`)
      const { size, mode, blocks } = statSync(path)
      assert.equal(size, arena.shared.byteLength)
      assert.ok(size >= arenaOffsets(arena.geometry).end)
      assert.equal(mode & 0o777, 0o600)
      assert.ok(blocks * 512 >= size, 'sparse')
      arena.words[PUBLISHED] = 4711
      arena.bytes[arena.offsets.end - 1] = 0x5a
      const file = readFileSync(path)
      assert.equal(file.readInt32LE(MAGIC * 4), ARENA_MAGIC)
      assert.equal(file.readInt32LE(PUBLISHED * 4), 4711)
      assert.equal(file[arena.offsets.end - 1], 0x5a)
    }
    store.release()
    assert.deepEqual(readdirSync(directory), [])
  })

  it('has the modes that its recovery needs, whatever the umask', (t) => {
    const directory = newDirectory(t)
    const umask = process.umask(0o777)
    try {
      const store = storeIn(join(directory, 'logs'))
      const modes = ['.', '.spillway', '.spillway/seat-1', '.spillway/seat-1/p0.arena'].map(
        (name) => statSync(join(directory, 'logs', name)).mode & 0o777,
      )
      assert.deepEqual(modes, [0o700, 0o700, 0o700, 0o600])
      store.release()
    } finally {
      process.umask(umask)
    }
  })

  it('a close() takes nothing from who has made the directory anew', async (t) => {
    const directory = join(newDirectory(t), 'logs')
    const one = new Spillway({ ...SMALL, directory })
    rmSync(directory, { recursive: true })
    const two = storeIn(directory)
    await one.close()
    assert.equal(existsSync(join(directory, '.spillway', 'seat-1', 'p0.arena')), true)
    two.release()
  })

  it('what cannot be written at the exit goes to stderr where the arena was deleted', (t) => {
    const directory = join(newDirectory(t), 'logs')
    const code = `import(${JSON.stringify(INDEX)}).then(({ Spillway }) => {
      const spillway = new Spillway({ directory: ${JSON.stringify(directory)}, ...${JSON.stringify(SMALL)} })
      require('node:fs').rmSync(${JSON.stringify(directory)}, { recursive: true })
      require('node:fs').writeFileSync(${JSON.stringify(directory)}, '')
      spillway.logger('actions').info('nowhere to go')
    })`
    const { status, stderr } = spawnSync(process.execPath, ['-e', code], {
      env: inheritedEnvironment(),
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    assert.match(stderr, /"msg":"nowhere to go"/)
  })

  it('what cannot be recovered is told with its reason, and is not taken for another process', async (t) => {
    const directory = newDirectory(t)
    const seat = join(directory, '.spillway', 'seat-1')
    mkdirSync(seat, { recursive: true })
    for (const name of ['free', 'p0.arena']) writeFileSync(join(seat, name), name)
    writeFileSync(join(directory, '.spillway', 'quarantine'), '')
    const conditions = new Conditions()
    const told: string[] = []
    conditions.on('warning', ({ message }) => told.push(message))
    const store = new ArenaStore(resolveOptions({ ...SMALL, directory }, undefined, {}), conditions)
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(store.state.seat, 2)
    assert.match(told[0] ?? '', /could not be written \(.*quarantine is no directory/)
    assert.match(told[1] ?? '', /has lines of a dead process/)
    store.release()
  })

  it('what stands in the place of a holder is not waited for', (t) => {
    const directory = newDirectory(t)
    const seat = join(directory, '.spillway', 'seat-1')
    mkdirSync(seat, { recursive: true })
    assert.equal(spawnSync('mkfifo', [join(seat, 'free')]).status, 0)
    const code = `import(${JSON.stringify(INDEX)}).then(({ Spillway }) => new Spillway({ directory: ${JSON.stringify(directory)} }))`
    const { status } = spawnSync(process.execPath, ['-e', code], { env: inheritedEnvironment(), timeout: 20_000 })
    assert.equal(status, 0)
    assert.deepEqual(readdirSync(directory), [])
  })

  it("another user's leftovers are left alone, and recover() says so", {
    skip: process.getuid?.() === 0 ? false : 'takes root',
  }, (t) => {
    const directory = newDirectory(t)
    const seat = join(directory, '.spillway', 'seat-1')
    mkdirSync(seat, { recursive: true })
    for (const name of ['free', 'p0.arena']) writeFileSync(join(seat, name), '')
    for (const path of [join(seat, 'free'), join(seat, 'p0.arena'), seat, join(directory, '.spillway')]) {
      chownSync(path, 65_534, 65_534)
    }
    assert.throws(() => recover(directory), {
      code: 'ERR_SPILLWAY_IO',
      message: /not a directory of this process's user/,
    })
    assert.equal(storeIn(directory).state.seat, 0)
    assert.deepEqual(readdirSync(join(directory, '.spillway')), ['seat-1'])
    assert.deepEqual(readdirSync(seat).sort(), ['free', 'p0.arena'])
  })

  it('close() leaves nothing but the log files; so does an exit', async (t) => {
    const directory = newDirectory(t)
    const spillway = new Spillway({ ...SMALL, directory })
    spillway.logger('actions').info('moved')
    assert.equal(existsSync(join(directory, '.spillway')), true)
    await spillway.close()
    assert.match(readdirSync(directory).join(), /^\d{4}-\d\d-\d\d$/)
    const code = `import(${JSON.stringify(INDEX)}).then(({ Spillway }) => {
      new Spillway({ directory: ${JSON.stringify(directory)} }).logger('actions').info('moved again')
    })`
    assert.equal(spawnSync(process.execPath, ['-e', code], { env: inheritedEnvironment() }).status, 0)
    const [day = ''] = readdirSync(directory)
    assert.equal(readdirSync(directory).length, 1)
    assert.equal(readFileSync(join(directory, day, 'actions.jsonl'), 'utf8').split('\n').length, 3)
  })

  it('what is logged after close() leaves the journal of the next one alone', async (t) => {
    const directory = newDirectory(t)
    const options: SpillwayOptions = { ...SMALL, directory, arena: 'memory', journal: true }
    const one = new Spillway(options)
    const late = one.logger('late')
    late.info('in time')
    await one.close()
    const told: string[] = []
    one.on('degraded', ({ code }) => told.push(code))
    const journal = join(directory, '.spillway', 'seat-1', 'p0.journal')
    const two = storeIn(directory, { arena: 'memory', journal: true })
    const before = readFileSync(journal)
    late.info('too late')
    assert.ok(before.equals(readFileSync(journal)))
    two.release()
    late.info('far too late')
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(told, [])
    const [day = ''] = readdirSync(directory)
    assert.equal(readFileSync(join(directory, day, 'late.jsonl'), 'utf8').split('\n').length, 4)
  })

  it('two Spillways on one directory have different files, and leave each other alone', async (t) => {
    const directory = newDirectory(t)
    const one = new Spillway({ ...SMALL, directory })
    const two = new Spillway({ ...SMALL, directory })
    assert.deepEqual([one.stats().arena.seat, two.stats().arena.seat], [1, 2])
    one.logger('actions').info('of the first')
    two.logger('actions').info('of the second')
    two.logger('actions').error('of the second')
    await two.close()
    one.logger('actions').info('still of the first')
    await one.close()
    const [day = ''] = readdirSync(directory)
    assert.deepEqual(readdirSync(join(directory, day)).sort(), ['actions.jsonl', 'actions~2.jsonl', 'error~2.jsonl'])
    assert.equal(readFileSync(join(directory, day, 'actions.jsonl'), 'utf8').match(/of the first/g)?.length, 2)
  })

  it('what cannot be written at the exit stays in the arena', { skip: noSmallDisk() }, (t) => {
    const directory = smallDiskOf(t, 400)
    const code = `import(${JSON.stringify(INDEX)}).then(({ Spillway }) => {
      const spillway = new Spillway({ directory: ${JSON.stringify(directory)}, ...${JSON.stringify(SMALL)}, performance: { buffer: { flushInterval: 10 } } })
      require('node:fs').writeFileSync(${JSON.stringify(join(directory, 'ballast'))}, '')
      try { for (;;) require('node:fs').appendFileSync(${JSON.stringify(join(directory, 'ballast'))}, new Uint8Array(4096)) } catch {}
      for (let i = 0; i < 3; i++) spillway.logger('actions').info({ i }, 'no room')
    })`
    const { status, stderr } = spawnSync(process.execPath, ['-e', code], {
      env: inheritedEnvironment(),
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    assert.match(stderr, /3 lines that wait .* the next process in the directory writes them/)
    assert.ok(existsSync(join(directory, '.spillway', 'seat-1', 'p0.arena')))
  })
})

describe('arenas that cannot be mapped', () => {
  it('a full disk: no file is left, and arenas are in memory, or refused where they must be mapped', {
    skip: noSmallDisk(),
  }, (t) => {
    const directory = smallDiskOf(t, 20)
    const store = storeIn(directory)
    assert.equal(store.state.kind, 'memory')
    assert.match(store.state.reason ?? '', /ENOSPC/)
    assert.deepEqual(
      readdirSync(join(directory, '.spillway', 'seat-1')).filter((name) => name.endsWith('.arena')),
      [],
    )
    store.release()
    assert.throws(
      () => storeIn(directory, { arena: 'mapped' }),
      (error: unknown) => {
        const { code, message } = error as { code: string; message: string }
        assert.equal(code, 'ERR_SPILLWAY_ARENA')
        assert.match(message, /"arena" is "mapped".*ENOSPC/)
        return true
      },
    )
    assert.deepEqual(readdirSync(directory), [])
  })

  it('without koffi arenas are in memory, and one notice says so; where they must be mapped, an error', (t) => {
    const directory = newDirectory(t)
    const { stdout, stderr } = withoutKoffi(`
      const spillway = new Spillway({ directory: ${JSON.stringify(directory)}, workers: 2 })
      const told = []
      spillway.on('warning', ({ code }) => told.push(code))
      spillway.logger('actions').info('moved')
      await spillway.close()
      console.log(JSON.stringify([spillway.stats().arena.kind, spillway.stats().arena.reason, told]))
      try { new Spillway({ arena: 'mapped', directory: ${JSON.stringify(directory)} }) } catch (error) { console.log(error.message) }`)
    const [line = '', message = ''] = stdout.split('\n')
    assert.deepEqual(JSON.parse(line), ['memory', 'koffi is not installed', ['ARENA_IN_MEMORY']])
    assert.match(message, /"mapped".*koffi is not installed/)
    assert.equal(stderr.match(/koffi is not installed/g)?.length, 1)
    assert.equal(readdirSync(directory).length, 1)
  })

  it('a koffi that is no use is told of, whatever it does, and so is a system whose calls are not known', (t) => {
    const directory = newDirectory(t)
    const koffis: [string, RegExp, string?][] = [
      ['throw null', /cannot be loaded/],
      ['return undefined', /koffi finds no mmap/],
      ['return { load() { return { func() {} } }, address() {} }', /it has no errno\(\)/],
      ['', /not known to work on freebsd x64/, "Object.defineProperty(process, 'platform', { value: 'freebsd' })"],
      ['', /not known to work on linux arm/, "Object.defineProperty(process, 'arch', { value: 'arm' })"],
    ]
    for (const [koffi, reason, before = ''] of koffis) {
      const code = `
        ${before}
        const spillway = new Spillway({ directory: ${JSON.stringify(directory)}, workers: 1 })
        console.log(spillway.stats().arena.reason)
        await spillway.close()`
      assert.match(withoutKoffi(code, koffi).stdout, reason, koffi)
    }
  })

  it('where memory is asked for nothing is told, and koffi is not loaded', async (t) => {
    const directory = newDirectory(t)
    const { stdout, stderr } = withoutKoffi(`
      const spillway = new Spillway({ directory: ${JSON.stringify(directory)}, arena: 'memory' })
      console.log(JSON.stringify(spillway.stats().arena))
      await spillway.close()`)
    assert.equal(stderr, '')
    assert.equal((JSON.parse(stdout) as { kind: string }).kind, 'memory')
  })

  it('a directory that cannot be made is logged for from memory', (t) => {
    const file = join(newDirectory(t), 'file')
    writeFileSync(file, '')
    const { state } = storeIn(join(file, 'logs'))
    assert.deepEqual([state.kind, state.seat], ['memory', 0])
    assert.match(state.reason ?? '', /ENOTDIR/)
  })

  it('where there is no memory, or no thread may be made, it throws and leaves no seat behind', (t) => {
    const directory = newDirectory(t)
    const { stdout } = withoutKoffi(`
      const options = { directory: ${JSON.stringify(directory)}, workers: 1 }
      const seats = () => console.log(require('node:fs').readdirSync(options.directory).length)
      const { SharedArrayBuffer } = globalThis
      globalThis.SharedArrayBuffer = function () { throw new RangeError('no memory') }
      try { new Spillway(options) } catch (error) { console.log(error.message) }
      seats()
      globalThis.SharedArrayBuffer = SharedArrayBuffer
      require('node:worker_threads').Worker.prototype.on = () => { throw new Error('no thread') }
      try { new Spillway(options) } catch (error) { console.log(error.message) }
      seats()
      process.exit(0)`)
    assert.deepEqual(stdout.trim().split('\n'), ['no memory', '0', 'no thread', '0'])
  })

  it('a file system on which a store can fail is mapped only for who insists', () => {
    assert.equal(unsteadiness(tmpdir()), null)
    assert.match(unsteadiness('/proc') ?? '', /type 0x9fa0/)
  })

  it('something else in the place of the control directory is left alone', (t) => {
    const directory = newDirectory(t)
    writeFileSync(join(directory, '.spillway'), 'mine')
    const { state } = storeIn(directory)
    assert.deepEqual([state.kind, state.seat], ['memory', 0])
    assert.match(state.reason ?? '', /\.spillway is not a directory/)
    assert.equal(readFileSync(join(directory, '.spillway'), 'utf8'), 'mine')
  })
})
