/** The calls of libraries whose methods take fields, or an error, and behind them the message: one logger a file. */

import { compileFunction } from 'node:vm'
import type { Entry } from '../workload/entries.js'
import type { Calls } from './contender.js'
import { sourceFile } from './source-files.js'

/** What such a logger has. */
export interface FieldsFirstLogger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  info(text: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** The calls that stand in one file of an application's source. */
interface SourceFileCalls {
  fields(logger: FieldsFirstLogger, fields: object, message: string): void
  message(logger: FieldsFirstLogger, text: string): void
  template(logger: FieldsFirstLogger, entry: Entry): void
  disabled(logger: FieldsFirstLogger, fields: object, message: string): void
  warn(logger: FieldsFirstLogger, fields: object, message: string): void
  error(logger: FieldsFirstLogger, fields: object, message: string): void
}

/** All calls but the template, which is different with each library. */
export function fieldsFirstCalls(
  loggers: readonly FieldsFirstLogger[],
  children: readonly FieldsFirstLogger[],
): Omit<Calls, 'template'> {
  return {
    object(fileIndex, fields, message) {
      loggers[fileIndex]!.info(fields, message)
    },
    message(fileIndex, text) {
      loggers[fileIndex]!.info(text)
    },
    error(fileIndex, error, message) {
      loggers[fileIndex]!.error(error, message)
    },
    child(fileIndex, fields, message) {
      children[fileIndex]!.info(fields, message)
    },
    disabled(fileIndex, fields, message) {
      loggers[fileIndex]!.debug(fields, message)
    },
    warn(fileIndex, fields, message) {
      loggers[fileIndex]!.warn(fields, message)
    },
    urgent(fileIndex, fields, message) {
      loggers[fileIndex]!.error(fields, message)
    },
  }
}

/**
 * All calls, each made from code of its category's file, for contenders that find out where they are called from.
 *
 * @param template code of the template's call, of `logger`, `userId`, `action` and `durationMs`
 */
export function callsFromSourceFiles(
  categories: readonly string[],
  loggers: readonly FieldsFirstLogger[],
  children: readonly FieldsFirstLogger[],
  template: string,
): Calls {
  const files = categories.map((category) => compileCalls(category, template))
  return {
    object(fileIndex, fields, message) {
      files[fileIndex]!.fields(loggers[fileIndex]!, fields, message)
    },
    message(fileIndex, text) {
      files[fileIndex]!.message(loggers[fileIndex]!, text)
    },
    error(fileIndex, error, message) {
      files[fileIndex]!.error(loggers[fileIndex]!, error, message)
    },
    template(fileIndex, entry) {
      files[fileIndex]!.template(loggers[fileIndex]!, entry)
    },
    child(fileIndex, fields, message) {
      files[fileIndex]!.fields(children[fileIndex]!, fields, message)
    },
    disabled(fileIndex, fields, message) {
      files[fileIndex]!.disabled(loggers[fileIndex]!, fields, message)
    },
    warn(fileIndex, fields, message) {
      files[fileIndex]!.warn(loggers[fileIndex]!, fields, message)
    },
    urgent(fileIndex, fields, message) {
      files[fileIndex]!.error(loggers[fileIndex]!, fields, message)
    },
  }
}

function compileCalls(category: string, template: string): SourceFileCalls {
  const code = `return {
    fields(logger, fields, message) { logger.info(fields, message) },
    message(logger, text) { logger.info(text) },
    template(logger, { userId, action, durationMs }) { ${template} },
    disabled(logger, fields, message) { logger.debug(fields, message) },
    warn(logger, fields, message) { logger.warn(fields, message) },
    error(logger, fields, message) { logger.error(fields, message) },
  }`
  return compileFunction(code, [], { filename: sourceFile(category) })() as SourceFileCalls
}
