/**
 * An error as a plain object: type, message, stack, its own fields, the chain of its causes and the errors of an
 * AggregateError. Names as pino's error serializer has them. Never throws; what cannot be read is left out.
 */

const CAUSES_MAX = 16
const AGGREGATE_ERRORS_MAX = 16

/** A plain copy of an error, safe to serialise but for the values of its own fields. */
export function errorToPlain(error: Error): Record<string, unknown> {
  return toPlain(error, new Set(), 0)
}

function toPlain(error: Error, seen: Set<unknown>, depth: number): Record<string, unknown> {
  seen.add(error)
  const plain: Record<string, unknown> = Object.create(null)
  plain.type = typeOf(error)
  plain.message = textOf(read(error, 'message'))
  plain.stack = textOf(read(error, 'stack'))
  // Before the own fields, which may be large: of an error that is cut short the causes are what matters.
  const cause = read(error, 'cause')
  if (cause !== undefined) plain.cause = related(cause, seen, depth)
  const errors = read(error, 'errors')
  if (Array.isArray(errors)) {
    plain.aggregateErrors = errors.slice(0, AGGREGATE_ERRORS_MAX).map((each) => related(each, seen, depth))
  }
  for (const key of ownKeys(error)) {
    if (key in plain || key === 'cause' || key === 'errors') {
      // An own `type` must not hide the error's class.
      if (key === 'type') plain.type_ = read(error, key)
      continue
    }
    const value = read(error, key)
    // A toJSON would put something else in the error's place.
    if (key !== 'toJSON' || typeof value !== 'function') plain[key] = value
  }
  return plain
}

/** A cause or a member of an AggregateError: again an error, or any value. */
function related(value: unknown, seen: Set<unknown>, depth: number): unknown {
  if (seen.has(value)) return '[circular]'
  if (!isErrorLike(value)) return value
  if (depth >= CAUSES_MAX) return '[too deep]'
  return toPlain(value, seen, depth + 1)
}

function isErrorLike(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false
  return typeof read(value, 'message') === 'string' && typeof read(value, 'stack') === 'string'
}

function typeOf(error: Error): string {
  const name = (read(error, 'constructor') as { name?: unknown } | undefined)?.name
  if (typeof name === 'string' && name !== '' && name !== 'Object') return name
  return textOf(read(error, 'name')) ?? 'Error'
}

/** The text of a message or a stack: `stack` may be anything where Error.prepareStackTrace was replaced. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  try {
    return String(value)
  } catch {
    return undefined
  }
}

function ownKeys(error: object): string[] {
  try {
    return Object.keys(error)
  } catch {
    return []
  }
}

function read(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key]
  } catch {
    return undefined
  }
}
