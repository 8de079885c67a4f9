/**
 * Why an entry lands where it does, for people whose lines land elsewhere than they think.
 */
import type { Origin } from '../logger.js'
import type { RouteTable } from './route-table.js'
import { SKIPPED, type SourceCache } from './source-cache.js'
import type { StackFrame } from './stack-parser.js'

/** A category and how it came about. */
export interface Explanation {
  readonly category: string
  /** Where its entries below warn go, in the directory of their day: `actions.jsonl`. */
  readonly file: string
  /** The pattern that matched, or in words what decided. */
  readonly rule: string
  /** The place in the code that was judged; `null` where there was none. */
  readonly frame: StackFrame | null
}

/** A place that is remembered. */
export interface KnownSource {
  /** The frame as it was found. */
  readonly key: string
  /** `null` for a frame that is passed over: a package's, the runtime's, a wrapper's. */
  readonly category: string | null
  readonly rule: string
  readonly frame: StackFrame | null
  /** All frames that were read with it, where `performance.cache.compression` is off; else none. */
  readonly frames: readonly StackFrame[]
}

/** Says how a logger or a stack came by its category. */
export function explainOrigin({ source, category }: Origin, routes: RouteTable): Explanation {
  const isHint = source !== null && source.category !== category
  const rule = source === null || isHint ? 'the name it was given' : source.rule
  return { category, file: routes.fileOf(category), rule, frame: source?.frame ?? null }
}

/** What a cache remembers. */
export function knownSources(cache: SourceCache): KnownSource[] {
  return cache.entries().map(({ key, source }) => ({
    key: key.trimStart(),
    category: source === SKIPPED ? null : source.category,
    rule: source.rule,
    frame: source.frame,
    frames: source.frames ?? [],
  }))
}
