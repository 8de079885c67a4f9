/** What the application logs in the steps of scenarios whose owners die, and what is found in the files in the end. */
import { join } from 'node:path'
import { linesOf, NOON_DAY, type PartitionRig } from './partition-rig.js'

/** The categories of `logMixed`. */
export const MIXED_FILES = ['actions', 'engine', 'turns']
/** How many steps of `logMixed` there are. */
export const MIXED_STEPS = 5
/** The files of `logAroundFailure`, and where they are below the log directory when that one does not take them. */
export const FAILING_FILES = ['actions', 'engine', 'error']
export const FALLBACK = 'fallback'

/** Short lines, lines past the buffers in a row, a line in parts, and urgent ones, which are looked for ahead of the rest. */
export function logMixed(rig: PartitionRig, step: number): void {
  const [actions, engine, turns] = MIXED_FILES.map((name) => rig.logger(name))
  for (let i = 0; i < 4; i++) {
    actions!.info({ step, i }, 'x'.repeat(40 * i))
    engine!.info(`${step}.${i} \u00e4\u2028"`)
    turns!.info`turn ${i} of ${{ step }}`
  }
  if (step !== 2) actions!.error({ step }, 'in the midst')
  if (step === 1 || step === 3) {
    actions!.info('p'.repeat(900))
    actions!.info('q'.repeat(900))
    engine!.info('r'.repeat(850))
  }
  if (step === 2) turns!.info({ toJSON: () => ({ text: 'part'.repeat(1500) }) }, 'in parts')
  if (step === 4) actions!.error('at the end')
}

/** Two files, one of which is to fail in the steps 1 to 3; a long line and a line in parts come while it does. */
export function logAroundFailure(rig: PartitionRig, step: number): void {
  for (let i = 0; i < 5; i++) {
    rig.logger('actions').info({ step, i }, 'x'.repeat(150))
    rig.logger('engine').debug(`${step}.${i}`)
  }
  if (step === 1 || step === 3) rig.logger('actions').info('p'.repeat(900))
  if (step === 2) rig.logger('actions').info({ toJSON: () => ({ text: 'part'.repeat(1500) }) }, 'in parts')
  if (step === 3) rig.logger('actions').error('e')
}

/** What the files of `logAroundFailure` hold, in both places. */
export interface PlacedLines {
  readonly seqs: readonly number[]
  /** Lines that are told of as dropped, and by how many lines. */
  readonly told: number
  readonly tellers: number
  /** Files whose lines are not in order, and seqs that are there twice. */
  readonly faults: readonly string[]
}

/** Reads them. @throws where a file is no whole lines of JSON. */
export function placedLines(rig: PartitionRig): PlacedLines {
  const faults: string[] = []
  const seqs = new Set<number>()
  let told = 0
  let tellers = 0
  for (const name of FAILING_FILES) {
    for (const path of [rig.path(name), join(rig.directory, FALLBACK, NOON_DAY, `${name}.jsonl`)]) {
      const lines = linesOf(path)
      const here = lines.flatMap(({ seq }) => (seq === undefined ? [] : [seq]))
      if (here.some((seq, i) => i > 0 && seq <= here[i - 1]!)) faults.push(`${name}: out of order ${here.join()}`)
      for (const seq of here) {
        if (seqs.has(seq)) faults.push(`${name}: ${seq} is there twice`)
        seqs.add(seq)
      }
      told += lines.reduce((sum, line) => sum + Number(line.dropped ?? 0), 0)
      tellers += lines.filter((line) => line.dropped !== undefined).length
    }
  }
  return { seqs: [...seqs], told, tellers, faults }
}
