/**
 * In which order files are written. The seed's numbers; by the route of an entry, never by a word in a path.
 */

/** error.jsonl: written in the pass that drained it. */
export const URGENT_PRIORITY = 10
/** warning.jsonl. */
export const WARNING_PRIORITY = 9
/** Categories that the options call high-traffic. */
export const HIGH_TRAFFIC_PRIORITY = 5
/** All others. */
export const NORMAL_PRIORITY = 1

/** All of them, first to be written first. */
export const WRITE_PRIORITIES: readonly number[] = Object.freeze([
  URGENT_PRIORITY,
  WARNING_PRIORITY,
  HIGH_TRAFFIC_PRIORITY,
  NORMAL_PRIORITY,
])
