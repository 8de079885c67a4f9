/** A process that lives and logs on, in a directory in which others are killed. */
import type { ChildSettings } from './child-settings.js'
import { Life } from './life.js'
import { unexpectedWords } from './said.js'

export class Neighbour {
  readonly settings: ChildSettings
  readonly #life: Life

  constructor(settings: ChildSettings, zone: string) {
    this.settings = { ...settings, pace: 'trickle', entriesMax: Number.MAX_SAFE_INTEGER, end: 'close' }
    this.#life = new Life(this.settings, null, zone)
  }

  /** Waits until it logs. */
  started(): Promise<void> {
    return this.#life.cameTo('logging')
  }

  /** Has it come to its end. The problem is what is wrong with that, or with what it said meanwhile. */
  async end(): Promise<{ readonly acknowledged: number; readonly problem: string | null }> {
    this.#life.askToEnd()
    const { code, signal, acknowledged, place, stderr } = await this.#life.ended()
    const said = unexpectedWords(stderr)
    const isFine = code === 0 && place === 'closed' && said === ''
    return {
      acknowledged: acknowledged.last,
      problem: isFine ? null : `ended with ${signal ?? code} after ${place}: ${said}`,
    }
  }
}
