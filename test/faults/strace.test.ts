import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { newDirectory } from '../support/new-directory.js'
import { injectedCalls, readTrace } from './strace.js'

const TRACE = `101 openat(AT_FDCWD</home>, "/logs/2026-01-31/a.jsonl", O_WRONLY|O_CREAT, 0600 <unfinished ...>
102 mkdir("/logs/2026-01-31", 0700) = -1 EEXIST (File exists)
101 <... openat resumed>) = 23</logs/2026-01-31/a.jsonl>
101 write(23</logs/2026-01-31/a.jsonl>, ""..., 277) = -1 EIO (Input/output error) (INJECTED)
101 write(1<pipe:[17]>, ""..., 12) = 12
102 write(24</logs/2026-01-31/b.jsonl>, ""..., 277 <unfinished ...>
102 <... write resumed>) = -1 EIO (Input/output error) (INJECTED)
103 close(24</elsewhere/b.jsonl>) = 0
101 close(23</logs/2026-01-31/a.jsonl>) = 0
`

it('readTrace() counts calls below a directory by thread, interrupted ones once', (t) => {
  const trace = join(newDirectory(t), 'trace')
  writeFileSync(trace, TRACE)
  assert.deepEqual(readTrace(trace, '/logs'), [
    { counts: { open: 1, write: 1, close: 1 }, paths: ['/logs/2026-01-31/a.jsonl'] },
    { counts: { mkdir: 1, write: 1 }, paths: ['/logs/2026-01-31', '/logs/2026-01-31/b.jsonl'] },
  ])
  assert.equal(injectedCalls(trace, 'write'), 2)
  assert.equal(injectedCalls(trace, 'close'), 0)
})
