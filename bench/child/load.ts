/** The load on the bench's service, as the service's process commands it: a process of its own, see load-generator.ts. */
import { Companion } from './companion.js'

/** What the load consists of. */
export interface LoadPlan {
  readonly port: number
  readonly connections: number
  /** Whole requests; they take turns. */
  readonly requests: readonly string[]
}

/** What the generator is told. `rest` is answered when all is answered that was sent. */
export type LoadOrder =
  | ({ readonly kind: 'open' } & LoadPlan)
  | { readonly kind: 'saturate' }
  | { readonly kind: 'rest' }
  | { readonly kind: 'pace'; readonly perSecond: number; readonly requests: number }

/** What it answers: the times of the paced requests, none for the order to rest. */
export type LoadAnswer = Float32Array

export class Load {
  readonly #generator = new Companion<LoadOrder, LoadAnswer>('./load-generator.js')

  constructor(plan: LoadPlan) {
    this.#generator.tell({ kind: 'open', ...plan })
  }

  /** As many requests as go, until rest(). */
  saturate(): void {
    this.#generator.tell({ kind: 'saturate' })
  }

  /** Resolves when every request that was sent is answered. */
  async rest(): Promise<void> {
    await this.#generator.ask({ kind: 'rest' })
  }

  /** So many requests at a rate; resolves with the time of each in nanoseconds, from the instant at which it was due. */
  pace(perSecond: number, requests: number): Promise<Float32Array> {
    return this.#generator.ask({ kind: 'pace', perSecond, requests })
  }

  end(): Promise<void> {
    return this.#generator.end()
  }
}
