/**
 * The lock that tells of a holder in another namespace of processes (another container on the same volume) whether it
 * lives: the kernel takes it away from the dead, and only from them. Source: flock(2).
 */
import { closeDescriptor, openToLock } from '../seats/seat-files.js'
import type { TakeLock } from '../seats/seats.js'
import { systemCalls } from './system-calls.js'

/** Takes locks, or `null` where the system's cannot be had. */
export function takeLock(): TakeLock | null {
  const calls = systemCalls()
  if (typeof calls === 'string') return null
  return (path) => {
    const descriptor = openToLock(path)
    if (descriptor === null) return null
    const isOurs = calls.lock(descriptor)
    if (isOurs === true) return descriptor
    closeDescriptor(descriptor)
    return isOurs === false ? 'held' : null
  }
}
