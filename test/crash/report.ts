/** A soak's outcome in words. */
import type { KillLoss } from './directory-run.js'
import type { SoakResult } from './soak.js'
import { KINDS } from './verify/findings.js'

/** One line while it runs. */
export function progressText(result: SoakResult, seconds: number): string {
  const { findings, killCount } = result
  const megabytes = Math.round(process.memoryUsage.rss() / 1e6)
  return `${killCount} kills, ${findings.acknowledged} entries, ${findings.count('lost')} lost, ${result.faults} faults, ${seconds.toFixed()} s, ${megabytes} MB`
}

/** All that is to be said at the end. */
export function reportText(result: SoakResult): string {
  const { findings, kills, places, cleanEnds, lost, said, saidCount, kept } = result
  const fromStart = lost.filter(({ isFromStart }) => isFromStart)
  const later = lost.filter(({ isFromStart }) => !isFromStart)
  return [
    `kills: ${countsText(kills)}; clean ends ${cleanEnds}`,
    `died after they had come to: ${countsText(places)}`,
    `entries: ${findings.acknowledged} acknowledged, ${findings.beyond} more found, ${findings.lines} lines`,
    `found: ${KINDS.map((kind) => `${kind} ${findings.count(kind)}`).join(', ')}`,
    `lost per kill: ${lossText(later)}`,
    `and where the first entry of all was lost: ${lossText(fromStart)}`,
    ...findings.examples.map((example) => `  ${example}`),
    ...(saidCount > 0 ? [`${saidCount} children said something on stderr:`] : []),
    ...said.map((text) => `  ${JSON.stringify(text.slice(0, 400))}`),
    ...kept.map((path) => `kept: ${path}`),
  ].join('\n')
}

/** The middle and the greatest of some numbers. */
export interface Spread {
  readonly median: number
  readonly most: number
}

/** What deaths have cost, in entries and in the time that they were logged in. */
export function lossesOf(lost: readonly KillLoss[]): { entries: Spread; ms: Spread } {
  return {
    entries: spreadOf(lost.map(({ entries }) => entries)),
    ms: spreadOf(lost.map(({ ms }) => Math.round(ms * 10) / 10)),
  }
}

function lossText(lost: readonly KillLoss[]): string {
  const { entries, ms } = lossesOf(lost)
  return `${lost.length} kills, median ${entries.median} entries, ${ms.median} ms of them; at most ${entries.most} entries, ${ms.most} ms`
}

function spreadOf(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((left, right) => left - right)
  return { median: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, most: sorted.at(-1) ?? 0 }
}

function countsText(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ')
}
