/**
 * The writes to files that were under way when a process died, as its owner had intended them: where in a file the end of
 * a line is, if the write came so far. That tells which line a file ends with also where its text was changed since.
 *
 * Their words may have a flipped bit as any other, so what else is known of a line has a say where it tells anything.
 */
import type { Arena } from '../../shared/arena.js'
import { INTENT_BUFFER, INTENT_RECORD } from '../../shared/arena-layout.js'
import { bufferOffset } from '../../shared/file-buffers-layout.js'
import { type Intent, WriteIntent } from '../drain/write-intent.js'
import type { LiveLine } from './line-source.js'

/** One of them. */
export interface IntendedWrite {
  readonly file: number
  /** One of the PLACE_ values. */
  readonly place: number
  /** Where in the arena's bytes is what is written: the pending bytes of a file, or the record whose line it is. */
  readonly at: number
  readonly isRecord: boolean
  readonly bytes: number
  /** The size of the file before. */
  readonly fileByte: number
}

/** The open one, and the one that a former owner's thread may still be in. */
export function intendedWrites(arena: Arena): IntendedWrite[] {
  const intent = new WriteIntent(arena)
  const intents = [{ kind: intent.kind, ...intent.read() }, intent.frozen()]
  return intents.flatMap((each) => (each === null ? [] : (intendedWrite(arena, each) ?? [])))
}

function intendedWrite(arena: Arena, intent: Intent & { readonly kind: number }): IntendedWrite | null {
  const { kind, file, place, start, bytes, offset: fileByte, position } = intent
  const { ringBytes, fileCapacity } = arena.geometry
  const isRecord = kind === INTENT_RECORD
  if (isRecord) {
    return { file, place, at: arena.offsets.ring + (position & (ringBytes - 1)), isRecord, bytes, fileByte }
  }
  if (kind !== INTENT_BUFFER || file < 0 || file >= fileCapacity) return null
  return { file, place, at: bufferOffset(arena, file) + start, isRecord, bytes, fileByte }
}

/** Whether the whole lines of a file, which end at `toByte`, end with this one, if they were written by this write. */
export function isIntendedEnd(line: LiveLine, write: IntendedWrite, toByte: number, arena: Arena): boolean {
  const { at, isRecord, bytes, fileByte } = write
  const written = toByte - fileByte
  if (written <= 0 || written > bytes) return false
  if (line.kind === 'record') return isRecord && line.at === at && written === bytes
  const last = line.kind === 'parts' ? line.pieces.at(-1) : line.bytes.subarray(line.from, line.to)
  if (isRecord || last === undefined || last.buffer !== arena.shared) return false
  return last.byteOffset + last.length === at + written
}
