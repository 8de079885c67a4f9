/**
 * The files of source maps: which map belongs to a file of code, and its text. Reads synchronously, once for each file,
 * when its code is seen for the first time; never for an entry.
 *
 * A path may come from a stack that somebody else wrote: only files of code inside the application's root are read, by
 * their real paths, and only up to a size.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const CODE_FILE = /\.(?:[cm]?[jt]sx?|(?:js)?bundle)$/
const CODE_BYTES_MAX = 32 * 1024 * 1024
const MAP_BYTES_MAX = 128 * 1024 * 1024
const REFERENCE = /[#@] sourceMappingURL=/g
const DATA_URL = /^data:application\/json[^,]*?(;base64)?,/
const URL_SCHEME = /^[a-z][a-z0-9+.-]+:/i

/** A source map as it was found. */
export interface FoundMap {
  readonly json: string
  /** Against which its sources are resolved: an absolute path. */
  readonly base: string
}

/** A map that a file names and that cannot be had; the message says why. */
export class SourceMapFault extends Error {}

/** The real path of a file of code inside the root, given its path from there; `null` where there is none. */
export function codeFile(root: string, path: string): string | null {
  if (!CODE_FILE.test(path)) return null
  try {
    const real = realpathSync(resolve(root, path))
    return isInside(realpathSync(root), real) && statSync(real).isFile() ? real : null
  } catch {
    return null // There is no such file, or it cannot be looked at: its frames stay as they are.
  }
}

/**
 * The map that a file of code names, or that lies beside it; `null` where there is none.
 * @throws SourceMapFault for a map that is named and missing, outside of the root, too large, or cannot be read.
 */
export function findMap(root: string, file: string): FoundMap | null {
  if (statSync(file).size > CODE_BYTES_MAX) return null
  const reference = referenceIn(readFileSync(file, 'utf8'))
  if (reference === null) return siblingMap(root, file)
  const data = DATA_URL.exec(reference)
  if (data !== null) return { json: decodeData(reference.slice(data[0].length), data[1] !== undefined), base: file }
  if (reference.startsWith('data:')) throw new SourceMapFault('its source map is a data URL that is no JSON')
  return { json: readMap(root, mapPath(file, reference)), base: mapPath(file, reference) }
}

/** What the last reference in a file says. */
function referenceIn(code: string): string | null {
  let last = -1
  for (const { index, 0: text } of code.matchAll(REFERENCE)) last = index + text.length
  if (last < 0) return null
  const end = /[\s'"]/.exec(code.slice(last))?.index
  const reference = code.slice(last, end === undefined ? undefined : last + end)
  return reference === '' ? null : reference
}

function siblingMap(root: string, file: string): FoundMap | null {
  const path = `${file}.map`
  return statSync(path, { throwIfNoEntry: false }) === undefined ? null : { json: readMap(root, path), base: path }
}

function mapPath(file: string, reference: string): string {
  if (reference.startsWith('file:')) return fileURLToPath(reference)
  if (URL_SCHEME.test(reference)) throw new SourceMapFault(`its source map ${reference} is not in a file`)
  const path = reference.replace(/[?#].*$/, '')
  try {
    return resolve(dirname(file), decodeURIComponent(path))
  } catch {
    return resolve(dirname(file), path)
  }
}

function readMap(root: string, path: string): string {
  try {
    const real = realpathSync(path)
    if (!isInside(realpathSync(root), real)) throw new SourceMapFault(`its source map ${path} is outside of ${root}`)
    const { size } = statSync(real)
    if (size > MAP_BYTES_MAX) throw new SourceMapFault(`its source map ${path} has ${size} bytes, which is too much`)
    return readFileSync(real, 'utf8')
  } catch (error) {
    if (error instanceof SourceMapFault) throw error
    throw new SourceMapFault(`its source map ${path} cannot be read: ${(error as Error).message}`)
  }
}

function decodeData(text: string, isBase64: boolean): string {
  try {
    return isBase64 ? Buffer.from(text, 'base64').toString('utf8') : decodeURIComponent(text)
  } catch {
    throw new SourceMapFault('its source map is a data URL that cannot be decoded')
  }
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
}
