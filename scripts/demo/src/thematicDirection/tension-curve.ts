import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const THEMES = ['idyll', 'doubt', 'chase', 'showdown'] as const
const PERIOD_TURNS = 90

/** Directs the story: tension rises and falls over a period, and chooses the theme of the scene. */
export class TensionCurve {
  readonly #world: World
  readonly #log: Logger
  #theme: string = THEMES[0]

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const phase = (this.#world.turn % PERIOD_TURNS) / PERIOD_TURNS
    const tension = Math.sin(phase * Math.PI)
    const theme = THEMES[Math.min(THEMES.length - 1, Math.floor(tension * THEMES.length))] ?? THEMES[0]
    this.#log.trace({ tension, phase }, 'tension')
    if (theme === this.#theme) return
    this.#log.info`theme changes from ${this.#theme} to ${{ theme }}`
    this.#theme = theme
  }
}
