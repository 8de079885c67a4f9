/**
 * A recovery that can die at any system call that changes something: the call does not happen, or a write happens in part
 * or as a whole, and from then on nothing it does has any effect.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { injected } from '../file-calls.js'

const CHANGING = ['ftruncateSync', 'unlinkSync', 'renameSync', 'mkdirSync', 'chmodSync', 'fchmodSync'] as const
/** A write is three events: its process may die before, in the middle of and after it. */
const PARTS = [0, 0.5, 1]

type AnyCall = (...args: unknown[]) => unknown

/** System calls of one process, until this is disposed of. */
export class MortalRecovery {
  events = 0
  /** The call it died at; empty while it lives. */
  epitaph = ''
  readonly #eventsMax: number
  /** What writes and opens for writing fail with, where they do. */
  readonly #failure: (path: string) => string | null
  readonly #real: Record<string, AnyCall> = {}
  readonly #open = new Map<number, string>()

  constructor(eventsMax: number, failure: (path: string) => string | null = () => null) {
    this.#eventsMax = eventsMax
    this.#failure = failure
    for (const name of ['openSync', 'writeSync', 'closeSync', ...CHANGING]) this.#real[name] = Reflect.get(fs, name)
    for (const name of CHANGING) {
      this.#replace(name, (...args) => {
        this.#event(name)
        return this.#call(name, args)
      })
    }
    this.#replace('openSync', (path, flags, mode) => this.#openFile(String(path), flags, mode))
    this.#replace('closeSync', (descriptor) => {
      this.#open.delete(descriptor as number)
      return this.#call('closeSync', [descriptor])
    })
    this.#replace('writeSync', (descriptor, bytes, offset, length, position) =>
      this.#write(descriptor as number, bytes as Uint8Array, offset as number, length as number, position),
    )
    syncBuiltinESMExports()
  }

  [Symbol.dispose](): void {
    for (const [name, call] of Object.entries(this.#real)) Reflect.set(fs, name, call)
    syncBuiltinESMExports()
    for (const descriptor of this.#open.keys()) fs.closeSync(descriptor)
  }

  #replace(name: string, call: AnyCall): void {
    Reflect.set(fs, name, call)
  }

  #call(name: string, args: unknown[]): unknown {
    return (this.#real[name] as AnyCall).apply(fs, args)
  }

  #event(name: string): void {
    if (this.epitaph === '' && this.events++ < this.#eventsMax) return
    if (this.epitaph === '') this.epitaph = name
    throw new Error(`dead: ${this.epitaph}`)
  }

  #openFile(path: string, flags: unknown, mode: unknown): unknown {
    const isForWriting = ((flags as number) & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0
    if (isForWriting) {
      this.#event(`open ${path}`)
      const code = this.#failure(path)
      if (code !== null) throw injected(code)
    }
    const descriptor = this.#call('openSync', [path, flags, mode]) as number
    this.#open.set(descriptor, path)
    return descriptor
  }

  #write(descriptor: number, bytes: Uint8Array, offset: number, length: number, position: unknown): unknown {
    for (const part of PARTS) {
      const before = this.epitaph
      try {
        this.#event(`write ${part} of ${this.#open.get(descriptor)}`)
      } catch (death) {
        if (before === '') this.#call('writeSync', [descriptor, bytes, offset, Math.floor(length * part), position])
        throw death
      }
    }
    return this.#call('writeSync', [descriptor, bytes, offset, length, position])
  }
}
