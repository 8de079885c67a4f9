/** The refusal of an argument, in the words of all others. */
import { SpillwayError } from '../shared/errors.js'
import { renderValue } from '../shared/option-rules.js'

/** The error for an argument that does not keep its rule. */
export function invalidArgument(argument: string, value: unknown, rule: string): SpillwayError {
  const message = `Argument "${argument}" is ${renderValue(value)}: it must be ${rule}.`
  return new SpillwayError('ERR_SPILLWAY_INVALID_ARGUMENT', message, { argument, value: renderValue(value), rule })
}
