import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

interface Mod {
  readonly id: string
  readonly after: readonly string[]
}

const MODS: readonly Mod[] = [
  { id: 'core', after: [] },
  { id: 'harvest', after: ['core', 'weather'] },
  { id: 'weather', after: ['core'] },
  { id: 'ghosts', after: ['night'] },
  { id: 'night', after: ['weather'] },
]
const INCOMPLETE_EVERY = 80

/** Sorts the installed mods so that each comes after what it needs (Kahn's algorithm). */
export function sortMods(world: World, log: Logger): void {
  const installed = world.turn % INCOMPLETE_EVERY === 0 ? MODS.filter((mod) => mod.id !== 'weather') : MODS
  const waiting = new Set(installed)
  const order: string[] = []
  for (let placed = true; placed; ) {
    placed = false
    for (const mod of waiting) {
      if (!mod.after.every((needed) => order.includes(needed))) continue
      order.push(mod.id)
      waiting.delete(mod)
      placed = true
      log.trace('mod %s is number %d', mod.id, order.length)
    }
  }
  log.debug({ order, mods: installed.length }, 'load order')
  if (waiting.size > 0) log.warn({ mods: [...waiting].map(({ id, after }) => ({ id, after })) }, 'mods need more mods')
}
