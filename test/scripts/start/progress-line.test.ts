import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it, type TestContext } from 'node:test'
import { isColourless, ProgressLine, type ProgressStream } from '../../../scripts/start/progress-line.js'

/** A terminal that keeps what is written to it. */
class FakeTerminal extends EventEmitter implements ProgressStream {
  readonly isTTY = true
  text = ''
  rows: number | undefined
  readonly columns: number | undefined

  constructor(rows?: number, columns?: number) {
    super()
    this.rows = rows
    this.columns = columns
  }

  write(text: string): void {
    this.text += text
  }

  /** What was written since it was last asked, with ^ for the escape character. */
  taken(): string {
    const text = this.text.replaceAll('\x1b', '^')
    this.text = ''
    return text
  }
}

interface Shown {
  readonly terminal: FakeTerminal
  readonly line: ProgressLine
}

/** A progress line on a terminal, with timers that only move when told to. */
function show(context: TestContext, terminal: FakeTerminal, env: Record<string, string> = {}, isTTY = true): Shown {
  context.mock.timers.enable({ apis: ['setInterval'] })
  const line = new ProgressLine(() => 'at work', { stderr: terminal, stdout: { isTTY }, env })
  context.after(() => line.close())
  return { terminal, line }
}

describe('ProgressLine', () => {
  it('ProgressLine writes plain lines to a dumb terminal and to one that is too small or of unknown size', (t) => {
    const cases: readonly (readonly [FakeTerminal, Record<string, string>])[] = [
      [new FakeTerminal(24, 80), { TERM: 'dumb' }],
      [new FakeTerminal(2, 80), {}],
      [new FakeTerminal(0, 0), {}],
      [new FakeTerminal(), {}],
    ]
    for (const [terminal, env] of cases) {
      for (const isTTY of [true, false]) {
        t.mock.timers.reset()
        const { line } = show(t, terminal, env, isTTY)
        t.mock.timers.tick(1000)
        line.close()
        assert.equal(terminal.taken(), 'at work\n')
      }
    }
  })

  it('ProgressLine reserves the last row of a terminal, and gives it back at its close', (t) => {
    const { terminal, line } = show(t, new FakeTerminal(24, 80))
    assert.match(terminal.taken(), /\^\[1;23r/)
    t.mock.timers.tick(100)
    assert.match(terminal.taken(), /\^\[24;1H\^\[2Kat work/)
    line.close()
    assert.match(terminal.taken(), /\^\[r\^\[24;1H\^\[2K/)
    assert.equal(terminal.listenerCount('resize'), 0)
  })

  it('ProgressLine shows nothing on a terminal that has become too small, and gives its region back', (t) => {
    const { terminal, line } = show(t, new FakeTerminal(24, 80))
    terminal.taken()
    terminal.rows = 2
    terminal.emit('resize')
    assert.equal(terminal.taken(), '^7^[r^8')
    t.mock.timers.tick(1000)
    assert.equal(terminal.taken(), '')
    terminal.rows = 30
    terminal.emit('resize')
    assert.match(terminal.taken(), /\^\[1;29r/)
    line.close()
  })
})

describe('isColourless()', () => {
  it('isColourless() heeds NO_COLOR, whatever its value but the empty one, and TERM=dumb', () => {
    assert.equal(isColourless({ NO_COLOR: '0' }), true)
    assert.equal(isColourless({ TERM: 'dumb' }), true)
    assert.equal(isColourless({ NO_COLOR: '', TERM: 'xterm' }), false)
    assert.equal(isColourless({}), false)
  })
})
