/** What `npm run bench -- --help` says; the options of spillway and what they trade are told by spillway's own rules. */
import { type LibraryRule, libraryRules } from './library-options.js'
import { CONTENDER_NAMES, DEFAULTS } from './options.js'
import { wrapped } from './report/text-wrap.js'
import { SCENARIOS } from './scenarios/index.js'

const NAME_WIDTH = Math.max(...SCENARIOS.map(({ name }) => name.length))
const WIDTH = 120

export async function helpText(): Promise<string> {
  return `${USAGE}

${tuning(await libraryRules())}`
}

const USAGE = `Usage: npm run bench -- [scenario ...] [flags]

The same work through spillway and through its peers, in this run, on this machine; every line on disk is counted.
Without a name all scenarios run:

${SCENARIOS.map(({ name, title }) => `  ${name.padEnd(NAME_WIDTH)}  ${title}`).join('\n')}

  --lines N          measured lines of a pass at full speed, at the most (${DEFAULTS.lines}; SPILLWAY_BENCH_LINES)
  --files N          files, and categories, where the scenario does not set them (${DEFAULTS.files}; SPILLWAY_BENCH_FILES)
  --runs N           rounds; the median of each figure counts (${DEFAULTS.runs}; SPILLWAY_BENCH_RUNS)
  --contenders a,b   only these, or all (SPILLWAY_BENCH_CONTENDERS):
${wrapped(CONTENDER_NAMES.join(', '), WIDTH, ' '.repeat(21))}
  --quick            a tenth of everything, to see whether it works
  --corpus DIR       logs the lines of the .ndjson files in DIR instead of the bench's own entries
  --baseline FILE    compares with the results.json of an earlier run
  --criteria         only the success criteria, in less than two minutes; exits with 1 where one is missed
  --workers N        spillway's writer threads (SPILLWAY_WORKERS)
  --ring-bytes N     spillway's ring size (SPILLWAY_RING_BYTES)
  --directory PATH   where the contenders write (the system's temporary directory)
  --keep             do not delete what they wrote
  --check            exit with 1 if a bar is missed or could not be measured
  --help             this text

Exits with 1 if spillway lost, doubled, tore or reordered a line, and with 2 for a wrong flag.`

/** Every option that a variable sets, and the paths of those that none does. */
function tuning(rules: readonly LibraryRule[]): string {
  const settable = rules.filter(({ env }) => env !== null)
  const others = rules.filter(({ env }) => env === null).map(({ path }) => path)
  // Options that trade the same, such as the six of durability, are told of together.
  const trades = [...new Set(settable.map((rule) => rule.trades))]
  const entries = trades.map((trade) => {
    const members = settable.filter((rule) => rule.trades === trade)
    const names = members.map(({ env, defaultText }) => `${env} (${defaultText})`).join(', ')
    return `${wrapped(names, WIDTH, '  ')}\n${wrapped(trade, WIDTH, '      ')}`
  })
  return `${wrapped(
    'Tuning: every option of spillway that has a variable can be set for a run, as in SPILLWAY_WORKERS=2 npm run bench --' +
      ' fanout. A variable is stronger than what a contender sets itself (spillway-memory its arena, for one). With its' +
      ' default, and what it trades:',
    WIDTH,
  )}

${entries.join('\n')}

${wrapped(`Without a variable, so in code or in a file of options: ${others.join(', ')}.`, WIDTH)}`
}
