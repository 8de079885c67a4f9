/**
 * Compiles the line kernel, which is AssemblyScript, to a module of `dist` that holds its binary: so a bundle has it
 * wherever it lies, and nothing has to be read when a writer starts.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MODULE = `${ROOT}dist/src/workers/drain/line-kernel-bytes.js`
/** The memory is the arena's: nothing of the kernel's own may be in it. */
const MEMORY = '--importMemory --noExportMemory --sharedMemory --initialMemory 1 --maximumMemory 65536'
const FLAGS = `-O3 --noAssert --runtime stub --enable simd,threads,bulk-memory ${MEMORY}`

const binaries: Uint8Array[] = []
const { error, stderr } = await main(
  ['src/workers/kernel/line-kernel.ts', ...FLAGS.split(' '), '--outFile', 'kernel.wasm', '--baseDir', ROOT],
  {
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') binaries.push(contents)
    },
  },
)
const [binary] = binaries
if (error !== null || binary === undefined) throw new Error(`the line kernel cannot be compiled\n${stderr.toString()}`)
const text = Buffer.from(binary).toString('base64')
writeFileSync(MODULE, `/** The line kernel, compiled. */\nexport const LINE_KERNEL =\n  '${text}'\n`)
