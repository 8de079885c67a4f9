/**
 * Counts the log calls of an application and times a sample of them, from outside the library: what is measured is what
 * an application pays inside the call, with the clock's own cost included.
 *
 * The gaps between samples are random, because a fixed gap would beat with the fixed order of the calls and sample the
 * same ones again and again.
 */
import { performance } from 'node:perf_hooks'
import { build } from 'hdr-histogram-js'
import type { Logger } from '../../src/main/index.js'

const SAMPLE_GAP_MAX = 16
const NS_PER_MS = 1e6
const CALL_MAX_NS = 60e9

const METHODS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
type MethodName = (typeof METHODS)[number]
type LogMethod = Logger[MethodName]

/** The time spent in a log call, in nanoseconds. */
export interface CallTimes {
  readonly samples: number
  readonly p50Ns: number
  readonly p99Ns: number
  readonly p999Ns: number
  readonly maxNs: number
}

/** Wraps loggers; counts the entries logged through all of them. */
export class CallTimer {
  readonly #histogram = build({ highestTrackableValue: CALL_MAX_NS, autoResize: false })
  #entries = 0
  #untilSample = 1
  #maxNs = 0

  /** Entries logged so far: calls at a level that is enabled. */
  get entries(): number {
    return this.#entries
  }

  get times(): CallTimes {
    const maxNs = this.#maxNs
    // The histogram gives the upper end of a range of values, which may be above the highest of them.
    const at = (percentile: number) => Math.min(this.#histogram.getValueAtPercentile(percentile), maxNs)
    return {
      samples: this.#histogram.totalCount,
      p50Ns: at(50),
      p99Ns: at(99),
      p999Ns: at(99.9),
      maxNs,
    }
  }

  /** A logger that counts and times, and otherwise is the given one; so are its children. */
  wrap(log: Logger): Logger {
    const methods = Object.fromEntries(METHODS.map((name) => [name, this.#wrapMethod(log, name)]))
    return {
      ...(methods as Record<MethodName, LogMethod>),
      child: (bindings) => this.wrap(log.child(bindings)),
      isLevelEnabled: (level) => log.isLevelEnabled(level),
      get level() {
        return log.level
      },
      set level(level) {
        log.level = level
      },
    }
  }

  #wrapMethod(log: Logger, name: MethodName): LogMethod {
    // Bound without a type for the overloads: the arguments pass through as they are, whatever the call shape.
    const call = log[name].bind(log) as (...values: readonly unknown[]) => void
    if (!log.isLevelEnabled(name)) return call as LogMethod
    return ((...values: readonly unknown[]): void => {
      this.#entries++
      if (--this.#untilSample > 0) {
        call(...values)
        return
      }
      this.#untilSample = 1 + Math.floor(Math.random() * SAMPLE_GAP_MAX)
      const startMs = performance.now()
      call(...values)
      const durationNs = Math.round((performance.now() - startMs) * NS_PER_MS)
      this.#maxNs = Math.max(this.#maxNs, durationNs)
      this.#histogram.recordValue(Math.min(durationNs, CALL_MAX_NS))
    }) as LogMethod
  }
}
