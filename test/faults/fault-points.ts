/**
 * All points at which something is made to fail: every system call that the run of test/fixtures/fault-run.ts makes on
 * the files of each partition, by what fails there. Enumerated from counted calls alone, so the same counts give the
 * same points.
 */
import { CALLS, type CallName } from '../support/writer-calls.js'

/** The calls that are made to fail. Those that a run never makes have no points, and get theirs when it does. */
export const FAILING_CALLS = ['write', 'open', 'close', 'mkdir', 'fsync', 'fdatasync', 'rename'] as const
export type FailingCall = (typeof FAILING_CALLS)[number]
export const ERRORS = ['EIO', 'ENOSPC', 'EMFILE', 'EROFS', 'EDQUOT', 'EAGAIN'] as const
export type ErrorCode = (typeof ERRORS)[number]
/** A call fails once, or from there on: all later ones of that thread fail as well. */
const MODES = ['once', 'from'] as const

/** Errors of writes after which nothing can be cut off either: one of a broken disk, one of a full one. */
const UNCUT_ERRORS: ReadonlySet<ErrorCode> = new Set(['EIO', 'ENOSPC'])

/** Where lines can go that their directory refuses. */
export type FallbackKind = 'no fallback' | 'with fallback' | 'failing fallback'
const FALLBACKS: readonly FallbackKind[] = ['no fallback', 'with fallback', 'failing fallback']

/** Its multiples fall evenly, and into step with nothing. */
const GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2

interface PointBase {
  /** Unique, and how the point is asked for. */
  readonly name: string
  readonly partition: number
  /** Counts from 1, in the thread that makes the calls. */
  readonly index: number
}

/** A call that fails. */
export interface FaultPoint extends PointBase {
  readonly kind: 'fault'
  readonly call: FailingCall
  readonly error: ErrorCode
  readonly mode: (typeof MODES)[number]
  readonly fallback: FallbackKind
  /** Whether the part of a line that a failed write left can be cut off again. */
  readonly cuts: boolean
}

/** A call at which the whole process is killed. */
export interface KillPoint extends PointBase {
  readonly kind: 'kill'
  readonly call: FailingCall
}

/** A call right before or right after which the writer's thread ends. */
export interface DeathPoint extends PointBase {
  readonly kind: 'death'
  readonly call: CallName
  readonly when: 'before' | 'after'
}

/** A disk that is full: `index` counts its pages. */
export interface DiskPoint extends PointBase {
  readonly kind: 'disk'
  /** Whether it gets room again in the midst of the run. */
  readonly mode: 'full' | 'freed'
  readonly fallback: FallbackKind
}

export type Point = FaultPoint | KillPoint | DeathPoint | DiskPoint

/** How many calls of each kind the writer of a partition makes in an undisturbed run. */
export interface CallCounts {
  /** As the kernel sees them. */
  readonly system: Readonly<Partial<Record<FailingCall, number>>>
  /** As functions of node:fs. */
  readonly functions: Readonly<Partial<Record<CallName, number>>>
}

/** What the points are made from. */
export interface RunCounts {
  readonly partitions: readonly CallCounts[]
  /** How many pages the files of a run take; 0 where no disk can be mounted. */
  readonly pages: number
}

/** All points: those of one partition after those of another, then those of the disk. */
export function allPoints({ partitions, pages }: RunCounts): Point[] {
  const points: Point[] = partitions.flatMap((counts, partition) => [
    ...faultPoints(partition, counts),
    ...killPoints(partition, counts),
    ...deathPoints(partition, counts),
  ])
  return [...points, ...diskPoints(pages)]
}

/** As many points as asked for, one of each of so many equal parts: not always its middle, for kinds of points take turns. */
export function spreadOver(points: readonly Point[], count: number): Point[] {
  if (count >= points.length) return [...points]
  return Array.from({ length: count }, (_, at) => {
    const part = at + ((at * GOLDEN_RATIO) % 1)
    return points[Math.floor((part * points.length) / count)] as Point
  })
}

function faultPoints(partition: number, { system }: CallCounts): FaultPoint[] {
  const points: FaultPoint[] = []
  for (const call of FAILING_CALLS) {
    for (const index of indexes(system[call])) {
      for (const [at, error] of ERRORS.entries()) {
        for (const mode of MODES) {
          // What fails once needs no other directory; the three kinds take turns over what fails for good.
          const fallback =
            mode === 'once' ? 'no fallback' : (FALLBACKS[(index + at) % FALLBACKS.length] as FallbackKind)
          const name = `p${partition} ${call} ${error} ${mode} ${index}`
          const point = { kind: 'fault', name, partition, index, call, error, mode, fallback, cuts: true } as const
          points.push(point)
          if (call === 'write' && mode === 'from' && UNCUT_ERRORS.has(error)) {
            points.push({ ...point, name: `${name} uncut`, cuts: false })
          }
        }
      }
    }
  }
  return points
}

function killPoints(partition: number, { system }: CallCounts): KillPoint[] {
  return FAILING_CALLS.flatMap((call) =>
    indexes(system[call]).map((index) => {
      return { kind: 'kill', name: `p${partition} ${call} kill ${index}`, partition, index, call } as const
    }),
  )
}

function deathPoints(partition: number, { functions }: CallCounts): DeathPoint[] {
  const points: DeathPoint[] = []
  for (const call of CALLS) {
    for (const index of indexes(functions[call])) {
      for (const when of ['before', 'after'] as const) {
        points.push({
          kind: 'death',
          name: `p${partition} ${call} death ${when} ${index}`,
          partition,
          index,
          call,
          when,
        })
      }
    }
  }
  return points
}

function diskPoints(pages: number): DiskPoint[] {
  // With the last one the disk is large enough.
  return indexes(Math.max(0, pages - 1)).flatMap((index) =>
    (['full', 'freed'] as const).map((mode, at) => {
      const fallback = index % 2 === at ? 'no fallback' : 'with fallback'
      return { kind: 'disk', name: `disk ${mode} ${index}`, partition: 0, index, mode, fallback } as const
    }),
  )
}

function indexes(count = 0): number[] {
  return Array.from({ length: count }, (_, at) => at + 1)
}
