import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const BINDINGS: Readonly<Record<string, string>> = {
  n: 'go gate',
  s: 'go market',
  t: 'take rope',
  l: 'look',
  r: 'rest',
}
const KEYS = [...Object.keys(BINDINGS), 'z', 'ctrl+l'] as const

/** Turns key presses into the commands they are bound to. */
export function decodeKey(world: World, log: Logger): void {
  const key = world.pick(KEYS)
  const command = BINDINGS[key]
  if (command === undefined) {
    log.debug({ key }, 'key has no binding')
    return
  }
  const accepted = world.type(command)
  log.debug({ key, command, accepted }, 'key decoded')
  if (!accepted) log.warn('command queue is full, %s is lost', command)
}
