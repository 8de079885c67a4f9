/**
 * Compiles the kernels, which are AssemblyScript, each to a module of `dist` that holds its binary: so a bundle has it
 * wherever it lies, and nothing has to be read when a writer starts. And for the tests a line kernel that tells of its
 * stores.
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
  PARKED,
  PUBLISHED,
  PUBLISHED_CHECK,
} from '../src/shared/arena-layout.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** The memory is the arena's: nothing of the kernel's own may be in it. */
const MEMORY = '--importMemory --noExportMemory --sharedMemory --initialMemory 1 --maximumMemory 65536'
const FLAGS = `-O3 --noAssert --runtime stub --enable simd,threads,bulk-memory ${MEMORY}`

/** A kernel: its source, its constants, of the layout under the same names, and what its module exports. */
interface Kernel {
  readonly source: string
  readonly constants: Readonly<Record<string, number>>
  readonly name: string
}

const PUBLISH: Kernel = {
  source: 'src/main/kernel/publish-kernel.ts',
  constants: { PARKED, PUBLISHED, PUBLISHED_CHECK },
  name: 'PUBLISH_KERNEL',
}

const LINE_CONSTANTS = {
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

const LINES: Kernel = {
  source: 'src/workers/kernel/line-kernel.ts',
  constants: LINE_CONSTANTS,
  name: 'LINE_KERNEL',
}

async function compile({ source, constants, name }: Kernel, module: string): Promise<void> {
  const binaries: Uint8Array[] = []
  const { error, stderr } = await main(
    [
      source,
      ...FLAGS.split(' '),
      ...Object.entries(constants).flatMap(([constant, value]) => ['--use', `${constant}=${value}`]),
      ...['--outFile', 'kernel.wasm', '--baseDir', ROOT],
    ],
    {
      writeFile: (_name, contents) => {
        if (typeof contents !== 'string') binaries.push(contents)
      },
    },
  )
  const [binary] = binaries
  if (error !== null || binary === undefined) throw new Error(`${source} cannot be compiled\n${stderr.toString()}`)
  const text = Buffer.from(binary).toString('base64')
  writeFileSync(`${ROOT}dist/${module}`, `/** ${source}, compiled. */\nexport const ${name} =\n  '${text}'\n`)
}

await compile(PUBLISH, 'src/main/produce/publish-kernel-bytes.js')
await compile(LINES, 'src/workers/drain/line-kernel-bytes.js')
await compile({ ...LINES, constants: { ...LINE_CONSTANTS, TRACED: 1 } }, 'test/workers/traced-kernel-bytes.js')
