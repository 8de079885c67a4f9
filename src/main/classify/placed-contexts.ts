/**
 * Stage 2 of loggers that are shared: the category of each entry is that of the place it was logged from. A tagged
 * template is known by its call site, at no cost per call; other calls are looked at one by one where `classify` is
 * `call-site`, and go to the logger's own category where it is not.
 */
import type { Bindings } from '../produce/bindings.js'
import { PLACE_NAME } from '../produce/key-names.js'
import type { LogContext } from '../produce/log-context.js'
import { isTemplateStrings } from '../produce/template-arguments.js'
import type { CategoryContexts } from './category-contexts.js'
import { GENERAL_CATEGORY } from './category-name.js'
import type { Source } from './source-cache.js'
import { placeText, type SourceFinder } from './source-finder.js'
import type { MethodOfLevel, TemplateSites } from './template-sites.js'

/** A logger remembers the contexts of so many places; then it begins anew. */
const CONTEXTS_MAX = 4096

/** What all shared loggers of one Spillway have in common. */
export interface Places {
  readonly contexts: CategoryContexts
  readonly finder: SourceFinder
  readonly sites: TemplateSites
  readonly methodOf: MethodOfLevel
  /** Whether every call is looked at. */
  readonly eachCall: boolean
  /** Whether lines tell their place. */
  readonly tellsPlace: boolean
}

/** The contexts of one shared logger, by the places of its entries. */
export class PlacedContexts {
  readonly #places: Places
  readonly #bindings: Bindings
  /** For entries whose place is in no rule. */
  readonly #own: LogContext
  readonly #byCategory = new Map<string, LogContext>()
  readonly #bySource = new Map<Source, LogContext>()
  /** At first nothing that a call can have for its first argument. */
  #lastStrings: unknown = this
  #lastContext: LogContext

  constructor(places: Places, own: LogContext) {
    this.#places = places
    this.#bindings = own.bindings
    this.#own = own
    this.#lastContext = own
  }

  /** The context of an entry whose call with this level is under way; `first` is the call's first argument. */
  contextOf(first: unknown, level: number): LogContext {
    if (first === this.#lastStrings) return this.#lastContext
    if (isTemplateStrings(first)) {
      this.#lastContext = this.#ofCategory(this.#places.sites.sourceOf(first, level).category)
      this.#lastStrings = first
      return this.#lastContext
    }
    if (!this.#places.eachCall) return this.#own
    const source = this.#places.finder.ofCall(this.#places.methodOf(level))
    return this.#places.tellsPlace ? this.#ofSource(source) : this.#ofCategory(source.category)
  }

  /** Those of a child, whose own context has its bindings. */
  child(own: LogContext): PlacedContexts {
    return new PlacedContexts(this.#places, own)
  }

  #ofCategory(category: string): LogContext {
    if (category === GENERAL_CATEGORY) return this.#own
    const known = this.#byCategory.get(category)
    if (known !== undefined) return known
    const context = this.#places.contexts.make(category, this.#bindings)
    if (this.#byCategory.size >= CONTEXTS_MAX) this.#byCategory.clear()
    this.#byCategory.set(category, context)
    return context
  }

  /** With the place as a binding, unless the logger has one of that name. */
  #ofSource(source: Source): LogContext {
    const known = this.#bySource.get(source)
    if (known !== undefined) return known
    const place = placeText(source)
    const isPlaced = place !== '' && this.#bindings.names?.has(PLACE_NAME) !== true
    const bindings = isPlaced ? this.#bindings.extend({ [PLACE_NAME]: place }) : this.#bindings
    const context =
      source.category === GENERAL_CATEGORY
        ? this.#own.sibling(bindings)
        : this.#places.contexts.make(source.category, bindings)
    if (this.#bySource.size >= CONTEXTS_MAX) this.#bySource.clear()
    this.#bySource.set(source, context)
    return context
  }
}
