/**
 * Writes the bench's figures into README.md, and its chart: `node dist/bench/readme.js [results.json]`, by default of the
 * newest run. With `--check` it only tells whether README and chart say what bench/published.json holds.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PROJECT_DIRECTORY } from './machine.js'
import { UsageError } from './options.js'
import { type Published, publishedOf } from './report/published.js'
import { readmeChart } from './report/readme-chart.js'
import { withBenchPart } from './report/readme-part.js'
import { readResults } from './report/results-file.js'

const EXIT_STALE = 1
const EXIT_USAGE = 2

const USAGE = `Usage: node dist/bench/readme.js [results.json | --check]

Writes the figures of a run into README.md, docs/bench.svg and bench/published.json; of the newest run without a name.
Quick runs, runs of fewer than three rounds and runs of uncommitted code are refused.

  --check   only tells, by the exit code, whether README.md and the chart say what bench/published.json holds`

/** Where everything is, below the project. */
const PUBLISHED = 'bench/published.json'
const README = 'README.md'
const CHART = 'docs/bench.svg'

function main(args: readonly string[]): void {
  const [first, ...rest] = args
  if (rest.length > 0) throw new UsageError(USAGE)
  if (first === '--help' || first === '-h') console.log(USAGE)
  else if (first === '--check') check(PROJECT_DIRECTORY)
  else if (first?.startsWith('-')) throw new UsageError(USAGE)
  else publish(PROJECT_DIRECTORY, first ?? newestResults(join(PROJECT_DIRECTORY, 'bench', 'results')))
}

function publish(directory: string, results: string): void {
  const published = publishedOf(readResults(results, 'results.json'))
  const pages = pagesOf(directory, published)
  writeFileSync(join(directory, PUBLISHED), `${JSON.stringify(published, null, 2)}\n`)
  for (const [path, content] of Object.entries(pages)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), content)
  }
  console.log(`${[PUBLISHED, ...Object.keys(pages)].join(', ')}: written from ${results}`)
}

function check(directory: string): void {
  for (const path of stalePages(directory)) {
    console.error(`${path} does not say what ${PUBLISHED} holds; run node dist/bench/readme.js with the results`)
    process.exitCode = EXIT_STALE
  }
}

/** Which of README and chart are not what the published figures make of them. */
export function stalePages(directory: string): string[] {
  const published = JSON.parse(readFileSync(join(directory, PUBLISHED), 'utf8')) as Published
  return Object.entries(pagesOf(directory, published))
    .filter(([path, content]) => readIfThere(join(directory, path)) !== content)
    .map(([path]) => path)
}

function pagesOf(directory: string, published: Published): Readonly<Record<string, string>> {
  return {
    [README]: withBenchPart(readFileSync(join(directory, README), 'utf8'), published, CHART),
    [CHART]: readmeChart(published),
  }
}

function newestResults(directory: string): string {
  const runs = existsSync(directory) ? readdirSync(directory).sort().reverse() : []
  const newest = runs.map((name) => join(directory, name, 'results.json')).find((path) => existsSync(path))
  if (newest === undefined) throw new UsageError(`there is no run in ${directory}: npm run bench makes one`)
  return newest
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

if (process.argv[1]?.endsWith('readme.js')) {
  try {
    main(process.argv.slice(2))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    process.exitCode = EXIT_USAGE
  }
}
