import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

type Weather = 'clear' | 'cloudy' | 'rain' | 'storm'

const NEXT: Readonly<Record<Weather, readonly Weather[]>> = {
  clear: ['clear', 'clear', 'cloudy'],
  cloudy: ['clear', 'cloudy', 'rain'],
  rain: ['cloudy', 'rain', 'storm'],
  storm: ['rain', 'rain', 'storm'],
}
const LIGHT: Readonly<Record<Weather, number>> = { clear: 0.9, cloudy: 0.6, rain: 0.4, storm: 0.05 }

/** Lets the weather wander, and the light of the rooms with it. */
export class WeatherService {
  readonly #world: World
  readonly #log: Logger
  #weather: Weather = 'clear'

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const before = this.#weather
    this.#weather = this.#world.pick(NEXT[before])
    const room = this.#world.pick(this.#world.rooms)
    room.light = (room.light + LIGHT[this.#weather]) / 2
    if (before !== this.#weather) this.#log.info`weather turns from ${before} to ${{ weather: this.#weather }}`
    this.#log.debug({ roomId: room.id, light: room.light, weather: this.#weather }, 'light changed')
  }
}
