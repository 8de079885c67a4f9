/**
 * Makes the encoder's memory for a logger of a category. A category beyond `maxCategories` shares general.jsonl, where
 * its name stands in `category_`.
 */
import { SpillwayError } from '../../shared/errors.js'
import type { Bindings } from '../produce/bindings.js'
import type { LogContext } from '../produce/log-context.js'
import type { RecordEncoder } from '../produce/record-encoder.js'
import { GENERAL_CATEGORY } from './category-name.js'
import type { RouteTable } from './route-table.js'

/** The contexts of one Spillway. */
export class CategoryContexts {
  readonly #routes: RouteTable
  readonly #encoder: RecordEncoder

  constructor(routes: RouteTable, encoder: RecordEncoder) {
    this.#routes = routes
    this.#encoder = encoder
  }

  /** The memory of a new logger of this category, with these bindings. */
  make(category: string, bindings: Bindings): LogContext {
    const own = this.#routes.of(category)
    if (own !== null) return this.#encoder.context(own, bindings)
    const general = this.#routes.of(GENERAL_CATEGORY)
    if (general === null) throw new SpillwayError('ERR_SPILLWAY_INVALID_CATEGORY', 'There is no general category.')
    return this.#encoder.context(general, bindings.extend({ category }))
  }
}
