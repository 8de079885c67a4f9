import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const WIDTH = 32

/** Wraps the description of a room to the width of the players' screen. */
export function wrapDescription(world: World, log: Logger): void {
  const room = world.pick(world.rooms)
  const present = world.actors.filter((actor) => actor.room === room).map((actor) => actor.name)
  const text = `The ${room.title} lies ${room.light > 0.5 ? 'in bright light' : 'half in shadow'}. ${
    present.length > 0 ? `Here: ${present.join(', ')}.` : 'Nobody is here.'
  }`
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  lines.push(line)
  log.debug({ roomId: room.id, lines: lines.length, text: lines.join('\n') }, 'description wrapped')
}
