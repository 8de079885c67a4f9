/**
 * What is found after the death of a process: its files, completed from its journal by the rule of recovery. The rule is
 * told here once more, in a few lines, so that the journal is tested without the code that uses it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { linesIn, liveRecordsOf } from './journal-lines.js'
import type { PartitionRig } from './partition-rig.js'

const OPENING = /^\{"level":\d+,"time":\d+,"seq":\d+,/

/**
 * The lines of these files: those that are in a file, and behind them what the journal has that is not. The last line of a
 * file that has a seq, and all lines before it, are not taken from the journal again.
 * @throws where a line is no JSON, or the journal is damaged.
 */
export function linesAfterTheEnd(rig: PartitionRig, names: readonly string[]): Map<string, string[]> {
  const live = liveRecordsOf(rig.journal)
  if (live === null) throw new Error('there is no journal')
  if (live.damage.length > 0) throw new Error(`the journal is damaged: ${JSON.stringify(live.damage)}`)
  const journaled = linesIn(live)
  return new Map(
    names.map((name) => {
      const path = rig.path(name)
      // What is behind the last newline is the beginning of a line that the journal has.
      const written = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
      const last = written.findLast((line) => OPENING.test(line))
      const list = journaled.get(name) ?? []
      const lines = [...written, ...list.slice(last === undefined ? 0 : list.lastIndexOf(last) + 1)]
      for (const line of lines) JSON.parse(line)
      return [name, lines]
    }),
  )
}
