/** V8 and what prints like it: every form of a place, eval, platforms, Hermes, old Edge and Internet Explorer. */
import { lines, MOVE_FRAME, MOVE_PLACE, nothing, row, type StackRow, v8 } from './stack-table-row.js'

/** A named frame at a file, at line 12 and column 5. */
function placed(form: string, file: string, path: string, category: string): StackRow {
  return row(`V8 place: ${form}`, v8(`move (${file}:12:5)`, MOVE_FRAME), [path, 12, 5, 'move'], category)
}

/** The same without a name, hence without parentheses around the place. */
function bare(form: string, file: string, path: string, category: string): StackRow {
  return row(`V8 bare place: ${form}`, v8(`${file}:12:5`, MOVE_FRAME), [path, 12, 5, null], category)
}

/** Code evaluated from line 10, column 5 of src/logic/rules.js. */
function evaluated(form: string, frame: string, name: string | null, path = 'src/logic/rules.js'): StackRow {
  return row(`V8 eval: ${form}`, v8(frame, MOVE_FRAME), [path, 10, 5, name], 'logic')
}

const PLACES: readonly StackRow[] = [
  placed('absolute', '/srv/app/src/actions/move.js', 'src/actions/move.js', 'actions'),
  placed('outside of the root', '/home/me/game/src/ai/x.js', '/home/me/game/src/ai/x.js', 'ai'),
  placed('a folder that begins like the root', '/srv/app2/src/ai/x.js', '/srv/app2/src/ai/x.js', 'ai'),
  placed('above the root', '/srv/shared.js', '/srv/shared.js', 'general'),
  placed('relative', 'src/ai/x.js', 'src/ai/x.js', 'ai'),
  placed('a name only', 'worker.js', 'worker.js', 'general'),
  placed('blanks', '/srv/app/src/a b/c d.cjs', 'src/a b/c d.cjs', 'a b'),
  placed('blanks and parentheses', '/srv/app/src/my game (v2)/c d.cjs', 'src/my game (v2)/c d.cjs', 'my game (v2)'),
  placed('a parenthesis at a folder begin', '/srv/app/src/(group)/page.js', 'src/(group)/page.js', '(group)'),
  placed('parentheses at the end of the name', '/srv/app/src/ai/x (1).js', 'src/ai/x (1).js', 'ai'),
  placed('@ in a folder', '/srv/app/src/@types/x.js', 'src/@types/x.js', '@types'),
  placed('unicode', '/srv/app/src/été/ü.js', 'src/été/ü.js', 'été'),
  placed('emoji', '/srv/app/src/🎲/dice.js', 'src/🎲/dice.js', '🎲'),
  placed('colons in a folder', '/srv/app/src/12:30/x.js', 'src/12:30/x.js', '12:30'),
  placed('percent in a path, which is no URL', '/srv/app/src/a%20b/x.js', 'src/a%20b/x.js', 'a%20b'),
  placed('brackets', '/srv/app/src/[slug]/page.tsx', 'src/[slug]/page.tsx', '[slug]'),
  placed('no extension', '/srv/app/src/bin/game', 'src/bin/game', 'bin'),
  placed('dotted folder', '/srv/app/.next/server/app/page.js', '.next/server/app/page.js', 'general'),
  placed('file URL in the root', 'file:///srv/app/src/ai/x.mjs', 'src/ai/x.mjs', 'ai'),
  placed('file URL outside of the root', 'file:///home/me/src/ai/x.mjs', '/home/me/src/ai/x.mjs', 'ai'),
  placed(
    'file URL, encoded',
    'file:///srv/app/src/my%20game%20(v2)/%C3%BC.mjs',
    'src/my game (v2)/ü.mjs',
    'my game (v2)',
  ),
  placed('file URL, encoded percent', 'file:///srv/app/src/100%25/x.mjs', 'src/100%/x.mjs', '100%'),
  placed('file URL with @', 'file:///srv/app/src/@game/x.mjs', 'src/@game/x.mjs', '@game'),
  placed('file URL with a query', 'file:///srv/app/src/ai/x.mjs?v=17', 'src/ai/x.mjs', 'ai'),
  placed('Windows', 'C:\\game\\src\\actions\\x.js', 'C:/game/src/actions/x.js', 'actions'),
  placed('Windows, small drive letter', 'd:\\game\\src\\ai\\x.js', 'd:/game/src/ai/x.js', 'ai'),
  placed('Windows, both separators', 'C:\\game/src\\ai/x.js', 'C:/game/src/ai/x.js', 'ai'),
  placed(
    'Windows, blanks',
    'C:\\Program Files (x86)\\Game\\src\\ai\\x.js',
    'C:/Program Files (x86)/Game/src/ai/x.js',
    'ai',
  ),
  placed('Windows file URL', 'file:///C:/game/src/ai/x.mjs', 'C:/game/src/ai/x.mjs', 'ai'),
  placed('Windows file URL, encoded', 'file:///C:/My%20Game/src/ai/x.mjs', 'C:/My Game/src/ai/x.mjs', 'ai'),
  placed('Windows, straight in src', 'C:\\game\\src\\index.js', 'C:/game/src/index.js', 'general'),
  placed('UNC', '\\\\server\\share\\game\\src\\x\\y.js', '//server/share/game/src/x/y.js', 'x'),
  placed(
    'Electron app.asar',
    '/opt/Game/resources/app.asar/src/ui/x.js',
    '/opt/Game/resources/app.asar/src/ui/x.js',
    'ui',
  ),
  placed(
    'Electron on Windows',
    'C:\\Users\\me\\AppData\\Local\\game\\resources\\app.asar\\src\\ui\\x.js',
    'C:/Users/me/AppData/Local/game/resources/app.asar/src/ui/x.js',
    'ui',
  ),
  placed(
    'Electron file URL',
    'file:///Applications/My%20Game.app/Contents/Resources/app.asar/src/ui/x.js',
    '/Applications/My Game.app/Contents/Resources/app.asar/src/ui/x.js',
    'ui',
  ),
  placed('Lambda', '/var/task/src/handlers/move.js', '/var/task/src/handlers/move.js', 'handlers'),
  placed('http with a port', 'http://localhost:8080/src/ai/x.js', 'src/ai/x.js', 'ai'),
  placed(
    'https with a query',
    'https://h:8080/assets/src/actions/move.js?v=1',
    'assets/src/actions/move.js',
    'actions',
  ),
  placed('http with a hash', 'http://h/src/ai/x.js?a=1#frag', 'src/ai/x.js', 'ai'),
  placed('http with a path in the query', 'http://h/bundle.js?file=/src/q/a.js', 'bundle.js', 'general'),
  placed('http with a place in the query', 'http://h/src/ai/x.js?at=1:2', 'src/ai/x.js', 'ai'),
  placed('http, encoded', 'http://h/src/my%20ai/%C3%BC.js', 'src/my ai/ü.js', 'my ai'),
  placed('http, encoded hash and question mark', 'http://h/src/c%23%3F/x.js', 'src/c#?/x.js', 'c#?'),
  placed('http, a percent that encodes nothing', 'http://h/src/50%/x.js', 'src/50%/x.js', '50%'),
  placed('http, IPv6', 'http://[::1]:8080/src/ai/x.js', 'src/ai/x.js', 'ai'),
  placed('http, the root is no root of a server', 'http://h/srv/app/src/ai/x.js', 'srv/app/src/ai/x.js', 'ai'),
  placed('page', 'http://localhost/index.html', 'index.html', 'general'),
  placed(
    'Deno remote module',
    'https://deno.land/std@0.200.0/assert/assert.ts',
    'std@0.200.0/assert/assert.ts',
    'general',
  ),
  placed('capacitor', 'capacitor://localhost/src/ai/x.js', 'src/ai/x.js', 'ai'),
  placed('ionic', 'ionic://localhost/build/main.js', 'build/main.js', 'general'),
  placed('app', 'app:///src/ai/x.js', 'src/ai/x.js', 'ai'),
  placed('app with a host', 'app://game/src/ai/x.js?q=1', 'src/ai/x.js', 'ai'),
  placed('tauri', 'tauri://localhost/src/ai/x.js', 'src/ai/x.js', 'ai'),
  bare('blanks and parentheses', '/srv/app/src/my game (v2)/x.js', 'src/my game (v2)/x.js', 'my game (v2)'),
  bare('file URL with parentheses', 'file:///srv/app/src/(group)/x%20y.mjs', 'src/(group)/x y.mjs', '(group)'),
  bare('Windows', 'C:\\game\\src\\ai\\x.js', 'C:/game/src/ai/x.js', 'ai'),
  bare('Windows, parentheses', 'C:\\my (old) game\\src\\ai\\x.js', 'C:/my (old) game/src/ai/x.js', 'ai'),
  bare('UNC', '\\\\server\\share\\src\\ai\\x.js', '//server/share/src/ai/x.js', 'ai'),
  bare('file URL, Windows', 'file:///C:/game/src/ai/x.mjs', 'C:/game/src/ai/x.mjs', 'ai'),
  bare('http with a query', 'http://localhost:8080/src/ai/x.js?t=17', 'src/ai/x.js', 'ai'),
  bare('async, blanks', 'async /srv/app/src/a b/x.js', 'src/a b/x.js', 'a b'),
  bare('async, Windows', 'async C:\\game\\src\\ai\\x.js', 'C:/game/src/ai/x.js', 'ai'),
  bare('app.asar', '/opt/Game/resources/app.asar/index.js', '/opt/Game/resources/app.asar/index.js', 'general'),
  row('V8 place: line alone', v8('move (/srv/app/src/ai/x.js:12)'), ['src/ai/x.js', 12, null, 'move'], 'ai'),
  row(
    'V8 place: neither line nor column',
    v8('move (/srv/app/src/ai/x.js)'),
    ['src/ai/x.js', null, null, 'move'],
    'ai',
  ),
  row('V8 place: big numbers', v8('t (https://h/min.js:1:1048576)'), ['min.js', 1, 1_048_576, 't'], 'general'),
  row(
    'V8 layout: CRLF',
    `Error: a\r\n    at ${MOVE_FRAME}\r\n    at b (/srv/app/src/b/b.js:1:2)\r\n`,
    MOVE_PLACE,
    'actions',
  ),
  row('V8 layout: CRLF, bare', 'Error: a\r\n    at /srv/app/src/ai/x.js:3:4\r\n', ['src/ai/x.js', 3, 4, null], 'ai'),
  row('V8 layout: tabs', `Error: a\n\tat ${MOVE_FRAME}\n\tat b (/srv/app/src/b/b.js:1:2)`, MOVE_PLACE, 'actions'),
  row('V8 layout: not indented', `Error: a\nat ${MOVE_FRAME}\nat b (/srv/app/src/b/b.js:1:2)`, MOVE_PLACE, 'actions'),
  row('V8 layout: one frame alone', `at ${MOVE_FRAME}`, MOVE_PLACE, 'actions'),
  row('V8 layout: deeply indented', `      Error: a\n${' '.repeat(24)}at ${MOVE_FRAME}`, MOVE_PLACE, 'actions'),
  row(
    'V8 layout: Firefox lines between V8 frames',
    lines('Error: a', 'x@http://h/src/q/a.js:1:2', `    at ${MOVE_FRAME}`, 'y@http://h/src/q/b.js:1:2'),
    MOVE_PLACE,
    'actions',
  ),
  row(
    'V8 --enable-source-maps of Node 12',
    lines('Error: a', '    at move (/srv/app/dist/move.js:1:2)', '        -> /srv/app/src/actions/move.ts:3:4'),
    ['dist/move.js', 1, 2, 'move'],
    'general',
  ),
]

const EVALS: readonly StackRow[] = [
  evaluated('direct', 'eval (eval at run (/srv/app/src/logic/rules.js:10:5), <anonymous>:1:1)', 'eval'),
  evaluated(
    'from an anonymous function',
    'eval (eval at <anonymous> (/srv/app/src/logic/rules.js:10:5), <anonymous>:1:6)',
    'eval',
  ),
  evaluated(
    'from a method with alias',
    'eval (eval at Foo.run [as go] (/srv/app/src/logic/rules.js:10:5), <anonymous>:1:6)',
    'eval',
  ),
  evaluated('named function', 'inner (eval at run (/srv/app/src/logic/rules.js:10:5), <anonymous>:1:25)', 'inner'),
  evaluated('method', 'Object.m (eval at run (/srv/app/src/logic/rules.js:10:5), <anonymous>:1:15)', 'Object.m'),
  evaluated('constructor', 'new Foo (eval at new Bar (/srv/app/src/logic/rules.js:10:5), <anonymous>:1:39)', 'new Foo'),
  evaluated('async function', 'async ev (eval at run (/srv/app/src/logic/rules.js:10:5), <anonymous>:1:37)', 'ev'),
  evaluated('new Function', 'eval (eval at compile (/srv/app/src/logic/rules.js:10:5), <anonymous>:3:6)', 'eval'),
  evaluated(
    'new Function, anonymous',
    'anonymous (eval at compile (/srv/app/src/logic/rules.js:10:5), <anonymous>:3:6)',
    null,
  ),
  evaluated(
    'nested',
    'eval (eval at <anonymous> (eval at run (/srv/app/src/logic/rules.js:10:5)), <anonymous>:1:6)',
    'eval',
  ),
  evaluated(
    'nested, with the places between',
    'eval (eval at a (eval at run (/srv/app/src/logic/rules.js:10:5), <anonymous>:7:8), <anonymous>:1:6)',
    'eval',
  ),
  evaluated(
    'nested three times',
    'f (eval at a (eval at b (eval at c (/srv/app/src/logic/rules.js:10:5))), <anonymous>:1:6)',
    'f',
  ),
  evaluated(
    'file URL',
    'eval (eval at <anonymous> (file:///srv/app/src/logic/rules.js:10:5), <anonymous>:1:6)',
    'eval',
  ),
  evaluated(
    'http URL',
    'eval (eval at run (http://localhost:8080/src/logic/rules.js?v=1:10:5), <anonymous>:1:6)',
    'eval',
  ),
  evaluated(
    'Windows',
    'eval (eval at run (C:\\game\\src\\logic\\rules.js:10:5), <anonymous>:1:6)',
    'eval',
    'C:/game/src/logic/rules.js',
  ),
  evaluated(
    'parentheses in the path',
    'eval (eval at run (/srv/app/src/logic/a (b)/c.js:10:5), <anonymous>:1:6)',
    'eval',
    'src/logic/a (b)/c.js',
  ),
  row(
    'V8 eval: webpack module in a bundle',
    v8('eval (eval at ./src/actions/move.js (http://localhost:8080/bundle.js:97:1), <anonymous>:10:5)'),
    ['bundle.js', 97, 1, 'eval'],
    'general',
  ),
  row('V8 eval: with sourceURL', v8('eval (src/foo/gen.js:1:6)', MOVE_FRAME), ['src/foo/gen.js', 1, 6, 'eval'], 'foo'),
]

const ENGINES: readonly StackRow[] = [
  row(
    'Node 26 ESM after a top-level await',
    lines(
      'TypeError: failed',
      '    at file:///srv/app/src/boot/tla.mjs:1:15',
      '    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)',
    ),
    ['src/boot/tla.mjs', 1, 15, null],
    'boot',
  ),
  row(
    'Node worker with code of its own',
    v8(
      'MessagePort.<anonymous> (node:internal/main/worker_thread:173:9)',
      'Worker.<anonymous> (/srv/app/src/workers/ai.js:7:3)',
    ),
    ['src/workers/ai.js', 7, 3, 'Worker.<anonymous>'],
    'workers',
  ),
  row(
    'Deno',
    lines(
      'error: Uncaught (in promise) Error: failed',
      '    at async ext:core/01_core.js:1:2',
      '    at move (file:///srv/app/src/actions/move.ts:3:9)',
    ),
    ['src/actions/move.ts', 3, 9, 'move'],
    'actions',
  ),
  row(
    'Bun',
    lines(
      'Error: failed',
      '      at <anonymous> (/srv/app/src/ai/x.ts:3:9)',
      '      at moduleEvaluation (native:1:11)',
    ),
    ['src/ai/x.ts', 3, 9, null],
    'ai',
  ),
  row(
    'Chrome worker',
    lines('Error: failed', '    at self.onmessage (http://localhost:8080/src/workers/ai.js:5:11)'),
    ['src/workers/ai.js', 5, 11, 'self.onmessage'],
    'workers',
  ),
  row(
    'Chrome inline handler',
    lines('Error: failed', '    at HTMLButtonElement.onclick (http://localhost:8080/index.html:10:50)'),
    ['index.html', 10, 50, 'HTMLButtonElement.onclick'],
    'general',
  ),
  row(
    'Edge',
    lines('TypeError: failed', '    at async Foo.load (https://game.example:8443/app/src/net/load.js?v=3:4:5)'),
    ['app/src/net/load.js', 4, 5, 'Foo.load'],
    'net',
  ),
  row('Cloudflare worker', v8('Object.fetch (index.js:12:3)'), ['index.js', 12, 3, 'Object.fetch'], 'general'),
  row(
    'Hermes',
    lines('Error: failed', '    at move (address at index.android.bundle:1:2345)', '    at apply (native)'),
    ['index.android.bundle', 1, 2345, 'move'],
    'general',
  ),
  row(
    'Hermes, anonymous after native',
    lines('Error: failed', '    at apply (native)', '    at anonymous (address at index.android.bundle:1:99)'),
    ['index.android.bundle', 1, 99, null],
    'general',
  ),
  row(
    'Hermes, method and global',
    lines(
      'Error',
      '    at Foo.prototype.move (address at index.ios.bundle:1:7)',
      '    at global (address at index.ios.bundle:1:9)',
    ),
    ['index.ios.bundle', 1, 7, 'Foo.prototype.move'],
    'general',
  ),
  row(
    'Hermes, bundle by its path',
    lines('Error', '    at move (address at /data/user/0/com.game/files/main.jsbundle:1:7)'),
    ['/data/user/0/com.game/files/main.jsbundle', 1, 7, 'move'],
    'general',
  ),
  row(
    'Hermes, development',
    lines('Error', '    at move (http://10.0.2.2:8081/index.bundle?platform=android&dev=true:100:5)'),
    ['index.bundle', 100, 5, 'move'],
    'general',
  ),
  row(
    'IE anonymous function',
    lines(
      'TypeError: failed',
      '   at Anonymous function (http://h/src/ai/x.js:10:5)',
      '   at Global code (http://h/a.js:1:1)',
    ),
    ['src/ai/x.js', 10, 5, 'Anonymous function'],
    'ai',
  ),
  row(
    'IE global code',
    lines('TypeError: failed', '   at Global code (http://h/src/ai/x.js:10:5)'),
    ['src/ai/x.js', 10, 5, null],
    'ai',
  ),
  row(
    'IE native code',
    lines(
      'TypeError: failed',
      '   at Array.prototype.forEach (native code)',
      '   at Foo.prototype.move (http://h/src/ai/x.js:10:5)',
    ),
    ['src/ai/x.js', 10, 5, 'Foo.prototype.move'],
    'ai',
  ),
  row(
    'IE eval code',
    lines('Error: failed', '   at eval code (eval code:1:1)', '   at run (http://h/src/ai/x.js:10:5)'),
    ['src/ai/x.js', 10, 5, 'run'],
    'ai',
  ),
  row(
    'PhantomJS',
    lines('Error: failed', '    at move (http://h/src/ai/x.js:10)', '    at http://h/src/b/b.js:4'),
    ['src/ai/x.js', 10, null, 'move'],
    'ai',
  ),
  row(
    'PhantomJS, no name',
    lines('Error: failed', '    at http://h/src/ai/x.js:10'),
    ['src/ai/x.js', 10, null, null],
    'ai',
  ),
  nothing('Hermes, only native', lines('Error: failed', '    at apply (native)', '    at forEach (native)')),
  nothing(
    'Deno, only ext:',
    lines('Error: failed', '    at ext:core/01_core.js:1:2', '    at op (ext:core/00_infra.js:3:4)'),
  ),
]

export const V8_PLACE_STACKS: readonly StackRow[] = [...PLACES, ...EVALS, ...ENGINES]
