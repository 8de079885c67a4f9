/**
 * Where the arenas of one Spillway are, from its start to its end: its seat in the log directory, what a dead holder of one
 * has left there, and the arenas themselves, mapped to files in the seat or in plain memory with journals beside.
 *
 * A directory in which nothing of this can be had (it is read-only, say) is logged into all the same, from plain memory.
 */
import { join } from 'node:path'
import { type Arena, createArena } from '../../shared/arena.js'
import type { ArenaGeometry } from '../../shared/arena-layout.js'
import { arenaBytes, roomyGeometry, writerGeometry } from '../../shared/arena-sizes.js'
import type { Condition } from '../../shared/conditions.js'
import { messageOf, SpillwayError } from '../../shared/errors.js'
import { journalPath } from '../../shared/journal-layout.js'
import type { ResolvedOptions } from '../../shared/options.js'
import type { SharedMemory } from '../../shared/shared-memory.js'
import type { Conditions } from '../control/conditions.js'
import { createJournal, makeDirectory } from '../control/takeover.js'
import { recoverSeats, type SeatsRecovery } from '../seats/recover-seats.js'
import { removeFile } from '../seats/seat-files.js'
import { leftoversIn, type Seat, Seats } from '../seats/seats.js'
import { discardFile, makeMappedMemory, maySpare, unsteadiness } from './arena-files.js'
import { takeLock } from './file-lock.js'
import { type SystemCalls, systemCalls } from './system-calls.js'

/** Of conditions that are of no partition alone. */
const NO_PARTITION = -1

/** How the arenas are kept. */
export interface ArenaState {
  readonly kind: 'mapped' | 'memory'
  /** Why they are not mapped, in words; `null` where they are. */
  readonly reason: string | null
  /** Whether what is drained is in a journal as well, so that a crash loses the last pass at most. */
  readonly journal: boolean
  /** Which seat of the log directory is held; 0 for none. */
  readonly seat: number
  /** What was recovered at the start. */
  readonly recovered: { readonly lines: number; readonly damaged: number; readonly leftovers: number }
}

/** What a log directory has given us. */
interface Home {
  readonly seat: Seat | null
  readonly recovery: SeatsRecovery | null
  /** Why there is no seat. */
  readonly problem: string | null
}

/** The arenas of the writers, in the order of their partitions. */
export class ArenaStore {
  readonly arenas: readonly Arena[]
  readonly state: ArenaState
  readonly #seats: Seats
  #seat: Seat | null

  /**
   * Recovers what dead processes have left, and makes the arenas.
   * @throws SpillwayError `ERR_SPILLWAY_ARENA` where `arena` is `mapped` and they cannot be.
   */
  constructor(options: ResolvedOptions, conditions: Conditions) {
    const calls = options.arena === 'memory' ? 'the option arena is memory' : systemCalls()
    this.#seats = new Seats(options.directory, options.arena === 'memory' ? null : takeLock())
    const home = openHome(this.#seats, options)
    this.#seat = home.seat
    const mapped = mapArenas(options, home, calls)
    const reason = typeof mapped === 'string' ? mapped : null
    try {
      if (reason !== null && options.arena === 'mapped') throw notMapped(options, reason)
      this.arenas = typeof mapped === 'string' ? plainArenas(options) : mapped
    } catch (error) {
      this.release() // There may be no memory for them.
      throw error
    }
    const journal = reason === null ? 'arenas are mapped' : makeJournals(options, home, this.arenas)
    this.state = {
      kind: reason === null ? 'mapped' : 'memory',
      reason,
      journal: journal === null,
      seat: home.seat?.number ?? 0,
      recovered: {
        leftovers: home.recovery?.leftovers.length ?? 0,
        lines: home.recovery?.lines ?? 0,
        damaged: home.recovery?.damaged ?? 0,
      },
    }
    for (const condition of conditionsOf(home, this.state, options, journal)) conditions.announce(condition)
  }

  /** Where the journals are; `null` where there are none. */
  get journalDirectory(): string | null {
    return this.state.journal ? (this.#seat?.directory ?? null) : null
  }

  /** Whether what is in the arenas outlives the process. */
  get survives(): boolean {
    // What was deleted with its directory is found by nobody.
    return this.state.kind === 'mapped' && this.#seat !== null && this.#seats.holds(this.#seat)
  }

  /** All is in the log files: nothing is left for the next process, and the seat is free. */
  release(): void {
    const seat = this.#seat
    this.#seat = null
    if (seat === null) return
    try {
      const files = this.#seats.holds(seat) ? leftoversIn(seat.directory) : []
      for (const name of files) removeFile(join(seat.directory, name))
      this.#seats.leave(seat)
    } catch {
      // The directory may be gone, or read-only: then the next process finds that all of it is in the files.
    }
  }
}

function openHome(seats: Seats, options: ResolvedOptions): Home {
  try {
    makeDirectory(options.directory, options.directoryMode)
    const recovery = recoverSeats(seats, options)
    const seat = seats.make()
    return { seat, recovery, problem: seat === null ? 'all seats of the directory are taken' : null }
  } catch (error) {
    return { seat: null, recovery: null, problem: messageOf(error) }
  }
}

/** Mapped arenas, or why there are none: then there is none of their files either. */
function mapArenas(options: ResolvedOptions, home: Home, calls: SystemCalls | string): readonly Arena[] | string {
  if (typeof calls === 'string') return calls
  const { seat } = home
  if (seat === null) return home.problem ?? 'there is no seat'
  const unsteady = options.arena === 'auto' ? unsteadiness(seat.directory) : null
  if (unsteady !== null) return unsteady
  const least = writerGeometry(options)
  const written = arenaBytes(least)
  const inFiles = (geometry: ArenaGeometry): readonly Arena[] | string =>
    allOrNone((made) =>
      arenasIn(options, geometry, (partition) => {
        const path = join(seat.directory, `p${partition}.arena`)
        const memory = makeMappedMemory(path, { written, reserved: arenaBytes(geometry) - written }, calls)
        made.push(path)
        return memory
      }),
    )
  const roomy = roomyGeometry(options)
  const spareBytes = options.workers * (arenaBytes(roomy) - written)
  if (spareBytes > 0 && calls.reserve !== null && maySpare(seat.directory, spareBytes)) {
    const mapped = inFiles(roomy)
    if (typeof mapped !== 'string') return mapped
  }
  // Few buffers have to do where there is no room for those of many files, or none can be reserved.
  return inFiles(least)
}

/** Arenas in the process's own memory. Where a journal is kept each buffer would take its room in both halves of it. */
function plainArenas(options: ResolvedOptions): readonly Arena[] {
  const inMemory = (geometry: ArenaGeometry): readonly Arena[] => arenasIn(options, geometry, () => undefined)
  if (wantsJournal(options)) return inMemory(writerGeometry(options))
  try {
    return inMemory(roomyGeometry(options))
  } catch {
    return inMemory(writerGeometry(options)) // There may be no address space for more.
  }
}

function wantsJournal({ journal, arena }: ResolvedOptions): boolean {
  return journal ?? arena === 'auto'
}

/** Makes a journal for each arena; why there is none of them, or `null`. */
function makeJournals(options: ResolvedOptions, { seat, problem }: Home, arenas: readonly Arena[]): string | null {
  if (!wantsJournal(options)) return 'the option journal is false'
  if (seat === null) return problem ?? 'there is no seat'
  return allOrNone((made) => {
    for (const { partition, geometry } of arenas) {
      const path = journalPath(seat.directory, partition)
      createJournal(path, { geometry, partition, utc: options.utc })
      made.push(path)
    }
    return null
  })
}

/** Makes files; where one fails none of those that were `made` stays, and the reason is given. */
function allOrNone<T>(make: (made: string[]) => T): T | string {
  const made: string[] = []
  try {
    return make(made)
  } catch (error) {
    for (const path of made) discardFile(path)
    return messageOf(error)
  }
}

function arenasIn(
  { workers, utc }: ResolvedOptions,
  geometry: ArenaGeometry,
  memoryOf: (partition: number) => SharedMemory | undefined,
): readonly Arena[] {
  return Array.from({ length: workers }, (_, partition) =>
    createArena(partition, geometry, { memory: memoryOf(partition), utc }),
  )
}

/** What an operator should know of. */
function conditionsOf(
  { recovery, problem, seat }: Home,
  state: ArenaState,
  options: ResolvedOptions,
  journal: string | null,
): Condition[] {
  const conditions: Condition[] = []
  const tell = (code: string, message: string): void => {
    conditions.push({ kind: 'warning', code, message, partition: NO_PARTITION, path: options.directory })
  }
  const { lines = 0, damaged = 0, isDone = true } = recovery ?? {}
  if (lines > 0 || damaged > 0 || !isDone) {
    const quarantine = damaged === 0 ? '' : `; ${damaged} records were damaged, see .spillway/quarantine`
    const why = recovery?.leftovers.find((leftover) => !leftover.isDone)?.problem
    const rest = isDone ? '' : `; some files could not be written (${why}), and will be by the next process`
    tell(
      'RECOVERED',
      `recovered ${lines} lines of a process that died before they were in their files${quarantine}${rest}.`,
    )
  }
  if (options.arena === 'auto' && state.kind === 'memory') {
    const loss =
      journal === null
        ? 'the last pass of each writer'
        : `all that is not in files, for there is no journal (${journal})`
    tell('ARENA_IN_MEMORY', `arenas cannot be mapped (${state.reason}): a crash of the process loses ${loss}.`)
  } else if (problem !== null)
    tell('NO_SEAT', `${options.directory} cannot be held against other processes: ${problem}.`)
  else if (options.journal === true && journal !== null && state.kind === 'memory')
    tell('JOURNAL_FAILED', `there is no journal: ${journal}.`)
  if (seat !== null && seat.number > 1) {
    const isShared = isDone || (recovery?.heldBy.length ?? 0) > 0
    const reason = isShared ? 'is logged into by others' : 'has lines of a dead process that could not be written'
    tell(
      'DIRECTORY_SHARED',
      `${options.directory} ${reason}; the files of this process end with ~${seat.number}.jsonl.`,
    )
  }
  return conditions
}

function notMapped(options: ResolvedOptions, reason: string): SpillwayError {
  const rule = 'mapped needs koffi, and a log directory whose file system has room for the arenas'
  return new SpillwayError(
    'ERR_SPILLWAY_ARENA',
    `Option "arena" is "mapped", and arenas cannot be mapped: ${reason}; ${rule}.`,
    {
      option: 'arena',
      value: options.arena,
      rule,
      reason,
    },
  )
}
