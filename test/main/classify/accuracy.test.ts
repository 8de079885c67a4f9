/**
 * Every entry of real modules lands in the file of its folder, however the application was built.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { basename, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import type { Explanation, SourceCacheStats } from '../../../src/main/index.js'
import { runFixture } from '../../support/fixture-run.js'
import { newDirectory } from '../../support/new-directory.js'
import {
  buildApplication,
  FOLDERS,
  FORMS,
  type Form,
  HERE_LINE,
  PLAIN_LINE,
  TAGGED_LINE,
} from '../../support/source-application.js'
import { logFiles, writtenLines } from '../../support/written-lines.js'

const run = promisify(execFile)
const ROUNDS = 4

interface Report {
  readonly explained: readonly Explanation[]
  readonly stats: SourceCacheStats
}

async function runApplication(t: TestContext, form: Form, env: Readonly<Record<string, string>>) {
  const root = newDirectory(t)
  const args = buildApplication(root, form)
  const variables = { PATH: process.env.PATH, SPILLWAY_DIRECTORY: 'logs', SPILLWAY_SOURCE: 'true', ...env }
  const { stdout } = await run(process.execPath, [...args], { cwd: root, env: variables })
  const directory = join(root, 'logs')
  return { report: JSON.parse(stdout) as Report, directory, names: namesIn(directory) }
}

/** The names of all files: the categories that have one. */
function namesIn(directory: string): string[] {
  return [...new Set(logFiles(directory).map((path) => basename(path, '.jsonl')))].sort()
}

function line(form: Form, folder: string, number: number): string {
  return `src/${folder}/module.${form === 'plain' ? 'js' : 'ts'}:${number}`
}

describe('Spillway.here() and shared loggers', () => {
  for (const form of FORMS) {
    it(`file every entry of 48 modules by its folder and tell its line: ${form}`, async (t) => {
      const { report, directory, names } = await runApplication(t, form, { SPILLWAY_CLASSIFY: 'call-site' })
      assert.deepEqual(names, [...FOLDERS].sort())
      for (const folder of names) {
        const lines = writtenLines(directory, folder)
        assert.equal(lines.length, 3 * ROUNDS)
        for (const { category, folder: loggedIn, msg, src } of lines) {
          assert.deepEqual({ category, loggedIn }, { category: folder, loggedIn: folder })
          if (msg === 'plain') assert.equal(src, line(form, folder, PLAIN_LINE))
          else if (msg !== 'here') assert.equal(src, line(form, folder, TAGGED_LINE))
        }
      }
      for (const [index, { category, file, frame }] of report.explained.entries()) {
        const folder = FOLDERS[index] as string
        assert.deepEqual({ category, file }, { category: folder, file: `${folder}.jsonl` })
        assert.equal(`${frame?.path}:${frame?.line}`, line(form, folder, HERE_LINE))
      }
      assert.equal(report.stats.misses, 3 * FOLDERS.length, 'each place is found once')
    })
  }

  it('file tagged templates of a shared logger by their folder, and its other calls in general', async (t) => {
    const { directory, names } = await runApplication(t, 'bundle', {})
    assert.equal(names.length, FOLDERS.length + 1)
    for (const folder of names) {
      for (const { folder: loggedIn, msg } of writtenLines(directory, folder)) {
        if (folder === 'general') assert.equal(msg, 'plain')
        else assert.equal(loggedIn, folder)
      }
    }
  })

  it('file every entry of the 48 modules of the demo by its folder', async (t) => {
    const { code, stdout, directory } = await runFixture(t, 'demo-sources', { env: { SPILLWAY_CLASSIFY: 'call-site' } })
    assert.equal(code, 0)
    const { entries, stats } = JSON.parse(stdout) as { entries: number; stats: SourceCacheStats }
    const lines = writtenLines(directory)
    for (const { category, module, src } of lines) {
      assert.equal(category, module)
      assert.match(String(src), new RegExp(`^scripts/demo/src/${module}/[\\w-]+\\.ts:\\d+$`))
    }
    assert.equal(lines.length, entries)
    assert.equal(new Set(lines.map(({ module }) => module)).size, 48)
    assert.ok(stats.hitRate > 0.99, `hit rate ${stats.hitRate}`)
  })
})
