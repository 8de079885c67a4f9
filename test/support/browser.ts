/** A browser without a window: opens a page as a reader would, and gives back what became of it. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
/** The page's own clock; scripts that wait for it do not make the test wait. */
const VIRTUAL_TIME_MS = 5000
const TIMEOUT_MS = 120_000

/** What became of a page. */
export interface OpenedPage {
  /** The document after its scripts ran. */
  readonly document: string
  /** What the page has written to the console, refused loads and uncaught errors included. */
  readonly console: readonly string[]
}

/** The reason why pages cannot be opened here; false where they can. */
export function noBrowser(): string | false {
  return browserName() === undefined ? 'chromium is not installed' : false
}

/** Opens the file, in a profile of its own, and waits until it is at rest. */
export function openPage(path: string): OpenedPage {
  const profile = mkdtempSync(join(tmpdir(), 'spillway-browser-'))
  const flags = [
    '--headless',
    // Nobody but the test writes the page; as root, and in most containers, there is no sandbox.
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--enable-logging=stderr',
    `--user-data-dir=${profile}`,
    `--virtual-time-budget=${VIRTUAL_TIME_MS}`,
    '--dump-dom',
    pathToFileURL(path).href,
  ]
  try {
    const { status, stdout, stderr, error } = spawnSync(browserName() ?? '', flags, {
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      maxBuffer: 2 ** 28,
    })
    if (status !== 0) throw new Error(`the browser ended with ${status}: ${error?.message ?? stderr.slice(-2000)}`)
    return { document: stdout, console: stderr.split('\n').filter((line) => line.includes('CONSOLE')) }
  } finally {
    // The browser's helpers may still be writing there for a moment.
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}

function browserName(): string | undefined {
  return NAMES.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0)
}
