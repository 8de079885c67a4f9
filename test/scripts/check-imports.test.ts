import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { importEdges, importFaults } from '../../scripts/check-imports.js'

function faults(from: string, to: string): string[] {
  return importFaults([{ from, to }])
}

describe('importFaults()', () => {
  it('importFaults() finds nothing wrong with imports in their direction', () => {
    const edges: [from: string, to: string][] = [
      ['main/logger.ts', 'shared/levels.ts'],
      ['main/logger.ts', 'main/produce/record-encoder.ts'],
      ['main/control/takeover.ts', 'workers/drain/partition-drain.ts'],
      ['main/control/writer-pool.ts', 'piscina'],
      ['workers/writer.ts', 'workers/drain/drain-loop.ts'],
      ['workers/writer.ts', 'comlink/dist/esm/node-adapter.mjs'],
      ['workers/drain/file-buffers.ts', 'workers/files/log-file.ts'],
      ['workers/drain/file-buffers.ts', 'shared/arena.ts'],
      ['workers/recover/live-lines.ts', 'workers/drain/day-clock.ts'],
      ['workers/recover/recover-leftover.ts', 'workers/files/leftover-file.ts'],
      ['main/control/takeover.ts', 'workers/recover/recover-leftover.ts'],
      ['workers/files/handle-pool.ts', 'lru-cache'],
      ['workers/files/leftover-file.ts', 'node:fs'],
      ['workers/files/log-file.ts', 'node:fs'],
      ['shared/options.ts', 'shared/errors.ts'],
      ['shared/options.ts', 'node:path'],
    ]
    assert.deepEqual(importFaults(edges.map(([from, to]) => ({ from, to }))), [])
  })

  it('importFaults() finds each import in a wrong direction, and says which and why', () => {
    const wrong: [from: string, to: string, why: RegExp][] = [
      ['shared/arena.ts', 'main/logger.ts', /shared imports nothing but itself/],
      ['shared/arena.ts', 'workers/drain/day-clock.ts', /shared imports nothing but itself/],
      ['workers/drain/day-clock.ts', 'main/logger.ts', /workers never import main/],
      ['workers/writer.ts', 'main/logger.ts', /workers never import main/],
      ['main/control/partition.ts', 'workers/drain/partition-drain.ts', /only main\/control\/takeover\.ts/],
      ['main/spillway.ts', 'workers/files/log-file.ts', /only main\/control\/takeover\.ts/],
      ['workers/files/log-file.ts', 'workers/drain/day-clock.ts', /files never import drain/],
      ['workers/files/leftover-file.ts', 'workers/recover/live-lines.ts', /files never import recover/],
      ['workers/drain/drain-loop.ts', 'workers/recover/live-lines.ts', /only recovery imports itself/],
      ['workers/writer.ts', 'workers/recover/live-lines.ts', /only recovery imports itself/],
      ['workers/drain/drain-loop.ts', 'workers/writer.ts', /an entry is imported by nobody/],
      ['main/control/takeover.ts', 'workers/writer.ts', /an entry is imported by nobody/],
    ]
    for (const [from, to, why] of wrong) {
      const found = faults(from, to)
      assert.equal(found.length, 1, `${from} imports ${to}`)
      assert.ok(found[0]!.startsWith(`${from} imports ${to}: `))
      assert.match(found[0]!, why)
    }
  })

  it('importFaults() finds a dependency in a file that is not its one importer, also by a path within it', () => {
    const wrong: [from: string, to: string][] = [
      ['main/spillway.ts', 'piscina'],
      ['main/control/partition.ts', 'comlink'],
      ['workers/drain/drain-loop.ts', 'comlink/dist/esm/node-adapter.mjs'],
      ['workers/files/log-file.ts', 'lru-cache'],
      ['main/observe/stats.ts', 'pino-pretty'],
      ['workers/drain/file-buffers.ts', 'node:fs'],
      ['main/spillway.ts', 'node:fs/promises'],
    ]
    for (const [from, to] of wrong) {
      assert.equal(faults(from, to).length, 1, `${from} imports ${to}`)
      assert.match(faults(from, to)[0]!, /: only .* may$/)
    }
  })

  it('importFaults() finds a package in shared, which has none', () => {
    assert.equal(faults('shared/options.ts', 'fast-check').length, 1)
    assert.deepEqual(faults('shared/options.ts', 'node:os'), [])
  })

  it('importFaults() takes no package for another whose name it begins with', () => {
    assert.deepEqual(faults('main/spillway.ts', 'piscina-like'), [])
    assert.deepEqual(faults('main/spillway.ts', 'node:fsx'), [])
  })
})

describe('importEdges()', () => {
  it('importEdges() finds imports however they are written, and resolves them below src', () => {
    const source = mkdtempSync(join(tmpdir(), 'spillway-imports-'))
    const files: Record<string, string> = {
      'main/a.ts': [
        "import { x } from '../shared/s.js'",
        "import type { Y } from '../workers/w.js'",
        "import './side-effect.js'",
        "export { z } from './b.js'",
        "export * from '../shared/all.js'",
        "const lazy = await import('../workers/lazy.js')",
        "import fs from 'node:fs'",
        'import double from "comlink"',
        "type T = import('../workers/type.js').T",
      ].join('\n'),
      'shared/s.d.ts': "import 'piscina'",
      'shared/notes.md': "import 'never'",
    }
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(source, name)), { recursive: true })
      writeFileSync(join(source, name), text)
    }
    const edges = importEdges(source).map(({ from, to }) => `${from} > ${to}`)
    assert.deepEqual(edges.sort(), [
      'main/a.ts > comlink',
      'main/a.ts > main/b.ts',
      'main/a.ts > main/side-effect.ts',
      'main/a.ts > node:fs',
      'main/a.ts > shared/all.ts',
      'main/a.ts > shared/s.ts',
      'main/a.ts > workers/lazy.ts',
      'main/a.ts > workers/type.ts',
      'main/a.ts > workers/w.ts',
      'shared/s.d.ts > piscina',
    ])
    rmSync(source, { recursive: true })
  })

  it('importEdges() finds a package that is required', () => {
    const source = mkdtempSync(join(tmpdir(), 'spillway-imports-'))
    writeFileSync(
      join(source, 'a.ts'),
      "import { createRequire } from 'node:module'\nconst pretty = createRequire(import.meta.url)('pino-pretty')",
    )
    assert.ok(importEdges(source).some(({ to }) => to === 'pino-pretty'))
    rmSync(source, { recursive: true })
  })
})
