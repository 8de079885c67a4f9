import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

const MINUTES_PER_TURN = 5
const MINUTES_PER_DAY = 24 * 60
const DAYS_PER_MONTH = 30
const MONTHS = ['Thaw', 'Seed', 'Bloom', 'Sun', 'Hay', 'Harvest', 'Fall', 'Mist', 'Frost', 'Snow'] as const

/** Turns the engine's count of turns into the date and time the players read. */
export function adaptCalendar(world: World, log: Logger): void {
  const minutes = world.turn * MINUTES_PER_TURN
  const day = Math.floor(minutes / MINUTES_PER_DAY)
  const ofDay = minutes % MINUTES_PER_DAY
  const clock = `${pad(Math.floor(ofDay / 60))}:${pad(ofDay % 60)}`
  const month = MONTHS[Math.floor(day / DAYS_PER_MONTH) % MONTHS.length]

  if (ofDay < MINUTES_PER_TURN) log.info({ day: (day % DAYS_PER_MONTH) + 1, month }, 'a new day')
  log.debug`turn ${{ turn: world.turn }} is ${{ clock }} in the month of ${month}`
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
