/**
 * What logging costs a service at its limit: short windows with and without logging in one process, in pairs whose order
 * changes, so that a neighbour, the temperature or a garbage collection falls on both sides. Each window opens after a
 * time in which the same goes on unmeasured, so that what is put off into its beginning is what is put off beyond its
 * end.
 */
import { performance } from 'node:perf_hooks'
import { threadCpuNs } from '../child/thread-cpu.js'

const NANOSECONDS_PER_MICROSECOND = 1e3
const MILLISECONDS_PER_SECOND = 1e3

const NAP_MS = 0.05
const NOTHING = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))

/** A window, or several of a kind taken together. */
export interface Window {
  readonly requests: number
  readonly elapsedMs: number
  /** Of all threads. */
  readonly cpuNs: number
  /** `undefined` where the kernel does not say. */
  readonly mainCpuNs: number | undefined
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
  const mainBeforeNs = mainCpuNs()
  const cpuBefore = process.cpuUsage()
  const requestsBefore = service.requests
  const startMs = performance.now()
  await delay(plan.measuredMs)
  const elapsedMs = performance.now() - startMs
  const requests = service.requests - requestsBefore
  const cpu = process.cpuUsage(cpuBefore)
  const mainAfterNs = mainCpuNs()
  return {
    requests,
    elapsedMs,
    cpuNs: (cpu.user + cpu.system) * NANOSECONDS_PER_MICROSECOND,
    mainCpuNs: mainBeforeNs === undefined || mainAfterNs === undefined ? undefined : mainAfterNs - mainBeforeNs,
  }
}

/** Windows of a kind as one. */
export function together(windows: readonly Window[]): Window {
  return windows.reduce((sum, { requests, elapsedMs, cpuNs, mainCpuNs }) => ({
    requests: sum.requests + requests,
    elapsedMs: sum.elapsedMs + elapsedMs,
    cpuNs: sum.cpuNs + cpuNs,
    mainCpuNs: sum.mainCpuNs === undefined || mainCpuNs === undefined ? undefined : sum.mainCpuNs + mainCpuNs,
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

/** Requests in a second of the main thread's CPU; NaN where the kernel does not say. */
export function requestsPerMainCpu({ requests, mainCpuNs }: Window): number {
  return requests / (mainCpuNs ?? Number.NaN)
}

/**
 * What the main thread has run. The kernel brings a thread's account up to date at its ticks and when it gives the core
 * up: so it does, for a moment, or the account would be behind by up to a tick.
 */
function mainCpuNs(): number | undefined {
  Atomics.wait(NOTHING, 0, 0, NAP_MS)
  return threadCpuNs([String(process.pid)])
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
