import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

interface TradeOffer {
  readonly from: number
  readonly item: string
  readonly price: number
}

const PROBLEM_EVERY = 60

/** Lets only well-formed trade offers in: what comes from outside is `unknown` until it is checked. */
export function guardOffer(world: World, log: Logger): void {
  const actor = world.actorOfTurn(2)
  const price = world.turn % PROBLEM_EVERY === 0 ? 'a lot' : Math.ceil(world.random() * 90)
  const message: unknown = { from: actor.id, item: actor.inventory[0] ?? 'bread', price }
  if (!isTradeOffer(message)) {
    log.warn({ message }, 'not a trade offer')
    return
  }
  log.info`offer of ${{ item: message.item }} for ${{ price: message.price }} by ${actor.name}`
}

function isTradeOffer(value: unknown): value is TradeOffer {
  if (typeof value !== 'object' || value === null) return false
  const { from, item, price } = value as Partial<Record<keyof TradeOffer, unknown>>
  return Number.isSafeInteger(from) && typeof item === 'string' && typeof price === 'number' && price > 0
}
