/**
 * Which thread of which process holds something, in a form that another process can judge when it is dead: a number of a
 * process is given anew after a while, so its start counts as well, and the boot that it counts from.
 *
 * Source of the numbers: proc(5). Where there is no /proc a holder is alive as long as a process has its number.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Who holds something. Everything is a text of lower-case letters and digits. */
export interface Identity {
  readonly pid: number
  /** The kernel's number of the thread; that of the process for its main thread. */
  readonly task: number
  /** When the thread was started, in clock ticks since the boot. */
  readonly start: string
  /** The boot, by the beginning of its id. */
  readonly boot: string
  /** The namespace in which the numbers hold. */
  readonly namespace: string
}

/** What can be said of a holder. */
export type Liveness = 'alive' | 'dead' | 'unknown'

const UNKNOWN = '0'
const BOOT_CHARACTERS = 8
/** Field 22 of /proc/.../stat is the start; counted from the state, which is the third. */
const START_AFTER_STATE = 19
const PATTERN = /^([1-9]\d{0,9})-(\d{1,10})-(\d{1,20})-([0-9a-f]{1,8})-(\d{1,20})$/

/** The calling thread. */
export function ownIdentity(): Identity {
  try {
    const task = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    const start = statFields(process.pid, task)[START_AFTER_STATE] ?? UNKNOWN
    return { pid: process.pid, task, start, boot: bootId(), namespace: pidNamespace() }
  } catch {
    return { pid: process.pid, task: 0, start: UNKNOWN, boot: UNKNOWN, namespace: UNKNOWN }
  }
}

/** As text, for a file's name. */
export function identityText({ pid, task, start, boot, namespace }: Identity): string {
  return [pid, task, start, boot, namespace].join('-')
}

/** From text; `null` for a text that is none. */
export function parseIdentity(text: string): Identity | null {
  const [, pid, task, start = '', boot = '', namespace = ''] = PATTERN.exec(text) ?? []
  return pid === undefined ? null : { pid: Number(pid), task: Number(task), start, boot, namespace }
}

/** Whether the holder's thread has ended: also where its process is about to end and some threads of it are left. */
export function livenessOf(holder: Identity, own: Identity): Liveness {
  // Only one of two sees a /proc: nothing can be compared.
  if ((holder.boot === UNKNOWN) !== (own.boot === UNKNOWN)) return 'unknown'
  if (holder.boot !== own.boot) return 'dead'
  if (holder.namespace !== own.namespace) return 'unknown'
  return holder.task === 0 ? livenessByNumber(holder.pid) : livenessByTask(holder)
}

function livenessByTask({ pid, task, start }: Identity): Liveness {
  try {
    const fields = statFields(pid, task)
    if (fields[START_AFTER_STATE] !== start) return 'dead'
    const isEnded = fields[0] === 'Z' || fields[0] === 'X'
    // The main thread of a process that was killed is a zombie while others are still in a system call.
    return isEnded && readdirSync(`/proc/${pid}/task`).length <= 1 ? 'dead' : 'alive'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ESRCH' ? 'dead' : 'alive'
  }
}

function livenessByNumber(pid: number): Liveness {
  try {
    process.kill(pid, 0)
    return 'alive'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'dead' : 'alive'
  }
}

/** From the state on: what is before it may be anything. */
function statFields(pid: number, task: number): string[] {
  const stat = readFileSync(`/proc/${pid}/task/${task}/stat`, 'latin1')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, BOOT_CHARACTERS)
}

function pidNamespace(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? UNKNOWN
}
