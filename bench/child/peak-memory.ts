/** The most memory this process has had resident. */

import { readFileSync } from 'node:fs'

const BYTES_PER_KIB = 1024

/**
 * VmHWM where there is /proc: it starts anew with exec, whereas maxRSS of a forked child also counts what its parent
 * had before. Elsewhere maxRSS is what there is.
 */
export function peakRssBytes(): number {
  return (procPeakKib() ?? process.resourceUsage().maxRSS) * BYTES_PER_KIB
}

function procPeakKib(): number | undefined {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))
    return found === null ? undefined : Number(found[1])
  } catch {
    // No /proc: not Linux.
    return undefined
  }
}
