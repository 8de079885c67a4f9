import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readDroppedLines } from '../../../src/main/observe/dropped-lines.js'
import type { Arena } from '../../../src/shared/arena.js'
import {
  DROP_ROW_BYTES,
  DROP_ROW_CATEGORY_F64,
  DROP_ROW_LEVELS_F64,
  DROP_ROWS,
} from '../../../src/shared/arena-layout.js'
import { smallArena } from '../../workers/partition-rig.js'

const NAMES = ['actions', null, 'engine', '__proto__', 'other']

function nameOf(dictionaryId: number): string | null {
  return NAMES[dictionaryId] ?? null
}

/** Fills a row of an arena's drop table; the last one has no category. */
function setRow({ doubles, offsets }: Arena, row: number, category: number | null, levels: readonly number[]): void {
  const at = (offsets.dropTable + row * DROP_ROW_BYTES) / 8
  doubles[at + DROP_ROW_CATEGORY_F64] = category === null ? 0 : category + 1
  doubles.set(levels, at + DROP_ROW_LEVELS_F64)
}

describe('readDroppedLines()', () => {
  it('is empty where nothing was dropped', () => {
    assert.deepEqual(readDroppedLines([smallArena()], new Map(), nameOf), { lines: 0, byCategory: {} })
  })

  it('adds up what was refused and the rows of all arenas, by category and level', () => {
    const arenas = [smallArena(), smallArena()]
    setRow(arenas[0]!, 0, 0, [1, 0, 2, 0, 0, 0])
    setRow(arenas[0]!, 1, 2, [0, 0, 0, 0, 0, 5])
    setRow(arenas[1]!, 0, 2, [0, 0, 0, 3, 0, 1])
    setRow(arenas[1]!, DROP_ROWS - 1, null, [0, 0, 0, 0, 7, 0])
    const refused = new Map([[0, [0, 0, 10, 0, 0, 0]]])
    assert.deepEqual(readDroppedLines(arenas, refused, nameOf), {
      lines: 29,
      byCategory: { actions: { trace: 1, info: 12 }, engine: { warn: 3, fatal: 6 }, other: { error: 7 } },
    })
  })

  it('counts ids that are no category as other, beside a category of that name', () => {
    const arena = smallArena()
    setRow(arena, 0, 1, [1, 0, 0, 0, 0, 0])
    setRow(arena, 1, 60_000, [1, 0, 0, 0, 0, 0])
    const refused = new Map([
      [-1, [0, 1, 0, 0, 0, 0]],
      [4, [0, 1, 0, 0, 0, 0]],
    ])
    assert.deepEqual(readDroppedLines([arena], refused, nameOf), {
      lines: 4,
      byCategory: { other: { trace: 2, debug: 2 } },
    })
  })

  it('gives each category a member of its own, whatever it is called', () => {
    const { byCategory } = readDroppedLines([], new Map([[3, [0, 0, 1, 0, 0, 0]]]), nameOf)
    assert.deepEqual(Object.entries(byCategory), [['__proto__', { info: 1 }]])
  })
})
