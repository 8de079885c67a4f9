/**
 * Stage 2, for entries whose category is where they come from: a stack's first frame of the application, by its source,
 * gives the category. What is once known of a frame is remembered, so that only new places cost more than a look-up.
 *
 * Never throws: what cannot be resolved is `general`.
 */
import type { ResolvedOptions } from '../../shared/options.js'
import { reasonOf } from '../produce/json-text.js'
import { type AnyFunction, callSitesBelow, stackBelow } from './call-sites.js'
import { GENERAL_CATEGORY } from './category-name.js'
import { SKIPPED, type Source, SourceCache } from './source-cache.js'
import { SourceMaps } from './source-maps.js'
import { filePath, SourcePaths } from './source-path.js'
import { type RulePath, rulePathBy } from './source-rules.js'
import { evalOrigin, frameLines, parseFrame, type RawFrame, type StackFrame } from './stack-parser.js'

/** So many frames are looked at for a place. */
const FRAMES_MAX = 64
/** So many are looked at to tell an application's wrappers by their functions. */
const WRAPPED_FRAMES_MAX = 200
const NOWHERE: Source = Object.freeze({ category: GENERAL_CATEGORY, rule: 'no frame of the application', frame: null })

const NO_KEYS: ReadonlySet<string> = new Set()
const NO_POSITION = { line: null, column: null, function: null }

/** A frame, and the key under which it is remembered. */
interface KeyedFrame {
  readonly key: string
  /** `null` for one that has no file. */
  readonly raw: RawFrame | null
}

/** Finds the source of entries for one Spillway. */
export class SourceFinder {
  readonly cache: SourceCache
  readonly #paths: SourcePaths
  readonly #maps: SourceMaps | null
  readonly #rulePath: RulePath
  readonly #skippedPaths: readonly string[]
  readonly #skippedFunctions: readonly AnyFunction[]
  readonly #keepsFrames: boolean
  /** How many frames a call's place has needed so far. */
  #framesNeeded = 1
  #hasWarned = false

  constructor({ sources, performance }: ResolvedOptions) {
    const { root, rules, skip, served, maps } = sources
    const { maxSize, ttl, compression } = performance.cache
    this.cache = new SourceCache(maxSize, ttl)
    this.#paths = new SourcePaths(root)
    this.#maps = maps ? new SourceMaps(root, served) : null
    this.#rulePath = rulePathBy(rules)
    this.#skippedPaths = skip
      .filter((each) => typeof each === 'string')
      .map((each) => this.#paths.relative(filePath(each)))
    this.#skippedFunctions = skip.filter((each) => typeof each === 'function')
    this.#keepsFrames = !compression
  }

  /** The source of a call of `below` that is under way. */
  ofCall(below: AnyFunction): Source {
    for (;;) {
      const sites = callSitesBelow(below, this.#framesNeeded)
      if (sites === null) return this.ofStack(stackBelow(below))
      let skipped = 0
      for (const site of sites) {
        const known = this.cache.get(keyOf(site))
        if (known === undefined) return this.#learnCall(below)
        if (known !== SKIPPED) {
          this.cache.hit()
          return known
        }
        skipped++
      }
      if (skipped < this.#framesNeeded || this.#framesNeeded >= FRAMES_MAX) {
        this.cache.hit()
        return NOWHERE
      }
      this.#framesNeeded *= 2
    }
  }

  /** The source of a stack in text, of whatever engine. Time is linear in what is looked at, which is capped. */
  ofStack(stack: string): Source {
    const lines = frameLines(stack)
    for (const line of lines) {
      // A text key starts with a space, a call site's never does.
      const known = this.cache.get(` ${line}`)
      if (known === undefined) return this.#learn(lines.map((each) => ({ key: ` ${each}`, raw: parseFrame(each) })))
      if (known === SKIPPED) continue
      this.cache.hit()
      return known
    }
    this.cache.hit()
    return NOWHERE
  }

  /** The source of a file by its URL or path; of a bundle, the one that is calling `below`. */
  ofFile(file: string, below: AnyFunction): Source {
    const path = this.#paths.pathOf(file)
    if (path === null) return NOWHERE
    const sources = this.#maps?.sourcesOf(path) ?? []
    // A bundle's name says nothing; the place in it does.
    if (sources.length > 1) return this.ofCall(below)
    const [source] = sources
    const sourcePath = source === undefined ? path : this.#paths.pathOf(source)
    return this.#rule(sourcePath === null ? null : { path: sourcePath, ...NO_POSITION }) ?? NOWHERE
  }

  #learnCall(below: AnyFunction): Source {
    const sites = callSitesBelow(below, WRAPPED_FRAMES_MAX) ?? []
    // Beside the cache, which may be too small to hold them for as long as they are needed here.
    const wrapped = new Set<string>()
    for (const wrapper of this.#skippedFunctions) {
      const own = frameOfWrapper(wrapper, sites)
      if (own === undefined) continue
      // All of its activations: it may call itself.
      for (const site of sites) if (isSameFunction(site, own)) wrapped.add(keyOf(site))
    }
    for (const key of wrapped) this.cache.set(key, SKIPPED)
    const frames = sites.slice(0, FRAMES_MAX).map((site) => ({ key: keyOf(site), raw: rawFrameOf(site) }))
    return this.#learn(frames, wrapped)
  }

  /** Goes on from frame to frame until one is the application's, and remembers what each was. */
  #learn(frames: readonly KeyedFrame[], skipped: ReadonlySet<string> = NO_KEYS): Source {
    this.cache.miss()
    for (const { key, raw } of frames) {
      if (skipped.has(key) || this.cache.get(key) === SKIPPED) continue
      const source = raw === null ? null : this.#resolve(raw, frames)
      this.cache.set(key, source ?? SKIPPED)
      if (source !== null) return source
    }
    return NOWHERE
  }

  /** The source of a frame; `null` for one that is not the application's. */
  #resolve(raw: RawFrame, frames: readonly KeyedFrame[]): Source | null {
    const frame = this.#frameOf(raw)
    if (frame === null || this.#isSkipped(frame.path)) return null
    const ruled = this.#rule(this.#sourceOf(frame))
    if (ruled === null || !this.#keepsFrames) return ruled
    return { ...ruled, frames: frames.flatMap((each) => (each.raw === null ? [] : (this.#frameOf(each.raw) ?? []))) }
  }

  #frameOf({ location, line, column, function: name }: RawFrame): StackFrame | null {
    const path = this.#paths.pathOf(location)
    return path === null ? null : { path, line, column, function: name }
  }

  /** The frame in the source that its code was made of; itself where no map tells, `null` for a package's in a bundle. */
  #sourceOf(frame: StackFrame): StackFrame | null {
    const place = this.#maps?.placeOf(frame) ?? null
    if (place === null) return frame
    const path = this.#paths.pathOf(place.path)
    return path === null ? null : { ...place, path }
  }

  /** `null` for what the application wants to be skipped. */
  #rule(frame: StackFrame | null): Source | null {
    if (frame === null || this.#isSkipped(frame.path)) return null
    try {
      return { ...this.#rulePath(frame.path), frame }
    } catch (error) {
      this.#warn(`the function of sources.rules threw for ${frame.path}: ${reasonOf(error)}`)
      return { category: GENERAL_CATEGORY, rule: 'function (threw)', frame }
    }
  }

  #isSkipped(path: string): boolean {
    return this.#skippedPaths.some((skipped) => path.startsWith(skipped))
  }

  #warn(fault: string): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    process.emitWarning(`spillway: ${fault}; what it throws for is general.`, { code: 'SPILLWAY_SOURCE_RULES' })
  }
}

/** The frame of a function that is being called: the one above its caller's. */
function frameOfWrapper(wrapper: AnyFunction, sites: readonly NodeJS.CallSite[]): NodeJS.CallSite | undefined {
  const [caller] = callSitesBelow(wrapper, 1) ?? []
  if (caller !== undefined) {
    const callerKey = keyOf(caller)
    return sites[sites.findIndex((site, index) => index > 0 && keyOf(site) === callerKey) - 1]
  }
  // It is not being called, or by nobody: after an await it is the outermost frame.
  const outermost = sites[sites.length - 1]
  return wrapper.name !== '' && outermost?.getFunctionName() === wrapper.name ? outermost : undefined
}

function isSameFunction(left: NodeJS.CallSite, right: NodeJS.CallSite): boolean {
  if (left === right) return true
  const name = left.getFunctionName()
  return name !== null && name === right.getFunctionName() && left.getFileName() === right.getFileName()
}

/** Where the source is, for a line: `src/actions/move.ts:42`; empty where it is not known. */
export function placeText({ frame }: Source): string {
  if (frame === null) return ''
  return frame.line === null ? frame.path : `${frame.path}:${frame.line}`
}

/** The file and the place in it: of code from eval, the place in the code that was evaluated. */
function keyOf(site: NodeJS.CallSite): string {
  return `${site.getFileName() ?? site.getEvalOrigin()}:${(site as PlacedCallSite).getPosition()}`
}

/** Every V8 of Node 20 and later has it; the types do not. */
interface PlacedCallSite extends NodeJS.CallSite {
  getPosition(): number
}

function rawFrameOf(site: NodeJS.CallSite): RawFrame | null {
  const name = site.getFunctionName()
  const origin = site.isEval() ? site.getEvalOrigin() : undefined
  if (origin?.startsWith('eval at ')) {
    const frame = parseFrame(`at ${name ?? 'eval'} (${evalOrigin(origin)})`)
    if (frame !== null) return frame
  }
  const location = site.getFileName() ?? ''
  if (location === '') return null
  return { location, line: site.getLineNumber(), column: site.getColumnNumber(), function: name }
}
