/** The last accesses before a failure, in words. */
import type { Arena } from '../../src/shared/arena.js'
import {
  APPLIED,
  APPLYING_BASE_BYTES,
  APPLYING_FILE,
  APPLYING_POSITION,
  BELL,
  CLOSE_REQUESTED,
  COMMITTED,
  CONSUMED,
  CONTROL_PENDING,
  DICTIONARY_USED,
  EMERGENCY_REQUESTED,
  EPOCH,
  FILE_COUNT,
  FLUSH_PENDING_FILES,
  FLUSH_REQUESTED,
  FLUSH_SERVED,
  HEARTBEAT,
  INTENT_BYTES,
  INTENT_FILE,
  INTENT_KIND,
  INTENT_POSITION,
  INTENT_START,
  OWNER_STATE,
  PARKED,
  PRODUCER_WAITING,
  PUBLISHED,
  PUBLISHED_CHECK,
  URGENT_PUBLISHED,
} from '../../src/shared/arena-layout.js'
import { FILES, type LockStep, OPEN, RING, SCHEDULER, STORE, type TracedAccess, WRITE } from './lock-step.js'

const NAMED = {
  PUBLISHED,
  PUBLISHED_CHECK,
  FILE_COUNT,
  DICTIONARY_USED,
  PRODUCER_WAITING,
  CONSUMED,
  COMMITTED,
  BELL,
  PARKED,
  EPOCH,
  HEARTBEAT,
  OWNER_STATE,
  FLUSH_SERVED,
  FLUSH_PENDING_FILES,
  FLUSH_REQUESTED,
  CLOSE_REQUESTED,
  CONTROL_PENDING,
  APPLIED,
  APPLYING_POSITION,
  APPLYING_FILE,
  APPLYING_BASE_BYTES,
  INTENT_KIND,
  INTENT_FILE,
  INTENT_START,
  INTENT_BYTES,
  INTENT_POSITION,
  URGENT_PUBLISHED,
  EMERGENCY_REQUESTED,
}
const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(NAMED).map(([name, word]) => [word, name]))
const BYTES_PER_INDEX = [4, 8, 1, 1]

/** The last accesses, a line each, and the deaths before. */
export function traceText(arena: Arena, lockStep: LockStep): string {
  const accesses = lockStep.lastAccesses.map((access) => {
    return `  ${access.side === SCHEDULER ? 'producer' : 'owner   '} ${accessText(arena, access)}`
  })
  return [...accesses, deathsText(arena, lockStep)].join('\n')
}

/** What the last owners were about to do when they died. */
export function deathsText(arena: Arena, lockStep: LockStep): string {
  return `deaths before: ${lockStep.lastDeaths.map((access) => accessText(arena, access)).join('; ')}`
}

function accessText(arena: Arena, { view, index, isStore }: TracedAccess): string {
  if (view === OPEN) return index === 0 ? 'open' : 'after open'
  if (view === WRITE) return `write of ${index} bytes`
  return `${isStore ? 'store' : 'load'} ${placeText(arena, view, index)}`
}

/** The name of a word of the layout, or of a write. */
export function wordName(word: number): string {
  if (word === WRITE) return 'write'
  const place = word & ~STORE
  const name = place === FILES ? 'files' : place === RING ? 'ring' : (NAMES.get(place) ?? `word ${place}`)
  return word & STORE ? `${name}=` : name
}

function placeText({ offsets }: Arena, view: number, index: number): string {
  const name = NAMES.get(index)
  if (view === 0 && name !== undefined) return name
  const at = index * BYTES_PER_INDEX[view]!
  const regions = Object.entries(offsets).reverse()
  const [region, start] = regions.find(([, offset]) => at >= offset) ?? ['control', 0]
  return `${region} + ${at - start}`
}
