/**
 * Conditions on their way to the application's listeners. They come up anywhere: inside a log call, while the main thread
 * waits, in a writer. So no listener is called where one comes up, but behind the code that runs then: it may log, and
 * what it throws is an uncaught exception of the application and no log call's.
 */
import { EventEmitter } from 'node:events'
import type { Condition, ConditionKind } from '../../shared/conditions.js'
import { nextTick } from '../../shared/real-timers.js'
import { invalidArgument } from '../argument-check.js'
import { reportCondition } from './takeover.js'

/** Called with each condition of the kind it listens to. */
export type ConditionListener = (condition: Condition) => void

const KINDS: readonly string[] = ['warning', 'degraded', 'recovered'] satisfies ConditionKind[]

/** The listeners of one Spillway. */
export class Conditions {
  readonly #listeners = new EventEmitter()

  /** Tells the operator on stderr that a condition has begun, and the listeners of each. Never throws. */
  report(condition: Condition): void {
    if (condition.kind !== 'recovered') reportCondition(`spillway: ${condition.message}`)
    this.relay(condition)
  }

  /** As `report`, of what came up before there could be a listener: it hears of it if it comes in the same turn. */
  announce(condition: Condition): void {
    reportCondition(`spillway: ${condition.message}`)
    nextTick(() => this.relay(condition))
  }

  /** Tells the listeners of a condition that was reported where it came up. Never throws. */
  relay(condition: Condition): void {
    if (this.#listeners.listenerCount(condition.kind) === 0) return
    nextTick(() => this.#listeners.emit(condition.kind, condition))
  }

  /** @throws SpillwayError `ERR_SPILLWAY_INVALID_ARGUMENT`, as the two below. */
  on(kind: ConditionKind, listener: ConditionListener): void {
    check(kind, listener)
    this.#listeners.on(kind, listener)
  }

  once(kind: ConditionKind, listener: ConditionListener): void {
    check(kind, listener)
    this.#listeners.once(kind, listener)
  }

  off(kind: ConditionKind, listener: ConditionListener): void {
    check(kind, listener)
    this.#listeners.off(kind, listener)
  }
}

function check(kind: unknown, listener: unknown): void {
  if (typeof kind !== 'string' || !KINDS.includes(kind)) {
    throw invalidArgument('event', kind, `one of ${KINDS.join(', ')}`)
  }
  if (typeof listener !== 'function') throw invalidArgument('listener', listener, 'a function')
}
