/** Maps what other programs write as a level to spillway's levels. */

/** spillway's levels, lowest first. */
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

export type LevelName = (typeof LEVELS)[number]

/** Spellings by syslog, log4j, winston, Python and others. */
const SPELLINGS: ReadonlyMap<string, LevelName> = new Map<string, LevelName>([
  ...LEVELS.map((level, index) => [String((index + 1) * 10), level] as const),
  ...LEVELS.map((level) => [level, level] as const),
  ['silly', 'trace'],
  ['finest', 'trace'],
  ['verbose', 'debug'],
  ['fine', 'debug'],
  ['information', 'info'],
  ['notice', 'info'],
  ['log', 'info'],
  ['warning', 'warn'],
  ['err', 'error'],
  ['severe', 'error'],
  ['failure', 'error'],
  ['critical', 'fatal'],
  ['crit', 'fatal'],
  ['alert', 'fatal'],
  ['emerg', 'fatal'],
  ['emergency', 'fatal'],
  ['panic', 'fatal'],
])

/** The level that a text or one of pino's numbers stands for; undefined if none does. */
export function levelNameOf(value: unknown): LevelName | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  return SPELLINGS.get(String(value).trim().toLowerCase())
}
