/** What both sides of a sabotage must agree on: words of shared memory, and the deeds in them. */

/** Under this name threads find the orders. */
export const ORDERS_NAME = 'sabotage'
/** The deed of the next thread that writes; 0 for none. */
export const WRITES = 0
/** The deed of threads that start, and how many of them are left. */
export const STARTS = 1
export const START_TIMES = 2

const DEEDS = ['none', 'throw', 'exit', 'memory', 'loop', 'hang'] as const
/** `hang`: in open(2) of the FIFO named by SABOTAGE_FIFO, until somebody opens its other end. */
export type Deed = (typeof DEEDS)[number]

/** The word for a deed. */
export function orderOf(deed: Deed): number {
  return DEEDS.indexOf(deed)
}

/** The deed of a word. */
export function deedOf(order: number): Deed {
  return DEEDS[order] ?? 'none'
}
