import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileEntryWord } from '../../../src/shared/arena.js'
import {
  FILE_COUNT,
  FILE_DURABLE,
  FILE_NAME_BYTES,
  FILE_NAME_OFFSET_BYTES,
  WRITE_ERRORS_F64,
} from '../../../src/shared/arena-layout.js'
import { LEVEL_NUMBERS, type LevelName } from '../../../src/shared/levels.js'
import type { SpillwayOptions } from '../../../src/shared/options.js'
import { NOON_DAY, PartitionRig } from '../../workers/partition-rig.js'

const LEVELS: readonly LevelName[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

function logAllLevels(rig: PartitionRig, category: string): void {
  const log = rig.logger(category)
  for (const level of LEVELS) log[level](level)
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8)
}

function withUmask<T>(mask: number, run: () => T): T {
  const before = process.umask(mask)
  try {
    return run()
  } finally {
    process.umask(before)
  }
}

describe('RouteTable', () => {
  it('of() routes warnings and errors to their files alone, the rest to the category', () => {
    using rig = new PartitionRig({ partitions: 3 })
    logAllLevels(rig, 'actions')
    logAllLevels(rig, 'engine')
    rig.flush()
    const levelsOf = (name: string): number[] => rig.lines(name).map((line) => line.level)
    assert.deepEqual(levelsOf('actions'), [10, 20, 30])
    assert.deepEqual(levelsOf('engine'), [10, 20, 30])
    assert.deepEqual(levelsOf('warning'), [40, 40])
    assert.deepEqual(levelsOf('error'), [50, 60, 50, 60])
    assert.deepEqual(
      rig.lines('error').map((line) => line.category),
      ['actions', 'actions', 'engine', 'engine'],
    )
    assert.deepEqual(rig.files(), ['actions.jsonl', 'engine.jsonl', 'error.jsonl', 'warning.jsonl'])
  })

  it('of() marks the files durable that get lines of a durable level', () => {
    const cases: readonly [SpillwayOptions, readonly string[]][] = [
      [{}, []],
      [{ durability: { error: 'sync' } }, ['error']],
      [{ durability: { fatal: 'sync', error: 'none' } }, ['error']],
      [{ durability: { warn: 'sync' } }, ['warning']],
      [{ durability: { debug: 'sync' } }, ['actions', 'engine', 'general']],
      [{ durability: { warn: 'sync' }, alsoInCategoryFile: true }, ['actions', 'engine', 'general', 'warning']],
      [{ durability: { fatal: 'sync' }, alsoInCategoryFile: true }, ['actions', 'engine', 'error', 'general']],
    ]
    for (const [options, expected] of cases) {
      using rig = new PartitionRig({ options })
      for (const name of ['actions', 'engine']) rig.routes.of(name)
      const { words, buffer } = rig.arena
      const files = Array.from({ length: Atomics.load(words, FILE_COUNT) }, (_, file) => fileEntryWord(rig.arena, file))
      const durable = files.filter((entry) => words[entry + FILE_DURABLE] === 1)
      const names = durable.map((entry) => {
        const at = entry * 4 + FILE_NAME_OFFSET_BYTES
        return buffer.toString('latin1', at, at + words[entry + FILE_NAME_BYTES]!).replace('.jsonl', '')
      })
      assert.deepEqual(names.sort(), expected)
    }
  })

  it("of() routes warnings and errors to the category's file as well, the same line, where asked to", () => {
    for (const partitions of [1, 3]) {
      using rig = new PartitionRig({ partitions, options: { alsoInCategoryFile: true } })
      logAllLevels(rig, 'actions')
      const long = 'long'.repeat(100_000)
      rig.logger('actions').error({ long }, 'in parts')
      rig.logger('engine').warn('warn')
      rig.flush()
      const text = rig.text('actions')
      assert.deepEqual(
        rig.lines('actions').map((line) => [line.level, line.seq]),
        [...LEVELS.map((level, at) => [LEVEL_NUMBERS[level], at + 1]), [50, 7]],
      )
      for (const line of rig.text('error').split('\n')) assert.ok(text.includes(line))
      assert.equal(rig.lines('error').length, 3)
      assert.equal(rig.lines('actions')[6]!.long, long)
      assert.equal(
        rig.text('engine') + rig.text('warning'),
        `${rig.text('engine')}${text.split('\n')[3]}\n${rig.text('engine')}`,
      )
    }
  })

  it('of() gives categories called like the files of the levels a file of their own', () => {
    using rig = new PartitionRig({ partitions: 2 })
    for (const category of ['error', 'warning', 'Error']) logAllLevels(rig, category)
    rig.flush()
    const files = rig.files()
    assert.equal(files.length, 5)
    assert.equal(rig.lines('error').length, 6)
    assert.ok(rig.lines('error').every((line) => line.level >= 50))
    assert.ok(rig.lines('warning').every((line) => line.level === 40))
    for (const category of ['error', 'warning', 'Error']) {
      const own = files.find((name) => new RegExp(`^${category}-[0-9a-f]{12}\\.jsonl$`).test(name))
      assert.ok(own !== undefined, category)
      assert.deepEqual(
        rig.lines(own.replace('.jsonl', '')).map((line) => [line.category, line.level]),
        [10, 20, 30].map((level) => [category, level]),
      )
    }
  })

  it('of() keeps every category in the directory of its day, whatever its name, and in its lines as it is', () => {
    const categories = [
      '../../etc/passwd',
      '.hidden',
      'CON',
      'Actions',
      'actions',
      'x'.repeat(65),
      'ünïcode/日本',
      '',
      '\0',
      'a\nb',
    ]
    using rig = new PartitionRig({ partitions: 2 })
    for (const category of categories) rig.logger(category).info('here')
    rig.flush()
    assert.deepEqual(readdirSync(rig.directory), [NOON_DAY])
    assert.equal(rig.files().length, categories.length)
    const found = rig.files().map((name) => rig.lines(name.replace(/\.jsonl$/, '')).map((line) => line.category))
    assert.deepEqual(found.flat().sort(), [...categories].sort())
    assert.ok(found.every((each) => each.length === 1))
  })

  it('of() gives null to categories beyond maxCategories: they share general.jsonl, with their name in category_', () => {
    using rig = new PartitionRig({ partitions: 2, options: { maxCategories: 2 } })
    for (const category of ['a', 'b', 'c', 'd', 'a']) rig.logger(category).info(category)
    rig.logger('c').error('error')
    rig.logger('d').child({ requestId: 7 }).info('child')
    rig.flush()
    assert.deepEqual(rig.messages('a'), ['a', 'a'])
    assert.deepEqual(rig.messages('b'), ['b'])
    assert.deepEqual(
      rig.lines('general').map((line) => [line.category, line.category_, line.msg, line.requestId]),
      [
        ['general', 'c', 'c', undefined],
        ['general', 'd', 'd', undefined],
        ['general', 'd', 'child', 7],
      ],
    )
    assert.equal(rig.lines('error')[0]!.category_, 'c')
    assert.equal(rig.routes.of('c'), null)
    assert.equal(rig.routes.overflows, 2)
    assert.equal(rig.routes.files, 5)
  })

  it('of() spreads the files over the partitions', () => {
    using rig = new PartitionRig({ partitions: 3 })
    for (let i = 0; i < 45; i++) rig.logger(`category-${i}`).info('x')
    rig.flush()
    const counts = rig.arenas.map((_, at) => {
      const rings = Array.from({ length: 45 }, (_, i) => rig.routes.of(`category-${i}`)!.info.ring)
      return rings.filter((ring) => ring === rig.rings[at]).length
    })
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, counts.join())
    assert.equal(rig.files().length, 45)
  })
})

describe('Files of routes', () => {
  it('are made with mode 0600 in directories of mode 0700, whatever the umask', () => {
    for (const mask of [0o000, 0o022, 0o077]) {
      withUmask(mask, () => {
        using rig = new PartitionRig()
        logAllLevels(rig, 'actions')
        assert.equal(rig.flush(), true)
        assert.equal(modeOf(join(rig.directory, NOON_DAY)), '700')
        for (const name of rig.files()) assert.equal(modeOf(join(rig.directory, NOON_DAY, name)), '600')
      })
    }
  })

  it('are made with mode 0600 in directories of mode 0700, also under a umask that takes everything', () => {
    withUmask(0o777, () => {
      using rig = new PartitionRig()
      logAllLevels(rig, 'actions')
      rig.flush()
      assert.equal(modeOf(rig.path('actions')), '600')
      assert.equal(modeOf(join(rig.directory, NOON_DAY)), '700')
    })
  })

  it('have the modes of the options', () => {
    withUmask(0o077, () => {
      using rig = new PartitionRig({ drain: { fileMode: 0o640, directoryMode: 0o700 } })
      rig.logger('actions').info('x')
      rig.flush()
      assert.equal(modeOf(rig.path('actions')), '640')
    })
  })

  it('are not written where a symbolic link, a directory or a hard link stands; the others are, and nothing is dropped', () => {
    const obstacles: [name: string, make: (path: string, target: string) => void][] = [
      ['symbolic link', (path, target) => symlinkSync(target, path)],
      ['dangling symbolic link', (path, target) => symlinkSync(`${target}-missing`, path)],
      ['directory', (path) => mkdirSync(path)],
      ['hard link', (path, target) => linkSync(target, path)],
    ]
    for (const [name, make] of obstacles) {
      using rig = new PartitionRig()
      const target = join(rig.directory, 'target')
      writeFileSync(target, 'precious')
      mkdirSync(join(rig.directory, NOON_DAY))
      make(rig.path('actions'), target)
      rig.logger('actions').info('kept')
      rig.logger('actions').error('error')
      rig.logger('engine').info('other')
      assert.equal(rig.flush(), false, name)
      assert.equal(readFileSync(target, 'utf8'), 'precious')
      assert.equal(existsSync(`${target}-missing`), false)
      assert.deepEqual([rig.messages('engine'), rig.messages('error')], [['other'], ['error']])
      assert.ok(rig.counted(WRITE_ERRORS_F64) > 0)
      rmSync(rig.path('actions'), { recursive: true })
      assert.equal(rig.flush(), true, `${name}: resumed when it was gone`)
      assert.deepEqual(rig.messages('actions'), ['kept'])
      assert.equal(rig.dropped, 0)
    }
  })

  it('are not written where a FIFO stands, and nobody waits for its reader', () => {
    // In a process of its own: an owner that waits for a reader cannot be stopped from within.
    using rig = new PartitionRig()
    mkdirSync(join(rig.directory, NOON_DAY))
    execFileSync('mkfifo', [rig.path('actions')])
    const module = new URL('../../../src/workers/files/log-file.js', import.meta.url)
    const script = `import { openLogFile } from '${module}'
      try { openLogFile(process.argv[1], { file: 0o600, directory: 0o700 }) } catch { console.log('refused') }`
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script, rig.path('actions')], {
      encoding: 'utf8',
      timeout: 5000,
      killSignal: 'SIGKILL',
    })
    assert.equal(said, 'refused\n')
  })

  it('belong to one process: a line of another writer in between is kept', () => {
    using rig = new PartitionRig()
    rig.logger('actions').info('one')
    rig.flush()
    writeFileSync(rig.path('actions'), '{"msg":"foreign"}\n', { flag: 'a' })
    rig.logger('actions').info('two')
    rig.flush()
    assert.deepEqual(rig.messages('actions'), ['one', 'foreign', 'two'])
  })
})
