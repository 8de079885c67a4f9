/** Options resolved from the sources that a test names, with nothing taken from this machine. */
import assert from 'node:assert/strict'
import { SpillwayError } from '../../src/shared/errors.js'
import {
  type Environment,
  type ResolvedOptions,
  resolveOptions,
  type SpillwayOptions,
} from '../../src/shared/options.js'

export const MIB = 1_048_576

interface Sources {
  readonly options?: unknown
  readonly file?: unknown
  readonly env?: Environment
  readonly cores?: number
}

/** Resolves with nothing taken from this machine, and with values that the types would refuse. */
export function resolved({ options, file, env = {}, cores = 4 }: Sources): ResolvedOptions {
  return resolveOptions(options as SpillwayOptions | undefined, file, env, cores)
}

export function refusal(sources: Sources): SpillwayError {
  try {
    resolved(sources)
  } catch (error) {
    assert.ok(error instanceof SpillwayError, `not a SpillwayError: ${String(error)}`)
    return error
  }
  assert.fail('nothing was refused')
}

/** An options object with one value, at any depth. */
export function nested(path: string, value: unknown): unknown {
  return path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value)
}
