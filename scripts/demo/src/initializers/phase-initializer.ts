import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const PHASES = ['allocate', 'load', 'link', 'warm', 'ready'] as const

/** Brings each subsystem through its phases, one phase a turn, and starts it again when its room goes dark. */
export class PhaseInitializer {
  readonly #world: World
  readonly #log: Logger
  readonly #phaseOf = new Map<string, number>()

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const room = this.#world.pick(this.#world.rooms)
    const phase = this.#phaseOf.get(room.id) ?? 0
    if (phase < PHASES.length) {
      this.#log.info({ subsystem: room.id, phase: PHASES[phase], done: phase + 1, of: PHASES.length }, 'phase entered')
      this.#phaseOf.set(room.id, phase + 1)
    } else if (room.light < 0.1) {
      this.#log.info`subsystem ${{ subsystem: room.id }} starts again`
      this.#phaseOf.set(room.id, 0)
    } else {
      this.#log.trace('%s is ready', room.id)
    }
  }
}
