/** Replays the inputs of a command line, one after the other, and tells on standard error what is wrong with them. */
import type { Spillway } from '../../src/main/index.js'
import { InputError, Replay, type ReplayCounts } from '../replay/replay.js'
import type { CallTimer } from './call-timer.js'
import type { Command } from './command-line.js'
import { counted } from './counted.js'
import { nameOfInput, openInput } from './input-files.js'

const UNPARSED_TOLD_MAX = 10

/** A replay, and whether all of its inputs were what they should be. */
export interface ReplayOutcome {
  readonly counts: ReplayCounts
  readonly complete: boolean
}

/** Logs what the inputs hold, through the timer. The signal ends it early, which is no fault of the inputs. */
export async function replayInputs(
  { by, level, inputs }: Extract<Command, { kind: 'replay' }>,
  spillway: Spillway,
  timer: CallTimer,
  signal: AbortSignal,
): Promise<ReplayOutcome> {
  // The environment's level would leave out what is counted as kept here: what to leave out is the replay's own affair.
  spillway.level = 'trace'
  let told = 0
  let complete = true
  const replay = new Replay({
    by,
    level,
    loggerOf: (category) => timer.wrap(spillway.logger(category)),
    onUnparsed: (input, lineNumber, reason) => {
      if (++told <= UNPARSED_TOLD_MAX) tell(`${input}, line ${lineNumber}: ${printable(reason)}`)
    },
  })
  for (const input of inputs) {
    if (signal.aborted) break
    try {
      await replay.run(nameOfInput(input), openInput(input, signal))
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      if (signal.aborted) break
      tell(`${nameOfInput(input)} could not be read to its end: ${printable(error.message)}`)
      complete = false
    }
  }
  const { counts } = replay
  if (told > 0) {
    tell(
      `${counted(told, 'line')} in all could not be parsed; ${told === 1 ? 'it is' : 'they are'} kept in unparsed.jsonl`,
    )
  }
  if (counts.keyed === 0 && counts.read > counts.blank) {
    tell(`no line at all names a category by the key ${printable(JSON.stringify(by))}: is --by right?`)
    complete = false
  }
  return { counts, complete }
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** A parser quotes its input: no terminal may act on what is in it. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?')
}
