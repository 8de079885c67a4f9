/**
 * Checks the directions of imports in src/: main -> shared, workers -> shared, one door from main into workers, inside
 * workers entry -> drain -> files and recover -> drain and files; and that each dependency has one importing file on each side. Prints what is wrong
 * and exits 1.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

/** A file and what it imports: a path below src/, or a package's name. */
export interface ImportEdge {
  readonly from: string
  readonly to: string
}

const DOOR = 'main/control/takeover.ts'
/** Each package, and where it may be imported. */
const ONLY_IMPORTERS: Readonly<Record<string, readonly string[]>> = {
  piscina: ['main/control/writer-pool.ts'],
  comlink: ['main/control/writer-client.ts', 'workers/writer.ts', 'shared/comlink-node-adapter.d.ts'],
  'lru-cache': ['workers/files/handle-pool.ts', 'main/classify/source-cache.ts'],
  picomatch: ['main/classify/source-rules.ts'],
  '@jridgewell/trace-mapping': ['main/classify/source-maps.ts'],
  'pino-pretty': ['workers/files/terminal.ts'],
  koffi: ['main/arenas/system-calls.ts'],
  'node:fs': [
    'main/arenas/arena-files.ts',
    'main/seats/process-identity.ts',
    'main/seats/seat-files.ts',
    'workers/files/log-file.ts',
    'workers/files/journal-file.ts',
    'workers/files/leftover-file.ts',
    'workers/files/thread-task.ts',
    'main/control/options-file.ts',
    'main/classify/source-map-files.ts',
    'main/verify/file-lines.ts',
    'main/verify/log-files.ts',
  ],
}
const IMPORT = /(?:from|import|createRequire\(import\.meta\.url\)\()\s*\(?['"]([^'"]+)['"]/g

/** All imports of the TypeScript files below `source`. */
export function importEdges(source: string): ImportEdge[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  return files.flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8')
    const from = file.split(sep).join('/')
    return [...text.matchAll(IMPORT)].map(([, target = '']) => ({ from, to: resolveTarget(source, file, target) }))
  })
}

/** What is wrong with these imports, a line each. */
export function importFaults(edges: readonly ImportEdge[]): string[] {
  return edges.flatMap(({ from, to }) => {
    const fault = directionFault(from, to) ?? packageFault(from, to)
    return fault === null ? [] : [`${from} imports ${to}: ${fault}`]
  })
}

function directionFault(from: string, to: string): string | null {
  const [side, room] = from.split('/')
  const [toSide, toRoom] = to.split('/')
  if (toSide !== 'main' && toSide !== 'workers' && toSide !== 'shared') return null
  if (side === 'shared' && toSide !== 'shared') return 'shared imports nothing but itself'
  if (side === 'workers' && toSide === 'main') return 'workers never import main'
  if (side === 'main' && toSide === 'workers' && from !== DOOR) return `only ${DOOR} opens the door to workers`
  if (side === 'workers' && room === 'files' && (toRoom === 'drain' || toRoom === 'recover')) {
    return `files never import ${toRoom}`
  }
  if (side === 'workers' && toRoom === 'recover' && room !== 'recover') return 'only recovery imports itself'
  if (toSide === 'workers' && toRoom?.endsWith('.ts')) return 'an entry is imported by nobody'
  return null
}

function packageFault(from: string, to: string): string | null {
  const name = Object.keys(ONLY_IMPORTERS).find((each) => to === each || to.startsWith(`${each}/`))
  const isPackage = !to.startsWith('main/') && !to.startsWith('workers/') && !to.startsWith('shared/')
  if (from.startsWith('shared/') && isPackage && !to.startsWith('node:') && name === undefined) {
    return 'shared imports nothing but itself and node built-ins'
  }
  if (name === undefined || ONLY_IMPORTERS[name]?.includes(from)) return null
  return `only ${ONLY_IMPORTERS[name]?.join(', ')} may`
}

function resolveTarget(source: string, file: string, target: string): string {
  if (!target.startsWith('.')) return target
  const path = resolve(source, dirname(file), target)
  return relative(source, path).split(sep).join('/').replace(/\.js$/, '.ts')
}

if (process.argv[1] !== undefined && import.meta.url.endsWith(process.argv[1].split(sep).join('/'))) {
  const faults = importFaults(importEdges('src'))
  for (const fault of faults) console.error(fault)
  console.log(
    faults.length === 0 ? 'imports: all in their direction' : `imports: ${faults.length} in a wrong direction`,
  )
  process.exitCode = faults.length === 0 ? 0 : 1
}
