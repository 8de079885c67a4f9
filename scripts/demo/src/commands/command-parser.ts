import type { Logger } from '../../../../src/main/index.js'
import type { Actor, World } from '../../world.js'

type Verb = (argument: string, actor: Actor, world: World) => string

const VERBS: Readonly<Record<string, Verb>> = {
  go: (argument, actor, world) => {
    actor.room = world.room(argument)
    return `walks to the ${actor.room.title}`
  },
  look: (_argument, actor) => `sees ${actor.room.exits.length} ways out`,
  rest: (_argument, actor, world) => {
    world.tire(actor, -20)
    return 'rests for a while'
  },
}

/** Runs the commands that were typed since the last turn. */
export function runCommands(world: World, log: Logger): void {
  const actor = world.actorOfTurn()
  for (const command of world.commands.splice(0)) {
    const [word = '', argument = ''] = command.split(' ')
    const verb = VERBS[word]
    if (verb === undefined) {
      log.info({ command, known: Object.keys(VERBS) }, 'command not understood')
      continue
    }
    const result = verb(argument, actor, world)
    log.info`${actor.name} ${result}`
    log.debug({ command, actorId: actor.id, roomId: actor.room.id }, 'command run')
  }
}
