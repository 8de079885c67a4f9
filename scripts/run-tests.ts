/**
 * Runs all built tests with node's test runner: on Node 20 it takes neither a pattern nor a folder. Arguments select the
 * files whose path contains one of them; flags go to the runner.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const REPORTERS = ['spec', new URL('skip-reporter.js', import.meta.url).href]

const tests = join(dirname(dirname(fileURLToPath(import.meta.url))), 'test')
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('-'))
const parts = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const files = readdirSync(tests, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.js'))
  .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
  .map((file) => join(tests, file))
  .sort()
if (files.length === 0) {
  console.error(`no test below ${tests} matches ${parts.join(', ')}`)
  process.exit(1)
}
const reporters = REPORTERS.flatMap((name) => [`--test-reporter=${name}`, '--test-reporter-destination=stdout'])
const { status } = spawnSync(process.execPath, ['--test', ...reporters, ...flags, ...files], { stdio: 'inherit' })
process.exit(status ?? 1)
