/**
 * Lines for people: pino-pretty's text of each line, written to standard output. The only importer of pino-pretty. It
 * runs where the partition is drained, so the application's thread neither parses nor prints.
 *
 * What an entry holds must not steer the terminal (CVE-2025-58160 and its kin): control characters are shown as `\x1b`,
 * and only the lines of a stack may break the line.
 */
import { createRequire } from 'node:module'
import type { PinoPretty } from 'pino-pretty'
import type { TerminalOptions } from '../../shared/writer-protocol.js'
import { writeStandardOutput } from './log-file.js'

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be found.
const CONTROLS = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above, but for the newlines between stack frames.
const CONTROLS_IN_STACK = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/g
const DEPTH_MAX = 32
/** A terminal that takes nothing for this long (its reader sleeps) loses what it has not taken. */
const PATIENCE_MS = 2000
const RETRY_MS = 2

/** Prints lines; made when the first one comes. */
export class Terminal {
  readonly #format: (line: object) => string
  readonly #pause = new Int32Array(new SharedArrayBuffer(4))
  /** Whether its reader slept through the last wait: then it is waited for only when it has taken something again. */
  #isAsleep = false

  constructor(options: TerminalOptions) {
    // Loaded only where a terminal is asked for, and synchronously: an owner has no event loop to wait on.
    const pretty: { prettyFactory: typeof PinoPretty.prettyFactory } = createRequire(import.meta.url)('pino-pretty')
    this.#format = pretty.prettyFactory({
      colorize: options.colorize,
      ignore: 'seq,category',
      messageFormat: '{category}: {msg}',
      translateTime: 'SYS:HH:MM:ss.l',
    }) as (line: object) => string
  }

  /** Prints whole lines of NDJSON; gives how many could not be shown. */
  print(lines: string): number {
    let text = ''
    let notShown = 0
    for (const line of lines.split('\n')) {
      if (line === '') continue
      try {
        text += this.#format(visible(JSON.parse(line), 0) as object)
      } catch {
        notShown++ // Not JSON: only a tampered record is.
      }
    }
    return this.#write(Buffer.from(text, 'utf8')) ? notShown : notShown + lines.split('\n').length - 1
  }

  /** One line of spillway's own. */
  note(text: string): void {
    this.#write(Buffer.from(`${text}\n`, 'utf8'))
  }

  /** False where the reader took nothing for so long that the rest is given up. */
  #write(bytes: Buffer): boolean {
    let offset = 0
    let waitedMs = 0
    while (offset < bytes.length) {
      try {
        offset += writeStandardOutput(bytes, offset)
        waitedMs = 0
        this.#isAsleep = false
      } catch (error) {
        // A full pipe or terminal says EAGAIN; a closed one EPIPE, for good.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || this.#isAsleep) return false
        this.#isAsleep = waitedMs >= PATIENCE_MS
        if (this.#isAsleep) return false
        Atomics.wait(this.#pause, 0, 0, RETRY_MS) // Nobody notifies: a bounded pause.
        waitedMs += RETRY_MS
      }
    }
    return true
  }
}

/** A copy in which every control character can be seen and does nothing. */
function visible(value: unknown, depth: number, key = ''): unknown {
  if (typeof value === 'string') {
    return value.replace(key === 'stack' ? CONTROLS_IN_STACK : CONTROLS, shownControl)
  }
  if (typeof value !== 'object' || value === null) return value
  if (depth >= DEPTH_MAX) return '[too deep]'
  if (Array.isArray(value)) return value.map((item) => visible(item, depth + 1))
  const copy: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    Object.defineProperty(copy, name.replace(CONTROLS, shownControl), {
      value: visible(member, depth + 1, name),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return copy
}

function shownControl(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  const code = character.charCodeAt(0)
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
