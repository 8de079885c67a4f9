/** Reads the results.json of an earlier run; what is none of this bench's is a {@link UsageError}. */
import { readFileSync } from 'node:fs'
import { UsageError } from '../options.js'
import { type Outcome, RESULTS_VERSION } from './outcome.js'

/** @param source the flag or argument that named the file, for the message */
export function readResults(path: string, source: string): Outcome {
  const found = parsed(path, source)
  if (typeof found !== 'object' || found === null || !('version' in found) || !('scenarios' in found)) {
    throw new UsageError(`${source}: ${path} is no results.json of this bench`)
  }
  if (found.version !== RESULTS_VERSION) {
    throw new UsageError(
      `${source}: ${path} is of version ${String(found.version)}, and this bench reads version ${RESULTS_VERSION}:` +
        ' measure that commit again with the bench of today',
    )
  }
  // Of this version, so written by writeResults().
  return found as Outcome
}

function parsed(path: string, source: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`${source}: cannot read ${path}: ${(error as Error).message}`, { cause: error })
  }
}
