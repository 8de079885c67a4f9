/**
 * Where tagged templates are called. The strings array is one object per call site: the first call captures the stack,
 * every later one finds the site by identity, so a place costs nothing per call.
 */
import type { AnyFunction } from './call-sites.js'
import type { Source } from './source-cache.js'
import { placeText, type SourceFinder } from './source-finder.js'

/** The method that logs at a level: on the stack, what is below it is the application. */
export type MethodOfLevel = (level: number) => AnyFunction

/** The call sites of tagged templates. */
export class TemplateSites {
  readonly #finder: SourceFinder
  readonly #methodOf: MethodOfLevel
  readonly #sources = new WeakMap<TemplateStringsArray, Source>()

  constructor(finder: SourceFinder, methodOf: MethodOfLevel) {
    this.#finder = finder
    this.#methodOf = methodOf
  }

  /** The source of a template, whose call with this level is under way. */
  sourceOf(strings: TemplateStringsArray, level: number): Source {
    const known = this.#sources.get(strings)
    if (known !== undefined) return known
    const source = this.#finder.ofCall(this.#methodOf(level))
    this.#sources.set(strings, source)
    return source
  }

  /** Its place as lines tell it: `src/actions/move.ts:42`. */
  placeOf(strings: TemplateStringsArray, level: number): string {
    return placeText(this.sourceOf(strings, level))
  }
}
