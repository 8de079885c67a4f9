import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const SOURCES: readonly (readonly [string, string])[] = [
  ['items/lantern.json', '{"id":"lantern","weight":2,"tags":["light","tool"]}'],
  ['items/rope.json', '{"id":"rope","weight":3,"tags":["tool"]}'],
  ['items/ledger.json', '{"id":"ledger","weight":1,"tags":["paper","trade"]}'],
  ['items/broken.json', '{"id":"broken","weight":'],
  ['items/key.json', '{"id":"key","weight":0,"tags":[]}'],
]
const BROKEN_EVERY = 40

/** Loads one definition a turn, and puts what it defines where an actor can find it. */
export function loadDefinition(world: World, log: Logger): void {
  const [path, text] = SOURCES[world.turn % SOURCES.length] as readonly [string, string]
  if (text.endsWith(':') && world.turn % BROKEN_EVERY !== 3) return
  log.debug({ path, bytes: text.length }, 'loading definition')
  try {
    const definition = JSON.parse(text) as { id: string; weight: number; tags: string[] }
    log.info({ path, definition }, 'definition loaded')
    if (world.chance(0.1)) world.emit('found', world.actorOfTurn(), definition.id)
  } catch (cause) {
    log.error(new Error(`${path} is not a definition`, { cause }), 'definition skipped')
  }
}
