/**
 * The README's chart: one SVG without anything from outside. On the left p50, p99 and p99.9 of the time in the call, on a
 * logarithmic scale; on the right the lines a second. Its colours follow the reader's light or dark scheme.
 */
import { logScale } from './charts/scale.js'
import { at, line, nameWidth, rect, text } from './charts/svg.js'
import { formatCount, formatTimes, formatValue } from './figures.js'
import { isOwn, PEER, TIMER } from './key-figures.js'
import { escaped } from './markup.js'
import { type Published, type PublishedPoint, valueAt } from './published.js'
import { wrapped } from './text-wrap.js'

const WIDTH = 1180
const MARGIN = 24
const TOP = 168
const ROW_HEIGHT = 58
const BAR_HEIGHT = 12
const BAR_GAP = 3
const FOOTER_LINE = 19
const FOOTER_CHARACTERS = 165
const VALUE_GAP = 6
/** What is kept free behind the bars of each panel for a value, and between the panels. */
const VALUE_WIDTH = 60
const RATIO_WIDTH = 96
const RATE_WIDTH = 290
const RATE_BAR_HEIGHT = 20

const PERCENTILES = [
  { title: 'p50', name: 'callP50', style: 'p50' },
  { title: 'p99', name: 'callP99', style: 'p99' },
  { title: 'p99.9', name: 'callP999', style: 'p999' },
] as const

/** What has a colour. */
interface Colours {
  readonly back: string
  readonly text: string
  readonly soft: string
  readonly line: string
  readonly band: string
  readonly p50: string
  readonly p99: string
  readonly p999: string
  readonly rate: string
  readonly ownRate: string
}

/** Each scheme's colours keep 4.5:1 for text and 3:1 for bars against its background. */
const LIGHT: Colours = {
  back: '#ffffff',
  text: '#1b1f24',
  soft: '#57606a',
  line: '#d8dee4',
  band: '#eef4fc',
  p50: '#4d90d2',
  p99: '#2668b3',
  p999: '#123f7a',
  rate: '#8492a0',
  ownRate: '#2668b3',
}
const DARK: Colours = {
  back: '#12161b',
  text: '#e8edf2',
  soft: '#9aa7b4',
  line: '#2c343d',
  band: '#17263a',
  p50: '#3a7cc2',
  p99: '#5fa8ee',
  p999: '#bcdcff',
  rate: '#7d8b99',
  ownRate: '#5fa8ee',
}

const STYLE = `
  svg { font-family: ui-sans-serif, system-ui, -apple-system, 'Segoe UI', sans-serif; font-size: 13px }
  .grid { stroke-width: 1 } .soft { font-size: 12px } .title { font-size: 21px; font-weight: 650 }
  .panel { font-size: 14px; font-weight: 600 } .own { font-weight: 700 }
  .value { font-size: 11.5px; font-variant-numeric: tabular-nums } .end { text-anchor: end } .middle { text-anchor: middle }
  ${colourRules(LIGHT)}
  @media (prefers-color-scheme: dark) {
  ${colourRules(DARK)}
  }`

/** Literal colours: programs that render an SVG to a picture know no var(), and take it for black. */
function colourRules({ back, text, soft, line, band, p50, p99, p999, rate, ownRate }: Colours): string {
  return [
    `.back { fill: ${back} } .band { fill: ${band} } .grid { stroke: ${line} }`,
    `text { fill: ${text} } .soft { fill: ${soft} }`,
    `.p50 { fill: ${p50} } .p99 { fill: ${p99} } .p999 { fill: ${p999} } .rate { fill: ${rate} } .own-rate { fill: ${ownRate} }`,
  ].join('\n  ')
}

/** The whole SVG. */
export function readmeChart(published: Published): string {
  const contenders = contendersOf(published)
  const left = MARGIN + Math.max(0, ...contenders.map((name) => nameWidth(name))) + 12
  const rateLeft = WIDTH - MARGIN - RATIO_WIDTH - RATE_WIDTH
  const callWidth = rateLeft - left - VALUE_WIDTH - MARGIN
  const footer = footerLines(published)
  const bottom = TOP + contenders.length * ROW_HEIGHT
  const height = bottom + 26 + footer.length * FOOTER_LINE
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Time in the log call and lines a second of each contender">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="back" width="${WIDTH}" height="${height}"/>`,
    ...heading(published, left, rateLeft),
    ...contenders.flatMap((name, row) => rowHead(name, row, left)),
    ...callPanel(published, contenders, left, callWidth),
    ...ratePanel(published.main.rate, contenders, rateLeft),
    ...footer.map((content, index) => text(MARGIN, bottom + 26 + index * FOOTER_LINE, 'soft', content)),
    '</svg>',
    '',
  ].join('\n')
}

/** Those without faults: who loses lines has less to do. */
function contendersOf({ main }: Published): string[] {
  const points = [...PERCENTILES.map(({ name }) => main[name]), main.rate].flatMap((point) => point ?? [])
  const names = [...new Set(points.flatMap(({ values }) => values.map(({ contender }) => contender)))]
  return names.filter((name) => points.every((point) => valueAt(point, name)?.isFaulty !== true))
}

function heading({ files, lines, runs }: Published, left: number, rateLeft: number): string[] {
  return [
    text(MARGIN, 42, 'title', `Logging into ${files} files from one Node.js thread`),
    text(
      MARGIN,
      66,
      'soft',
      `${formatCount(lines)} lines, medians of ${runs} rounds; each contender in a process of its own`,
    ),
    text(left, 100, 'panel', 'Time in the log call, shorter is better (log scale)'),
    ...PERCENTILES.map(({ title, style }, index) => {
      const x = left + index * 62
      return `${rect(x, 112, 11, 11, style)}${text(x + 16, 122, 'soft', title)}`
    }),
    text(rateLeft, 100, 'panel', 'Lines a second until in the files, longer is better'),
    text(rateLeft, 122, 'soft', `and how many times as many as ${PEER} in the same round`),
  ]
}

function rowHead(name: string, row: number, left: number): string[] {
  const y = TOP + row * ROW_HEIGHT
  const band = `<rect class="band" x="${MARGIN / 2}" y="${y}" width="${WIDTH - MARGIN}" height="${ROW_HEIGHT}" rx="6"/>`
  const style = isOwn(name) ? 'own end' : 'end'
  return [...(isOwn(name) ? [band] : []), text(left - 12, y + ROW_HEIGHT / 2 + 4, style, name)]
}

function callPanel({ main }: Published, contenders: readonly string[], left: number, width: number): string[] {
  const known = PERCENTILES.flatMap(({ name, style }, index) => {
    const point = main[name]
    return point === undefined ? [] : [{ point, style, index }]
  })
  const shown = known.flatMap(({ point }) => contenders.flatMap((name) => valueAt(point, name)?.median ?? []))
  if (shown.length === 0) return []
  const scale = logScale(Math.min(...shown), Math.max(...shown), 'ns')
  const bottom = TOP + contenders.length * ROW_HEIGHT
  const padding = (ROW_HEIGHT - PERCENTILES.length * (BAR_HEIGHT + BAR_GAP) + BAR_GAP) / 2
  return [
    ...scale.ticks
      .filter(({ label, isMinor }) => label !== '' && isMinor !== true)
      .map(({ position, label }) => {
        const x = left + position * width
        return `${line(x, TOP - 6, x, bottom, 'grid')}${text(x, TOP - 12, 'soft middle', label)}`
      }),
    ...contenders.flatMap((name, row) =>
      known.flatMap(({ point, style, index }) => {
        const value = valueAt(point, name)
        if (value === undefined) return []
        const y = TOP + row * ROW_HEIGHT + padding + index * (BAR_HEIGHT + BAR_GAP)
        const end = Math.max(scale.position(value.median) * width, 1)
        const label = formatValue(value.median, point.figure.unit)
        return [rect(left, y, end, BAR_HEIGHT, style), text(left + end + VALUE_GAP, y + BAR_HEIGHT - 2, 'value', label)]
      }),
    ),
  ]
}

function ratePanel(point: PublishedPoint | undefined, contenders: readonly string[], left: number): string[] {
  if (point === undefined) return []
  const writing = contenders.filter((name) => name !== TIMER)
  const most = Math.max(...writing.flatMap((name) => valueAt(point, name)?.median ?? []), 1)
  return contenders.flatMap((name, row) => {
    const value = writing.includes(name) ? valueAt(point, name) : undefined
    if (value === undefined) return []
    const y = TOP + row * ROW_HEIGHT + (ROW_HEIGHT - RATE_BAR_HEIGHT) / 2
    const end = Math.max((value.median / most) * RATE_WIDTH, 1)
    const ratio = value.times === undefined ? '' : formatTimes(value.times)
    return [
      rect(left, y, end, RATE_BAR_HEIGHT, isOwn(name) ? 'own-rate' : 'rate'),
      `<text class="value" x="${at(left + end + VALUE_GAP)}" y="${at(y + RATE_BAR_HEIGHT / 2 + 4)}">${escaped(formatValue(value.median, point.figure.unit))}<tspan class="soft" dx="6">${escaped(ratio)}</tspan></text>`,
    ]
  })
}

/** From the timer's meaning to the versions, in as many lines as they take. */
function footerLines({ machine, startedAt, commit }: Published): string[] {
  const versions = Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`)
  const content = [
    `${TIMER} is the loop with an empty function: what the timer itself costs in every other bar.`,
    `${machine.cpuModel}, ${machine.cores} cores, ${machine.platform}, Node.js ${machine.node}; ${startedAt.slice(0, 10)}, commit ${commit}`,
    ...(versions.length === 0 ? [] : [versions.join(', ')]),
  ]
  return wrapped(content.join('\n'), FOOTER_CHARACTERS).split('\n')
}
