/**
 * The timers as they were when spillway was loaded: an application's fake timers must not hold up a flush or a close.
 */

export const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis
