/**
 * Whether spillway would take the flags: asked of its own rules before anything runs, for a wrong flag is no failure of
 * spillway. As the contender does, this imports the library by its address in the build.
 */

import { type BenchOptions, UsageError } from './options.js'

/** What is needed of src/shared/options.ts. */
interface OptionsModule {
  resolveOptions(options: object, fileOptions: unknown, env: NodeJS.ProcessEnv): unknown
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
  const options = { ...library }
  try {
    const path = optionsFilePath(options, env)
    resolveOptions(options, path === null ? undefined : readOptionsFile(path), env)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw code?.startsWith('ERR_SPILLWAY_') ? new UsageError(`spillway: ${message}`, { cause: error }) : error
  }
}

function load<T>(path: string): Promise<T> {
  return import(new URL(`../src/${path}`, import.meta.url).href)
}
