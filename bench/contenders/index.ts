/** All contenders, in the order of the report. */

import type { Contender } from './contender.js'
import { log4js } from './log4js.js'
import { logtape } from './logtape.js'
import { noLogging } from './no-logging.js'
import { pinoAsync, pinoCaller, pinoSync } from './pino.js'
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
import { winston } from './winston.js'

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
  pinoCaller,
  winston,
  log4js,
  logtape,
  seed,
])

/** The contender with this name; throws if there is none. */
export function contenderNamed(name: string): Contender {
  const contender = CONTENDERS.find((candidate) => candidate.name === name)
  if (contender === undefined) throw new Error(`there is no contender named ${name}`)
  return contender
}
