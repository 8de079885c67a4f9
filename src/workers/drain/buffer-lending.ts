/**
 * Which file buffers are free. A file has one only while it has pending bytes, so few buffers serve many files; the more
 * files have some, the smaller are the slices that are lent, so that each can gather lines. A buffer that is cut has slices
 * of one size until all of them are back.
 *
 * The last free buffer is kept for files that are urgent: lines that cannot be written must not take it from errors. It is
 * theirs until all of it is back.
 */
import { type Arena, fileWord } from '../../shared/arena.js'
import { FILE_COUNT, FILE_PRIORITY } from '../../shared/arena-layout.js'
import { type BufferRange, bufferIndex, bufferOffset, setBuffer, sliceSizes } from '../../shared/file-buffers-layout.js'
import { URGENT_PRIORITY } from '../../shared/priorities.js'

/** How many passes a number of busy files is remembered, once or twice. */
const MEMORY_PASSES = 64

/** A buffer that is lent, as a whole or in slices. */
interface Lent {
  readonly sliceBytes: number
  /** Numbers of the slices that are free; the last used on top: it is still in the cache. */
  readonly free: number[]
  /** Whether it is the one that was kept. */
  readonly isUrgent: boolean
}

/** What is free of the buffers of one partition; rebuilt by each owner. */
export class BufferLending {
  readonly #arena: Arena
  readonly #bufferBytes: number
  readonly #sizes: readonly number[]
  /** Buffers that are not lent. */
  readonly #free: number[] = []
  readonly #lent = new Map<number, Lent>()
  /** By size, the buffers that have free slices of it. */
  readonly #cut: ReadonlyMap<number, number[]>
  /** How many files have a buffer. */
  #held: number
  /** The most files that had one at once, lately and before that: so many are to find room. */
  #busy = 0
  #busyBefore = 0
  #passes = 0

  /** `taken` is what files with pending bytes have: no two of it overlap, and none has slices of two sizes in one buffer. */
  constructor(arena: Arena, taken: ReadonlyMap<number, BufferRange>) {
    const { fileBufferBytes, fileBufferCount } = arena.geometry
    this.#arena = arena
    this.#bufferBytes = fileBufferBytes
    this.#sizes = sliceSizes(arena.geometry)
    this.#cut = new Map(this.#sizes.map((size) => [size, []]))
    this.#held = taken.size
    const filesOf = new Map<number, [number, BufferRange][]>()
    for (const each of taken) {
      const buffer = bufferIndex(arena.geometry, each[1].offset)
      const files = filesOf.get(buffer)
      if (files === undefined) filesOf.set(buffer, [each])
      else files.push(each)
    }
    for (let buffer = fileBufferCount - 1; buffer >= 0; buffer--) {
      const files = filesOf.get(buffer) ?? []
      const first = files[0]
      if (first === undefined) {
        this.#free.push(buffer)
        continue
      }
      const [, { bytes }] = first
      const used = files.map(([, { offset }]) => (offset % fileBufferBytes) / bytes)
      this.#cutUp(
        buffer,
        bytes,
        files.every(([file]) => this.#isUrgent(file)),
        used,
      )
    }
  }

  /** Lends a file that has none a buffer, or a slice of one, with room for `bytes`; false where there is none for it. */
  lend(file: number, bytes: number): boolean {
    const isUrgent = this.#isUrgent(file)
    const wanted = this.#wantedBytes(bytes)
    const buffer =
      this.#cutWith(wanted, isUrgent) ?? this.#takeWhole(wanted, isUrgent) ?? this.#cutWith(bytes, isUrgent)
    if (buffer === null) {
      // One more than there was thought to be: the slices that come free are to be smaller.
      this.#busy = Math.min(Math.max(this.#busy, this.#held) + 1, fileCount(this.#arena))
      return false
    }
    const { sliceBytes, free } = this.#lent.get(buffer) as Lent
    const slice = free.pop() as number
    if (free.length === 0) this.#unlist(buffer, sliceBytes)
    setBuffer(this.#arena, file, { offset: buffer * this.#bufferBytes + slice * sliceBytes, bytes: sliceBytes })
    this.#held++
    return true
  }

  /** Buffers that are cut into larger slices than all busy files can have, or not cut: one slice of them is no gain. */
  coarse(): number[] {
    const fairBytes = this.#fairBytes
    return [...this.#lent].flatMap(([buffer, lent]) => (!lent.isUrgent && lent.sliceBytes > fairBytes ? [buffer] : []))
  }

  /** A pass is over in which so many files had lines. */
  passed(files: number): void {
    this.#busy = Math.max(this.#busy, files)
    if (++this.#passes < MEMORY_PASSES) return
    this.#passes = 0
    this.#busyBefore = this.#busy
    this.#busy = 0
  }

  /** Takes a file's buffer back. */
  takeBack(file: number): void {
    const offset = bufferOffset(this.#arena, file) - this.#arena.offsets.fileBuffers
    setBuffer(this.#arena, file, null)
    const buffer = bufferIndex(this.#arena.geometry, offset)
    const lent = this.#lent.get(buffer)
    if (lent === undefined) return
    const { sliceBytes, free } = lent
    this.#held--
    free.push((offset % this.#bufferBytes) / sliceBytes)
    if (free.length === this.#slicesOf(sliceBytes)) {
      if (free.length > 1) this.#unlist(buffer, sliceBytes)
      this.#lent.delete(buffer)
      this.#free.push(buffer)
    } else if (free.length === 1) this.#cut.get(sliceBytes)?.push(buffer)
  }

  /**
   * The size in which all busy files find room, or twice that while what is not lent is enough for those that have none yet:
   * else a few files too many would halve the slices of all. No less than `bytes`.
   */
  #wantedBytes(bytes: number): number {
    const fair = this.#fairBytes
    const ample = this.#sizeFor(this.#busyFiles - this.#held, this.#free.length - this.#kept)
    const size = ample > fair && fair * 2 <= this.#bufferBytes ? fair * 2 : fair
    return this.#sizes.findLast((candidate) => candidate >= Math.max(size, bytes)) ?? this.#bufferBytes
  }

  get #fairBytes(): number {
    return this.#sizeFor(this.#busyFiles, this.#arena.geometry.fileBufferCount - this.#kept)
  }

  get #busyFiles(): number {
    return Math.max(this.#busy, this.#busyBefore, this.#held + 1)
  }

  /** The largest size in which so many files find room in so many buffers. */
  #sizeFor(files: number, buffers: number): number {
    return this.#sizes.find((size) => buffers * this.#slicesOf(size) >= files) ?? (this.#sizes.at(-1) as number)
  }

  /** A buffer with a free slice of at least `bytes`, the largest there is. */
  #cutWith(bytes: number, isUrgent: boolean): number | null {
    for (const size of this.#sizes) {
      if (size < bytes) return null
      const buffers = this.#cut.get(size) as number[]
      for (let i = buffers.length - 1; i >= 0; i--) {
        const buffer = buffers[i] as number
        if (isUrgent || this.#lent.get(buffer)?.isUrgent === false) return buffer
      }
    }
    return null
  }

  #takeWhole(sliceBytes: number, isUrgent: boolean): number | null {
    const kept = this.#kept
    if (this.#free.length <= (isUrgent ? 0 : kept)) return null
    const buffer = this.#free.pop() as number
    this.#cutUp(buffer, sliceBytes, this.#free.length < kept, [])
    return buffer
  }

  #cutUp(buffer: number, sliceBytes: number, isUrgent: boolean, used: readonly number[]): void {
    const free: number[] = []
    for (let slice = this.#slicesOf(sliceBytes) - 1; slice >= 0; slice--) if (!used.includes(slice)) free.push(slice)
    this.#lent.set(buffer, { sliceBytes, free, isUrgent })
    if (free.length > 0) this.#cut.get(sliceBytes)?.push(buffer)
  }

  #unlist(buffer: number, sliceBytes: number): void {
    const buffers = this.#cut.get(sliceBytes) as number[]
    buffers.splice(buffers.indexOf(buffer), 1)
  }

  get #kept(): number {
    return this.#arena.geometry.fileBufferCount === 1 ? 0 : 1
  }

  #slicesOf(sliceBytes: number): number {
    return Math.floor(this.#bufferBytes / sliceBytes)
  }

  #isUrgent(file: number): boolean {
    return fileWord(this.#arena, file, FILE_PRIORITY) === URGENT_PRIORITY
  }
}

function fileCount({ words }: Arena): number {
  return Atomics.load(words, FILE_COUNT)
}
