/**
 * Shows on standard error how a run goes. On a terminal it is one line that is rewritten; elsewhere a line a second.
 *
 * When standard output is the same terminal, readable log lines are written there at any time, also by other threads.
 * The progress line then has the terminal's last row for itself: the rows above it are made the scroll region, so that
 * no line of the log can run into it. Whatever ends the process, the region is given back; only a SIGKILL leaves it.
 */
const TERMINAL_INTERVAL_MS = 100
const PLAIN_INTERVAL_MS = 1000
/** A scroll region has two rows at least, and the line has one. */
const ROWS_MIN = 3
const COLUMNS_MIN = 2

const SAVE_CURSOR = '\x1b7'
const RESTORE_CURSOR = '\x1b8'
const CURSOR_UP = '\x1b[1A'
const CLEAR_ROW = '\x1b[2K'
const SCROLL_ALL = '\x1b[r'

/** What is used of standard error; `rows` and `columns` are unknown or 0 on some terminals. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly rows?: number | undefined
  readonly columns?: number | undefined
  write(text: string): unknown
  on(event: 'resize', listener: () => void): unknown
  off(event: 'resize', listener: () => void): unknown
}

/** Where a progress line is shown. */
export interface ProgressPlace {
  readonly stderr: ProgressStream
  readonly stdout: { readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Keeps a progress line on standard error until it is closed. */
export class ProgressLine {
  readonly #render: () => string
  readonly #stderr: ProgressStream
  readonly #timer: NodeJS.Timeout
  readonly #kind: 'plain' | 'rewritten' | 'last-row'
  readonly #onResize = (): void => this.#reserveRow()
  readonly #onExit = (): void => this.#releaseRow()

  /** `render` makes the text of the moment. */
  constructor(render: () => string, place: ProgressPlace = process) {
    this.#render = render
    this.#stderr = place.stderr
    this.#kind = kindFor(place)
    if (this.#kind === 'last-row') {
      this.#reserveRow()
      this.#stderr.on('resize', this.#onResize)
      process.on('exit', this.#onExit)
    }
    const intervalMs = this.#kind === 'plain' ? PLAIN_INTERVAL_MS : TERMINAL_INTERVAL_MS
    this.#timer = setInterval(() => this.#show(), intervalMs)
  }

  /** Takes the line off the terminal. */
  close(): void {
    clearInterval(this.#timer)
    if (this.#kind === 'rewritten') this.#stderr.write(`\r${CLEAR_ROW}`)
    if (this.#kind !== 'last-row') return
    this.#stderr.off('resize', this.#onResize)
    process.off('exit', this.#onExit)
    this.#releaseRow()
  }

  #show(): void {
    const text = this.#render()
    if (this.#kind === 'plain') {
      this.#stderr.write(`${text}\n`)
      return
    }
    // A terminal may become too small while it is written to.
    if (!hasRoom(this.#stderr)) return
    // A line that wraps would not be on one row any more.
    const cut = text.slice(0, this.#stderr.columns - 1)
    if (this.#kind === 'rewritten') this.#stderr.write(`\r${CLEAR_ROW}${cut}`)
    else this.#stderr.write(`${SAVE_CURSOR}${toRow(this.#stderr.rows)}${CLEAR_ROW}${cut}${RESTORE_CURSOR}`)
  }

  /** The newline makes sure that the cursor is not on the last row; setting a region moves the cursor, so it is saved. */
  #reserveRow(): void {
    if (!hasRoom(this.#stderr)) {
      this.#releaseRow()
      return
    }
    const region = `\x1b[1;${this.#stderr.rows - 1}r`
    this.#stderr.write(`\n${SAVE_CURSOR}${region}${RESTORE_CURSOR}${CURSOR_UP}`)
  }

  #releaseRow(): void {
    const clear = hasRoom(this.#stderr) ? `${toRow(this.#stderr.rows)}${CLEAR_ROW}` : ''
    this.#stderr.write(`${SAVE_CURSOR}${SCROLL_ALL}${clear}${RESTORE_CURSOR}`)
  }
}

/** Whether people asked for text without colours: https://no-color.org, or a terminal that has none. */
export function isColourless({ NO_COLOR, TERM }: ProgressPlace['env']): boolean {
  return (NO_COLOR !== undefined && NO_COLOR !== '') || TERM === 'dumb'
}

function kindFor({ stderr, stdout, env }: ProgressPlace): 'plain' | 'rewritten' | 'last-row' {
  if (stderr.isTTY !== true || env.TERM === 'dumb' || !hasRoom(stderr)) return 'plain'
  return stdout.isTTY === true ? 'last-row' : 'rewritten'
}

function hasRoom(
  stream: ProgressStream,
): stream is ProgressStream & { readonly rows: number; readonly columns: number } {
  const { rows = 0, columns = 0 } = stream
  return rows >= ROWS_MIN && columns >= COLUMNS_MIN
}

function toRow(row: number): string {
  return `\x1b[${row};1H`
}
