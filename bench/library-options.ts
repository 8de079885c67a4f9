/**
 * Whether spillway would take the flags: asked of its own rules before anything runs, for a wrong flag is no failure of
 * spillway. And which options it has. As the contender does, this imports the library by its address in the build.
 */

import { resolve } from 'node:path'
import { type BenchOptions, UsageError } from './options.js'

/** Stands for the directory of a pass: nothing is made there. */
const PROBE = resolve('directory-of-a-pass')
/** Those at which an info line is written. */
const LEVELS: readonly string[] = ['trace', 'debug', 'info']

/** What is needed of src/shared/options.ts. */
interface OptionsModule {
  resolveOptions(options: object, fileOptions: unknown, env: NodeJS.ProcessEnv): ResolvedOptions
}

interface ResolvedOptions {
  readonly directory: string
  readonly level: string
}

/** What is needed of src/shared/option-rules.ts. */
interface OptionRulesModule {
  readonly OPTION_RULES: readonly LibraryRule[]
}

/** An option of spillway, as its own table has it. */
export interface LibraryRule {
  readonly path: string
  /** Its variable, or `null` where there is none. */
  readonly env: string | null
  readonly defaultText: string
  readonly trades: string
}

/** What is needed of src/main/control/options-file.ts. */
interface OptionsFileModule {
  optionsFilePath(options: object, env: NodeJS.ProcessEnv): string | null
  readOptionsFile(path: string): unknown
}

/** Rejects with a {@link UsageError} for what spillway will not take, from the flags, the environment or its file. */
export async function checkLibraryOptions(library: BenchOptions['library'], env: NodeJS.ProcessEnv): Promise<void> {
  const { resolveOptions } = await load<OptionsModule>('shared/options.js')
  const { optionsFilePath, readOptionsFile } = await load<OptionsFileModule>('main/control/options-file.js')
  const options = { ...library, directory: PROBE }
  try {
    const path = optionsFilePath(options, env)
    checkSenseOf(resolveOptions(options, path === null ? undefined : readOptionsFile(path), env))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw code?.startsWith('ERR_SPILLWAY_') ? new UsageError(`spillway: ${message}`, { cause: error }) : error
  }
}

/** What spillway takes, but the bench does not: it would miss the lines and put it down to spillway. */
function checkSenseOf({ directory, level }: ResolvedOptions): void {
  if (directory !== PROBE) {
    throw new UsageError('SPILLWAY_DIRECTORY: each pass has a directory of its own; --directory says where')
  }
  if (!LEVELS.includes(level)) {
    throw new UsageError(`spillway's level is ${level}: the bench logs at info, and would miss its lines`)
  }
}

/** All options of spillway, in the order of its documentation. */
export async function libraryRules(): Promise<readonly LibraryRule[]> {
  const { OPTION_RULES } = await load<OptionRulesModule>('shared/option-rules.js')
  return OPTION_RULES
}

function load<T>(path: string): Promise<T> {
  return import(new URL(`../src/${path}`, import.meta.url).href)
}
