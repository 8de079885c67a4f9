/** A chart and what stands around it. */
import type { ContenderSummary } from '../../figures/summary.js'

export interface TitledChart {
  readonly title: string
  /** Unit, direction and scale. */
  readonly hint: string
  readonly svg: string
  readonly width: 'whole' | 'half'
}

/** In a word: whoever loses lines or fails is not to be admired in a chart. */
export function alarmOf(contender: ContenderSummary | undefined): string | undefined {
  if (contender === undefined) return undefined
  if (contender.failures.length > 0) return 'failed'
  return contender.faults.length > 0 ? 'faults' : undefined
}
