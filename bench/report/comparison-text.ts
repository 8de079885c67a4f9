/** A comparison with an earlier run in words, for the terminal and the page. */
import { CHANCE, type Change, type Comparison, type Drift } from '../figures/baseline.js'
import { spreadOf } from '../figures/spread.js'
import { formatCount, formatTimes, formatValue } from './figures.js'
import { textTable } from './text-table.js'
import { wrapped } from './text-wrap.js'

/** More are in results.json. */
const ROWS_MAX = 60

/** The columns of a change. */
export const CHANGE_COLUMNS = [
  'scenario',
  'point',
  'contender',
  'figure',
  'then',
  'now',
  'change',
  'relative to',
  '',
] as const

/** One change as the texts of its columns. */
export function changeTexts({ scenario, cell, contender, figure, before, after, factor, verdict, reference }: Change) {
  return [
    scenario,
    cell,
    contender,
    figure.title,
    formatValue(before, figure.unit),
    formatValue(after, figure.unit),
    factor === null ? 'from none' : formatTimes(factor),
    reference ?? '-',
    verdict,
  ]
}

/** What was compared with what, and how many figures changed. */
export function comparisonSummary({ file, startedAt, commit, changes, compared }: Comparison): string {
  const better = changes.filter(({ verdict }) => verdict === 'better').length
  const chance = Math.round(compared * CHANCE)
  return [
    `Against the run of ${startedAt.slice(0, 16).replace('T', ' ')} UTC${commit === undefined ? '' : `, commit ${commit}`} (${file}):`,
    `${formatCount(compared)} figures compared, ${better} better and ${changes.length - better} worse by more than 5 % and more`,
    `than the rounds differ; with three rounds it would be some ${chance} by chance alone.`,
    'A machine is faster or slower by the hour: times and rates are compared as ratios to the contender that is named',
    'under "relative to", round by round, so that "change" is not always "now" by "then". The slowest of all calls, a',
    'matter of luck, is not compared.',
  ].join(' ')
}

/** How much the machine itself changed, by those who stand for it; `undefined` where nobody does. */
export function driftText(drifts: readonly Drift[]): string | undefined {
  // Rates upside down, so that all say how much longer it took.
  const slower = drifts.map(({ figure, factor }) => (figure.better === 'more' ? 1 / factor : factor))
  const spread = spreadOf(slower)
  if (spread === undefined) return undefined
  const names = [...new Set(drifts.map(({ reference }) => reference))].join(' and ')
  return (
    `The machine, by ${names}: it takes ${formatTimes(spread.median)} the time it took then in the median of` +
    ` ${drifts.length} points (${formatTimes(spread.min)} to ${formatTimes(spread.max)}).`
  )
}

/** All of it for the terminal. */
export function comparisonText(comparison: Comparison, width: number): string {
  const { changes, warnings, drifts, notCompared } = comparison
  const drift = driftText(drifts)
  const rows = changes.slice(0, ROWS_MAX).map(changeTexts)
  return [
    wrapped(comparisonSummary(comparison), width),
    ...(drift === undefined ? [] : [wrapped(drift, width)]),
    ...(warnings.length === 0 ? [] : [['The runs are not alike:', ...warnings].join('\n')]),
    ...(notCompared.length === 0 ? [] : [['Not compared:', ...notCompared].join('\n')]),
    rows.length === 0
      ? 'Nothing changed beyond the noise.'
      : textTable(CHANGE_COLUMNS, rows, ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'left', 'left']),
    ...(changes.length > ROWS_MAX ? [`${changes.length - ROWS_MAX} smaller changes are in results.json.`] : []),
  ].join('\n\n')
}
