/** One life of a child: started, killed at an instant of its life or left to its own end, and waited for. */
import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { inheritedEnvironment } from '../support/inherited-environment.js'
import { Acknowledged, openAcknowledgement } from './acknowledgement.js'
import { FLAGS } from './causes.js'
import type { ChildSettings, Place } from './child-settings.js'

const CHILD = fileURLToPath(new URL('child.js', import.meta.url))
/** A child that comes to no end is a finding. */
const PATIENCE_MS = 30_000
const STDERR_CHARACTERS = 2_000
const SPIN_MS = 1

/** When a child is killed: so long after it came to a place; `spawned` is the parent's own. */
export interface Kill {
  readonly at: Place | 'spawned'
  readonly afterMs: number
}

/** How it went. */
export interface LifeEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Whether the end was a SIGKILL of the parent's. */
  readonly killed: boolean
  readonly hung: boolean
  /** Where the child was last; `null` before it had started. */
  readonly place: Place | null
  /** Milliseconds from `started` to `constructed`; `null` where it did not come so far. */
  readonly constructionMs: number | null
  /** Which calls are known to have returned. */
  readonly acknowledged: Acknowledged
  readonly stderr: string
}

/** A child that runs. */
export class Life {
  readonly #child: ChildProcess
  readonly #settings: ChildSettings
  readonly #at = new Map<Place, number>()
  readonly #places = new EventEmitter()
  #place: Place | null = null
  #killed = false
  #hung = false
  #stderr = ''

  /** Starts it, in the time zone of `zone`. */
  constructor(settings: ChildSettings, kill: Kill | null, zone: string) {
    this.#settings = settings
    openAcknowledgement(settings.acknowledgement)
    const flags = settings.death === null ? [] : FLAGS[settings.death.cause]
    const command = [process.execPath, ...flags, CHILD, JSON.stringify(settings)]
    // The core of a death by a signal is of no use, and takes as long as a hundred deaths.
    const shell = settings.death === null ? command : ['/bin/sh', '-c', 'ulimit -c 0; exec "$0" "$@"', ...command]
    this.#child = spawn(shell[0] as string, shell.slice(1), {
      env: { ...inheritedEnvironment(), TZ: zone },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#hear(text, kill))
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_CHARACTERS)
    })
    if (kill?.at === 'spawned') this.#killAfter(kill.afterMs)
  }

  /** Kills it now. */
  kill(): void {
    this.#killed = this.#child.kill('SIGKILL')
  }

  /** Waits for its end. */
  async ended(): Promise<LifeEnd> {
    const patience = setTimeout(() => {
      this.#hung = true
      this.kill()
    }, PATIENCE_MS)
    const { code, signal } = await this.#closed()
    clearTimeout(patience)
    const startedAt = this.#at.get('started')
    const constructedAt = this.#at.get('constructed')
    return {
      code,
      signal,
      killed: this.#killed && !this.#hung && signal === 'SIGKILL',
      hung: this.#hung,
      place: this.#place,
      constructionMs: startedAt === undefined || constructedAt === undefined ? null : constructedAt - startedAt,
      acknowledged: new Acknowledged(this.#settings.acknowledgement),
      stderr: this.#stderr,
    }
  }

  /** Asks it to come to its end by itself. */
  askToEnd(): void {
    this.#child.kill('SIGTERM')
  }

  /** Waits until it comes to a place, or ends before. */
  async cameTo(place: Place): Promise<void> {
    if (!this.#at.has(place)) await Promise.race([once(this.#places, place), once(this.#child, 'exit')])
  }

  #closed(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    return new Promise((resolve, reject) => {
      this.#child.once('error', reject)
      this.#child.once('close', (code, signal) => resolve({ code, signal }))
    })
  }

  #hear(text: string, kill: Kill | null): void {
    for (const word of text.split('\n').slice(0, -1)) {
      const place = word as Place
      this.#place = place
      if (this.#at.has(place)) continue
      this.#at.set(place, performance.now())
      this.#places.emit(place)
      if (place === kill?.at) this.#killAfter(kill.afterMs)
    }
  }

  /** A timer is good to a millisecond; the rest is waited for. */
  #killAfter(delayMs: number): void {
    const at = performance.now() + delayMs
    const strike = (): void => {
      while (performance.now() < at);
      this.kill()
    }
    if (delayMs < SPIN_MS) strike()
    else setTimeout(strike, delayMs - SPIN_MS)
  }
}
