/**
 * The one error class of spillway. It is thrown where an application sets something up (a wrong option, a logger
 * without a name) and where it waits for something (a flush that missed its deadline); logging itself never throws.
 */

/** Every code a {@link SpillwayError} can carry. */
export type SpillwayErrorCode =
  | 'ERR_SPILLWAY_INVALID_OPTION'
  | 'ERR_SPILLWAY_UNKNOWN_OPTION'
  | 'ERR_SPILLWAY_CONFIG_FILE'
  | 'ERR_SPILLWAY_INVALID_CATEGORY'
  | 'ERR_SPILLWAY_INVALID_ARGUMENT'
  | 'ERR_SPILLWAY_CLOSED'
  | 'ERR_SPILLWAY_TIMEOUT'
  | 'ERR_SPILLWAY_WRITER'
  | 'ERR_SPILLWAY_IO'
  | 'ERR_SPILLWAY_ARENA'
  | 'ERR_SPILLWAY_SYNC'

/** What is wrong, in words, whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** An error with a stable `code`, a message for people, and the values that led to it in `context`. */
export class SpillwayError extends Error {
  override readonly name = 'SpillwayError'
  readonly code: SpillwayErrorCode
  /** The values behind the message: option, value, rule, path, deadline in milliseconds ... */
  readonly context: Readonly<Record<string, unknown>>

  constructor(
    code: SpillwayErrorCode,
    message: string,
    context: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.code = code
    this.context = context
  }
}
