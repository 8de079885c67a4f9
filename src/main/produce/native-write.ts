/**
 * Writing a string's bytes in one native call. `utf8Write` stands on every Buffer but is not in its documentation;
 * `buffer.write(text, at, 'utf8')` ends in it after checks that cost as much as the write (measured: 80 against 130 ns
 * for 32 characters). Where a runtime has lost it, the documented way is taken.
 */

interface NativeWriter {
  utf8Write?(text: string, at: number): number
}

/** A Buffer whose `utf8Write(text, at)` writes as many whole characters as fit and returns the count of bytes. */
export type NativeBuffer = Buffer & { utf8Write(text: string, at: number): number }

/** Gives `buffer` a native `utf8Write`, or one that does the same. */
export function withNativeWrite(buffer: Buffer): NativeBuffer {
  const native = buffer as Buffer & NativeWriter
  if (typeof native.utf8Write !== 'function') {
    Object.defineProperty(native, 'utf8Write', {
      value(this: Buffer, text: string, at: number): number {
        return this.write(text, at, 'utf8')
      },
    })
  }
  return native as NativeBuffer
}
