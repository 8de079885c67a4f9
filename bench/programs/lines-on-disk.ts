/** How many lines the log files below a directory have. */
import { readFileSync } from 'node:fs'
import { logFilesIn } from '../passes/log-files.js'

const NEWLINE = 0x0a

export function linesOnDisk(directory: string): number {
  return logFilesIn(directory).reduce((sum, path) => sum + newlinesIn(readFileSync(path)), 0)
}

function newlinesIn(bytes: Uint8Array): number {
  let lines = 0
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++
  return lines
}
