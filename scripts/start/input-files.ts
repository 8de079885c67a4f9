/** The inputs of a replay: checked before anything is written, then streamed. */
import { accessSync, constants, createReadStream, statSync } from 'node:fs'
import { addAbortSignal } from 'node:stream'
import { UsageError } from './command-line.js'

const STANDARD_INPUT = '-'
const CHUNK_BYTES = 1 << 18

/** Throws a {@link UsageError} for an input that cannot be read. */
export function checkInput(input: string): void {
  if (input === STANDARD_INPUT) return
  try {
    if (statSync(input).isDirectory()) throw new UsageError(`--input ${input} is a directory, not a file`)
    accessSync(input, constants.R_OK)
  } catch (error) {
    if (error instanceof UsageError) throw error
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`
    throw new UsageError(`--input ${input} ${reason}`, { cause: error })
  }
}

/**
 * The input's bytes. A device or a pipe will do: nothing is asked of it but to be read once. A file is read as far as it
 * goes now: it may be one that the replay itself adds to. The signal ends the wait for more, with an error.
 */
export function openInput(input: string, signal: AbortSignal): AsyncIterable<Buffer> {
  if (input === STANDARD_INPUT) return addAbortSignal(signal, process.stdin)
  const { size } = statSync(input)
  // Size 0 is also what devices, pipes and the files of procfs say.
  const stream = createReadStream(input, {
    highWaterMark: CHUNK_BYTES,
    end: size > 0 ? size - 1 : Number.POSITIVE_INFINITY,
  })
  return addAbortSignal(signal, stream)
}

/** What an input is called in messages and entries. */
export function nameOfInput(input: string): string {
  return input === STANDARD_INPUT ? 'stdin' : input
}
