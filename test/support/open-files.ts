/** The files that this process has open, by what the kernel says of its descriptors. */
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

const DESCRIPTORS = '/proc/self/fd'

/** Why a test that counts open files cannot run here, or `false` where it can. */
export const noDescriptors = existsSync(DESCRIPTORS) ? false : `there is no ${DESCRIPTORS} here`

/**
 * How many descriptors lead below `directory`. Those that lead elsewhere come and go with the runtime and the other tests
 * of the process, and are nobody's here to count.
 */
export function openFilesBelow(directory: string): number {
  return readdirSync(DESCRIPTORS).filter((descriptor) => targetOf(descriptor).startsWith(`${directory}/`)).length
}

/** Where a descriptor leads; nowhere, where it was closed since the listing. */
function targetOf(descriptor: string): string {
  try {
    return readlinkSync(join(DESCRIPTORS, descriptor))
  } catch {
    return ''
  }
}
