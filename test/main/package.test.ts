/** What the package offers: the same library in a few files, as somebody else's code imports it. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { newDirectory } from '../support/new-directory.js'
import { writtenLines } from '../support/written-lines.js'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
  readonly bin: { readonly spillway: string }
  readonly version: string
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest

/** Runs code that stands in the package's root, where its own name leads to what it exports. */
function run(code: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: ROOT, encoding: 'utf8' })
}

function runCommand(...args: readonly string[]): string {
  return execFileSync(process.execPath, [join(ROOT, manifest.bin.spillway), ...args], { encoding: 'utf8' })
}

describe('The package', () => {
  it('has every file that it says it has', () => {
    const files = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : [entry.types, entry.default],
    )
    for (const file of [...files, manifest.bin.spillway]) assert.ok(existsSync(join(ROOT, file)), file)
  })

  it('logs through a writer thread of its own, and proves it', (t) => {
    const directory = newDirectory(t)
    const answer = run(`
      import { setTimeout } from 'node:timers/promises'
      import { Spillway } from 'spillway'
      import { verify } from 'spillway/verify'
      const directory = ${JSON.stringify(directory)}
      const spillway = new Spillway({ directory, workers: 1, pretty: false })
      spillway.logger('actions').info({ user: 81 }, 'first')
      const owner = () => spillway.stats().partitions[0].owner
      while (owner() === 'starting') await setTimeout(5)
      const was = owner()
      spillway.logger('actions').error(new Error('no room'), 'second')
      await spillway.close()
      const report = await verify(directory)
      console.log(JSON.stringify({ was, isSound: report.isSound }))`)
    assert.deepEqual(JSON.parse(answer), { was: 'writer', isSound: true })
    assert.deepEqual(
      writtenLines(directory).map(({ msg }) => msg),
      ['first', 'second'],
    )
    assert.match(runCommand('verify', directory), /seq 1 to 2, no gap/)
  })

  it('throws errors of one class whichever entry they come from', () => {
    const answer = run(`
      import { SpillwayError, Spillway } from 'spillway'
      import { verify } from 'spillway/verify'
      const errors = []
      try { new Spillway({ workers: -1 }) } catch (error) { errors.push(error) }
      try { await verify('/no/such/directory') } catch (error) { errors.push(error) }
      console.log(errors.map((error) => error instanceof SpillwayError).join())`)
    assert.equal(answer.trim(), 'true,true')
  })

  it('has a command that knows its version', () => {
    assert.match(runCommand('--version'), new RegExp(manifest.version.replaceAll('.', '\\.')))
  })
})
