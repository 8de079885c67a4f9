/**
 * From a place in generated code (compiled, bundled, minified) to the place in its source. The only importer of
 * trace-mapping. Maps are loaded when their code is seen first, each once, and kept; what is wrong with one is told once.
 */
import { createRequire, findSourceMap } from 'node:module'
import { dirname, resolve } from 'node:path'
import type { FlattenMap, originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import { codeFile, findMap, SourceMapFault } from './source-map-files.js'
import type { StackFrame } from './stack-parser.js'

/** So many maps are kept. */
const MAPS_MAX = 256
/** So many faults are told. */
const FAULTS_MAX = 64

/** What is known of a file of code. */
interface CodeMap {
  readonly map: TraceMap | null
}

/** What is used of trace-mapping. */
interface TraceMapping {
  readonly FlattenMap: typeof FlattenMap
  readonly originalPositionFor: typeof originalPositionFor
}

let loaded: TraceMapping | null = null

/** Loaded with the first map: its memory is not for those who have none. */
function traceMapping(): TraceMapping {
  loaded ??= createRequire(import.meta.url)('@jridgewell/trace-mapping') as TraceMapping
  return loaded
}

const NO_MAP: CodeMap = Object.freeze({ map: null })

/** The maps of one application. */
export class SourceMaps {
  readonly #root: string
  readonly #served: readonly string[]
  readonly #maps = new Map<string, CodeMap>()
  /** Paths without a map; apart from the maps, for a client can send ever other ones. */
  readonly #unmapped = new Set<string>()
  readonly #told = new Set<string>()

  /** `served` are folders below `root` that are looked through as well. */
  constructor(root: string, served: readonly string[]) {
    this.#root = root
    this.#served = served
  }

  /**
   * The source of a place in generated code, by its path from the root, with the path as the map has it: absolute, or a
   * bundler's name; `null` where no map tells. Never throws.
   */
  placeOf(frame: StackFrame): StackFrame | null {
    if (frame.line === null) return null
    try {
      return this.#byRuntime(frame) ?? this.#byMap(frame, frame.line)
    } catch (error) {
      this.#tell(frame.path, `its source map cannot be read: ${(error as Error).message}`)
      return null
    }
  }

  /** The sources that a file of code was made of, as its map has them; none where there is no map. */
  sourcesOf(path: string): readonly string[] {
    const { map } = this.#mapOf(path)
    return map === null ? [] : map.resolvedSources.flatMap((source) => sourceAt(map, source) ?? [])
  }

  /** Code that a loader made in memory: its map is with the runtime, where the runtime keeps maps. */
  #byRuntime({ path, line, column, function: name }: StackFrame): StackFrame | null {
    if ((process as { sourceMapsEnabled?: boolean }).sourceMapsEnabled !== true) return null
    const file = resolve(this.#root, path)
    const entry = findSourceMap(file)?.findEntry((line ?? 1) - 1, (column ?? 1) - 1)
    if (entry === undefined || !('originalSource' in entry)) return null
    const source = /^[a-z]+:\/\//i.test(entry.originalSource)
      ? entry.originalSource
      : resolve(dirname(file), entry.originalSource)
    return { path: source, line: entry.originalLine + 1, column: entry.originalColumn + 1, function: name }
  }

  #byMap({ path, column, function: name }: StackFrame, line: number): StackFrame | null {
    const { map } = this.#mapOf(path)
    if (map === null || line < 1) return null
    const found = traceMapping().originalPositionFor(map, { line, column: Math.max(0, (column ?? 1) - 1) })
    const source = sourceAt(map, found.source)
    if (source === null || found.column === null) return null
    return { path: source, line: found.line, column: found.column + 1, function: name }
  }

  #mapOf(path: string): CodeMap {
    const known = this.#unmapped.has(path) ? NO_MAP : this.#maps.get(path)
    if (known !== undefined) return known
    const code = this.#load(path)
    const kept = code === NO_MAP ? this.#unmapped : this.#maps
    if (kept.size >= MAPS_MAX) kept.clear()
    if (code === NO_MAP) this.#unmapped.add(path)
    else this.#maps.set(path, code)
    return code
  }

  #load(path: string): CodeMap {
    let file: string | null = null
    for (const folder of ['.', ...this.#served]) file ??= codeFile(this.#root, resolve(this.#root, folder, path))
    if (file === null) return NO_MAP
    try {
      const found = findMap(this.#root, file)
      // Maps of servers that must not be run as scripts begin with a line that is no JSON.
      if (found === null) return NO_MAP
      return { map: new (traceMapping().FlattenMap)(found.json.replace(/^\)\]\}'[^\n]*\n/, ''), found.base) }
    } catch (error) {
      const isFault = error instanceof SourceMapFault
      this.#tell(path, isFault ? error.message : `its source map is malformed: ${(error as Error).message}`)
      return NO_MAP
    }
  }

  #tell(path: string, fault: string): void {
    if (this.#told.size >= FAULTS_MAX || this.#told.has(path)) return
    this.#told.add(path)
    process.emitWarning(`spillway: ${path} is taken as it is, for ${fault}.`, { code: 'SPILLWAY_SOURCE_MAP' })
  }
}

/** A source by its resolved path, as the map has it where that is a Windows path; `null` for one without a name. */
function sourceAt(map: TraceMap, resolved: string | null | undefined): string | null {
  if (typeof resolved !== 'string') return null // Also an index beyond the sources.
  const name = map.sources[map.resolvedSources.indexOf(resolved)]
  if (typeof name !== 'string' || name === '') return null
  return /^[A-Za-z]:[\\/]/.test(name) ? name : resolved
}
