/**
 * What logging costs an HTTP service: requests a second at its limit, and response times at a paced rate, with five
 * log lines a request into 48 files, where a request is little else or about a millisecond of work. The loss is what
 * the service answers less than the same process does in the moments before and after with calls of an empty function
 * in the place of the logger, so no-logging's own loss is the noise. It is taken of requests a second, and of requests
 * in a second of the main thread's own time, in which it neither waits for requests nor for a core. For a thread that
 * always has work and a core of its own both are the same, also where a call sleeps; the second leaves out what load
 * generator and neighbours take of the cores, so the bars are on it, and what the contender's other threads take,
 * which is in the CPU of a line. It would lie if work were put off into moments that are not measured (each window
 * opens when the same has gone on for some time), or if a response time began when the request is sent and not when it
 * is due.
 */
import { HttpService, LINES_PER_REQUEST } from '../child/http-service.js'
import { Load } from '../child/load.js'
import { type Contender, closeWritten, untilWritten } from '../contenders/contender.js'
import { type Bar, judge } from '../figures/bar.js'
import { CallTimes } from '../figures/call-times.js'
import { timeFigures, timesOf } from '../figures/curve.js'
import { measured, ratio, type ScenarioSummary } from '../figures/summary.js'
import { logBytesIn } from '../passes/log-files.js'
import { categoriesOf } from '../workload/entries.js'
import { orderBodies, productsFor } from '../workload/request-work.js'
import type { Cell, Figure, Result, Scenario, ScenarioSettings, Task } from './scenario.js'
import {
  lossPercent,
  measurePairs,
  requestsPerMainSecond,
  requestsPerSecond,
  together,
  type WindowPair,
  type WindowPlan,
} from './service-windows.js'

const FILES = 48
/** As many files as there were before the design that spillway began with. */
const PRESENT_FILES = 10
const WORK_MS = 1

/** Connections of the load at the service's limit, and the most that a paced load may have open. */
const CONNECTIONS = 32

/** Requests a second: 40 to 50 percent of what the service answers here without logging. */
const PACED_PER_SECOND = { bare: 8000, work: 400 } as const

const WINDOWS: WindowPlan = { pairs: 20, unmeasuredMs: 40, measuredMs: 100 }
const QUICK_WINDOWS: WindowPlan = { pairs: 4, unmeasuredMs: 20, measuredMs: 100 }
const WARM_UP_MS = 1000
const PACED_MS = 5000
/** The first paced requests, which come to a service that has just been at its limit. */
const PACED_UNMEASURED_MS = 500
const QUICK_DIVISOR = 10

const TIMEOUT_MS = 120_000

const NANOSECONDS_PER_MILLISECOND = 1e6

const FIGURES: readonly Figure[] = Object.freeze([
  { name: 'requestsPerSecond', title: 'requests/s', unit: 'per second', better: 'more', isShown: true },
  { name: 'lossPercent', title: 'loss', unit: 'percent', better: 'less', isShown: true },
  { name: 'mainLossPercent', title: 'of main time', unit: 'percent', better: 'less', isShown: true },
  { name: 'mainAtWorkPercent', title: 'at work', unit: 'percent', better: 'more', isShown: true },
  { name: 'responseP50Ns', title: 'response p50', unit: 'ns', better: 'less', isShown: true },
  { name: 'responseP99Ns', title: 'p99', unit: 'ns', better: 'less', isShown: true },
  { name: 'responseP999Ns', title: 'p99.9', unit: 'ns', better: 'less', isShown: true },
  { name: 'responseMaxNs', title: 'max', unit: 'ns', better: 'less', isShown: false },
  { name: 'responseMeanNs', title: 'mean', unit: 'ns', better: 'less', isShown: false },
  { name: 'cpuNsPerLine', title: 'CPU/line', unit: 'ns', better: 'less', isShown: true },
  { name: 'mainCpuNsPerLine', title: 'main', unit: 'ns', better: 'less', isShown: true },
  {
    name: 'unloggedPerSecond',
    title: 'requests/s without logging',
    unit: 'per second',
    better: 'more',
    isShown: false,
  },
  { name: 'cpuNsPerRequest', title: 'CPU/request', unit: 'ns', better: 'less', isShown: false },
  { name: 'mainCpuNsPerRequest', title: 'main CPU/request', unit: 'ns', better: 'less', isShown: false },
])

/** Found once, or what a request is would change from round to round. */
let productsPerRequest: number | undefined

export const scenario: Scenario = {
  name: 'service',
  title: 'What logging costs an HTTP service',
  about:
    'What logging costs an HTTP service: requests a second at its limit, and response times at a paced rate, with' +
    ' five log lines a request into 48 files, where a request is little else or about a millisecond of work. The' +
    ' loss is what the service answers less than the same process does in the moments before and after with calls' +
    " of an empty function in the place of the logger, so no-logging's own loss is the noise. It is taken of" +
    " requests a second, and of requests in a second of the main thread's own time, in which it neither waits for" +
    ' requests nor for a core. For a thread that always has work and a core of its own both are the same, also' +
    ' where a call sleeps; the second leaves out what load generator and neighbours take of the cores, so the bars' +
    " are on it, and what the contender's other threads take, which is in the CPU of a line. It would lie if work" +
    ' were put off into moments that are not measured (each window opens when the same has gone on for some time),' +
    ' or if a response time began when the request is sent and not when it is due.',
  figures: FIGURES,
  keyFigures: ['requestsPerSecond', 'mainLossPercent', 'responseP99Ns'],
  contenders: ['no-logging', 'spillway', 'pino-async', 'pino-sync', 'winston', 'log4js'],
  cells: serviceCells,
  timeoutMs: () => TIMEOUT_MS,
  run: runService,
  bars: serviceBars,
}

function serviceCells(): Cell[] {
  productsPerRequest ??= productsFor(WORK_MS)
  const work = { products: productsPerRequest, perSecond: PACED_PER_SECOND.work }
  return [
    {
      name: 'bare',
      title: 'Requests that are little but logging',
      parameters: { files: FILES, products: 0, perSecond: PACED_PER_SECOND.bare },
    },
    { name: 'work-1ms', title: 'Requests of about 1 ms of work', parameters: { files: FILES, ...work } },
    {
      name: 'present-system',
      title: 'The same, as it was before: the design that spillway began with, 10 files',
      parameters: { files: PRESENT_FILES, ...work },
      contenders: ['seed'],
    },
  ]
}

async function runService({ cell, directory, settings }: Task, contender: Contender): Promise<Result> {
  const files = Number(cell.parameters.files)
  const products = Number(cell.parameters.products)
  const open = await contender.load()
  const session = await open({ directory, categories: categoriesOf(files), library: settings.library })
  const service = new HttpService(session.calls.object, { files, hasWork: products > 0 })
  const port = await service.listen()
  const load = new Load({ port, connections: CONNECTIONS, requests: requestsOf(products) })

  load.saturate()
  await warmUp(service, settings)
  const pairs = await measurePairs(service, settings.isQuick ? QUICK_WINDOWS : WINDOWS)
  await load.rest()
  service.isLogging = true
  const perSecond = Number(cell.parameters.perSecond)
  const times = perSecond === 0 ? undefined : await timesOf(CallTimes.of(await pace(load, perSecond, settings)))
  await load.end()
  await service.close()
  await untilWritten(session)
  const bytesAtEnd = logBytesIn(directory)
  await closeWritten(session)

  return {
    figures: { ...windowFigures(pairs), ...(times === undefined ? {} : timeFigures('response', times)) },
    curves: times === undefined ? {} : { response: times.curve },
    logged: { lines: service.lines, files, shape: 'fields-4' },
    bytesAtEnd,
    details: session.details?.(),
  }
}

/** Both ways, until the compiler is done with them. */
async function warmUp(service: HttpService, { isQuick }: ScenarioSettings): Promise<void> {
  for (const isLogging of [true, false]) {
    service.isLogging = isLogging
    await new Promise((resolve) => setTimeout(resolve, isQuick ? WARM_UP_MS / QUICK_DIVISOR : WARM_UP_MS))
  }
}

async function pace(load: Load, perSecond: number, { isQuick }: ScenarioSettings): Promise<Float32Array> {
  const divisor = isQuick ? QUICK_DIVISOR : 1
  const requestsIn = (milliseconds: number): number => Math.ceil((perSecond * milliseconds) / 1000 / divisor)
  const unmeasured = requestsIn(PACED_UNMEASURED_MS)
  return (await load.pace(perSecond, unmeasured + requestsIn(PACED_MS))).subarray(unmeasured)
}

function requestsOf(products: number): string[] {
  if (products === 0) return ['GET / HTTP/1.1\r\nHost: localhost\r\n\r\n']
  return orderBodies(products).map(
    (body) =>
      'POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

function windowFigures(pairs: readonly WindowPair[]): Record<string, number> {
  const logged = together(pairs.map((pair) => pair.logged))
  const unlogged = together(pairs.map((pair) => pair.unlogged))
  const perLine = (ns: number, unloggedNs: number): number =>
    (ns / logged.requests - unloggedNs / unlogged.requests) / LINES_PER_REQUEST
  // Not a number where the kernel does not say.
  const mainCpuNs = logged.main.cpuNs ?? Number.NaN
  const figures = {
    requestsPerSecond: requestsPerSecond(logged),
    unloggedPerSecond: requestsPerSecond(unlogged),
    lossPercent: lossPercent(pairs, requestsPerSecond),
    mainLossPercent: lossPercent(pairs, requestsPerMainSecond),
    mainAtWorkPercent: (logged.main.atWorkNs / logged.elapsedMs / NANOSECONDS_PER_MILLISECOND) * 100,
    cpuNsPerRequest: logged.cpuNs / logged.requests,
    cpuNsPerLine: perLine(logged.cpuNs, unlogged.cpuNs),
    mainCpuNsPerRequest: mainCpuNs / logged.requests,
    mainCpuNsPerLine: perLine(mainCpuNs, unlogged.main.cpuNs ?? Number.NaN),
  }
  // On a machine so busy that nothing was answered there is nothing to say.
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value)))
}

function serviceBars(summary: ScenarioSummary): Bar[] {
  const figure = 'mainLossPercent'
  const bare = measured(summary, 'bare', 'spillway')
  const share = ratio(figure, bare, measured(summary, 'bare', 'pino-async'))
  const work = measured(summary, 'work-1ms', 'spillway')
  return [
    judge({
      name: 'loss, requests that are little but logging',
      required: "<= 1/4 of pino async's",
      aim: '1/4',
      value: share?.median,
      show: (value) => `${value.toFixed(2)} of it`,
      passes: (value) => value <= 0.25,
      reachesAim: (value) => value <= 0.25,
    }),
    judge({
      name: 'loss, requests of 1 ms of work',
      required: '< 5 %',
      aim: '2 %',
      value: work?.figures[figure]?.median,
      show: (value) => `${value.toFixed(1)} %`,
      passes: (value) => value < 5,
      reachesAim: (value) => value < 2,
    }),
  ]
}
