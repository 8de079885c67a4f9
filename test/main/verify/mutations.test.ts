/** Runs at random, and one change in one of their files: it is always found. */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { verify } from '../../../src/main/verify/verify.js'
import { newDirectory } from '../../support/new-directory.js'
import { append, lineText, type MadeLine, pathOf } from './made-directory.js'

const CATEGORIES = ['a', 'b', 'c']
const LEVELS = [30, 30, 30, 20, 40, 50, 60]

interface RandomRun {
  readonly isCopied: boolean
  readonly seat: number
  readonly pauseMs: number
  readonly entries: readonly { readonly category: number; readonly level: number; readonly afterMs: number }[]
}

/** One line of a file. */
interface FileLine {
  readonly text: string
  readonly run: number
  readonly seq: number
  /** Whether something in the files tells that it has to be there: not of a run's last entry, and of its only copy. */
  readonly isMissed: boolean
}

type Files = Map<string, FileLine[]>

const RUNS: fc.Arbitrary<RandomRun[]> = fc.array(
  fc.record({
    isCopied: fc.boolean(),
    seat: fc.constantFrom(1, 1, 1, 2),
    pauseMs: fc.integer({ min: 1, max: 50 }),
    entries: fc.array(
      fc.record({
        category: fc.nat(CATEGORIES.length - 1),
        level: fc.nat(LEVELS.length - 1),
        afterMs: fc.constantFrom(0, 0, 1, 7),
      }),
      { minLength: 2, maxLength: 40 },
    ),
  }),
  { minLength: 1, maxLength: 4 },
)

function filesOf(directory: string, runs: readonly RandomRun[]): Files {
  const files: Files = new Map()
  let at = 0
  for (const [run, { entries, isCopied, seat, pauseMs }] of runs.entries()) {
    const put = (line: MadeLine, file: string | undefined, isMissed: boolean): void => {
      const path = pathOf(directory, file === undefined ? line : { ...line, file })
      const own = seat === 1 ? path : path.replace(/\.jsonl$/, '~2.jsonl')
      files.set(own, [...(files.get(own) ?? []), { text: lineText(line), run, seq: line.seq, isMissed }])
    }
    at += pauseMs
    const copies = entries.filter(({ level }) => (LEVELS[level] as number) >= 40).length
    for (const [index, entry] of entries.entries()) {
      const category = CATEGORIES[entry.category] as string
      const level = LEVELS[entry.level] as number
      at += entry.afterMs
      const line = { seq: index + 1, at, category, level }
      put(line, undefined, index + 1 < entries.length)
      if (isCopied && level >= 40) put(line, category, copies > 1)
    }
  }
  return files
}

/** Each changes the lines of a file; false where nothing could tell that it did. */
const MUTATIONS: Readonly<Record<string, (lines: FileLine[], index: number, at: number) => boolean>> = {
  'a line that is dropped': (lines, index) => lines.splice(index, 1)[0]?.isMissed === true,
  'a line that is there twice': (lines, index, at) => {
    // Behind itself: right before the first line of its run, in the same millisecond, it could be of the run before.
    lines.splice(index + 1 + (at % (lines.length - index)), 0, lines[index] as FileLine)
    return true
  },
  'two lines that are swapped': (lines, index) => {
    const [one, two] = [lines[index], lines[index + 1]]
    if (one === undefined || one.run !== two?.run) return false
    // In the same millisecond the second of them, right behind the run before, could be that one's last line.
    if (one.run > 0 && lines[index - 1]?.run !== one.run) return false
    lines.splice(index, 2, two, one)
    return true
  },
  'a byte of the frame that is cut': (lines, index, at) => {
    const line = lines[index] as FileLine
    const text = cut(line.text, at % line.text.indexOf('"category"'))
    lines[index] = { ...line, text }
    // With seq 1 it would be the first line of a run, and of no more than itself.
    return Number(/"seq":(\d+)/.exec(text)?.[1]) !== 1 || line.seq === 1
  },
  'a newline that is cut': (lines, index) => {
    const line = lines[index] as FileLine
    lines[index] = { ...line, text: line.text.slice(0, -1) }
    return true
  },
  'a line that is torn': (lines, _index, at) => {
    const line = lines.pop() as FileLine
    lines.push({ ...line, text: line.text.slice(0, 1 + (at % (line.text.length - 1))) })
    return true
  },
}

function cut(text: string, at: number): string {
  return text.slice(0, at) + text.slice(at + 1)
}

function textOf(lines: readonly FileLine[]): string {
  return lines.map(({ text }) => text).join('')
}

describe('verify(), of runs at random', () => {
  it('finds them sound as they are', (t) => {
    fc.assert(
      fc.property(RUNS, (runs) => {
        const directory = newDirectory(t)
        for (const [path, lines] of filesOf(directory, runs)) append(path, textOf(lines))
        assert.deepEqual(verify(directory, { complete: true }).problems, [])
        rmSync(directory, { recursive: true })
      }),
      { numRuns: 100 },
    )
  })

  for (const [name, mutate] of Object.entries(MUTATIONS)) {
    it(`finds ${name}`, (t) => {
      fc.assert(
        fc.property(RUNS, fc.nat(), fc.nat(), fc.nat(), (runs, file, index, at) => {
          const directory = newDirectory(t)
          const files = filesOf(directory, runs)
          const path = [...files.keys()][file % files.size] as string
          const lines = files.get(path) as FileLine[]
          fc.pre(mutate(lines, index % lines.length, at))
          for (const [each, texts] of files) append(each, textOf(texts))
          const { problemCount } = verify(directory, { complete: true })
          rmSync(directory, { recursive: true })
          assert.ok(problemCount > 0)
        }),
        { numRuns: 150 },
      )
    })
  }
})
