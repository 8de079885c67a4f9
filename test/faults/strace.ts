/** strace, as it is used here: counts the calls on log files by thread, makes one fail, or kills the process at it. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { FAILING_CALLS, type FailingCall } from './fault-points.js'

/** What the kernel calls them, on whatever processor: strace passes over names it does not know. */
const SYSTEM_CALLS: Readonly<Record<FailingCall, readonly string[]>> = {
  write: ['write', 'pwrite64', 'writev'],
  open: ['openat', 'open'],
  close: ['close'],
  mkdir: ['mkdir', 'mkdirat'],
  // Apart, for strace counts each of them by itself.
  fsync: ['fsync'],
  fdatasync: ['fdatasync'],
  rename: ['rename', 'renameat', 'renameat2'],
}
const PLAIN = ['strace', '-f', '-qq']
/** Only what is traced is stopped, which is a good deal faster. */
const FILTERED = [...PLAIN, '--seccomp-bpf']
const CALL_LINE = /^(\d+) +(\w+)\((.*)$/

/** Why nothing can be traced here, or `false` where it can. */
export function noStrace(): string | false {
  const [command = '', ...args] = FILTERED
  const tried = [...args, '-o', '/dev/null', '-e', 'trace=write', 'true']
  const { error, status, stderr } = spawnSync(command, tried, { encoding: 'utf8' })
  if (error !== undefined) return 'strace is not installed'
  return status === 0 ? false : `strace may not trace: ${stderr.trim()}`
}

/** Has strace write down every call on a file. */
export function countingStrace(trace: string): string[] {
  const calls = FAILING_CALLS.flatMap((call) => SYSTEM_CALLS[call])
  return [...FILTERED, '-y', '-s', '0', '-o', trace, '-e', `trace=${optional(calls)}`]
}

/** How calls fail. */
export interface Failure {
  readonly call: FailingCall
  readonly error: string
  /** Which of them, each thread's counted apart: `3` or `3+`. */
  readonly when: string
  /** False where no file can be made shorter either. */
  readonly cuts: boolean
}

/** Has strace make calls on these paths fail. */
export function failingStrace(trace: string, paths: readonly string[], failure: Failure): string[] {
  const { call, error, when, cuts } = failure
  const uncut = cuts ? [] : ['-e', `inject=ftruncate:error=${error}:when=1+`]
  return [...FILTERED, ...injection(trace, paths, call, `error=${error}:when=${when}`), ...uncut]
}

/** Has strace kill the process when a thread begins its call of this index. */
export function killingStrace(trace: string, paths: readonly string[], call: FailingCall, index: number): string[] {
  // Where the kernel filters for strace, a signal is never sent.
  return [...PLAIN, ...injection(trace, paths, call, `signal=KILL:when=${index}`)]
}

function injection(trace: string, paths: readonly string[], call: FailingCall, what: string): string[] {
  const calls = optional(SYSTEM_CALLS[call])
  const only = paths.flatMap((path) => ['-P', path])
  return ['-s', '0', '-o', trace, ...only, '-e', `trace=${calls},ftruncate`, '-e', `inject=${calls}:${what}`]
}

/** How often strace made a call fail. */
export function injectedCalls(trace: string, call: FailingCall): number {
  const names = SYSTEM_CALLS[call].map((name) => `${name}(`)
  const lines = readFileSync(trace, 'utf8').split('\n')
  return lines.filter((line) => line.endsWith('(INJECTED)') && isOf(line, names)).length
}

/** Whether a line is the first one of such a call, or its second one. */
function isOf(line: string, names: readonly string[]): boolean {
  const call = line.slice(line.indexOf(' ')).trimStart()
  return names.some((name) => call.startsWith(name) || call.startsWith(`<... ${name.slice(0, -1)} resumed`))
}

/** What a thread did below a directory. */
export interface ThreadCalls {
  readonly counts: Readonly<Partial<Record<FailingCall, number>>>
  /** Below the directory, in the order of their first use. */
  readonly paths: readonly string[]
}

/** The calls below the directory, by thread. */
export function readTrace(trace: string, directory: string): ThreadCalls[] {
  const threads = new Map<string, { counts: Partial<Record<FailingCall, number>>; paths: Set<string> }>()
  for (const line of readFileSync(trace, 'utf8').split('\n')) {
    // A call that another thread's line interrupts has a second line, which begins otherwise.
    const [, thread = '', name = '', rest = ''] = CALL_LINE.exec(line) ?? []
    const call = FAILING_CALLS.find((each) => SYSTEM_CALLS[each].includes(name))
    const path = call === undefined ? undefined : pathIn(rest)
    if (call === undefined || path === undefined || !path.startsWith(directory)) continue
    const known = threads.get(thread) ?? { counts: {}, paths: new Set() }
    threads.set(thread, known)
    known.counts[call] = (known.counts[call] ?? 0) + 1
    known.paths.add(path)
  }
  return [...threads.values()].map(({ counts, paths }) => ({ counts, paths: [...paths] }))
}

/** The path that a call is about: in quotes, or behind its descriptor. */
function pathIn(rest: string): string | undefined {
  return /^(?:AT_FDCWD[^,]*, )?"([^"]*)"/.exec(rest)?.[1] ?? /^\d+<([^>]*)>/.exec(rest)?.[1]
}

function optional(calls: readonly string[]): string {
  return calls.map((call) => `?${call}`).join(',')
}
