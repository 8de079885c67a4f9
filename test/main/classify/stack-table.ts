/**
 * Stacks of every engine and bundler, and what is to be found in them: written by hand from what engines print and from
 * the documented rules, independent of the parser. Where the two differ, one of them is wrong.
 */
import { GECKO_JSC_STACKS } from './stack-table-gecko-jsc.js'
import type { StackRow } from './stack-table-row.js'
import { RULE_STACKS } from './stack-table-rules.js'
import { V8_NAME_STACKS } from './stack-table-v8-names.js'
import { V8_PLACE_STACKS } from './stack-table-v8-places.js'

export type { StackRow } from './stack-table-row.js'

/** With the application's root at /srv/app. */
export const STACKS: readonly StackRow[] = [...V8_NAME_STACKS, ...V8_PLACE_STACKS, ...GECKO_JSC_STACKS, ...RULE_STACKS]
