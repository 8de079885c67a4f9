/**
 * The options that spillway will run with, known before it is made: the directory is checked before a thread is started,
 * and it may come from the environment, the command line or an options file.
 */
import { optionsFilePath, readOptionsFile } from '../../src/main/control/options-file.js'
import {
  type Environment,
  type ResolvedOptions,
  resolveOptions,
  type SpillwayOptions,
} from '../../src/shared/options.js'
import { UsageError } from './command-line.js'

/** As `new Spillway(options)` resolves them. What spillway will not take, from whom ever, is for the user to put right. */
export function resolvedOptions(options: SpillwayOptions, env: Environment): ResolvedOptions {
  try {
    const path = optionsFilePath(options, env)
    return resolveOptions(options, path === null ? undefined : readOptionsFile(path), env)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw code?.startsWith('ERR_SPILLWAY_') ? new UsageError(message, { cause: error }) : error
  }
}
