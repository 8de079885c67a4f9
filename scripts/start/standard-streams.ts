/**
 * Whoever reads what is printed may stop reading (`2>&1 | head`), hang up, or have no room for it. None of that is a
 * reason to end the run: the files are written and verified all the same, and the exit code tells how it went.
 */

/** What is used of a stream. */
export interface PrintedStream {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
  write(text: string): unknown
}

/**
 * Takes the errors of both streams. `onLoss` is called once, when standard output lost text that somebody wanted: a
 * reader that has gone away does not.
 */
export function guardStandardStreams(stdout: PrintedStream, stderr: PrintedStream, onLoss: () => void): void {
  let told = false
  stdout.on('error', ({ code, message }) => {
    if (code === 'EPIPE' || told) return
    told = true
    stderr.write(`npm start: standard output cannot be written to (${message})\n`)
    onLoss()
  })
  // There is no place left to tell it.
  stderr.on('error', () => {})
}
