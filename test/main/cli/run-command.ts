/** Runs the command line as a process of its own, as a shell would. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type ChildEnd, endOfChild } from '../../support/child-end.js'
import { inheritedEnvironment } from '../../support/inherited-environment.js'

/** The compiled entry. */
export const ENTRY = fileURLToPath(new URL('../../../src/main/cli/spillway.js', import.meta.url))

/** The end of `spillway ARGS`. */
export function runCommand(...args: readonly string[]): Promise<ChildEnd> {
  return endOfChild(spawn(process.execPath, [ENTRY, ...args], { env: inheritedEnvironment(), stdio: 'pipe' }))
}
