/**
 * An arena that tells of each access before it happens: its views are proxies, and Atomics, which take no proxy, are
 * exchanged for functions that look behind it. What is written through a DataView on the same memory is not seen, nor is
 * what the kernel reads.
 */
import type { Arena } from '../../src/shared/arena.js'

export type ViewName = 'words' | 'doubles' | 'bytes' | 'buffer'

/** Who is told. What it throws is thrown in place of the access. */
export interface ArenaWatcher {
  /** Before an access; `index` is that of the view, or -1 for a method that is not known to store. */
  access(view: ViewName, index: number, isStore: boolean, value?: number): void
  /** In place of Atomics.wait. */
  wait(words: Int32Array, index: number, value: number, timeoutMs: number): 'ok' | 'not-equal' | 'timed-out'
  /** In place of Atomics.notify. */
  notify(index: number): void
}

type View = Int32Array | Float64Array | Uint8Array
type WordAccess = (view: Int32Array, index: number, ...values: number[]) => number

const watched = new WeakMap<object, { readonly words: Int32Array; readonly watcher: ArenaWatcher }>()
const genuine: Record<string, unknown> = Object.fromEntries(
  Object.getOwnPropertyNames(Atomics).map((name) => [name, Reflect.get(Atomics, name)]),
)
const LOADS = ['load']
const STORES = ['store', 'add', 'sub', 'and', 'or', 'xor', 'exchange', 'compareExchange']
/** Methods that store from the index that is their second argument. */
const STORING_METHODS = ['set', 'fill', 'write', 'utf8Write', 'latin1Write']

/** `arena` as somebody sees it whose accesses are watched. */
export function watchArena(arena: Arena, watcher: ArenaWatcher, views: readonly ViewName[]): Arena {
  const seen = { ...arena }
  for (const view of views) Object.assign(seen, { [view]: watchView(arena[view], view, watcher) })
  watched.set(seen.words, { words: arena.words, watcher })
  return seen
}

/** Until this is disposed of, this thread's Atomics know watched arenas. */
export class WatchedAtomics {
  constructor() {
    for (const name of LOADS) Object.assign(Atomics, { [name]: watchAtomic(name, false) })
    for (const name of STORES) Object.assign(Atomics, { [name]: watchAtomic(name, true) })
    Object.assign(Atomics, {
      wait: (view: Int32Array, index: number, value: number, timeoutMs = Number.POSITIVE_INFINITY) => {
        const behind = watched.get(view)
        if (behind === undefined) return (genuine.wait as typeof Atomics.wait)(view, index, value, timeoutMs)
        return behind.watcher.wait(behind.words, index, value, timeoutMs)
      },
      notify: (view: Int32Array, index: number, count?: number) => {
        const behind = watched.get(view)
        if (behind === undefined) return (genuine.notify as typeof Atomics.notify)(view, index, count)
        behind.watcher.notify(index)
        return 1
      },
    })
  }

  [Symbol.dispose](): void {
    Object.assign(Atomics, genuine)
  }
}

function watchAtomic(name: string, isStore: boolean): WordAccess {
  const access = genuine[name] as WordAccess
  return (view, index, ...values) => {
    const behind = watched.get(view)
    if (behind === undefined) return access(view, index, ...values)
    behind.watcher.access('words', index, isStore, values[0])
    return access(behind.words, index, ...values)
  }
}

function watchView<T extends View>(array: T, view: ViewName, watcher: ArenaWatcher): T {
  return new Proxy(array, {
    get(target, property) {
      if (isIndex(property)) {
        watcher.access(view, Number(property), false)
        return Reflect.get(target, property)
      }
      const value: unknown = Reflect.get(target, property)
      if (typeof value !== 'function') return value
      return (...values: unknown[]): unknown => {
        const isStore = STORING_METHODS.includes(String(property))
        watcher.access(view, isStore ? Number(values[1] ?? 0) : -1, isStore)
        return value.apply(target, values)
      }
    },
    set(target, property, value: unknown) {
      if (isIndex(property)) watcher.access(view, Number(property), true, Number(value))
      return Reflect.set(target, property, value)
    },
  })
}

function isIndex(property: string | symbol): property is string {
  if (typeof property !== 'string') return false
  const code = property.charCodeAt(0)
  return code >= 0x30 && code <= 0x39
}
