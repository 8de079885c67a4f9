/**
 * Timers and the monotonic clock as they were when spillway was loaded: an application's fake ones must not hold up a
 * flush or a close, and a wait must end.
 */

export const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate } = globalThis
export const { nextTick } = process

const { performance } = globalThis
const realNow = performance.now

/** Milliseconds since some moment, for durations. */
export function monotonicMs(): number {
  return realNow.call(performance)
}
