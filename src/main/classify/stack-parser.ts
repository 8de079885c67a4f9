/**
 * Stacks as engines print them: V8 (Node, Chrome, Deno, Hermes), Gecko and JavaScriptCore. A stack may come from a
 * browser that somebody else controls: lines and frames are capped, each line is looked at a constant number of times,
 * and nothing here throws.
 *
 * The forms of V8 are those of its "Stack trace API" documentation; Gecko's and JavaScriptCore's have no specification
 * and are as their releases print them.
 */

/** A place in code. */
export interface StackFrame {
  /** Forward slashes; inside the application's root relative to it. */
  readonly path: string
  /** From 1, or `null` where the engine does not tell. */
  readonly line: number | null
  readonly column: number | null
  /** As the engine names it; `null` where it has no name. */
  readonly function: string | null
}

/** A frame whose location is as it was printed. */
export interface RawFrame extends Omit<StackFrame, 'path'> {
  readonly location: string
}

/** Longer lines are not looked at. */
const LINE_LENGTH_MAX = 2048
/** Only so many frames are looked at. */
const FRAMES_MAX = 64
/** A header may have this many lines before the first frame. */
const LINES_MAX = 1024
const V8_LINE = /^\s*at /
/** A line that is a location alone, as JavaScriptCore writes it: the sign may stand in its path. */
const URL_START = /^[a-z][a-z0-9+.-]*:\/\//i
const PATH_START = /^\/|^[A-Za-z]:[\\/]/
const UNNAMED = new Set(['', '<anonymous>', 'anonymous', 'global code', 'module code', 'eval code', 'Global code'])
/** `http://h/a.js line 10 > eval line 1 > Function`: the first line number is the file's. */
const GECKO_EVAL = / line (\d+) > (?:eval|Function)\b/

/** The lines of a stack that are frames, as they stand there, the innermost first. */
export function frameLines(stack: string): string[] {
  const lines: string[] = []
  let isV8 = false
  let at = 0
  for (let count = 0; count < LINES_MAX && at <= stack.length; count++) {
    if (isV8 && lines.length >= FRAMES_MAX) break
    const newline = stack.indexOf('\n', at)
    const end = newline < 0 ? stack.length : newline
    const line = end - at > LINE_LENGTH_MAX ? '' : stack.slice(at, end).trim()
    at = end + 1
    const isV8Line = V8_LINE.test(line)
    // From the first frame of V8 on, what is none is the text of a message; what came before it was one.
    if (isV8Line && !isV8) lines.length = 0
    isV8 ||= isV8Line
    if (line !== '' && isV8 === isV8Line && lines.length < FRAMES_MAX) lines.push(line)
  }
  return lines
}

/** The frame that a line is; `null` for one that is none or has no file. */
export function parseFrame(line: string): RawFrame | null {
  return V8_LINE.test(line) ? parseV8(line.replace(V8_LINE, '')) : parseGecko(line)
}

/** `async Foo.bar [as baz] (location)`, or a location alone. */
function parseV8(text: string): RawFrame | null {
  // A function may be called `async`; behind a frame may stand an error's properties.
  const body = text.replace(/^async (?!\()/, '').replace(/ \{$/, '')
  const open = body.endsWith(')') ? openingOf(body) : -1
  if (open < 0) return frameAt(body, '')
  const name = body.slice(0, open).trimEnd()
  const location = body.slice(open + 1, -1)
  return frameAt(location.startsWith('eval at ') ? evalOrigin(location) : location, name)
}

/** The place in a file that the code of nested `eval at f (...)` came from. */
export function evalOrigin(location: string): string {
  const innermost = location.slice(location.lastIndexOf('eval at '))
  const open = innermost.indexOf(' (')
  if (open < 0) return ''
  const origin = innermost.slice(open + 2)
  const end = /:\d+\)/.exec(origin)
  return end === null ? '' : origin.slice(0, end.index + end[0].length - 1)
}

/** The index of the parenthesis that the last character closes; names and paths may have parentheses as well. */
function openingOf(body: string): number {
  let depth = 0
  for (let index = body.length - 1; index >= 0; index--) {
    const character = body[index]
    if (character === ')') depth++
    else if (character === '(') {
      // What opens the location stands behind a space, or at the start.
      if (depth === 1 && (index === 0 || body[index - 1] === ' ')) return index
      if (depth > 1) depth--
    }
  }
  // A path with a parenthesis that nothing opens.
  const first = body.indexOf(' (')
  return first < 0 ? first : first + 1
}

/** `name@location`, or a location alone; before a name `async*` and its like. */
function parseGecko(line: string): RawFrame | null {
  const isUrl = URL_START.test(line)
  const sign = isUrl ? -1 : line.indexOf('@')
  if (sign < 0 && !isUrl && !PATH_START.test(line)) return null
  const location = line.slice(sign + 1)
  const name = sign < 0 ? '' : line.slice(line.lastIndexOf('*', sign) + 1, sign).replace(/^async /, '')
  const evaluated = GECKO_EVAL.exec(location)
  if (evaluated !== null) return frameOf(location.slice(0, evaluated.index), Number(evaluated[1]), null, name)
  const frame = frameAt(location, name)
  // A header may have such a sign in it as well: a name has no colon and a space, a frame has a position.
  return frame === null || frame.line === null || name.includes(': ') ? null : frame
}

/** Splits `path:line:column`. */
function frameAt(text: string, name: string): RawFrame | null {
  const location = text.startsWith('address at ') ? text.slice('address at '.length) : text
  const last = numberAtEnd(location, location.length)
  // Without a position only what looks like a path is a place.
  if (last === null) return /[./\\]/.test(location) ? frameOf(location, null, null, name) : null
  const first = numberAtEnd(location, last.start)
  if (first === null) return frameOf(location.slice(0, last.start), last.value, null, name)
  return frameOf(location.slice(0, first.start), first.value, last.value, name)
}

function frameOf(location: string, line: number | null, column: number | null, name: string): RawFrame | null {
  if (location === '' || location === '<anonymous>' || /^index \d+$/.test(location)) return null
  const alias = name.endsWith(']') ? name.lastIndexOf(' [as ') : -1
  const plain = alias < 0 ? name : name.slice(0, alias)
  return { location, line, column, function: UNNAMED.has(plain) ? null : plain }
}

/** `:123` before `end`. */
function numberAtEnd(text: string, end: number): { readonly value: number; readonly start: number } | null {
  let start = end
  while (start > 0 && isDigit(text.charCodeAt(start - 1))) start--
  if (start === end || end - start > 15 || text[start - 1] !== ':') return null
  return { value: Number(text.slice(start, end)), start: start - 1 }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
