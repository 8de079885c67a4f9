/**
 * Printf-like messages: `%s %d %i %f %j %o %O %%`. `%s` is the text of a value, an object's being its JSON; `%d` and `%f`
 * what Number() makes of it, `%i` the same without its fraction; `%j`, `%o` and `%O` its JSON. The message is formatted at
 * the call, so what an argument holds later is not seen. Never throws.
 */
import { isError, jsonText, reasonOf } from './json-text.js'

const PLACEHOLDERS = 'sdifjoO'

/** The message `format` with its arguments. Arguments that no placeholder takes are left out, as pino does. */
export function formatMessage(format: string, args: readonly unknown[]): string {
  if (args.length === 0 || !format.includes('%')) return format
  let text = ''
  let from = 0
  let next = 0
  for (let at = format.indexOf('%'); at >= 0 && at + 1 < format.length; at = format.indexOf('%', from)) {
    const placeholder = format[at + 1]
    text += format.slice(from, at)
    from = at + 2
    if (placeholder === '%') text += '%'
    else if (next < args.length && placeholder !== undefined && PLACEHOLDERS.includes(placeholder)) {
      text += formatArgument(placeholder, args[next++])
    } else text += format.slice(at, from)
  }
  return text + format.slice(from)
}

/** How many arguments a format takes. */
export function placeholdersIn(format: string): number {
  let count = 0
  for (let at = format.indexOf('%'); at >= 0; at = format.indexOf('%', at + 2)) {
    if (at + 1 < format.length && PLACEHOLDERS.includes(format[at + 1] as string)) count++
  }
  return count
}

function formatArgument(placeholder: string, value: unknown): string {
  switch (placeholder) {
    case 's':
      return textOfValue(value)
    case 'd':
    case 'f':
      return numberText(value, Number)
    case 'i':
      return numberText(value, (number) => Math.trunc(Number(number)))
    default:
      return jsonText('', value) ?? textOfValue(value)
  }
}

function numberText(value: unknown, convert: (value: unknown) => number): string {
  if (typeof value === 'bigint') return value.toString()
  try {
    return String(convert(value))
  } catch {
    return 'NaN' // Number() throws at symbols and at objects that cannot become a primitive.
  }
}

/** A value as text for people: a string as it is, an error as `type: message`, an object as JSON. Never throws. */
export function textOfValue(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    if (typeof value === 'object' && value !== null) {
      if (isError(value)) return String(value)
      const text = jsonText('', value) ?? ''
      return text.startsWith('"') ? String(JSON.parse(text)) : text
    }
    if (typeof value === 'function') return `[function ${value.name}]`
    return String(value)
  } catch (error) {
    return `[not serialisable: ${reasonOf(error)}]`
  }
}

/** An error's own message; `undefined` where reading it throws. */
export function messageOfError(error: Error): string | undefined {
  try {
    const message: unknown = error.message
    return typeof message === 'string' ? message : textOfValue(message)
  } catch {
    return undefined
  }
}
