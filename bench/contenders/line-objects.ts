/** The calls of contenders that are given each line as one object: those without levels and children of their own. */

import { BINDINGS } from '../workload/shapes.js'
import { type Calls, flatLine, type ParsedLine, type PlainLine } from './contender.js'

/** All calls but `disabled`: where there are no levels none is off. */
export function lineObjectCalls(
  categories: readonly string[],
  put: (fileIndex: number, line: Readonly<Record<string, unknown>>) => void,
): Omit<Calls, 'disabled'> {
  return {
    object(fileIndex, fields, message) {
      put(fileIndex, { level: 'info', time: Date.now(), category: categories[fileIndex]!, ...fields, message })
    },
    message(fileIndex, message) {
      put(fileIndex, { level: 'info', time: Date.now(), category: categories[fileIndex]!, message })
    },
    error(fileIndex, { message: text, stack }, message) {
      const error = { message: text, stack }
      put(fileIndex, { level: 'error', time: Date.now(), category: categories[fileIndex]!, error, message })
    },
    template(fileIndex, { userId, action, durationMs }) {
      const message = `user ${userId} moved to ${action} in ${durationMs} ms`
      put(fileIndex, { level: 'info', time: Date.now(), category: categories[fileIndex]!, message })
    },
    child(fileIndex, fields, message) {
      const head = { level: 'info', time: Date.now(), category: categories[fileIndex]! }
      put(fileIndex, { ...head, ...BINDINGS, ...fields, message })
    },
    warn(fileIndex, fields, message) {
      put(fileIndex, { level: 'warn', time: Date.now(), category: categories[fileIndex]!, ...fields, message })
    },
    urgent(fileIndex, fields, message) {
      put(fileIndex, { level: 'error', time: Date.now(), category: categories[fileIndex]!, ...fields, message })
    },
  }
}

/** Reads such a line. */
export function objectLine(line: ParsedLine): PlainLine {
  return flatLine(line, { level: 'level', time: 'time', category: 'category', message: 'message', error: 'error' })
}
