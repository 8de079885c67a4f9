/** The places of a call where a value can stand. */
import type { Logger } from '../../src/main/index.js'

/** The first sight of a shape is rendered, later ones are typed. */
export const REPETITIONS = 3

/** Logs a value at one place. */
export type Place = (log: Logger, value: unknown) => void

export const MESSAGE = 'what happened'

/** All places where a value can stand; what `log` gets besides has to be in the line. */
export const PLACES: Readonly<Record<string, Place>> = {
  'as first argument': (log, value) => log.info(value),
  'as first argument before a message': (log, value) => log.info(value as object, MESSAGE),
  'as a field': (log, value) => log.info({ before: 1, value, after: 'x' }, MESSAGE),
  'in a field': (log, value) => log.info({ before: 1, outer: { list: [value, { value }] }, after: 'x' }, MESSAGE),
  'as a message': (log, value) => log.info({ before: 1, after: 'x' }, value as string),
  'behind a message': (log, value) => log.info({ before: 1, after: 'x' }, MESSAGE, value),
  'as the message of an error': (log, value) => log.error(new Error('x'), value as string),
  'as the cause of an error': (log, value) => log.error(new Error('x', { cause: value }), MESSAGE),
  'as a field of an error': (log, value) => log.error(Object.assign(new Error('x'), { value }), MESSAGE),
  ...Object.fromEntries(
    ['%s', '%d', '%i', '%f', '%j', '%o', '%O', '%%', '%x'].map((placeholder) => [
      `as argument of ${placeholder}`,
      (log: Logger, value: unknown): void => log.info(`${MESSAGE} ${placeholder} %s`, value, value),
    ]),
  ),
  'as argument of a template': (log, value) => log.info`what happened: ${value} and ${1}`,
  'as named argument of a template': (log, value) => log.info`what happened: ${{ value }} and ${{ after: 'x' }}`,
  'as a binding': (log, value) => log.child({ before: 1, value, after: 'x' }).info(MESSAGE),
  'as bindings': (log, value) => log.child(value as object).info(MESSAGE),
}
