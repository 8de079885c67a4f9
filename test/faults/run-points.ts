/** Runs many points, some at a time, and says in a table what came of them. */
import type { PartitionModel } from './fault-model.js'
import type { Point } from './fault-points.js'
import { type PointResult, runPoint } from './run-point.js'

/** Runs the points, `jobs` at a time; `onResult` is told of each as it ends. Results are in the order of the points. */
export async function runPoints(
  points: readonly Point[],
  models: readonly PartitionModel[],
  jobs: number,
  onResult: (result: PointResult, done: number) => void = () => {},
): Promise<PointResult[]> {
  const results: PointResult[] = []
  let next = 0
  let done = 0
  const work = async (): Promise<void> => {
    for (let at = next++; at < points.length; at = next++) {
      const result = await runPoint(points[at] as Point, models)
      results[at] = result
      onResult(result, ++done)
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  return results
}

/** A failed point in words, and how it is repeated. */
export function failureText({ point, problems }: PointResult): string {
  const fallback = point.kind === 'fault' || point.kind === 'disk' ? ` (${point.fallback})` : ''
  const lines = problems.slice(0, 6).map((problem) => `    ${problem}`)
  if (problems.length > lines.length) lines.push(`    and ${problems.length - lines.length} more`)
  return [`${point.name}${fallback}`, ...lines, `    repeat: npm run test:faults -- --only '${point.name}'`].join('\n')
}

/** One row for each call, kind of fault and mode: how many points, how many of them failed or did not happen. */
export function summaryTable(results: readonly PointResult[]): string {
  const rows = new Map<string, { points: number; failed: number; missed: number; slowestMs: number }>()
  for (const { point, happened, problems, durationMs } of results) {
    const key = rowOf(point).join(' | ')
    const row = rows.get(key) ?? { points: 0, failed: 0, missed: 0, slowestMs: 0 }
    rows.set(key, row)
    row.points++
    if (!happened) row.missed++
    else if (problems.length > 0) row.failed++
    row.slowestMs = Math.max(row.slowestMs, durationMs)
  }
  const lines = [...rows].map(([key, { points, failed, missed, slowestMs }]) => {
    return `| ${key} | ${points} | ${failed} | ${missed} | ${Math.round(slowestMs)} ms |`
  })
  const head = ['| call | fault | mode | points | failed | did not happen | slowest |', '|---|---|---|---|---|---|---|']
  return [...head, ...lines.sort()].join('\n')
}

function rowOf(point: Point): string[] {
  if (point.kind === 'fault')
    return [
      point.call,
      point.error,
      `${point.mode === 'from' ? 'from there on' : 'once'}${point.cuts ? '' : ', uncut'}`,
    ]
  if (point.kind === 'disk') return ['all', 'full disk', point.mode === 'freed' ? 'freed again' : 'from there on']
  if (point.kind === 'kill') return [point.call, 'SIGKILL of the process', 'once']
  return [point.call, "death of the writer's thread", point.when]
}
