/** What `npm run bench -- --help` says. */
import { CONTENDER_NAMES, DEFAULTS } from './options.js'
import { SCENARIOS } from './scenarios/index.js'

const NAME_WIDTH = 11

export const HELP = `Usage: npm run bench -- [scenario ...] [flags]

The same work through spillway and through its peers, in this run, on this machine; every line on disk is counted.
Without a name all scenarios run:

${SCENARIOS.map(({ name, title }) => `  ${name.padEnd(NAME_WIDTH)} ${title}`).join('\n')}

  --lines N          measured lines of a pass at full speed (${DEFAULTS.lines}; SPILLWAY_BENCH_LINES)
  --files N          files, and categories, where the scenario does not set them (${DEFAULTS.files}; SPILLWAY_BENCH_FILES)
  --runs N           rounds; the median of each figure counts (${DEFAULTS.runs}; SPILLWAY_BENCH_RUNS)
  --contenders a,b   only these, or all (SPILLWAY_BENCH_CONTENDERS):
                     ${CONTENDER_NAMES.join(', ')}
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
