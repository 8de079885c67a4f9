/**
 * Code of many source files: a call of a logger from each, for contenders that find out where they are called from. The
 * files are not on disk; the engine takes the names it is told, as it does for code that a loader made.
 */

import { compileFunction } from 'node:vm'

/** Where the files would be. */
export const SOURCE_ROOT = '/bench-application'

/** A call that stands in a file of its own. */
export type CallFrom = (
  logger: { info(fields: object, message: string): void },
  fields: object,
  message: string,
) => void

/** The file of a category. */
export function sourceFile(category: string): string {
  return `${SOURCE_ROOT}/src/${category}/module.js`
}

/** A call that stands in the file of a category. */
export function callFrom(category: string): CallFrom {
  const parameters = ['logger', 'fields', 'message']
  return compileFunction('logger.info(fields, message)', parameters, { filename: sourceFile(category) }) as CallFrom
}
