/**
 * The only file that touches leftovers: opening one, reading it, taking it away, and putting a damaged one into
 * quarantine. Whatever stands in a leftover's place is looked at before it is opened, and never followed.
 */
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

const { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } = constants
/** Not everywhere: Windows has no such flags. */
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0
const O_NONBLOCK = constants.O_NONBLOCK ?? 0

const DAY = /^\d{4}-\d\d-\d\d$/
const QUARANTINE = 'quarantine'
const QUARANTINE_MODE = 0o700
const REPORT_MODE = 0o600
/** So many leftovers of one name are kept apart. */
const SAME_NAMES_MAX = 10_000

/** A leftover that can be read. */
export interface LeftoverFile {
  readonly descriptor: number
  readonly sizeBytes: number
  /** When it was changed the last time, in epoch milliseconds. */
  readonly modifiedMs: number
}

/** Something in a leftover's place that is none, in words. */
export interface NoLeftover {
  readonly fault: string
}

/**
 * Opens a leftover; `null` where there is none.
 * @throws the system's error where that cannot be known now.
 */
export function openLeftover(path: string): LeftoverFile | NoLeftover | null {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return null
  const fault = faultOf(stat)
  if (fault !== null) return { fault }
  let descriptor: number
  try {
    descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (code === 'ENOENT') return null
    if (code === 'ELOOP' || code === 'EACCES' || code === 'ENXIO') return { fault: `it cannot be opened (${code})` }
    throw error
  }
  try {
    const opened = fstatSync(descriptor)
    const openedFault = faultOf(opened)
    if (openedFault === null) return { descriptor, sizeBytes: opened.size, modifiedMs: opened.mtimeMs }
    closeSync(descriptor)
    return { fault: openedFault }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/** The days of which a log directory has files, as year * 10,000 + month * 100 + day, in order. */
export function daysIn(directory: string): number[] {
  try {
    const names = readdirSync(directory).filter((name) => DAY.test(name))
    return names.map((name) => Number(name.replaceAll('-', ''))).sort((left, right) => left - right)
  } catch {
    return [] // There is none: nothing was written.
  }
}

export function closeLeftover(file: LeftoverFile): void {
  closeSync(file.descriptor)
}

/** All of a leftover is in files. */
export function removeLeftover(path: string): void {
  unlinkSync(path)
}

/**
 * Moves a leftover into the quarantine beside its seat, with a report; gives where it is, below the seat's parent. Nothing
 * there is ever overwritten but the report of a leftover that was not moved after all.
 * @throws the system's error, or one that says what stands in the place of the quarantine.
 */
export function quarantineLeftover(path: string, report: string): string {
  const seat = dirname(path)
  const quarantine = join(dirname(seat), QUARANTINE)
  makeQuarantine(quarantine)
  const name = freeName(quarantine, `${basename(seat)}-${basename(path)}`)
  writeReport(join(quarantine, `${name}.report.json`), report)
  renameSync(path, join(quarantine, name))
  return `${QUARANTINE}/${name}`
}

/** Why what stands in a leftover's place is none. */
function faultOf(stat: Stats): string | null {
  if (stat.isSymbolicLink()) return 'it is a symbolic link'
  if (!stat.isFile()) return 'it is not a regular file'
  if (stat.uid !== (process.getuid?.() ?? stat.uid)) return `it belongs to another user (${stat.uid})`
  return stat.nlink === 1 ? null : `it has ${stat.nlink} links`
}

function makeQuarantine(path: string): void {
  try {
    mkdirSync(path, QUARANTINE_MODE)
    // What the umask keeps from its owner is of no use.
    if ((lstatSync(path).mode & QUARANTINE_MODE) !== QUARANTINE_MODE) chmodSync(path, QUARANTINE_MODE)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const stat = lstatSync(path)
  const isOurs = stat.isDirectory() && stat.uid === (process.getuid?.() ?? stat.uid)
  if (!isOurs) throw new Error(`${path} is no directory of this process's user`)
}

/** A name that nothing in the quarantine has. */
function freeName(quarantine: string, name: string): string {
  for (let count = 1; count <= SAME_NAMES_MAX; count++) {
    const each = count === 1 ? name : `${name}-${count}`
    if (lstatSync(join(quarantine, each), { throwIfNoEntry: false }) === undefined) return each
  }
  throw new Error(`${quarantine} has ${SAME_NAMES_MAX} leftovers of the name ${name}`)
}

function writeReport(path: string, report: string): void {
  const descriptor = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, REPORT_MODE)
  try {
    const bytes = Buffer.from(report)
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
  } finally {
    closeSync(descriptor)
  }
}
