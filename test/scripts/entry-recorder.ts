/** A logger that keeps what is logged instead of writing it, for the tests of the scripts. */
import type { Logger } from '../../src/main/index.js'

const METHODS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
type MethodName = (typeof METHODS)[number]
type LogMethod = Logger[MethodName]

/** One call: its arguments as they came. */
export interface RecordedCall {
  readonly category: string
  readonly level: MethodName
  readonly bindings: Readonly<Record<string, unknown>>
  readonly values: readonly unknown[]
}

/** A logger that records into `calls`; levels in `disabled` are as if below the threshold. */
export function recordingLogger(
  category: string,
  calls: RecordedCall[],
  disabled: readonly string[] = [],
  bindings: Readonly<Record<string, unknown>> = {},
): Logger {
  const methods = METHODS.map((level) => {
    const method = (...values: readonly unknown[]): void => {
      if (!disabled.includes(level)) calls.push({ category, level, bindings, values })
    }
    return [level, method as LogMethod] as const
  })
  return {
    ...(Object.fromEntries(methods) as Record<MethodName, LogMethod>),
    child: (more) => recordingLogger(category, calls, disabled, { ...bindings, ...more }),
    isLevelEnabled: (level) => !disabled.includes(level),
    level: 'trace',
  }
}
