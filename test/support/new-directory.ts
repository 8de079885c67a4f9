/** An empty directory that goes with the test. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** Makes the directory; removes it, with what is in it, after the test. */
export function newDirectory(context: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-test-'))
  context.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
