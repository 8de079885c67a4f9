/**
 * From a path in the application's code to a category. Rules are read and checked once; a look-up happens once for each
 * call site, never for each entry.
 */
import { createRequire } from 'node:module'
import type picomatch from 'picomatch'
import { CATEGORY_LENGTH_MAX } from '../../shared/option-rules.js'
import type { SourceRules } from '../../shared/options.js'
import { GENERAL_CATEGORY } from './category-name.js'

const SOURCE_FOLDER = 'src'
/** Top folders that are categories of their own. */
const ROOT_CATEGORIES: Readonly<Record<string, string>> = { tests: 'tests', 'llm-proxy-server': 'llm-proxy' }
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be found.
const CONTROLS = /[\x00-\x1f\x7f-\x9f]/
/** Longer paths match no glob: a client can send any, and matching takes more than linear time. */
const GLOB_PATH_MAX = 256
/** What makes a pattern a glob. */
const GLOB = /[*?[\]{}()!]/

/** A path's category, and the rule that gave it, for people. */
export interface Ruling {
  readonly category: string
  readonly rule: string
}

/** Gives each path its category. Never throws but for a function of the application's that does. */
export type RulePath = (path: string) => Ruling

const NO_RULE: Ruling = Object.freeze({ category: GENERAL_CATEGORY, rule: 'no rule' })

/** The look-up that these rules ask for; without any, the first folder under the last `src/`. */
export function rulePathBy(rules: SourceRules | null): RulePath {
  if (rules === null) return ruleByFirstFolder
  if (typeof rules === 'function') return (path) => ruleByFunction(rules, path)
  return ruleByPatterns(rules)
}

function ruleByPatterns(rules: Readonly<Record<string, string>>): RulePath {
  const patterns = Object.entries(rules)
    .map(([pattern, category]) => ({ ...patternOf(pattern), category, rule: pattern }))
    // The longest wins; of two as long the first.
    .sort((left, right) => right.length - left.length)
  return (path) => patterns.find(({ matches }) => matches(path)) ?? NO_RULE
}

/** `src/actions/*` -> `actions`; `tests/` and `llm-proxy-server/` are categories of their own. */
function ruleByFirstFolder(path: string): Ruling {
  const folders = path
    .split('/')
    .slice(0, -1)
    .filter((folder) => folder !== '')
  const top = path.slice(0, Math.max(0, path.indexOf('/')))
  if (Object.hasOwn(ROOT_CATEGORIES, top)) return { category: ROOT_CATEGORIES[top] as string, rule: `${top}/` }
  const proxy = 'llm-proxy-server'
  if (folders.includes(proxy)) return { category: ROOT_CATEGORIES[proxy] as string, rule: `${proxy}/` }
  const folder = folders[folders.lastIndexOf(SOURCE_FOLDER) + 1]
  // Names of folders have no control characters; a forged one would fill the dictionary with its escapes.
  if (folders.includes(SOURCE_FOLDER) && folder !== undefined && !CONTROLS.test(folder)) {
    return { category: folder.slice(0, CATEGORY_LENGTH_MAX), rule: `first folder under ${SOURCE_FOLDER}/` }
  }
  return folders.includes('tests') ? { category: 'tests', rule: 'tests/' } : NO_RULE
}

function ruleByFunction(rules: (path: string) => string | null | undefined, path: string): Ruling {
  const category: unknown = rules(path)
  if (typeof category !== 'string' || category === '') return NO_RULE
  return { category: category.slice(0, CATEGORY_LENGTH_MAX), rule: 'function' }
}

let matcher: typeof picomatch | null = null

/** Loaded with the first glob: its memory is not for those who have none. */
function globMatcher(): typeof picomatch {
  matcher ??= createRequire(import.meta.url)('picomatch') as typeof picomatch
  return matcher
}

/** Whether a path matches, and how long the pattern is: the characters of it that are no wildcards. */
function patternOf(pattern: string): { matches: (path: string) => boolean; length: number } {
  const isAnchored = pattern.startsWith('/')
  const text = isAnchored ? pattern.slice(1) : pattern
  const length = text.replace(/[*?[\]{}()!]/g, '').length
  if (GLOB.test(text)) {
    const matches = globMatcher()(isAnchored || text.startsWith('**/') ? text : [text, `**/${text}`], {
      dot: true,
      noextglob: true,
    })
    return { matches: (path) => path.length <= GLOB_PATH_MAX && matches(path), length }
  }
  const prefix = text.replaceAll('\\', '/').replace(/\/+$/, '')
  return { matches: (path) => hasPrefix(path, prefix, isAnchored), length: prefix.length }
}

/** Whether the segments of `prefix` stand in the path: at its start, or, where the pattern is free, anywhere. */
function hasPrefix(path: string, prefix: string, isAnchored: boolean): boolean {
  if (path === prefix || path.startsWith(`${prefix}/`)) return true
  return !isAnchored && (path.includes(`/${prefix}/`) || path.endsWith(`/${prefix}`))
}
