/** A soak's outcome in words. */
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
  const sorted = lost.toSorted((left, right) => left - right)
  return [
    `kills: ${countsText(kills)}; clean ends ${cleanEnds}`,
    `died after they had come to: ${countsText(places)}`,
    `entries: ${findings.acknowledged} acknowledged, ${findings.beyond} more found, ${findings.lines} lines`,
    `found: ${KINDS.map((kind) => `${kind} ${findings.count(kind)}`).join(', ')}`,
    `lost per kill: median ${medianOf(sorted)}, at most ${sorted.at(-1) ?? 0}`,
    ...findings.examples.map((example) => `  ${example}`),
    ...(saidCount > 0 ? [`${saidCount} children said something on stderr:`] : []),
    ...said.map((text) => `  ${JSON.stringify(text.slice(0, 400))}`),
    ...kept.map((path) => `kept: ${path}`),
  ].join('\n')
}

/** Of numbers in order. */
export function medianOf(sorted: readonly number[]): number {
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}

function countsText(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ')
}
