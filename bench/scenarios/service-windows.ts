/**
 * What logging costs a service at its limit: short windows with and without logging in one process, in pairs whose order
 * changes, so that a neighbour, the temperature or a garbage collection falls on both sides. Each window opens after a
 * time in which the same goes on unmeasured, so that what is put off into its beginning is what is put off beyond its
 * end.
 */
import { performance } from 'node:perf_hooks'
import { MainThreadClock, type MainThreadTime } from '../child/main-thread-time.js'

const NANOSECONDS_PER_MICROSECOND = 1e3
const MILLISECONDS_PER_SECOND = 1e3
const NANOSECONDS_PER_SECOND = 1e9

/** A window, or several of a kind taken together. */
export interface Window {
  readonly requests: number
  readonly elapsedMs: number
  /** Of all threads. */
  readonly cpuNs: number
  readonly main: MainThreadTime
}

/** The same time with logging and without, one after the other. */
export interface WindowPair {
  readonly logged: Window
  readonly unlogged: Window
}

/** How long, and how often. */
export interface WindowPlan {
  readonly pairs: number
  readonly unmeasuredMs: number
  readonly measuredMs: number
}

/** What is measured: a service under load. */
export interface Switchable {
  isLogging: boolean
  readonly requests: number
}

/** Measures all pairs, one after the other. */
export async function measurePairs(service: Switchable, plan: WindowPlan): Promise<WindowPair[]> {
  const pairs: WindowPair[] = []
  for (let index = 0; index < plan.pairs; index++) {
    const isLoggedFirst = index % 2 === 0
    const first = await measureWindow(service, isLoggedFirst, plan)
    const second = await measureWindow(service, !isLoggedFirst, plan)
    pairs.push(isLoggedFirst ? { logged: first, unlogged: second } : { logged: second, unlogged: first })
  }
  return pairs
}

async function measureWindow(service: Switchable, isLogging: boolean, plan: WindowPlan): Promise<Window> {
  service.isLogging = isLogging
  await delay(plan.unmeasuredMs)
  const mainThread = new MainThreadClock()
  const cpuBefore = process.cpuUsage()
  const requestsBefore = service.requests
  const startMs = performance.now()
  await delay(plan.measuredMs)
  const elapsedMs = performance.now() - startMs
  const requests = service.requests - requestsBefore
  const main = mainThread.end()
  const cpu = process.cpuUsage(cpuBefore)
  return { requests, elapsedMs, cpuNs: (cpu.user + cpu.system) * NANOSECONDS_PER_MICROSECOND, main }
}

/** Windows of a kind as one. */
export function together(windows: readonly Window[]): Window {
  return windows.reduce((sum, { requests, elapsedMs, cpuNs, main }) => ({
    requests: sum.requests + requests,
    elapsedMs: sum.elapsedMs + elapsedMs,
    cpuNs: sum.cpuNs + cpuNs,
    main: {
      atWorkNs: sum.main.atWorkNs + main.atWorkNs,
      cpuNs: sum.main.cpuNs === undefined || main.cpuNs === undefined ? undefined : sum.main.cpuNs + main.cpuNs,
    },
  }))
}

export function requestsPerSecond({ requests, elapsedMs }: Window): number {
  return (requests / elapsedMs) * MILLISECONDS_PER_SECOND
}

/**
 * What is lost to logging, in percent of a rate that is better when higher: the mean of the middle half of the pairs,
 * which no neighbour's moment moves, and which is finer than a median where a window has some hundred requests.
 */
export function lossPercent(pairs: readonly WindowPair[], rate: (window: Window) => number): number {
  const kept = pairs
    .map(({ logged, unlogged }) => rate(logged) / rate(unlogged))
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
  const middle = kept.slice(kept.length >> 2, kept.length - (kept.length >> 2))
  return (1 - middle.reduce((sum, share) => sum + share, 0) / middle.length) * 100
}

/** Requests in a second of the main thread's own time. */
export function requestsPerMainSecond({ requests, main }: Window): number {
  return (requests / main.atWorkNs) * NANOSECONDS_PER_SECOND
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
