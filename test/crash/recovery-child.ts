/** `recovery-child.js DIRECTORY`: says that it begins, recovers, and prints the report. */
import { writeSync } from 'node:fs'
import { recover } from '../../src/main/index.js'

const STDOUT = 1

writeSync(STDOUT, 'begins\n')
writeSync(STDOUT, `${JSON.stringify(recover(process.argv[2] ?? ''))}\n`)
