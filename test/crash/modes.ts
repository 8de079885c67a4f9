/** What can be made to crash: spillway by where its entries are until they are written, and its peers. */

export const MODES = ['mapped', 'journal', 'memory', 'pino-sync-false', 'pino-transport', 'winston'] as const
export type Mode = (typeof MODES)[number]

/**
 * What a mode promises of a process that is killed. `nothing` lost: every call that returned is a line. `a pass`: what was
 * published since a writer's last look may be lost, in the order of each file from its end on. `no promise`: the losses are
 * counted, and so is what is torn.
 */
export type LossAllowed = 'nothing' | 'a pass' | 'no promise'

/** Whether a text names a mode. */
export function isMode(text: string): text is Mode {
  return (MODES as readonly string[]).includes(text)
}

export function lossOf(mode: Mode): LossAllowed {
  if (mode === 'mapped') return 'nothing'
  return mode === 'journal' ? 'a pass' : 'no promise'
}

/** Whether the mode is one of spillway's own. */
export function isSpillway(mode: Mode): boolean {
  return mode === 'mapped' || mode === 'journal' || mode === 'memory'
}
