/**
 * The chart: one SVG without anything from outside. On the left p50, p99 and p99.9 of the time in the call, on a
 * logarithmic scale; on the right the lines a second. Its colours follow the reader's light or dark scheme.
 */

import { SPILLWAY_CONTENDERS } from '../bars.js'
import { versionsOf } from '../machine.js'
import { type ContenderSummary, TIMER } from '../summary.js'
import { formatCount, formatDuration, formatRate } from './figures.js'
import type { Outcome } from './outcome.js'

const WIDTH = 1180
const LEFT_MARGIN = 32
/** Where the two panels begin and how wide their scales are; beyond them is room for a value. */
const CALL_PANEL = { x: 232, width: 440 }
const RATE_PANEL = { x: 790, width: 290 }
const TOP = 168
const ROW_HEIGHT = 66
const BAR_HEIGHT = 13
const BAR_GAP = 3
const ROW_PADDING = (ROW_HEIGHT - 3 * BAR_HEIGHT - 2 * BAR_GAP) / 2
const FOOTER_HEIGHT = 92
const VALUE_GAP = 6

const PERCENTILES = [
  { title: 'p50', figure: 'callP50Ns', style: 'p50' },
  { title: 'p99', figure: 'callP99Ns', style: 'p99' },
  { title: 'p99.9', figure: 'callP999Ns', style: 'p999' },
] as const

/** What has a colour. */
interface Colours {
  readonly back: string
  readonly text: string
  readonly soft: string
  readonly line: string
  readonly band: string
  readonly alarm: string
  readonly p50: string
  readonly p99: string
  readonly p999: string
  readonly rate: string
}

/** Each scheme's colours keep 4.5:1 for text and 3:1 for bars against its background. */
const LIGHT: Colours = {
  back: '#ffffff',
  text: '#1b1f24',
  soft: '#57606a',
  line: '#d8dee4',
  band: '#f3f7fb',
  alarm: '#b42318',
  p50: '#4d90d2',
  p99: '#2668b3',
  p999: '#123f7a',
  rate: '#2a8f6d',
}
const DARK: Colours = {
  back: '#12161b',
  text: '#e8edf2',
  soft: '#9aa7b4',
  line: '#2c343d',
  band: '#1a222b',
  alarm: '#ff8a80',
  p50: '#3a7cc2',
  p99: '#5fa8ee',
  p999: '#bcdcff',
  rate: '#4cc49c',
}

const STYLE = `
  svg { font-family: ui-sans-serif, system-ui, -apple-system, 'Segoe UI', sans-serif; font-size: 13px }
  .grid { stroke-width: 1 } .soft { font-size: 12px } .title { font-size: 21px; font-weight: 650 }
  .panel { font-size: 14px; font-weight: 600 } .own { font-weight: 700 } .alarm { font-size: 12px }
  .value { font-size: 11.5px; font-variant-numeric: tabular-nums } .end { text-anchor: end } .middle { text-anchor: middle }
  ${colourRules(LIGHT)}
  @media (prefers-color-scheme: dark) {
  ${colourRules(DARK)}
  }`

/** Literal colours: programs that render an SVG to a picture know no var(), and take it for black. */
function colourRules({ back, text, soft, line, band, alarm, p50, p99, p999, rate }: Colours): string {
  return [
    `.back { fill: ${back} } .band { fill: ${band} } .grid { stroke: ${line} }`,
    `text { fill: ${text} } .soft { fill: ${soft} } .alarm { fill: ${alarm} }`,
    `.p50 { fill: ${p50} } .p99 { fill: ${p99} } .p999 { fill: ${p999} } .rate { fill: ${rate} }`,
  ].join('\n  ')
}

/** A logarithmic scale over whole decades. */
interface DecadeScale {
  readonly firstDecade: number
  readonly decades: number
}

/** The whole SVG. */
export function chart(outcome: Outcome): string {
  const { summaries } = outcome
  const scale = decadeScaleOf(summaries)
  const fastest = Math.max(1, ...summaries.filter(writesLines).map(linesPerSecond))
  const height = TOP + summaries.length * ROW_HEIGHT + FOOTER_HEIGHT
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Time in the log call and lines per second of each contender">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="back" width="${WIDTH}" height="${height}"/>`,
    ...heading(outcome),
    ...grid(scale, summaries.length),
    ...summaries.flatMap((summary, row) => rowOf(summary, row, scale, fastest)),
    ...footer(outcome, height),
    '</svg>',
    '',
  ].join('\n')
}

function heading({ options }: Outcome): string[] {
  return [
    text(LEFT_MARGIN, 46, 'title', `Logging into ${options.files} files from one Node.js thread`),
    text(
      LEFT_MARGIN,
      70,
      'soft',
      `${formatCount(options.lines)} lines, medians of ${options.runs} ${options.runs === 1 ? 'round' : 'rounds'}; each contender in a process of its own`,
    ),
    text(CALL_PANEL.x, 112, 'panel', 'Time in the log call, shorter is better (log scale)'),
    ...PERCENTILES.flatMap(({ title, style }, index) => {
      const x = CALL_PANEL.x + index * 74
      return [
        `<rect class="${style}" x="${x}" y="123" width="11" height="11" rx="2"/>`,
        text(x + 17, 133, 'soft', title),
      ]
    }),
    text(RATE_PANEL.x, 112, 'panel', 'Lines a second until in the files, longer is better'),
  ]
}

/** A line and a label for every decade. */
function grid(scale: DecadeScale, rows: number): string[] {
  return Array.from({ length: scale.decades + 1 }, (_, decade) => {
    const x = CALL_PANEL.x + (decade / scale.decades) * CALL_PANEL.width
    const bottom = TOP + rows * ROW_HEIGHT
    return [
      `<line class="grid" x1="${x}" y1="${TOP - 6}" x2="${x}" y2="${bottom}"/>`,
      text(x, TOP - 12, 'soft middle', decadeLabel(10 ** (scale.firstDecade + decade))),
    ].join('')
  })
}

function rowOf(summary: ContenderSummary, row: number, scale: DecadeScale, fastest: number): string[] {
  const y = TOP + row * ROW_HEIGHT
  const own = SPILLWAY_CONTENDERS.includes(summary.name)
  const alarm = [...summary.failures.map(() => 'failed'), ...summary.faults]
  return [
    ...(own ? [`<rect class="band" x="16" y="${y}" width="${WIDTH - 32}" height="${ROW_HEIGHT}" rx="6"/>`] : []),
    text(CALL_PANEL.x - 12, y + ROW_HEIGHT / 2 + 4, own ? 'own end' : 'end', summary.name),
    ...callBars(summary, y, scale),
    ...rateBar(summary, y, fastest),
    // Under the rate, where a contender that wrote too little looks best.
    ...(alarm.length === 0 ? [] : [text(RATE_PANEL.x, y + ROW_HEIGHT - 8, 'alarm', shortened(alarm.join(', ')))]),
  ]
}

function callBars(summary: ContenderSummary, y: number, scale: DecadeScale): string[] {
  return PERCENTILES.flatMap(({ figure, style }, index) => {
    const valueNs = summary.figures[figure]?.median
    if (valueNs === undefined) return []
    const barY = y + ROW_PADDING + index * (BAR_HEIGHT + BAR_GAP)
    const width = (Math.log10(valueNs) - scale.firstDecade) * (CALL_PANEL.width / scale.decades)
    return bar(CALL_PANEL.x, barY, BAR_HEIGHT, width, style, formatDuration(valueNs))
  })
}

function rateBar(summary: ContenderSummary, y: number, fastest: number): string[] {
  if (!writesLines(summary)) return []
  const rate = linesPerSecond(summary)
  const height = 20
  const width = (rate / fastest) * RATE_PANEL.width
  return bar(RATE_PANEL.x, y + (ROW_HEIGHT - height) / 2, height, width, 'rate', formatRate(rate))
}

function bar(x: number, y: number, height: number, width: number, style: string, label: string): string[] {
  const drawn = Math.max(width, 1)
  return [
    `<rect class="${style}" x="${x}" y="${y}" width="${drawn.toFixed(1)}" height="${height}" rx="2"/>`,
    text(x + drawn + VALUE_GAP, y + height / 2 + 4, 'value', label),
  ]
}

function footer({ machine, startedAt }: Outcome, height: number): string[] {
  return [
    `${TIMER} is the loop with an empty function: what the timer itself costs in every other bar.`,
    `${machine.cpuModel}, ${machine.cores} cores, ${machine.platform}, Node.js ${machine.node}; ${startedAt.slice(0, 10)}`,
    versionsOf(machine).join('; '),
  ].map((line, index) => text(LEFT_MARGIN, height - 62 + index * 20, 'soft', line))
}

/** From the decade below the least value to the one above the most. */
function decadeScaleOf(summaries: readonly ContenderSummary[]): DecadeScale {
  const values = summaries.flatMap(({ figures }) => PERCENTILES.flatMap(({ figure }) => figures[figure]?.median ?? []))
  if (values.length === 0) return { firstDecade: 1, decades: 5 }
  const firstDecade = Math.ceil(Math.log10(Math.min(...values))) - 1
  return { firstDecade, decades: Math.max(1, Math.ceil(Math.log10(Math.max(...values))) - firstDecade) }
}

function decadeLabel(valueNs: number): string {
  if (valueNs < 1e3) return `${valueNs} ns`
  if (valueNs < 1e6) return `${valueNs / 1e3} us`
  return valueNs < 1e9 ? `${valueNs / 1e6} ms` : `${valueNs / 1e9} s`
}

function writesLines({ name }: ContenderSummary): boolean {
  return name !== TIMER
}

function linesPerSecond({ figures }: ContenderSummary): number {
  return figures.linesPerSecond?.median ?? 0
}

/** As much as fits beside the right margin. */
function shortened(text: string): string {
  return text.length <= 56 ? text : `${text.slice(0, 55)}…`
}

function text(x: number, y: number, style: string, content: string): string {
  return `<text class="${style}" x="${x.toFixed(1)}" y="${y.toFixed(1)}">${escaped(content)}</text>`
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
