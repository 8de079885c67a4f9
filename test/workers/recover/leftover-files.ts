/**
 * Leftovers as a dead process leaves them: the bytes of an arena in a file of its seat.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Arena } from '../../../src/shared/arena.js'
import {
  type LeftoverReport,
  type RecoverySettings,
  recoverLeftover,
} from '../../../src/workers/recover/recover-leftover.js'

/** Where the leftover of a directory's first seat is. */
export function leftoverPath(directory: string, partition = 0): string {
  return join(directory, '.spillway', 'seat-1', `p${partition}.arena`)
}

/** Writes these bytes as a leftover, padded as a mapped arena's file is, and gives its path. */
export function writeLeftover(directory: string, bytes: Uint8Array, partition = 0): string {
  const path = leftoverPath(directory, partition)
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
  writeFileSync(path, bytes, { mode: 0o600 })
  return path
}

/** The bytes of an arena as they are now. */
export function arenaBytes(arena: Arena): Uint8Array {
  return arena.bytes.slice()
}

export function recoverySettings(directory: string, settings: Partial<RecoverySettings> = {}): RecoverySettings {
  return { directory, fallbackDirectory: null, fileMode: 0o600, directoryMode: 0o700, ...settings }
}

/** Recovers an arena's bytes as a leftover of `directory`. */
export function recoverBytes(directory: string, bytes: Uint8Array): LeftoverReport {
  return recoverLeftover(writeLeftover(directory, bytes), recoverySettings(directory))
}
