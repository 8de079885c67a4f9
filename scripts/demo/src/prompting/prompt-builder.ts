import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const TOKENS_MAX = 60
const CHARACTERS_PER_TOKEN = 4

/** Builds the prompt for an actor's next line from sections by importance, as far as the token budget goes. */
export function buildPrompt(world: World, log: Logger): void {
  const actor = world.actorOfTurn(1)
  const sections: readonly (readonly [string, string])[] = [
    ['persona', `You are ${actor.name}. Mood ${actor.mood.toFixed(1)}, energy ${actor.energy}.`],
    ['place', `You stand in the ${actor.room.title}. Exits: ${actor.room.exits.join(', ')}.`],
    ['carried', `You carry ${actor.inventory.join(', ') || 'nothing'}.`],
    ['company', `Here are ${world.actors.filter((other) => other.room === actor.room).length} people.`],
    ['task', 'Answer with one sentence "in character",\nand nothing else.'],
  ]
  let tokens = 0
  const used: string[] = []
  for (const [name, text] of sections) {
    const cost = Math.ceil(text.length / CHARACTERS_PER_TOKEN)
    if (tokens + cost > TOKENS_MAX) {
      log.debug('section %s left out: %d tokens over budget', name, tokens + cost - TOKENS_MAX)
      continue
    }
    tokens += cost
    used.push(text)
  }
  log.info({ actorId: actor.id, tokens, prompt: used.join('\n') }, 'prompt built')
}
