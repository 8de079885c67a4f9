/**
 * Searches the model of the arena's protocol through, and each mistake that it can have: `npm run check:model`, with parts
 * of names to make only those searches. Prints a line for each, and exits 1 where the model as it is has an error or was
 * not searched to the end, or where a mistake was not found.
 */
import { availableParallelism } from 'node:os'
import { MODEL_RUNS, type ModelRun } from './model/model-runs.js'
import { type ModelResult, missingTool, searchFault, searchModel } from './model/model-search.js'

/** More would only need more memory at once. */
const SEARCHES_AT_ONCE_MAX = 2

function line({ name }: ModelRun, { states, depth, seconds, errors, violated }: ModelResult): string {
  const numbers = `${String(states).padStart(9)} states, depth ${String(depth).padStart(4)}, ${seconds.toFixed(1).padStart(5)} s`
  return `${name.padEnd(29)} ${numbers}, errors: ${errors}${violated === null ? '' : `, violates ${violated}`}`
}

/** Makes the searches, some at once, and prints each as it ends. Gives how many are at fault. */
async function check(runs: readonly ModelRun[]): Promise<number> {
  const left = [...runs]
  let faults = 0
  const searchAll = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const result = await searchModel(next)
      const fault = searchFault(next, result)
      console.log(line(next, result))
      if (fault === null) continue
      faults++
      console.error(`${next.name}: ${fault}`)
    }
  }
  const searches = Math.min(SEARCHES_AT_ONCE_MAX, availableParallelism())
  await Promise.all(Array.from({ length: searches }, searchAll))
  return faults
}

async function main(parts: readonly string[]): Promise<void> {
  const missing = missingTool()
  const runs = MODEL_RUNS.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)))
  if (missing !== null || runs.length === 0) {
    console.error(missing ?? `no search has a name with ${parts.join(', ')}`)
    process.exitCode = 1
    return
  }
  const startMs = performance.now()
  const faults = await check(runs)
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0)
  console.log(`model: ${runs.length} searches in ${seconds} s, ${faults === 0 ? 'none' : faults} at fault`)
  if (faults > 0) process.exitCode = 1
}

await main(process.argv.slice(2))
