/**
 * An owner that can die between any two of its stores, in one thread: its arena's words and doubles are proxies that
 * count each store, plain or atomic, as its kernel does, and its writes to files are counted with them. At the chosen one it dies; from then
 * on nothing it does has any effect, as for a thread that was ended: also what its own catch blocks try.
 */
import type { Arena } from '../../src/shared/arena.js'
import type { DrainOptions } from '../../src/shared/writer-protocol.js'
import type { LineKernel } from '../../src/workers/drain/line-kernel.js'
import { PartitionDrain } from '../../src/workers/drain/partition-drain.js'
import { FileCalls, injected } from './file-calls.js'
import { tracedKernel } from './traced-kernel.js'

/** Thrown into the code of an owner at its death and at everything it tries afterwards. */
export class Death extends Error {}

/** What an owner dies of in its line kernel. */
export const KERNEL_STORE = 'a store of the kernel'

/** What happens to the write at which an owner dies. */
export type LastWrite = 'none of it' | 'half of it' | 'all of it'
/** Each write of a file is three events, for its owner may die before, in the middle of and after it. */
const LAST_WRITES: readonly LastWrite[] = ['none of it', 'half of it', 'all of it']

type Words = Int32Array | Float64Array
const proxied = new WeakMap<object, Words>()
const realAtomics = { ...pick(Atomics) }

/** Counts the events of an owner, and ends it at the one it is not to outlive. */
export class Lifetime {
  events = 0
  dead = false
  /** What the owner died of. */
  epitaph = ''
  readonly #eventsMax: number

  constructor(eventsMax: number) {
    this.#eventsMax = eventsMax
  }

  /** Before a store: throws instead of returning where it must not happen any more. */
  event(name: string): void {
    if (!this.dead && this.events++ < this.#eventsMax) return
    if (!this.dead) this.epitaph = name
    this.dead = true
    throw new Death(name)
  }
}

/** What opens and writes of a file at this path fail with; `null` where they do not. */
export type FailingFiles = (path: string) => string | null

/** An owner of `arena` that lives as long as `lifetime` says. Dispose of it before another one is made. */
export class MortalOwner {
  /** What it sees of the arena: for who does something else with it than to drain. */
  readonly arena: Arena
  readonly #options: DrainOptions
  readonly #kernel: LineKernel | null
  readonly #calls: FileCalls
  #drain: PartitionDrain | null = null

  /** `onSynced` is called with each file and directory that has come to the disk. */
  constructor(
    arena: Arena,
    options: DrainOptions,
    lifetime: Lifetime,
    failing: FailingFiles = () => null,
    onSynced: (path: string) => void = () => {},
    hasKernel = true,
  ) {
    this.#options = options
    this.#kernel = hasKernel ? tracedKernel(arena, () => lifetime.event(KERNEL_STORE)) : null
    this.arena = {
      ...arena,
      words: watchStores(arena.words, 'word', lifetime),
      doubles: watchStores(arena.doubles, 'double', lifetime),
    }
    Object.assign(Atomics, watchedAtomics(lifetime))
    const paths = new Map<number, string>()
    const check = (path: string): void => {
      const code = failing(path)
      if (code !== null) throw injected(code)
    }
    // A write of a file is three events; `write` does a part of it.
    const mortally = (length: number, write: (length: number) => number): void => {
      for (const last of LAST_WRITES) {
        try {
          lifetime.event(`write ${last}`)
        } catch (death) {
          if (!lifetime.epitaph.startsWith('write') || this.#buried) throw death
          this.#buried = true
          if (last !== 'none of it') write(last === 'all of it' ? length : length >> 1)
          throw death
        }
      }
    }
    this.#calls = new FileCalls({
      onOpen: (path, open) => {
        lifetime.event(`open ${path}`)
        check(path)
        const descriptor = open()
        paths.set(descriptor, path)
        return descriptor
      },
      onWrite: (length, write, descriptor) => {
        mortally(length, write)
        check(paths.get(descriptor) ?? '')
        return write(length)
      },
      onSync: (path, sync) => {
        lifetime.event(`before the sync of ${path}`)
        sync()
        onSynced(path)
        lifetime.event(`after the sync of ${path}`)
      },
      onJournalWrite: (length, write) => {
        mortally(length, write)
        return write(length)
      },
      onStandardError: () => {},
    })
  }

  /** Made at the first look, which may be its death. */
  get drain(): PartitionDrain {
    this.#drain ??= new PartitionDrain(this.arena, this.#options, {}, this.#kernel)
    return this.#drain
  }

  /** Whether the last write has had what it gets. */
  #buried = false;

  [Symbol.dispose](): void {
    this.#calls.closeReserves()
    this.#calls[Symbol.dispose]()
    Object.assign(Atomics, realAtomics)
  }
}

/** Index stores throw at the owner's death; everything else reaches the real array. */
function watchStores<T extends Words>(array: T, name: string, lifetime: Lifetime): T {
  const proxy = new Proxy(array, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        if (['set', 'fill', 'copyWithin'].includes(String(property))) lifetime.event(`${name}s.${String(property)}`)
        return value.apply(target, args)
      }
    },
    set(target, property, value) {
      lifetime.event(`${name} ${String(property)}`)
      return Reflect.set(target, property, value)
    },
  })
  proxied.set(proxy, array)
  return proxy
}

/** Atomics take no proxy: these take the array behind it, and count what they store. */
function watchedAtomics(lifetime: Lifetime): Partial<typeof Atomics> {
  const array = (view: Int32Array): Int32Array => (proxied.get(view) as Int32Array | undefined) ?? view
  const watch = (view: Int32Array, index: number): Int32Array => {
    if (proxied.has(view)) lifetime.event(`word ${index}`)
    return array(view)
  }
  return {
    load: ((view: Int32Array, index: number) => realAtomics.load(array(view), index)) as typeof Atomics.load,
    notify: (view, index, count) => realAtomics.notify(array(view as Int32Array), index ?? 0, count),
    store: ((view: Int32Array, index: number, value: number) =>
      realAtomics.store(watch(view, index), index, value)) as typeof Atomics.store,
    add: ((view: Int32Array, index: number, value: number) =>
      realAtomics.add(watch(view, index), index, value)) as typeof Atomics.add,
    compareExchange: ((view: Int32Array, index: number, expected: number, value: number) =>
      realAtomics.compareExchange(watch(view, index), index, expected, value)) as typeof Atomics.compareExchange,
  }
}

type Watched = 'load' | 'store' | 'add' | 'compareExchange' | 'notify'

function pick({ load, store, add, compareExchange, notify }: typeof Atomics): Pick<typeof Atomics, Watched> {
  return { load, store, add, compareExchange, notify }
}
