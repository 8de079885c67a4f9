/**
 * What dead holders have left in the seats of a log directory is finished: each seat is taken, so that nobody else does
 * the same, its leftovers are recovered one after the other, and it is left again.
 */
import { join } from 'node:path'
import { type LeftoverReport, type RecoverySettings, recoverLeftover } from '../control/takeover.js'
import { leftoversIn, type SeatHolder, type Seats } from './seats.js'

/** What came of it. */
export interface SeatsRecovery {
  readonly leftovers: readonly LeftoverReport[]
  /** Holders that are alive, or cannot be judged: their seats were left alone. */
  readonly heldBy: readonly SeatHolder[]
  /** Lines written to files. */
  readonly lines: number
  /** Records and lines that were not intact. */
  readonly damaged: number
  /** Whether all that was found is in its files now, or in quarantine. */
  readonly isDone: boolean
}

/** Recovers all seats that nobody alive holds. Blocks until it is done. */
export function recoverSeats(seats: Seats, settings: RecoverySettings): SeatsRecovery {
  const leftovers: LeftoverReport[] = []
  const heldBy: SeatHolder[] = []
  for (const number of seats.numbers()) {
    const seat = seats.take(number)
    if (seat === null) continue
    if (!('directory' in seat)) {
      heldBy.push(seat)
      continue
    }
    for (const name of leftoversIn(seat.directory))
      leftovers.push(recoverLeftover(join(seat.directory, name), settings))
    seats.leave(seat)
  }
  return {
    leftovers,
    heldBy,
    lines: leftovers.reduce((sum, { lines }) => sum + lines, 0),
    damaged: leftovers.reduce((sum, { damaged }) => sum + damaged, 0),
    isDone: leftovers.every(({ isDone }) => isDone),
  }
}
