/**
 * Lines that come in several records, for they are longer than one. If a part finds no room, the whole line is dropped:
 * what of it is in buffer and file is taken back, and the parts to come are passed over.
 */

/** Keeps count of the unfinished lines of one partition. */
export class LineParts {
  readonly #bytes = new Map<number, number>()
  readonly #dropping = new Set<number>()

  /** Bytes of the unfinished line of a file. */
  bytes(file: number): number {
    return this.#bytes.get(file) ?? 0
  }

  /** Takes note of a part that was appended. */
  add(file: number, bytes: number, isLast: boolean): void {
    if (isLast) this.#bytes.delete(file)
    else this.#bytes.set(file, this.bytes(file) + bytes)
  }

  /** Takes note of a part that found no room. */
  drop(file: number, isLast: boolean): void {
    this.#bytes.delete(file)
    if (!isLast) this.#dropping.add(file)
  }

  /** Whether a part belongs to a line that is being dropped. */
  passesOver(file: number, isLast: boolean): boolean {
    if (!this.#dropping.has(file)) return false
    if (isLast) this.#dropping.delete(file)
    return true
  }
}
