/**
 * What a journal holds at this moment, as lines: read from its file as after the death of the process.
 */
import { readFileSync } from 'node:fs'
import { type Arena, fileWord } from '../../src/shared/arena.js'
import { FILE_ENTRY_BYTES, FILE_NAME_BYTES, FILE_NAME_OFFSET_BYTES } from '../../src/shared/arena-layout.js'
import { RECORD_HEAD, recordFile } from '../../src/shared/record-layout.js'
import { LineFormatter, lineTarget, NOT_A_RECORD } from '../../src/workers/drain/line-formatter.js'
import { CheckedDictionary } from '../../src/workers/recover/checked-dictionary.js'
import { readLeftoverJournal } from '../../src/workers/recover/leftover-journal.js'
import type { LiveRecords } from '../../src/workers/recover/live-records.js'

/** The live records of the journal at a path; `null` where it is none. */
export function liveRecordsOf(path: string): LiveRecords | null {
  const bytes = readFileSync(path)
  return liveRecordsIn(bytes)
}

/** The live records of a journal with this content. */
export function liveRecordsIn(bytes: Uint8Array): LiveRecords | null {
  const copy = new SharedArrayBuffer(bytes.length)
  new Uint8Array(copy).set(bytes)
  return readLeftoverJournal(copy)
}

/** The lines of each file, by its name without the extension. Parts of a line are joined. */
export function linesIn(live: LiveRecords): Map<string, string[]> {
  const { arena } = live
  const texts = new Map<string, string>()
  const add = (file: number, text: string): void => {
    const name = fileName(arena, file)
    texts.set(name, (texts.get(name) ?? '') + text)
  }
  for (const { file, bytes } of live.pending) add(file, Buffer.from(bytes).toString('utf8'))
  const formatter = new LineFormatter(arena, new CheckedDictionary(arena))
  for (const at of live.recordAt) {
    const bytesMax = formatter.prepare(at)
    if (bytesMax === NOT_A_RECORD) throw new Error(`no record at ${at}`)
    const target = lineTarget(new Uint8Array(bytesMax))
    const length = formatter.write(target, 0)
    add(
      recordFile(arena.words[(at + RECORD_HEAD) >> 2] as number),
      Buffer.from(target.bytes.subarray(0, length)).toString('utf8'),
    )
  }
  return new Map([...texts].map(([name, text]) => [name, text.split('\n').slice(0, -1)]))
}

/** All messages of all files that a journal holds, sorted. */
export function messagesIn(live: LiveRecords): string[] {
  return [...linesIn(live).values()]
    .flat()
    .map((line) => (JSON.parse(line) as { msg: string }).msg)
    .sort()
}

function fileName(arena: Arena, file: number): string {
  const at = arena.offsets.fileTable + file * FILE_ENTRY_BYTES + FILE_NAME_OFFSET_BYTES
  return arena.buffer.toString('latin1', at, at + fileWord(arena, file, FILE_NAME_BYTES)).replace('.jsonl', '')
}
