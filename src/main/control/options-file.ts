/**
 * The options file: which one is meant, and its content. Reads synchronously, on the main thread, once before the
 * options are resolved; what the content may say is judged there, not here.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf, SpillwayError } from '../../shared/errors.js'
import { RULES_BY_PATH } from '../../shared/option-rules.js'
import type { Environment, SpillwayOptions } from '../../shared/options.js'

/**
 * The absolute path of the options file that the environment (first) or the options object names; `null` when neither
 * does, and for a value that is no path, which `resolveOptions` then refuses with the rule.
 */
export function optionsFilePath(options: SpillwayOptions | undefined, env: Environment): string | null {
  const variable = env.SPILLWAY_CONFIG
  const path = variable === undefined || variable.trim() === '' ? configOf(options) : variable
  return path !== undefined && RULES_BY_PATH.get('config')?.accepts(path) ? resolve(path) : null
}

/** `undefined` also for an object that cannot be read: resolveOptions() says so. */
function configOf(options: SpillwayOptions | undefined): string | undefined {
  try {
    return options?.config
  } catch {
    return undefined
  }
}

/**
 * The content of a JSON options file, to be handed to `resolveOptions`. Blocks for the time of one read.
 * An example: `readOptionsFile('/etc/app/spillway.json')`.
 *
 * @throws SpillwayError ERR_SPILLWAY_CONFIG_FILE when the file is missing, cannot be read, or is not a JSON object
 */
export function readOptionsFile(path: string): unknown {
  const content = parse(path, readText(path))
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content
  const found = content === null ? 'null' : Array.isArray(content) ? 'an array' : `a ${typeof content}`
  throw refused(path, `its content must be a JSON object, and is ${found}`)
}

function readText(path: string): string {
  try {
    // Editors on Windows open a file with a byte order mark, which JSON does not know.
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw refused(path, missing ? 'it does not exist' : `it cannot be read: ${messageOf(error)}`, error)
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw refused(path, `it is not JSON: ${messageOf(error)}`, error)
  }
}

function refused(path: string, reason: string, cause?: unknown): SpillwayError {
  const message = `Options file ${JSON.stringify(path)}: ${reason}.`
  return new SpillwayError('ERR_SPILLWAY_CONFIG_FILE', message, { path, reason }, cause === undefined ? {} : { cause })
}
