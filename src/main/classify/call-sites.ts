/**
 * The frames below a function that is being called, as V8's structured call sites: the cheapest way to a call's place on
 * every Node from 20 to 26 (the bench measures it beside the stack's text and util.getCallSites). It costs microseconds,
 * most of them for walking the stack: once for a call site, or for each entry where that was asked for.
 *
 * Source: V8's "Stack trace API".
 */

/** Any function: it is only looked for on the stack. */
export type AnyFunction = (...values: never[]) => unknown

/**
 * At most `framesMax` frames below `below`, the innermost first; none where `below` is not being called, or `null` where
 * the runtime does not let its `Error` be changed. Blocks for the time of walking the stack; never throws.
 */
export function callSitesBelow(below: AnyFunction, framesMax: number): readonly NodeJS.CallSite[] | null {
  const { prepareStackTrace, stackTraceLimit } = Error
  try {
    Error.stackTraceLimit = framesMax
    Error.prepareStackTrace = takeSites
    const holder: { stack?: unknown } = {}
    Error.captureStackTrace(holder, below)
    // Read here: it is prepared when it is first looked at.
    const sites = holder.stack
    return Array.isArray(sites) ? sites : null
  } catch {
    return null
  } finally {
    restore(prepareStackTrace, stackTraceLimit)
  }
}

/** The text of the stack below a function, as the runtime writes it; empty where the application's hook for it throws. */
export function stackBelow(below: AnyFunction): string {
  try {
    const holder: { stack?: unknown } = {}
    Error.captureStackTrace(holder, below)
    return String(holder.stack)
  } catch {
    return ''
  }
}

function takeSites(_error: Error, sites: readonly NodeJS.CallSite[]): readonly NodeJS.CallSite[] {
  return sites
}

function restore(prepareStackTrace: typeof Error.prepareStackTrace, stackTraceLimit: number): void {
  try {
    Error.stackTraceLimit = stackTraceLimit
    Error.prepareStackTrace = prepareStackTrace
  } catch {
    // What cannot be set was not set.
  }
}
