/**
 * The source files of an application that logs from many: one for each category. They are not on disk; the engine takes
 * the names it is told, as it does for code that a loader made.
 */

/** Where the files would be. */
export const SOURCE_ROOT = '/bench-application'

/** The file of a category. */
export function sourceFile(category: string): string {
  return `${SOURCE_ROOT}/src/${category}/module.js`
}
