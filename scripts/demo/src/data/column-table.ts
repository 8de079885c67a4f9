import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const ROWS = 256

/** A table by columns, of fixed size: the latest readings of the world, with their aggregates. */
export class ColumnTable {
  readonly #world: World
  readonly #log: Logger
  readonly #energy = new Float64Array(ROWS)
  readonly #mood = new Float64Array(ROWS)
  #rows = 0

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const actor = this.#world.actorOfTurn(4)
    const row = this.#rows++ % ROWS
    this.#energy[row] = actor.energy
    this.#mood[row] = actor.mood
    this.#log.trace({ row, energy: actor.energy, mood: actor.mood }, 'row written')
    if (row !== ROWS - 1) return
    this.#log.info({ energy: aggregate(this.#energy), mood: aggregate(this.#mood), rows: this.#rows }, 'table is full')
  }
}

function aggregate(column: Float64Array): { min: number; max: number; mean: number } {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let sum = 0
  for (const value of column) {
    min = Math.min(min, value)
    max = Math.max(max, value)
    sum += value
  }
  return { min, max, mean: sum / column.length }
}
