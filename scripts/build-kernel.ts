/**
 * Compiles the line kernel, which is AssemblyScript, to a module of `dist` that holds its binary: so a bundle has it
 * wherever it lies, and nothing has to be read when a writer starts. And for the tests one that tells of its stores.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'
import {
  APPLIED,
  APPLIED_CHECK,
  APPLYING_BASE_BYTES,
  APPLYING_BASE_LINES,
  APPLYING_FILE,
  APPLYING_POSITION,
  DICTIONARY_ENTRY_TEXTS_BYTES,
  FILE_BUFFER,
  FILE_BUFFER_SIZE,
  FILE_DAY,
  FILE_ENTRY_BYTES,
  FILE_PENDING_BYTES,
  FILE_PENDING_CHECK,
  FILE_PENDING_LINES,
  FILE_PENDING_START,
  INDEX_ENTRIES,
} from '../src/shared/arena-layout.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** The memory is the arena's: nothing of the kernel's own may be in it. */
const MEMORY = '--importMemory --noExportMemory --sharedMemory --initialMemory 1 --maximumMemory 65536'
const FLAGS = `-O3 --noAssert --runtime stub --enable simd,threads,bulk-memory ${MEMORY}`
/** Constants of the layout that the kernel has under the same names. */
const SHARED = {
  APPLIED,
  APPLIED_CHECK,
  APPLYING_POSITION,
  APPLYING_FILE,
  APPLYING_BASE_BYTES,
  APPLYING_BASE_LINES,
  DICTIONARY_ENTRY_TEXTS_BYTES,
  FILE_ENTRY_BYTES,
  FILE_BUFFER,
  FILE_BUFFER_SIZE,
  FILE_DAY,
  FILE_PENDING_BYTES,
  FILE_PENDING_CHECK,
  FILE_PENDING_LINES,
  FILE_PENDING_START,
  INDEX_ENTRIES,
}

/** Compiles it with these constants besides, and writes the module. */
async function compile(module: string, constants: readonly string[] = []): Promise<void> {
  const binaries: Uint8Array[] = []
  const all = [...Object.entries(SHARED).map(([name, value]) => `${name}=${value}`), ...constants]
  const { error, stderr } = await main(
    [
      'src/workers/kernel/line-kernel.ts',
      ...FLAGS.split(' '),
      ...all.flatMap((constant) => ['--use', constant]),
      ...['--outFile', 'kernel.wasm', '--baseDir', ROOT],
    ],
    {
      writeFile: (_name, contents) => {
        if (typeof contents !== 'string') binaries.push(contents)
      },
    },
  )
  const [binary] = binaries
  if (error !== null || binary === undefined)
    throw new Error(`the line kernel cannot be compiled\n${stderr.toString()}`)
  const text = Buffer.from(binary).toString('base64')
  writeFileSync(`${ROOT}dist/${module}`, `/** The line kernel, compiled. */\nexport const LINE_KERNEL =\n  '${text}'\n`)
}

await compile('src/workers/drain/line-kernel-bytes.js')
await compile('test/workers/traced-kernel-bytes.js', ['TRACED=1'])
