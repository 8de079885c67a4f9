/**
 * A reporter beside the one for people: names each test that was skipped, with its reason, after all others. Where
 * nothing may be missing (CI is set) a skip is a failure of the run.
 */
import type { TestEvent } from 'node:test/reporters'

/** Gives the lines about skipped tests; none where there are none. */
export default async function* skipReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const skipped: string[] = []
  for await (const { type, data } of events) {
    if (type === 'test:pass' && data.skip !== undefined) skipped.push(`${data.name}: ${data.skip || 'no reason given'}`)
  }
  if (skipped.length === 0) return
  yield `\nSkipped on this machine:\n${skipped.map((line) => `- ${line}\n`).join('')}`
  if (process.env.CI === undefined || process.env.CI === '') return
  yield 'CI is set: a test that is skipped is a test that failed.\n'
  process.exitCode = 1
}
