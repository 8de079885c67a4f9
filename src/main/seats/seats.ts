/**
 * Who may write the files of a log directory: whoever holds a seat in it. Two processes (or two Spillways of one) that log
 * into one directory have different seats, and files of different names, so no file ever has two writers.
 *
 * A seat is a directory, `.spillway/seat-N`, with one file whose name says who holds it. It changes hands by rename(2) from
 * the exact name to the exact other one, so of several who find a dead holder one gets its seat. What a dead holder has
 * left (arenas, journals) is beside that file, and is finished by whoever takes the seat before anything else.
 *
 *   nothing, or an empty directory -> held: a prepared directory is renamed to it, which fails where a file is in it
 *   free, or held by a dead one -> held: the file is renamed
 *   held -> nothing: the file is removed, then the directory, if nobody has come meanwhile
 */
import { join } from 'node:path'
import {
  type Identity,
  identityText,
  type Liveness,
  livenessOf,
  ownIdentity,
  parseIdentity,
} from './process-identity.js'
import {
  closeDescriptor,
  exchangeName,
  inodeOf,
  isPrivateDirectory,
  makeFile,
  makePrivateDirectory,
  namesIn,
  placeDirectory,
  removeDirectory,
  removeFile,
} from './seat-files.js'

/** Where a log directory has what is no log file. */
export const CONTROL_DIRECTORY = '.spillway'
const SEAT = /^seat-([1-9]\d{0,2})$/
const HOLDER = 'holder-'
const FREE = 'free'
/** At the end of a holder's name: it has the file's lock as long as it lives. */
const LOCKED = '-locked'
const PREPARED = 'new-'
const LEFTOVER = /^p\d{1,2}\.(arena|journal)$/
/** File names have three digits for it. */
const SEATS_MAX = 999
/** Somebody else may remove the directory above while a seat is made in it. */
const ATTEMPTS_MAX = 10

/** A seat that is held by us. */
export interface Seat {
  readonly number: number
  readonly directory: string
  /** The descriptor whose lock says to other namespaces of processes that we live; `null` where there are no locks. */
  readonly lock: number | null
  /** The number of its holder's file: somebody may delete or move the directory, and another one make it anew. */
  readonly inode: number | null
}

/** Takes the lock of a file: the descriptor that has it, `held` where somebody alive has it, or `null` where it has none. */
export type TakeLock = (path: string) => number | 'held' | null

/** Who holds a seat that cannot be taken. */
export interface SeatHolder {
  readonly seat: number
  readonly pid: number
  /** `unknown`: it is in another namespace of processes, where nothing of it can be seen from here. */
  readonly liveness: Liveness
}

/** The seats of one log directory, as one thread sees them. */
export class Seats {
  readonly #control: string
  readonly #own: Identity
  readonly #ownName: string
  readonly #takeLock: TakeLock | null

  /** `takeLock` is `null` where the system's locks cannot be had. */
  constructor(logDirectory: string, takeLock: TakeLock | null = null) {
    this.#control = join(logDirectory, CONTROL_DIRECTORY)
    this.#own = ownIdentity()
    this.#ownName = HOLDER + identityText(this.#own) + (takeLock === null ? '' : LOCKED)
    this.#takeLock = takeLock
  }

  /**
   * The seats that there are, in order.
   * @throws where something stands in the place of their directory, or it is another user's: it is not touched.
   */
  numbers(): number[] {
    if (!isPrivateDirectory(this.#control)) return []
    const numbers = namesIn(this.#control).flatMap((name) => SEAT.exec(name)?.[1] ?? [])
    return numbers.map(Number).sort((left, right) => left - right)
  }

  /** Takes a seat that is there, and that nobody alive holds; else says who does, or `null` where it is not there (any more). */
  take(number: number): Seat | SeatHolder | null {
    const directory = this.#directoryOf(number)
    // One look: of two, a seat that is left and made anew meanwhile would seem to have leftovers and no holder.
    const names = namesIn(directory)
    // Somebody has removed its holder's file, or has put one there that is none of ours.
    if (names.length > 0 && !names.some(isHolder)) makeFile(join(directory, FREE))
    const holder = this.#holderAlive(number, directory)
    if (holder !== null) return holder
    for (const name of holdersIn(directory)) {
      const lock = this.#takeLock?.(join(directory, name)) ?? null
      // Another one is about to take it, or it lives on another machine, whose boot is none of ours.
      if (lock === 'held') return { seat: number, pid: holderOf(name)?.pid ?? 0, liveness: 'unknown' }
      if (exchangeName(directory, name, this.#ownName)) return this.#alone(number, directory, lock)
      if (lock !== null) closeDescriptor(lock)
      return null
    }
    return null
  }

  /** Makes and takes the first seat that is not there. What dead ones have prepared and not placed is removed. */
  make(): Seat | null {
    makePrivateDirectory(this.#control)
    this.#removePrepared()
    for (let number = 1; number <= SEATS_MAX; number++) {
      const directory = this.#directoryOf(number)
      if (holdersIn(directory).length > 0) continue
      const seat = this.#place(number, directory) ?? this.#takeEmpty(number, directory)
      if (seat !== null) return seat
    }
    return null
  }

  /** Whether a seat of ours is still where it was: else what is there now is another one's. */
  holds({ directory, inode }: Seat): boolean {
    return inode !== null && inodeOf(join(directory, this.#ownName)) === inode
  }

  /** Gives a seat up. Where leftovers are in it they wait for whoever takes it next. */
  leave(seat: Seat): void {
    const { directory, lock } = seat
    try {
      if (!this.holds(seat)) return
      if (leftoversIn(directory).length > 0) exchangeName(directory, this.#ownName, FREE)
      else {
        removeFile(join(directory, this.#ownName))
        removeDirectory(directory)
        removeDirectory(this.#control)
      }
    } finally {
      if (lock !== null) closeDescriptor(lock)
    }
  }

  /** Takes a seat that has nobody's holder, and files that are none of ours. What has leftovers is to be recovered first. */
  #takeEmpty(number: number, directory: string): Seat | null {
    const seat = this.take(number)
    if (seat === null || !('directory' in seat)) return null
    if (leftoversIn(directory).length === 0) return seat
    this.leave(seat)
    return null
  }

  /** Who of a seat's holders is not known to be dead, or `null`. */
  #holderAlive(number: number, directory: string): SeatHolder | null {
    for (const name of holdersIn(directory)) {
      if (name === FREE) continue
      const holder = holderOf(name)
      const liveness = this.#liveness(join(directory, name), holder)
      if (liveness !== 'dead') return { seat: number, pid: holder?.pid ?? 0, liveness }
    }
    return null
  }

  /** A seat that was taken; given back where another one has taken it by another name. */
  #alone(number: number, directory: string, lock: number | null): Seat | null {
    const others = holdersIn(directory).filter((name) => name !== this.#ownName)
    const areDead = others.every(
      (name) => name === FREE || this.#liveness(join(directory, name), holderOf(name)) === 'dead',
    )
    for (const name of areDead ? others : [this.#ownName]) removeFile(join(directory, name))
    if (areDead) return this.#seat(number, directory, lock)
    if (lock !== null) closeDescriptor(lock)
    return null
  }

  #seat(number: number, directory: string, lock: number | null): Seat {
    return { number, directory, lock, inode: inodeOf(join(directory, this.#ownName)) }
  }

  #place(number: number, directory: string): Seat | null {
    const temporary = join(this.#control, PREPARED + identityText(this.#own))
    for (let attempt = 0; ; attempt++) {
      let lock: number | null = null
      try {
        // Locked before anybody can see it in its place.
        const prepare = (file: string): void => {
          const taken = this.#takeLock?.(file) ?? null
          lock = taken === 'held' ? null : taken
        }
        if (placeDirectory(directory, temporary, this.#ownName, prepare)) return this.#seat(number, directory, lock)
        if (lock !== null) closeDescriptor(lock)
        return null
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === ATTEMPTS_MAX) throw error
        makePrivateDirectory(this.#control)
      }
    }
  }

  #removePrepared(): void {
    for (const name of namesIn(this.#control)) {
      if (!name.startsWith(PREPARED)) continue
      const maker = parseIdentity(name.slice(PREPARED.length))
      const isOurs = maker !== null && identityText(maker) === identityText(this.#own)
      if (!isOurs && (maker === null || livenessOf(maker, this.#own) !== 'dead')) continue
      const directory = join(this.#control, name)
      for (const holder of holdersIn(directory)) removeFile(join(directory, holder))
      removeDirectory(directory)
    }
  }

  #liveness(path: string, holder: Identity | null): Liveness {
    if (holder === null) return 'unknown'
    const liveness = livenessOf(holder, this.#own)
    if (liveness !== 'unknown' || !path.endsWith(LOCKED)) return liveness
    const lock = this.#takeLock?.(path) ?? null
    if (typeof lock !== 'number') return 'unknown'
    closeDescriptor(lock)
    return 'dead'
  }

  #directoryOf(number: number): string {
    return join(this.#control, `seat-${number}`)
  }
}

/** The process that holds a seat and is not known to be dead, or `null`. Changes nothing. */
export function liveHolderOf(directory: string): number | null {
  const own = ownIdentity()
  for (const name of holdersIn(directory)) {
    const holder = name === FREE ? null : holderOf(name)
    if (holder !== null && livenessOf(holder, own) !== 'dead') return holder.pid
  }
  return null
}

/** The names of what dead holders have left in a seat. */
export function leftoversIn(directory: string): string[] {
  return namesIn(directory)
    .filter((name) => LEFTOVER.test(name))
    .sort((left, right) => Number.parseInt(left.slice(1), 10) - Number.parseInt(right.slice(1), 10))
}

function holderOf(name: string): Identity | null {
  return parseIdentity(name.slice(HOLDER.length).replace(LOCKED, ''))
}

/** The names that say who holds a seat: one, but for somebody's tampering. */
function holdersIn(directory: string): string[] {
  return namesIn(directory).filter(isHolder)
}

function isHolder(name: string): boolean {
  return name === FREE || name.startsWith(HOLDER)
}
