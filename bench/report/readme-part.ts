/** The README's part of the bench: a chart, a table of the main figures, a line for each other scenario. */
import { formatCount, formatTimes, formatValue } from './figures.js'
import { isOwn, PEER, TIMER } from './key-figures.js'
import { escaped } from './markup.js'
import { type Published, type PublishedPoint, valueAt } from './published.js'

const BEGIN = '<!-- bench:begin, written by bench/readme.ts -->'
const END = '<!-- bench:end -->'

/** Of the main figures, those that the table has, with their headings. */
const COLUMNS: readonly (readonly [name: string, title: string])[] = [
  ['callMean', 'in the call, mean'],
  ['callP50', 'median'],
  ['callP999', 'p99.9'],
  ['templateMean', 'a template, mean'],
  ['rate', 'lines/s until in the files'],
  ['cpu', 'CPU per line'],
  ['memory', 'peak RSS'],
]
/** The columns that say how they compare with the peer. */
const WITH_RATIO = ['callMean', 'rate']
/** Who stands in the table of the other scenarios. */
const OTHERS_CONTENDERS = ['spillway', 'pino-async', 'pino-transport', 'winston', 'log4js']
/** The loop writes nothing: what it says of these is nothing. */
const NOT_OF_TIMER = ['rate']

/** A page with the part between its marks replaced. */
export function withBenchPart(page: string, published: Published, chartPath: string): string {
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (start < 0 || end < start) throw new Error('README.md has no place for the figures of the bench')
  return `${page.slice(0, start + BEGIN.length)}\n${benchPart(published, chartPath)}\n${page.slice(end)}`
}

/** The part in Markdown. */
export function benchPart(published: Published, chartPath: string): string {
  return [
    heading(published),
    `![Time in the log call and lines a second of each contender](${chartPath})`,
    mainTable(published),
    ...othersTable(published),
    configurations(published),
  ].join('\n\n')
}

function heading({ machine, runs, lines, files, startedAt, commit }: Published): string {
  const versions = Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`)
  return (
    `${machine.cpuModel}, ${machine.cores} cores, ${machine.platform}, Node.js ${machine.node}` +
    `${versions.length === 0 ? '' : ` (${versions.join(', ')})`}; ${startedAt.slice(0, 10)}, commit ${commit}. Medians of` +
    ` ${runs} rounds; up to ${formatCount(lines)} objects of four fields and a message into ${files} files, every line read back` +
    ` and parsed. In brackets: how many times better than ${PEER} in the same round.`
  )
}

function mainTable({ main }: Published): string {
  const columns = COLUMNS.filter(([name]) => main[name] !== undefined)
  const points = Object.values(main)
  const contenders = [...new Set(points.flatMap(({ values }) => values.map(({ contender }) => contender)))]
  const isFaulty = (name: string): boolean => points.some((point) => valueAt(point, name)?.isFaulty === true)
  const rows = contenders.map((contender) => {
    const name = isFaulty(contender) ? `${contender} *` : contender
    const texts = columns.map(([column]) =>
      contender === TIMER && NOT_OF_TIMER.includes(column)
        ? ''
        : valueText(main[column]!, contender, WITH_RATIO.includes(column)),
    )
    return markdownRow([name, ...texts].map((text) => (isOwn(contender) && text !== '' ? `**${text}**` : text)))
  })
  return [
    markdownRow(['', ...columns.map(([, title]) => title)]),
    markdownRow(['---', ...columns.map(() => '---:')]),
    ...rows,
    ...(contenders.some(isFaulty) ? ['', '\\* lost, doubled or tore lines, so its figures are no comparison.'] : []),
  ].join('\n')
}

function othersTable({ others }: Published): string[] {
  const isTold = (point: PublishedPoint, name: string): boolean =>
    valueAt(point, name) !== undefined || point.failed.includes(name)
  const contenders = OTHERS_CONTENDERS.filter((name) => others.some((point) => isTold(point, name)))
  // Where nobody else takes part there is nothing to compare.
  const told = others.filter((point) => contenders.filter((name) => isTold(point, name)).length > 1)
  if (told.length === 0) return []
  const rows = told.map((point) => {
    const name = `${point.title}; ${point.where}: ${point.figure.title}`
    return markdownRow([name, ...contenders.map((contender) => valueText(point, contender, false))])
  })
  return [[markdownRow(['', ...contenders]), markdownRow(['---', ...contenders.map(() => '---:')]), ...rows].join('\n')]
}

function configurations({ configurations }: Published): string {
  const lines = Object.entries(configurations).map(([name, text]) => `- \`${name}\`: ${escaped(text)}`)
  return `<details><summary>How each was set up</summary>\n\n${lines.join('\n')}\n\n</details>`
}

function valueText(point: PublishedPoint, contender: string, hasRatio: boolean): string {
  const value = valueAt(point, contender)
  if (value === undefined) return point.failed.includes(contender) ? 'fails' : ''
  const ratio = hasRatio && value.times !== undefined ? ` (${formatTimes(value.times)})` : ''
  return `${formatValue(value.median, point.figure.unit)}${ratio}`
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
