/** What a recovery did, as text for people. */
import type { RecoveryReport } from '../recover.js'
import { printable } from '../verify/printable.js'
import { counted } from './verification-text.js'

type LeftoverReport = RecoveryReport['leftovers'][number]

const LEFTOVERS_SHOWN = 100

/** The report; nothing in it is taken for safe to print, for names of leftovers are found in the directory. */
export function recoveryText({ leftovers, lines, damaged, isDone, heldBy }: RecoveryReport): string {
  const texts = leftovers.slice(0, LEFTOVERS_SHOWN).map(leftoverLine)
  if (leftovers.length > LEFTOVERS_SHOWN) {
    texts.push(`and ${counted(leftovers.length - LEFTOVERS_SHOWN, 'more leftover')}`)
  }
  if (heldBy.length > 0) {
    const what = heldBy.length === 1 ? 'process' : 'processes'
    texts.push(
      `left alone, for they are alive: what ${what} ${heldBy.join(', ')} ${heldBy.length === 1 ? 'has' : 'have'}`,
    )
  }
  texts.push(verdict({ leftovers, lines, damaged, isDone }))
  return texts.map((text) => `${text}\n`).join('')
}

function leftoverLine({
  leftover,
  lines,
  linesFound,
  files,
  damaged,
  quarantined,
  isDone,
  problem,
}: LeftoverReport): string {
  const facts = [
    `${counted(lines, 'line')} written to ${counted(files, 'file')}`,
    `${counted(linesFound - lines, 'line')} found there`,
    ...(damaged === 0 ? [] : [`${counted(damaged, 'item')} damaged`]),
    ...(quarantined === null ? [] : [`kept as .spillway/${quarantined.replace(/^\.spillway\//, '')}`]),
    ...(isDone ? [] : ['NOT done, it stays']),
    ...(problem === null ? [] : [problem]),
  ]
  return printable(`${leftover}: ${facts.join(', ')}`)
}

function verdict({ leftovers, lines, damaged, isDone }: Omit<RecoveryReport, 'directory' | 'heldBy'>): string {
  if (!isDone) return 'NOT recovered: some lines could not be written; run it again when they can be'
  if (damaged > 0) return `recovered ${counted(lines, 'line')}; ${counted(damaged, 'item')} were damaged`
  return leftovers.length === 0 ? 'nothing to recover' : `recovered ${counted(lines, 'line')}`
}
