/**
 * Levels that an application sets while it runs, checked by the rule of the option.
 */
import { SpillwayError } from '../shared/errors.js'
import { LEVEL_THRESHOLDS, type LevelThreshold } from '../shared/levels.js'
import { renderValue } from '../shared/option-rules.js'

/** Gives `value` back if it is a threshold; else throws `ERR_SPILLWAY_INVALID_OPTION`. */
export function checkLevel(option: string, value: unknown): LevelThreshold {
  const level = LEVEL_THRESHOLDS.find((threshold) => threshold === value)
  if (level !== undefined) return level
  const rule = `one of ${LEVEL_THRESHOLDS.join(', ')}`
  const message = `Option "${option}" is ${renderValue(value)}: it must be ${rule}.`
  throw new SpillwayError('ERR_SPILLWAY_INVALID_OPTION', message, { option, value, rule, source: 'options' })
}
