import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const HOOKS = ['stop input', 'drain events', 'save game', 'close ports'] as const
const REHEARSE_EVERY = 30

/** Rehearses an orderly shutdown: each hook must find the state that the hook before it left. */
export class CheckpointGuard {
  readonly #world: World
  readonly #log: Logger
  #rehearsals = 0

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    if (this.#world.turn % REHEARSE_EVERY !== 0) return
    this.#rehearsals++
    const log = this.#log.child({ rehearsal: this.#rehearsals })
    for (const [index, hook] of HOOKS.entries()) {
      log.debug({ hook, step: index + 1, pendingEvents: this.#world.events.length }, 'hook run')
    }
    if (this.#world.commands.length > 0) log.warn({ commands: this.#world.commands.length }, 'commands would be lost')
    log.info('ready to shut down')
  }
}
