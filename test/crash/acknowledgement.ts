/**
 * What a child tells of the calls that have returned: the number of the last one, in eight bytes of a file that parent and
 * child share. They are the kernel's as soon as they are written, so they outlive the child; and they are written by one
 * pwrite(2) into one page, which no signal ends in the middle.
 */
import { closeSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'

const BYTES = 8

/** The child's side. */
export class Acknowledgement {
  readonly #file: number
  readonly #bytes = Buffer.alloc(BYTES)

  constructor(path: string) {
    this.#file = openSync(path, 'r+')
  }

  /** Tells that all calls up to this one have returned. */
  tell(n: number): void {
    this.#bytes.writeDoubleLE(n)
    writeSync(this.#file, this.#bytes, 0, BYTES, 0)
  }

  close(): void {
    closeSync(this.#file)
  }
}

/** Makes the file: nothing has returned yet. */
export function openAcknowledgement(path: string): void {
  writeFileSync(path, Buffer.alloc(BYTES))
}

/** The last call that is known to have returned, when the child has ended. The file goes. */
export function takeAcknowledgement(path: string): number {
  const n = readFileSync(path).readDoubleLE()
  rmSync(path)
  return n
}
