/** Runs in each thread before its own code: carries out what was ordered. */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { getEnvironmentData, isMainThread } from 'node:worker_threads'
import { type Deed, deedOf, ORDERS_NAME, START_TIMES, STARTS, WRITES } from './sabotage-orders.js'

const STANDARD_ERROR = 2

function carryOut(deed: Deed): void {
  if (deed === 'throw') throw new Error('sabotage')
  if (deed === 'exit') process.exit(9)
  if (deed === 'hang') fs.closeSync(fs.openSync(process.env.SABOTAGE_FIFO ?? '', 'r'))
  if (deed === 'memory') for (const kept: string[][] = []; ; ) kept.push(Array.from({ length: 1000 }, String))
  if (deed === 'loop') for (;;);
}

/** The ordered deed, if it is for here: what a write throws its owner takes for the file's fault, so that is left. */
function ordered(orders: Int32Array, isInWrite: boolean): Deed {
  const order = Atomics.load(orders, WRITES)
  if (order === 0 || (deedOf(order) === 'throw') === isInWrite) return 'none'
  return Atomics.compareExchange(orders, WRITES, order, 0) === order ? deedOf(order) : 'none'
}

function sabotage(orders: Int32Array): void {
  const write = fs.writeSync as (descriptor: number, ...rest: unknown[]) => number
  const sabotagedWrite = (descriptor: number, ...rest: unknown[]): number => {
    if (descriptor > STANDARD_ERROR) carryOut(ordered(orders, true))
    return write(descriptor, ...rest)
  }
  fs.writeSync = sabotagedWrite as typeof fs.writeSync
  syncBuiltinESMExports()
  const { now } = Date
  Date.now = () => {
    if (deedOf(Atomics.load(orders, WRITES)) === 'throw') carryOut(ordered(orders, false))
    return now()
  }
  if (Atomics.load(orders, STARTS) !== 0 && Atomics.sub(orders, START_TIMES, 1) > 0) {
    carryOut(deedOf(Atomics.load(orders, STARTS)))
  }
}

if (!isMainThread) sabotage(getEnvironmentData(ORDERS_NAME) as unknown as Int32Array)
