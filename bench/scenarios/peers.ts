/** Who spillway is compared with where all that matter take part, in the order of the report. */
export const MAIN_PEERS: readonly string[] = Object.freeze([
  'pino-async',
  'pino-sync',
  'pino-transport',
  'pino-roll',
  'winston',
  'winston-daily',
  'bunyan',
  'log4js',
  'logtape',
  'tslog',
  'console-to-file',
  'append-file-sync',
  'seed',
])
