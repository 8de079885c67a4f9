/**
 * A Spillway in a temporary directory, and what it wrote, read back strictly: a file has to be whole lines of valid
 * UTF-8, and a line one compact JSON object without a control character and without a key that stands twice.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { TestContext } from 'node:test'
import { Spillway, type SpillwayOptions } from '../../src/main/index.js'
import { newDirectory } from './new-directory.js'
import { logFiles } from './written-lines.js'

/** A member of a line as its bytes say it. */
export interface Member {
  readonly name: string
  /** Its JSON text, as it stands in the line. */
  readonly text: string
}

/** A line that was read back. */
export interface StrictLine {
  /** Name of its file, without directory and extension. */
  readonly file: string
  /** Its text without the newline. */
  readonly text: string
  readonly parsed: Readonly<Record<string, unknown>>
}

const MEMBERS_OF_THE_FRAME = 4 // level, time, seq, category
// biome-ignore lint/suspicious/noControlCharactersInRegex: that none of them is in a line is what is checked.
const UNSAFE_IN_LINE = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/

/** A Spillway with one writer, and its directory; both go when the test ends. */
export class LogDirectory {
  readonly path: string
  readonly spillway: Spillway

  constructor(context: TestContext, options: SpillwayOptions = {}) {
    // Before the directory is removed, for a writer would make it anew.
    context.after(() => this.spillway.close())
    this.path = newDirectory(context)
    this.spillway = new Spillway({ directory: this.path, workers: 1, ...options })
  }

  /** Closes the Spillway and gives the lines of every file, by the file's name. */
  async files(): Promise<ReadonlyMap<string, readonly StrictLine[]>> {
    await this.spillway.close()
    const files = new Map<string, StrictLine[]>()
    for (const path of logFiles(this.path)) {
      const file = basename(path, '.jsonl')
      // A file that was begun before midnight goes on in the next day's directory.
      files.set(file, [...(files.get(file) ?? []), ...readLines(path, file)])
    }
    return files
  }

  /** Closes the Spillway and gives the lines of all files, in the order of the calls. */
  async lines(): Promise<readonly StrictLine[]> {
    const lines = [...(await this.files()).values()].flat()
    return lines.sort((left, right) => Number(left.parsed.seq) - Number(right.parsed.seq))
  }
}

/** Asserts that the lines are the calls from the first on, none missing and none twice. */
export function assertNoGap(lines: readonly StrictLine[]): void {
  for (const [index, { parsed, text }] of lines.entries()) {
    assert.equal(parsed.seq, index + 1, `line ${index + 1} has seq ${parsed.seq}: ${text.slice(0, 200)}`)
  }
}

/** The members of a line behind level, time, seq and category. */
export function membersOf(line: StrictLine): readonly Member[] {
  return scanObject(line.text).slice(MEMBERS_OF_THE_FRAME)
}

/**
 * The members of a compact JSON object, with the bytes of their values. Throws where the text is no such object, or where
 * a key stands twice in it or in anything nested.
 */
export function scanObject(text: string): readonly Member[] {
  JSON.parse(text) // The scan below relies on the grammar.
  assert.ok(text.startsWith('{'), `no object: ${text.slice(0, 200)}`)
  const members: Member[] = []
  /** Of each object that is open its keys, of each array `null`. */
  const open: (Set<string> | null)[] = []
  let name = ''
  let valueAt = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string
    const isMemberEnd = open.length === 1 && (character === ',' || character === '}')
    if (isMemberEnd && valueAt > 0) members.push({ name, text: text.slice(valueAt, at) })
    if (character === '"') {
      const end = endOfString(text, at)
      if (text[end] === ':') {
        const key = String(JSON.parse(text.slice(at, end)))
        assert.ok(!open.at(-1)?.has(key), `the key ${JSON.stringify(key)} stands twice: ${text.slice(0, 200)}`)
        open.at(-1)?.add(key)
        if (open.length === 1) {
          name = key
          valueAt = end + 1
        }
      }
      at = end - 1
    } else if (character === '{') open.push(new Set())
    else if (character === '[') open.push(null)
    else if (character === '}' || character === ']') open.pop()
    else assert.notEqual(character, ' ', `a space between members: ${text.slice(0, 200)}`)
  }
  return members
}

/** The place behind the string that starts at `at`. */
function endOfString(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); ; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0
    while (text[quote - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return quote + 1
  }
}

function readLines(path: string, file: string): StrictLine[] {
  const content = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path))
  assert.ok(content.endsWith('\n'), `${file} does not end with a newline`)
  return content
    .slice(0, -1)
    .split('\n')
    .map((text) => readLine(text, file))
}

function readLine(text: string, file: string): StrictLine {
  const unsafe = UNSAFE_IN_LINE.exec(text)
  const place = unsafe === null ? '' : JSON.stringify(text.slice(Math.max(0, unsafe.index - 80), unsafe.index + 80))
  assert.equal(unsafe, null, `a control character in ${file}: ${place}`)
  try {
    const names = scanObject(text).map(({ name }) => name)
    assert.deepEqual(names.slice(0, MEMBERS_OF_THE_FRAME), ['level', 'time', 'seq', 'category'])
    return { file, text, parsed: JSON.parse(text) as Record<string, unknown> }
  } catch (cause) {
    throw new Error(`${file} has no valid line: ${text.slice(0, 500)}`, { cause })
  }
}
