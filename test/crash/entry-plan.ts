/**
 * What each entry of a run is: a pure function of the seed, the run's number and the entry's. The child logs by it and the
 * verifier judges by it, so that a line in the wrong file, or one with another's bytes in it, is told from a right one.
 */

/** Files of a run: errors, warnings, and those of the categories. */
export const FILES = 48
export const ERROR_FILE = 0
export const WARNING_FILE = 1
const CATEGORIES = FILES - 2

const INFO = 30
/** Levels from here up have files of their own. */
export const WARN = 40
const ERROR = 50
const FATAL = 60

/** The ways an entry is logged. */
export const SHAPES = ['fields', 'template', 'child', 'format', 'nested', 'rendered', 'own key', 'message'] as const
export type Shape = (typeof SHAPES)[number]

const TEXT_BYTES_MAX = 200_000
/** Not a power of two, so that each place of a text says where in it one is. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789 "quoted" back\\slash\ttab, '
const WIDE_ALPHABET = 'straße 日本語 ünïcödé \u2028\u0007 naïve ½ '
const NARROW = ALPHABET.repeat(Math.ceil(TEXT_BYTES_MAX / ALPHABET.length) + 1)
const WIDE = WIDE_ALPHABET.repeat(Math.ceil(TEXT_BYTES_MAX / WIDE_ALPHABET.length) + 1)

/** Category of an index from 0, and name of its file. */
export function categoryName(index: number): string {
  return `area-${String(index % CATEGORIES).padStart(2, '0')}`
}

export const CATEGORY_NAMES: readonly string[] = Array.from({ length: CATEGORIES }, (_, index) => categoryName(index))

/** Names of the files without extension, by number. */
export const FILE_NAMES: readonly string[] = ['error', 'warning', ...CATEGORY_NAMES]

/** The plan of one run; `look()` brings an entry into the fields, which are used again for the next one. */
export class EntryPlan {
  readonly #seed: number
  category = 0
  level = INFO
  /** Number of the file that the entry's line goes to. */
  file = 0
  shape: Shape = 'fields'
  text = ''

  constructor(seed: number, run: number) {
    this.#seed = mix(seed ^ mix(run))
  }

  /** The entry of this number, from 1. */
  look(n: number): this {
    const bits = mix(this.#seed ^ n)
    this.category = bits % CATEGORIES
    const kind = (bits >>> 8) % 400
    this.level = kind < 8 ? ERROR : kind < 9 ? FATAL : kind < 22 ? WARN : INFO
    this.file = this.level >= ERROR ? ERROR_FILE : this.level >= WARN ? WARNING_FILE : this.category + 2
    const more = mix(bits ^ 0x5bd1e995)
    this.shape = SHAPES[more % SHAPES.length] as Shape
    this.text = textOf(lengthOf(more), mix(more))
    return this
  }
}

/** Mostly a few words; now and then longer than a small buffer, or than a small ring. */
function lengthOf(bits: number): number {
  const kind = (bits >>> 4) % 4096
  const part = (bits >>> 16) / 65_536
  if (kind === 0) return 20_000 + Math.floor(part * (TEXT_BYTES_MAX - 20_000))
  if (kind < 8) return 3_000 + Math.floor(part * 30_000)
  if (kind < 80) return Math.floor(part * 3_000)
  return Math.floor(part * 80)
}

function textOf(length: number, bits: number): string {
  const isWide = bits % 8 === 0
  const at = (bits >>> 8) % (isWide ? WIDE_ALPHABET.length : ALPHABET.length)
  return (isWide ? WIDE : NARROW).slice(at, at + length)
}

/** A number of 32 bits that looks nothing like the given one: the finalizer of MurmurHash3, public domain, by A. Appleby. */
function mix(value: number): number {
  let bits = value | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
