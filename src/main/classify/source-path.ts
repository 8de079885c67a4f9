/**
 * Where a frame's code is, whatever the engine calls it: URLs, `file:` URLs, Windows paths and the names that bundlers
 * give become plain paths with forward slashes, relative to the application's root where they are inside it.
 */

/** `webpack://app/./src/a.js`, `webpack-internal:///(rsc)/./src/a.js`, `turbopack:///[project]/src/a.js`. */
const BUNDLER_URL = /^(?:rsc:\/\/React\/[^/]*\/)?(?:webpack(?:-internal)?|turbopack|ng):\/\/([^/]*)\//i
/** What bundlers put before a module's path: a layer of Next.js, turbopack's project, dots. */
const BUNDLER_PREFIX = /^(?:\([\w-]+\)|\[project\]|\.)\//
/** A URL with a host, which is not part of the path. A drive letter is no scheme: schemes have two letters or more. */
const HOST_URL = /^[a-z][a-z0-9+.-]+:\/\/[^/]*\/?/i
const FILE_URL = /^file:\/\//i
/** Code of the runtime, of an extension, or of no file at all. */
const FOREIGN =
  /^(?:node:|internal\/|ext:|bun:|deno:|wasm:|data:|blob:|about:|chrome:|resource:|self-hosted|debugger eval|unknown location|evalmachine\.|REPL\d+$|\[(?!project\])|native(?: code)?$|eval code|\(webpack\)|<anonymous>|(?:chrome|moz|safari|safari-web|ms-browser)-extension:)/i
/** What a bundler adds of its own. */
const BUNDLER_RUNTIME = /^(?:\(webpack\)|webpack\/)/
const DRIVE = /^[A-Za-z]:[\\/]/
/** A segment of packages; webpack once wrote `~` for it. */
const PACKAGES = /(?:^|\/)(?:node_modules|~)\//

/** Paths as one application sees them. */
export class SourcePaths {
  /** With a slash at its end. */
  readonly #root: string

  /** `root` is an absolute path. */
  constructor(root: string) {
    this.#root = withSlash(plainSlashes(root))
  }

  /**
   * The path of a place in the application's code; `null` for code of the runtime, of a package, or of no file.
   * Linear in the text's length; never throws.
   */
  pathOf(location: string): string | null {
    if (location === '' || FOREIGN.test(location)) return null
    const path = this.relative(filePath(location))
    return path === '' || PACKAGES.test(path) ? null : path
  }

  /** A path inside the root without the root; any other as it is. */
  relative(path: string): string {
    if (path.startsWith(this.#root)) return path.slice(this.#root.length)
    // A drive has one letter, which engines write either way.
    const isSame = DRIVE.test(path) && path.toLowerCase().startsWith(this.#root.toLowerCase())
    return isSame && path.slice(1).startsWith(this.#root.slice(1)) ? path.slice(this.#root.length) : path
  }
}

/** The path in a location, absolute where the location has an absolute one, with forward slashes. */
export function filePath(location: string): string {
  if (FILE_URL.test(location)) return fileUrlPath(location)
  if (DRIVE.test(location) || location.startsWith('\\\\')) return plainSlashes(location)
  const bundler = BUNDLER_URL.exec(location)
  if (bundler !== null) return bundlerPath(location.slice(bundler[0].length))
  const host = HOST_URL.exec(location)
  if (host === null) return plainSlashes(location).replace(/^(?:\.\/)+/, '')
  return decoded(withoutQuery(location.slice(host[0].length)))
}

/** `file:///C:/game/a.js` and `file:///srv/a.js`; with a host it is a share. */
function fileUrlPath(url: string): string {
  const path = decoded(withoutQuery(url.slice('file://'.length)))
  if (DRIVE.test(path.slice(1))) return plainSlashes(path.slice(1))
  return path.startsWith('/') ? path : `//${path}`
}

/** Empty for the bundler's own code. */
function bundlerPath(text: string): string {
  let path = withoutQuery(text)
  if (BUNDLER_RUNTIME.test(path)) return ''
  while (BUNDLER_PREFIX.test(path)) path = path.replace(BUNDLER_PREFIX, '')
  return path
}

function plainSlashes(path: string): string {
  return path.includes('\\') ? path.replaceAll('\\', '/') : path
}

function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`
}

function withoutQuery(text: string): string {
  const end = text.search(/[?#]/)
  return end < 0 ? text : text.slice(0, end)
}

function decoded(text: string): string {
  try {
    return text.includes('%') ? decodeURIComponent(text) : text
  } catch {
    return text // A percent sign that encodes nothing stands for itself.
  }
}
