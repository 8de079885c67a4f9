/** The command line that runs the same bench again. */
import { DEFAULTS, SCENARIO_NAMES } from '../options.js'
import type { Outcome } from './outcome.js'

/** Variables of spillway, then `npm run bench` with what was not left as it comes. */
export function benchCommand({ options, environment }: Pick<Outcome, 'options' | 'environment'>): string {
  const { scenarios, lines, files, runs, contenders, isQuick, library, corpus, criteria } = options
  // The bench's own variables are in the options already.
  const variables = Object.entries(environment).filter(([name]) => !name.startsWith('SPILLWAY_BENCH_'))
  const isAll = SCENARIO_NAMES.every((name) => scenarios.includes(name))
  const flags = [
    ...(isAll ? [] : scenarios),
    // A quick run has a tenth of the lines that were asked for.
    ...(isQuick ? ['--quick'] : lines === DEFAULTS.lines ? [] : [`--lines ${lines}`]),
    ...(files === DEFAULTS.files ? [] : [`--files ${files}`]),
    ...(runs === DEFAULTS.runs ? [] : [`--runs ${runs}`]),
    ...(contenders === null ? [] : [`--contenders ${contenders.join(',')}`]),
    ...(library.workers === undefined ? [] : [`--workers ${library.workers}`]),
    ...(library.ringBytes === undefined ? [] : [`--ring-bytes ${library.ringBytes}`]),
    ...(corpus === null ? [] : [`--corpus ${quoted(corpus)}`]),
    ...(criteria ? ['--criteria'] : []),
  ]
  return [
    ...variables.map(([name, value]) => `${name}=${quoted(value)}`),
    'npm run bench',
    ...(flags.length === 0 ? [] : ['--', ...flags]),
  ].join(' ')
}

/** For a POSIX shell. */
function quoted(value: string): string {
  return /^[\w./:=@%+,-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`
}
