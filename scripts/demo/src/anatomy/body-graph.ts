import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const PARENT: Readonly<Record<string, string>> = {
  head: 'torso',
  'left arm': 'torso',
  'left hand': 'left arm',
  'right arm': 'torso',
  'right hand': 'right arm',
  legs: 'torso',
}
const PARTS = Object.keys(PARENT)
const HURT_LIMIT = 12

/** Wounds a part of a body; the wound weighs half as much on each part nearer to the torso. */
export class BodyGraph {
  readonly #world: World
  readonly #log: Logger
  readonly #hurtOf = new Map<string, number>()

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const part = this.#world.pick(PARTS)
    let severity = 1 + this.#world.random() * 4
    for (let at: string | undefined = part; at !== undefined; at = PARENT[at], severity /= 2) {
      const hurt = (this.#hurtOf.get(at) ?? 0) + severity
      this.#hurtOf.set(at, hurt > HURT_LIMIT ? 0 : hurt)
      this.#log.debug({ part: at, severity, hurt }, at === part ? 'wounded' : 'wound felt')
      if (hurt > HURT_LIMIT) this.#log.info`${{ part: at }} is bandaged`
    }
  }
}
