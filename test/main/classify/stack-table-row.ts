/** What a row of the stack table is, and the short ways to write one. No row is computed by the code under test. */

/** A stack as some engine prints it, and what is to be found in it with the application's root at /srv/app. */
export interface StackRow {
  /** Which form this is, e.g. 'V8 method with [as alias]'; unique. */
  readonly form: string
  readonly stack: string
  /** The first frame of the application; null where there is none. */
  readonly frame: {
    readonly path: string
    readonly line: number | null
    readonly column: number | null
    readonly function: string | null
  } | null
  readonly category: string
}

export type Place = readonly [path: string, line: number | null, column: number | null, name: string | null]

/** The frame that most stacks of the table have last, as V8 prints it, and where it is. */
export const MOVE_FRAME = 'Foo.move (/srv/app/src/actions/move.ts:12:5)'
export const MOVE_PLACE: Place = ['src/actions/move.ts', 12, 5, 'Foo.move']

export function lines(...texts: readonly string[]): string {
  return texts.join('\n')
}

/** Node's and Chrome's usual stack: a header, and each frame after four blanks and `at `. */
export function v8(...frames: readonly string[]): string {
  return lines('Error: failed', ...frames.map((frame) => `    at ${frame}`))
}

export function row(form: string, stack: string, place: Place, category: string): StackRow {
  const [path, line, column, name] = place
  return { form, stack, frame: { path, line, column, function: name }, category }
}

/** A stack without a frame of the application. */
export function nothing(form: string, stack: string): StackRow {
  return { form, stack, frame: null, category: 'general' }
}
