/** What a figure is worth nothing without: the machine, the runtime, the versions, the commit. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Machine {
  readonly platform: string
  readonly cpuModel: string
  readonly cores: number
  readonly memoryBytes: number
  /** Of the last minute before the bench began: a busy machine measures its neighbours. */
  readonly loadAverage: number
  readonly node: string
  readonly libuv: string
  readonly packages: Readonly<Record<string, string>>
  /** Absent outside a checkout. */
  readonly commit?: string
}

/** Root of the project, from dist/bench/. */
export const PROJECT_DIRECTORY = fileURLToPath(new URL('../../', import.meta.url))

/** @param packages the packages whose versions matter */
export function describeMachine(packages: readonly string[]): Machine {
  const commit = readCommit()
  return {
    platform: `${platform()} ${release()} ${arch()}`,
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    loadAverage: loadavg()[0] ?? 0,
    node: process.version,
    libuv: process.versions.uv ?? 'unknown',
    packages: Object.fromEntries([...new Set(packages)].map((name) => [name, versionOf(name)])),
    ...(commit === undefined ? {} : { commit }),
  }
}

/** The versions of the packages, and the commit, as text; what there is none of is left out. */
export function versionsOf({ packages, commit }: Pick<Machine, 'packages' | 'commit'>): string[] {
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`)
  return [
    ...(versions.length === 0 ? [] : [versions.join(', ')]),
    ...(commit === undefined ? [] : [`commit ${commit}`]),
  ]
}

/** Looks upwards from a package's entry, because most packages do not export their package.json. */
function versionOf(name: string): string {
  try {
    let directory = dirname(fileURLToPath(import.meta.resolve(name)))
    while (directory !== dirname(directory)) {
      const version = readVersion(join(directory, 'package.json'), name)
      if (version !== undefined) return version
      directory = dirname(directory)
    }
  } catch {
    // Not installed: the contender's own failure tells more.
  }
  return 'unknown'
}

function readVersion(path: string, name: string): string | undefined {
  try {
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string }
    return manifest.name === name ? manifest.version : undefined
  } catch {
    // No package.json at this level.
    return undefined
  }
}

function readCommit(): string | undefined {
  try {
    const commit = git('rev-parse', '--short=12', 'HEAD')
    return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit} with changes`
  } catch {
    // No git, or no checkout.
    return undefined
  }
}

/** Without optional locks, so that asking for the status changes nothing. */
function git(...args: readonly string[]): string {
  return execFileSync('git', ['--no-optional-locks', ...args], {
    cwd: PROJECT_DIRECTORY,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
}
