/**
 * Builds what the package offers: the library in a few files in place of 150, which halves the time to import it. Each
 * thread of writers imports its part as well. Dependencies stay what they are; `dist/src` is what the tests and the types
 * use.
 *
 * Where the files lie matters: modules find the writer's entry, and the package's root, from the directory that they would
 * have in `dist/src`, so each lies as deep as those.
 */
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'

const DIST = fileURLToPath(new URL('../', import.meta.url))

const COMMON: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
}

// The names of shared parts change with what is in them.
rmSync(`${DIST}lib`, { recursive: true, force: true })

// One build, so that errors are of the same class whichever entry they come from.
await build({
  ...COMMON,
  entryPoints: {
    index: `${DIST}src/main/index.js`,
    verify: `${DIST}src/main/verify/verify.js`,
    spillway: `${DIST}src/main/cli/spillway.js`,
  },
  splitting: true,
  outdir: `${DIST}lib/main/package`,
})
await build({ ...COMMON, entryPoints: [`${DIST}src/workers/writer.js`], outdir: `${DIST}lib/workers` })
