/** `recovery-child.js DIRECTORY`: says that it begins, recovers, and prints the report. */
import { writeSync } from 'node:fs'

const STDOUT = 1

/** By its address in the build: the harness is of use before there is a recovery, too. */
const address = new URL('../../src/main/recover.js', import.meta.url).href
const { recover } = (await import(address)) as { readonly recover: (directory: string) => object }
writeSync(STDOUT, 'begins\n')
writeSync(STDOUT, `${JSON.stringify(recover(process.argv[2] ?? ''))}\n`)
