import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

type Settings = Readonly<Record<string, number | string | boolean>>

const LAYERS: readonly (readonly [string, Settings])[] = [
  ['session', { difficulty: 'hard', narrator: true }],
  ['profile', { textSpeed: 40, difficulty: 'normal' }],
  ['defaults', { difficulty: 'easy', textSpeed: 25, narrator: false, autosaveTurns: 50, volume: 0.8 }],
]
const ASKED = ['difficulty', 'textSpeed', 'narrator', 'autosaveTurns', 'volume', 'language']

/** Looks a setting up through its layers; the first layer that has it decides. */
export function readSetting(world: World, log: Logger): void {
  const name = world.pick(ASKED)
  for (const [layer, settings] of LAYERS) {
    const value = settings[name]
    if (value === undefined) continue
    log.debug({ setting: name, value, layer }, 'setting read')
    return
  }
  log.debug`setting ${{ setting: name }} is in no layer of ${LAYERS.length}`
}
