import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { verify } from '../../../src/main/verify/verify.js'
import { newDirectory } from '../../support/new-directory.js'
import { runCommand } from './run-command.js'

const HINT = '; spillway --help tells more\n'

interface Manifest {
  readonly version: string
  readonly bin: { readonly spillway: string }
}

const MANIFEST = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest

describe('spillway', () => {
  it('is the command of the package, and spillway/verify is a part of it to import', async (t) => {
    assert.match(readFileSync(MANIFEST.bin.spillway, 'utf8'), /^#!\/usr\/bin\/env node\n/)
    const specifier = 'spillway/verify'
    const verifier = (await import(specifier)) as { readonly verify: typeof verify }
    const directory = newDirectory(t)
    assert.deepEqual(await verifier.verify(directory), await verify(directory))
  })

  it('--help and --version print to stdout, and are fine', async () => {
    const help = await runCommand('--help')
    assert.deepEqual([help.code, help.stderr], [0, ''])
    assert.match(help.stdout, /verify DIR.*\n {2}recover DIR/)
    for (const command of ['verify', 'recover']) {
      const { code, stdout } = await runCommand(command, 'x', '--help')
      assert.equal(code, 0)
      assert.ok(stdout.startsWith(`spillway ${command} DIR`))
      assert.match(stdout, /Exit code: 0/)
    }
    assert.equal((await runCommand('--version')).stdout, `${MANIFEST.version}\n`)
  })

  it('a wrong command line is exit code 2, and one line on stderr that names what is wrong', async () => {
    const wrong: readonly [args: readonly string[], message: string][] = [
      [[], 'a command is missing: one of verify, recover'],
      [['verfy', 'x'], "there is no command 'verfy'; did you mean verify?; there are verify and recover"],
      [['constructor'], "there is no command 'constructor'; there are verify and recover"],
      [['--versoin'], "there is no option '--versoin'; did you mean --version?"],
      [['verify'], 'verify needs a directory'],
      [['verify', ''], 'the name of a directory is empty'],
      [['verify', 'x', '--jsno'], "there is no option '--jsno'; did you mean --json?"],
      [['verify', 'x', '--day'], '--day needs a value'],
      [['verify', 'x', '--day', '2026-02-30x'], "--day must be a day, YYYY-MM-DD, not '2026-02-30x'"],
      [['verify', 'x', '--day', '2026-13-01'], "--day must be a day, YYYY-MM-DD, not '2026-13-01'"],
      [['verify', 'x', '--json=1'], '--json takes no value'],
      [['verify', 'x', '--\x1b[2J'], "there is no option '--\\u{1b}[2J'"],
      [['recover'], 'recover needs one directory'],
      [['recover', 'a', 'b'], 'recover needs one directory'],
      [['recover', 'a', '--fallback='], '--fallback must not be empty'],
    ]
    for (const [args, message] of wrong) {
      const { code, stdout, stderr } = await runCommand(...args)
      assert.deepEqual([code, stdout, stderr], [2, '', `spillway: ${message}${HINT}`])
    }
  })

  it('takes what stands behind -- for a directory', async () => {
    const { code, stderr } = await runCommand('verify', '--', '--help')
    assert.equal(code, 2)
    assert.match(stderr, /^spillway: "--help" cannot be read: ENOENT/)
  })
})
