/**
 * An application of 48 modules, each in its own source folder, built in the ways applications are: as it stands, compiled
 * with maps, bundled and minified, as CommonJS, and as TypeScript that is compiled when it runs. Each module makes a
 * logger with `here()` and logs through a shared one; what lands where is then known by the folder in the line.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync, transformSync } from 'esbuild'
import { ENGINE_SOURCES } from '../../src/main/index.js'

/** The engine's folders. */
export const FOLDERS: readonly string[] = Object.keys(ENGINE_SOURCES)
  .filter((pattern) => pattern.startsWith('src/'))
  .map((pattern) => pattern.slice('src/'.length))

/** The lines of a module on which it asks for its logger, logs a template and logs an object. */
export const HERE_LINE = 3
export const TAGGED_LINE = 5
export const PLAIN_LINE = 6

/** How the application is built. */
export type Form = 'plain' | 'compiled' | 'bundle' | 'bundle-inline' | 'bundle-cjs' | 'cjs' | 'typescript'
export const FORMS: readonly Form[] = [
  'plain',
  'compiled',
  'bundle',
  'bundle-inline',
  'bundle-cjs',
  'cjs',
  'typescript',
]

const LIBRARY = fileURLToPath(new URL('../../src/main/index.js', import.meta.url))

/** How a built application is run: node's arguments, the last of them its file. */
export type NodeArguments = readonly string[]

/** Builds the application in `root`; gives how it is run. */
export function buildApplication(root: string, form: Form): NodeArguments {
  const isCommonJs = form === 'cjs' || form === 'bundle-cjs'
  // A plain module runs as it is written, so it has no types; elsewhere lines move when they are taken out.
  const extension = form === 'plain' ? 'js' : 'ts'
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  write('package.json', JSON.stringify({ type: isCommonJs ? 'commonjs' : 'module' }))
  const paths = FOLDERS.map((folder) => `src/${folder}/module.${extension}`)
  for (const [index, path] of paths.entries()) write(path, moduleText(FOLDERS[index] as string, form !== 'plain'))
  write(`main.${extension}`, mainText(isCommonJs))
  if (form === 'plain') return ['main.js']
  if (form === 'typescript') return ['--import', import.meta.resolve('tsx'), 'main.ts']
  if (form === 'compiled' || form === 'cjs') {
    for (const path of [...paths, 'main.ts']) {
      const out = `dist/${path.replace(/^src\//, '').replace(/ts$/, 'js')}`
      const up = '../'.repeat(out.split('/').length - 1)
      compile(root, path, out, `${up}${path}`, isCommonJs)
    }
    return ['dist/main.js']
  }
  buildSync({
    absWorkingDir: root,
    entryPoints: ['main.ts'],
    outfile: 'dist/app.js',
    bundle: true,
    minify: true,
    platform: 'node',
    format: isCommonJs ? 'cjs' : 'esm',
    sourcemap: form === 'bundle-inline' ? 'inline' : true,
    external: [LIBRARY, `file://${LIBRARY}`],
    logLevel: 'silent',
  })
  return ['dist/app.js']
}

function compile(root: string, path: string, out: string, source: string, isCommonJs: boolean): void {
  const text = path === 'main.ts' ? mainText(isCommonJs) : moduleText(dirname(path).slice('src/'.length), true)
  const { code, map } = transformSync(text, {
    loader: 'ts',
    format: isCommonJs ? 'cjs' : 'esm',
    sourcemap: 'external',
    sourcefile: source,
    minifyWhitespace: true,
  })
  const file = out.split('/').at(-1) as string
  mkdirSync(dirname(join(root, out)), { recursive: true })
  // What is imported is beside it now, not in src/.
  writeFileSync(join(root, out), `${code.replaceAll('./src/', './')}//# sourceMappingURL=${file}.map\n`)
  writeFileSync(join(root, `${out}.map`), map)
}

function moduleText(folder: string, hasTypes: boolean): string {
  const any = hasTypes ? ': any' : ''
  const lines = [
    hasTypes ? 'interface Unused { readonly never: boolean }' : '// Where there are types, one stands here.',
    `export function start(spillway${any}, shared${any}) {`,
    '  const log = spillway.here()',
    `  log.info({ folder: '${folder}' }, 'here')`,
    `  shared.info\`tagged in \${{ folder: '${folder}' }}\``,
    `  shared.info({ folder: '${folder}' }, 'plain')`,
    '  return log',
    '}',
  ]
  return `${lines.join('\n')}\n`
}

function mainText(isCommonJs: boolean): string {
  const imports = FOLDERS.map((folder, index) => `import * as m${index} from './src/${folder}/module.js'`)
  return `import { Spillway } from '${isCommonJs ? LIBRARY : `file://${LIBRARY}`}'
${imports.join('\n')}
const spillway = new Spillway()
const shared = spillway.logger()
const modules = [${FOLDERS.map((_, index) => `m${index}`).join(', ')}]
for (let round = 0; round < 3; round++) for (const module of modules) module.start(spillway, shared)
const explained = modules.map((module) => spillway.explain(module.start(spillway, shared)))
process.stdout.write(JSON.stringify({ explained, stats: spillway.stats().sources }))
void spillway.close()
`
}
