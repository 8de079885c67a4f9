/**
 * Shows on standard error how a run goes. On a terminal it is one line that is rewritten; elsewhere a line a second.
 *
 * When standard output is the same terminal, readable log lines are written there at any time, also by other threads.
 * The progress line then has the terminal's last row for itself: the rows above it are made the scroll region, so that
 * no line of the log can run into it. Whatever ends the process, the region is given back.
 */
const TERMINAL_INTERVAL_MS = 100
const PLAIN_INTERVAL_MS = 1000

const SAVE_CURSOR = '\x1b7'
const RESTORE_CURSOR = '\x1b8'
const CURSOR_UP = '\x1b[1A'
const CLEAR_ROW = '\x1b[2K'
const SCROLL_ALL = '\x1b[r'

/** Keeps a progress line on standard error until it is closed. */
export class ProgressLine {
  readonly #render: () => string
  readonly #timer: NodeJS.Timeout
  readonly #kind: 'plain' | 'rewritten' | 'last-row'
  readonly #onResize = (): void => this.#reserveRow()
  readonly #onExit = (): void => this.#releaseRow()

  /** `render` makes the text of the moment. */
  constructor(render: () => string) {
    this.#render = render
    this.#kind = !process.stderr.isTTY ? 'plain' : process.stdout.isTTY ? 'last-row' : 'rewritten'
    if (this.#kind === 'last-row') {
      this.#reserveRow()
      process.stderr.on('resize', this.#onResize)
      process.on('exit', this.#onExit)
    }
    const intervalMs = this.#kind === 'plain' ? PLAIN_INTERVAL_MS : TERMINAL_INTERVAL_MS
    this.#timer = setInterval(() => this.#show(), intervalMs)
  }

  /** Takes the line off the terminal. */
  close(): void {
    clearInterval(this.#timer)
    if (this.#kind === 'rewritten') process.stderr.write(`\r${CLEAR_ROW}`)
    if (this.#kind !== 'last-row') return
    process.stderr.off('resize', this.#onResize)
    process.off('exit', this.#onExit)
    this.#releaseRow()
  }

  #show(): void {
    const text = this.#render()
    if (this.#kind === 'plain') {
      process.stderr.write(`${text}\n`)
      return
    }
    // A line that wraps would not be on one row any more.
    const cut = text.slice(0, process.stderr.columns - 1)
    if (this.#kind === 'rewritten') process.stderr.write(`\r${CLEAR_ROW}${cut}`)
    else process.stderr.write(`${SAVE_CURSOR}${toRow(process.stderr.rows)}${CLEAR_ROW}${cut}${RESTORE_CURSOR}`)
  }

  /** The newline makes sure that the cursor is not on the last row; setting a region moves the cursor, so it is saved. */
  #reserveRow(): void {
    const region = `\x1b[1;${process.stderr.rows - 1}r`
    process.stderr.write(`\n${SAVE_CURSOR}${region}${RESTORE_CURSOR}${CURSOR_UP}`)
  }

  #releaseRow(): void {
    const { rows } = process.stderr
    process.stderr.write(`${SAVE_CURSOR}${SCROLL_ALL}${toRow(rows)}${CLEAR_ROW}${RESTORE_CURSOR}`)
  }
}

function toRow(row: number): string {
  return `\x1b[${row};1H`
}
