/** Small log directories as a test wants them: what is not said of a line is that of an info line at noon. */
import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const DAY = '2026-01-31'
export const NOON_MS = Date.UTC(2026, 0, 31, 12)

/** A line by what is different in it. */
export interface MadeLine {
  readonly seq: number
  /** Its file without day and extension; the category, or the level's file, where it is not said. */
  readonly file?: string
  readonly category?: string
  readonly level?: number
  /** Milliseconds after noon; its seq where it is not said. */
  readonly at?: number
  readonly day?: string
  readonly msg?: string
}

/** A line that tells of drops. */
export interface MadeDrop {
  readonly file?: string
  readonly at?: number
  readonly dropped: number
  readonly from: number
  readonly to: number
  readonly level?: string
  readonly reason?: string
}

/** The text of a line, with its newline. */
export function lineText({ seq, category = 'a', level = 30, at = seq, msg = 'x' }: MadeLine): string {
  return `${JSON.stringify({ level, time: NOON_MS + at, seq, category, msg })}\n`
}

export function dropText({
  at = 0,
  dropped,
  from,
  to,
  level = 'info',
  reason = 'the ring was full',
}: MadeDrop): string {
  const msg = `${dropped} lines were dropped: ${reason}`
  const time = NOON_MS + at
  const levels = { [level]: dropped }
  return `${JSON.stringify({ level: 40, time, category: 'spillway', dropped, levels, seqFrom: from, seqTo: to, msg })}\n`
}

/** The path of a line's file in the directory. */
export function pathOf(directory: string, { file, category = 'a', level = 30, day = DAY }: Partial<MadeLine>): string {
  const name = file ?? (level >= 50 ? 'error' : level >= 40 ? 'warning' : category)
  return join(directory, day, `${name}.jsonl`)
}

/** Appends text to a file whose directories may be missing. */
export function append(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  appendFileSync(path, text)
}

/** Appends the lines to their files, in this order. */
export function makeLines(directory: string, lines: readonly (MadeLine | MadeDrop)[]): void {
  for (const line of lines) {
    if ('dropped' in line) append(join(directory, DAY, `${line.file ?? 'a'}.jsonl`), dropText(line))
    else append(pathOf(directory, line), lineText(line))
  }
}

/** `seq`s from one to another, as lines that differ in the same. */
export function seqs(
  from: number,
  to: number,
  rest: Omit<MadeLine, 'seq' | 'at'> & { readonly at?: number } = {},
): MadeLine[] {
  const { at = 0, ...others } = rest
  return Array.from({ length: to - from + 1 }, (_, index) => ({ ...others, seq: from + index, at: at + from + index }))
}
