/** All contenders, in the order of the report. */

import { bunyan } from './bunyan.js'
import { appendFileSyncEach, consoleToFile } from './by-hand.js'
import type { Contender } from './contender.js'
import { log4js } from './log4js.js'
import { logtape } from './logtape.js'
import { noLogging } from './no-logging.js'
import { pinoAsync, pinoCaller, pinoSync } from './pino.js'
import { pinoRoll } from './pino-roll.js'
import { pinoTransport } from './pino-transport.js'
import { seed } from './seed.js'
import {
  spillway,
  spillwayCallSite,
  spillwayHere,
  spillwayJournal,
  spillwayMemory,
  spillwayTemplate,
  spillwayTemplateSource,
} from './spillway.js'
import { tslog } from './tslog.js'
import { winston, winstonDaily } from './winston.js'

export const CONTENDERS: readonly Contender[] = Object.freeze([
  noLogging,
  spillway,
  spillwayTemplate,
  spillwayHere,
  spillwayTemplateSource,
  spillwayCallSite,
  spillwayMemory,
  spillwayJournal,
  pinoAsync,
  pinoSync,
  pinoTransport,
  pinoRoll,
  pinoCaller,
  winston,
  winstonDaily,
  bunyan,
  log4js,
  logtape,
  tslog,
  consoleToFile,
  appendFileSyncEach,
  seed,
])

/** The contender with this name; throws if there is none. */
export function contenderNamed(name: string): Contender {
  const contender = CONTENDERS.find((candidate) => candidate.name === name)
  if (contender === undefined) throw new Error(`there is no contender named ${name}`)
  return contender
}
