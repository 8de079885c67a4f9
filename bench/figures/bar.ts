/** A bar: what spillway has to reach, and whether it does. Stated before it was measured. */

export type BarOutcome = 'passed' | 'missed' | 'not measured'

/** A bar and what was measured against it. */
export interface Bar {
  readonly name: string
  readonly required: string
  readonly aim: string
  readonly measured: string
  readonly outcome: BarOutcome
  /** Whether the aim beyond the bar was reached too. */
  readonly aimReached: boolean
}

/** Judges one value by a bar and an aim; `undefined` where it could not be measured. */
export interface BarRule {
  readonly name: string
  readonly required: string
  readonly aim: string
  readonly value: number | undefined
  /** How the value reads. */
  show(value: number): string
  passes(value: number): boolean
  reachesAim(value: number): boolean
}

export function judge({ name, required, aim, value, show, passes, reachesAim }: BarRule): Bar {
  if (value === undefined || Number.isNaN(value)) {
    return { name, required, aim, measured: '-', outcome: 'not measured', aimReached: false }
  }
  const outcome = passes(value) ? 'passed' : 'missed'
  return { name, required, aim, measured: show(value), outcome, aimReached: reachesAim(value) }
}

/** Whether any bar was missed, or could not be measured. */
export function anyBarOpen(bars: readonly Bar[]): boolean {
  return bars.some(({ outcome }) => outcome !== 'passed')
}
