/**
 * What the nth call of a run logs, and into which category: the same for every contender, and known by the call's number
 * alone, so that a line on disk tells which call wrote it and where it belongs.
 */

/** The message of every entry that is logged as an object and a message. */
export const MESSAGE = 'user moved to another room'

/** The four fields of an entry. */
export interface Entry {
  readonly userId: number
  readonly action: string
  readonly durationMs: number
  readonly ok: boolean
}

/** The entry that the call with this number logs. */
export function entryAt(entryNumber: number): Entry {
  return {
    userId: entryNumber * 7,
    action: `move${entryNumber & 63}`,
    durationMs: entryNumber * 1.5,
    ok: true,
  }
}

/** The number of the call that logged this user id; not a whole number if none did. */
export function entryNumberOf(userId: unknown): number {
  return typeof userId === 'number' ? userId / 7 : Number.NaN
}

/** The category, and the file's base name, with this index. */
export function categoryAt(fileIndex: number): string {
  return `cat${fileIndex}`
}

/** All categories of a run. */
export function categoriesOf(files: number): string[] {
  return Array.from({ length: files }, (_, fileIndex) => categoryAt(fileIndex))
}
