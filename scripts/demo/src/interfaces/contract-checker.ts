import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const CONTRACTS: Readonly<Record<string, readonly string[]>> = {
  Narrator: ['tell', 'pause'],
  Merchant: ['buy', 'sell', 'appraise'],
  Healer: ['heal'],
}
const IMPLEMENTATIONS: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['Narrator', { tell: () => undefined, pause: () => undefined }],
  ['Merchant', { buy: () => undefined, sell: () => undefined }],
  ['Healer', { heal: () => undefined, bless: () => undefined }],
]

/** Checks that an implementation has every method of its contract. */
export function checkContract(world: World, log: Logger): void {
  const [contract, implementation] = world.pick(IMPLEMENTATIONS)
  const missing = (CONTRACTS[contract] ?? []).filter((method) => typeof implementation[method] !== 'function')
  if (missing.length === 0) log.debug('%s keeps its contract', contract)
  else log.info({ contract, missing, has: Object.keys(implementation) }, 'contract is kept in part')
}
