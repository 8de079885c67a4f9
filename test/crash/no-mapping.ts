/** Whether the machine can map arenas: asked of the library itself, in a directory of its own. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why arenas cannot be mapped here, or `false` where they can. */
export function noMapping(): string | false {
  const address = new URL('../../src/main/index.js', import.meta.url).href
  const directory = mkdtempSync(join(tmpdir(), 'spillway-mapping-'))
  const code = `import(${JSON.stringify(address)}).then(({ Spillway }) => new Spillway({ directory: process.argv[1], arena: 'mapped' }).close())`
  const { status, stderr } = spawnSync(process.execPath, ['-e', code, directory], { encoding: 'utf8' })
  rmSync(directory, { recursive: true, force: true })
  return status === 0 ? false : (/^\w*Error.*$/m.exec(stderr)?.[0] ?? `the attempt ended with ${status}`)
}
