import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const SYMBOLS_MAX = 200

/** Gives each text of the game a small number. A full table starts a new generation instead of growing. */
export class SymbolTable {
  readonly #world: World
  readonly #log: Logger
  readonly #symbols = new Map<string, number>()
  #generation = 1

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const actor = this.#world.actorOfTurn(6)
    const text = `${actor.name}@${actor.room.id}`
    const known = this.#symbols.get(text)
    if (known !== undefined) {
      this.#log.trace('%s is symbol %d', text, known)
      return
    }
    if (this.#symbols.size === SYMBOLS_MAX) {
      this.#symbols.clear()
      this.#generation++
      this.#log.info({ generation: this.#generation, limit: SYMBOLS_MAX }, 'symbol table starts anew')
    }
    this.#symbols.set(text, this.#symbols.size)
    this.#log.debug({ text, symbol: this.#symbols.size - 1, generation: this.#generation }, 'symbol added')
  }
}
