/** Where the results of a bench are kept: bench/results/TIMESTAMP/ with results.json, report.txt and report.html. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_DIRECTORY } from '../machine.js'
import type { Outcome } from './outcome.js'
import { reportPage } from './page/page.js'

/** Writes them; returns the directory. */
export function writeResults(outcome: Outcome, report: string): string {
  // No colons in the name: they are not allowed everywhere.
  const directory = join(PROJECT_DIRECTORY, 'bench', 'results', outcome.startedAt.replaceAll(':', '-'))
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'results.json'), `${JSON.stringify(outcome, null, 2)}\n`)
  writeFileSync(join(directory, 'report.txt'), `${report}\n`)
  writeFileSync(join(directory, 'report.html'), reportPage(outcome))
  return directory
}
