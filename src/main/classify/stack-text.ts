/**
 * The text of a stack, from whatever brings it: a text, an error, or an entry of a client that has stack and message.
 */

/** What has a stack: an error, or an entry that was sent by a client. */
export interface StackCarrier {
  readonly stack?: string | undefined
  readonly message?: unknown
}

/** The stack's text, without the message where that is known: its lines may look like frames. `null` where there is none. */
export function stackText(given: unknown): string | null {
  try {
    if (typeof given === 'string') return given
    if (typeof given !== 'object' || given === null) return null
    const { stack, message } = given as { readonly stack?: unknown; readonly message?: unknown }
    if (typeof stack !== 'string') return null
    if (typeof message !== 'string' || message === '') return stack
    const at = stack.indexOf(message)
    // Behind the error's name, or alone: elsewhere it is something else.
    const before = stack.slice(0, Math.max(0, at))
    const isHeader = at === 0 ? stack[message.length] === '\n' : before.endsWith(': ') && !before.includes('\n')
    return isHeader ? stack.slice(0, at) + stack.slice(at + message.length) : stack
  } catch {
    return null // A getter that throws.
  }
}
