/** V8: every form of a function's name, of headers and of frames that are not the application's. */
import { lines, MOVE_FRAME, MOVE_PLACE, nothing, row, type StackRow, v8 } from './stack-table-row.js'

const TICKS = 'process.processTicksAndRejections (node:internal/process/task_queues:95:5)'

/** A frame whose text before the parenthesis is `printed`, and the name to be found. */
function named(form: string, printed: string, name: string | null): StackRow {
  const stack = v8(
    `${printed} (/srv/app/src/actions/move.ts:12:5)`,
    'Foo.later (/srv/app/src/later/later.ts:1:1)',
    TICKS,
  )
  return row(`V8 name: ${form}`, stack, ['src/actions/move.ts', 12, 5, name], 'actions')
}

/** A frame without parentheses, as V8 prints functions without a name; `printed` is all after `at `. */
function bare(form: string, printed: string): StackRow {
  const stack = v8(printed, 'Foo.later (/srv/app/src/later/later.ts:1:1)')
  return row(`V8 bare: ${form}`, stack, ['src/actions/move.ts', 12, 5, null], 'actions')
}

/** A frame that is not the application's, before one that is. */
function skipped(form: string, ...frames: readonly string[]): StackRow {
  return row(`V8 skipped: ${form}`, v8(...frames, MOVE_FRAME), MOVE_PLACE, 'actions')
}

/** Text before (and as far as given, after) the frames. */
function headed(form: string, header: string, tail = ''): StackRow {
  return row(`V8 header: ${form}`, `${header}    at ${MOVE_FRAME}\n    at ${TICKS}${tail}`, MOVE_PLACE, 'actions')
}

const NAMES: readonly StackRow[] = [
  named('function', 'move', 'move'),
  named('method', 'Foo.move', 'Foo.move'),
  named('method with [as alias]', 'Foo.move [as alias]', 'Foo.move'),
  named('function of an object [as alias]', 'Object.named [as zed]', 'Object.named'),
  named('module wrapper', 'Object.<anonymous>', 'Object.<anonymous>'),
  named('anonymous listener', 'EventEmitter.<anonymous>', 'EventEmitter.<anonymous>'),
  named('DOM listener', 'HTMLButtonElement.<anonymous>', 'HTMLButtonElement.<anonymous>'),
  named('constructor', 'new Foo', 'new Foo'),
  named('constructor in a namespace', 'new game.Foo', 'new game.Foo'),
  named('constructor without a name', 'new <anonymous>', 'new <anonymous>'),
  named('getter of an object', 'Object.get name [as name]', 'Object.get name'),
  named('getter of a class', 'get name [as name]', 'get name'),
  named('getter without alias', 'get name', 'get name'),
  named('static getter', 'Function.get sname [as sname]', 'Function.get sname'),
  named('setter with alias', 'set value [as value]', 'set value'),
  named('setter without alias', 'set value', 'set value'),
  named('setter of a class', 'Foo.set value [as value]', 'Foo.set value'),
  named('private method with receiver', 'Foo.#secret', 'Foo.#secret'),
  named('private method', '#secret', '#secret'),
  named('private getter', 'get #p', 'get #p'),
  named('static method', 'Foo.make', 'Foo.make'),
  named('static method, older', 'Function.from', 'Function.from'),
  named('static method, old with alias', 'Function.make [as create]', 'Function.make'),
  named('symbol method with receiver', 'Foo.[kMove]', 'Foo.[kMove]'),
  named('symbol method', '[move]', '[move]'),
  named('well-known symbol', '[Symbol.iterator]', '[Symbol.iterator]'),
  named('symbol with a blank', '[a b]', '[a b]'),
  named('alias with brackets', 'Foo.values [as [Symbol.iterator]]', 'Foo.values'),
  named('proxy, anonymous', 'Proxy.<anonymous>', 'Proxy.<anonymous>'),
  named('proxy', 'Proxy.move', 'Proxy.move'),
  named('computed of an object', 'Object.<computed>', 'Object.<computed>'),
  named('computed', '<computed>', '<computed>'),
  named('computed with alias', 'o.<computed> [as dyn1]', 'o.<computed>'),
  named('class static block', '<static_initializer>', '<static_initializer>'),
  named('class static block, older', 'Function.<static_initializer>', 'Function.<static_initializer>'),
  named('class fields', '<instance_members_initializer>', '<instance_members_initializer>'),
  named('generator', 'Foo.next', 'Foo.next'),
  named('method with a blank', 'a b', 'a b'),
  named('method with a hyphen', 'a-b', 'a-b'),
  named('method with @', 'a@b', 'a@b'),
  named('method with parentheses', 'f(x)', 'f(x)'),
  named('numeric method', '1', '1'),
  named('method of a number', 'Number.boo', 'Number.boo'),
  named('unicode', 'Größe.été', 'Größe.été'),
  named('dollar and underscore', '$_.move$1', '$_.move$1'),
  named('exports', 'exports.move', 'exports.move'),
  named('module.exports with alias', 'module.exports.move [as handler]', 'module.exports.move'),
  named('extension handler', 'Object.Module._extensions..js [as .js]', 'Object.Module._extensions..js'),
  named('global function', 'globalThis.move', 'globalThis.move'),
  named('timer', 'Timeout._onTimeout', 'Timeout._onTimeout'),
  named('bound', 'bound move', 'bound move'),
  named('top level of a class chain', 'a.b.c.Foo.move', 'a.b.c.Foo.move'),
  named('async function', 'async move', 'move'),
  named('async method', 'async Foo.move', 'Foo.move'),
  named('async method with alias', 'async Foo.move [as run]', 'Foo.move'),
  named('async anonymous method', 'async Foo.<anonymous>', 'Foo.<anonymous>'),
  named('async wrapper', 'async Object.<anonymous>', 'Object.<anonymous>'),
  named('function called async', 'async', 'async'),
  named('function that begins with async', 'asyncMove', 'asyncMove'),
  named('<anonymous> alone', '<anonymous>', null),
  named('async <anonymous>', 'async <anonymous>', null),
  named('anonymous alone', 'anonymous', null),
  bare('path', '/srv/app/src/actions/move.ts:12:5'),
  bare('file URL', 'file:///srv/app/src/actions/move.ts:12:5'),
  bare('http URL', 'http://localhost:8080/src/actions/move.ts:12:5'),
  bare('async path', 'async /srv/app/src/actions/move.ts:12:5'),
  bare('async file URL', 'async file:///srv/app/src/actions/move.ts:12:5'),
  bare('async https URL', 'async https://game.example/src/actions/move.ts:12:5'),
  bare('relative path', 'src/actions/move.ts:12:5'),
]

const SKIPPED: readonly StackRow[] = [
  skipped('node: with a name', 'EventEmitter.emit (node:events:524:28)'),
  skipped(
    'node:internal with alias',
    'Function.executeUserEntryPoint [as runMain] (node:internal/modules/run_main:164:12)',
  ),
  skipped('node: bare', 'node:internal/main/run_main_module:28:49'),
  skipped('node: async', 'async ModuleLoader.import (node:internal/modules/esm/loader:606:24)'),
  skipped('node: async bare', 'async node:internal/modules/esm/loader:650:26'),
  skipped('node: symbol', '[nodejs.internal.kHybridDispatch] (node:internal/event_target:831:20)'),
  skipped('node: Electron', 'node:electron/js2c/browser_init:2:116'),
  skipped('ticks before an await', TICKS),
  skipped('old internal/ with a name', 'Module._compile (internal/modules/cjs/loader.js:1063:30)'),
  skipped('old internal/ bare', 'internal/main/run_main_module.js:17:47'),
  skipped('old internal/timers', 'listOnTimeout (internal/timers.js:557:17)'),
  skipped('node_modules', 'Layer.handle (/srv/app/node_modules/express/lib/router/layer.js:95:5)'),
  skipped('node_modules with a src folder', 'run (/srv/app/node_modules/rxjs/src/internal/Observable.ts:244:9)'),
  skipped('node_modules inside src', 'run (/srv/app/src/plugins/node_modules/dep/index.js:1:2)'),
  skipped('node_modules outside of the root', '/usr/lib/node_modules/npm/lib/cli.js:1:2'),
  skipped('node_modules, pnpm', 'run (/srv/app/node_modules/.pnpm/@a+b@1.2.0_c@3/node_modules/@a/b/dist/b.mjs:7:7)'),
  skipped('node_modules, yarn zip', 'run (/srv/app/.yarn/cache/dep-npm-1.0.0-ab12.zip/node_modules/dep/index.js:1:2)'),
  skipped('node_modules, file URL', 'file:///srv/app/node_modules/fastify/lib/reply.mjs:1:2'),
  skipped('node_modules, relative', 'run (node_modules/dep/index.js:1:2)'),
  skipped('node_modules, Windows', 'run (C:\\game\\node_modules\\dep\\index.js:1:2)'),
  skipped('node_modules, alias and async', 'async Dep.run [as go] (/srv/app/node_modules/dep/index.js:1:2)'),
  skipped('Array.map', 'Array.map (<anonymous>)'),
  skipped('JSON.parse', 'JSON.parse (<anonymous>)'),
  skipped('new Promise', 'new Promise (<anonymous>)'),
  skipped('generator next', 'Generator.next (<anonymous>)'),
  skipped('indirect eval', 'eval (<anonymous>)'),
  skipped('native', 'Array.forEach (native)'),
  skipped('Promise.all', 'async Promise.all (index 0)'),
  skipped('Promise.allSettled', 'async Promise.allSettled (index 12)'),
  skipped('console input', '<anonymous>:1:1'),
  skipped('console input with a name', 'run (<anonymous>:1:1)'),
  skipped('wasm, bare', 'wasm://wasm/c578486a:wasm-function[1]:0x29'),
  skipped('wasm, named', 'game.update (wasm://wasm/game.wasm-c578486a:wasm-function[12]:0x1f2)'),
  skipped('blob', 'run (blob:http://localhost:8080/3a5f0f40-1111-4222-8333-abcdefabcdef:1:2)'),
  skipped('blob, bare', 'blob:null/3a5f0f40-1111-4222-8333-abcdefabcdef:1:2'),
  skipped('Chrome extension', 'run (chrome-extension://fmkadmapgofadopljbjfkapdkoienihi/src/hook.js:1:2)'),
  skipped('Chrome extension, bare', 'chrome-extension://fmkadmapgofadopljbjfkapdkoienihi/build/hook.js:1:2'),
  skipped('Deno core', 'eventLoopTick (ext:core/01_core.js:175:7)'),
  skipped('Deno extension, async', 'async mainFetch (ext:deno_fetch/26_fetch.js:192:12)'),
  skipped('Deno extension, bare', 'ext:runtime_main/js/99_main.js:1:2'),
  skipped('Bun native', 'processTicksAndRejections (native:7:39)', 'moduleEvaluation (native)'),
  skipped(
    'eval in node_modules',
    'eval (eval at compile (/srv/app/node_modules/ejs/lib/ejs.js:662:12), <anonymous>:13:5)',
  ),
  skipped('eval in node:', 'eval (eval at run (node:vm:120:12), <anonymous>:1:1)'),
  skipped('eval in the console', 'eval (eval at <anonymous> (<anonymous>:1:1), <anonymous>:1:6)'),
  skipped(
    'many',
    'JSON.parse (<anonymous>)',
    'parse (/srv/app/node_modules/a/a.js:1:2)',
    TICKS,
    'async Promise.all (index 3)',
  ),
  nothing('V8 none: only node:', v8(TICKS, 'node:internal/main/run_main_module:28:49')),
  nothing(
    'V8 none: only node_modules',
    v8('run (/srv/app/node_modules/a/src/b/c.js:1:2)', '/srv/node_modules/d/e.js:3:4'),
  ),
  nothing(
    'V8 none: only frames without a file',
    v8('JSON.parse (<anonymous>)', 'Array.map (native)', '<anonymous>:1:1'),
  ),
  nothing(
    'V8 none: gecko-like message before a native frame',
    'Error: a\nb@http://h/src/q/a.js:1:2\n    at Array.map (<anonymous>)',
  ),
  nothing('V8 none: header alone', 'Error: failed at http://localhost'),
  nothing('V8 none: the name alone', 'TypeError'),
  nothing('V8 none: old Node internals', lines('Error', '    at internal/main/run_main_module.js:17:47')),
  row(
    'V8 not skipped: timers.js without internal/',
    v8('Timer.listOnTimeout (timers.js:263:5)', MOVE_FRAME),
    ['timers.js', 263, 5, 'Timer.listOnTimeout'],
    'general',
  ),
  row(
    'V8 not skipped: the folder internal of the root',
    v8('run (/srv/app/internal/keys.js:2:3)'),
    ['internal/keys.js', 2, 3, 'run'],
    'general',
  ),
  row(
    'V8 not skipped: src/internal',
    v8('run (/srv/app/src/internal/keys.js:2:3)'),
    ['src/internal/keys.js', 2, 3, 'run'],
    'internal',
  ),
  row(
    'V8 not skipped: like node_modules',
    v8('run (/srv/app/src/my_node_modules/a.js:2:3)'),
    ['src/my_node_modules/a.js', 2, 3, 'run'],
    'my_node_modules',
  ),
  row(
    'V8 not skipped: a folder node',
    v8('run (/srv/app/src/node/internal/a.js:2:3)'),
    ['src/node/internal/a.js', 2, 3, 'run'],
    'node',
  ),
  row(
    'V8 not skipped: a folder native',
    v8('run (/srv/app/src/native/index.js:2:3)'),
    ['src/native/index.js', 2, 3, 'run'],
    'native',
  ),
]

const HEADERS: readonly StackRow[] = [
  headed('none', ''),
  headed('name without a message', 'Error\n'),
  headed('own class', 'GameRuleError: no such move\n'),
  headed('code in brackets', 'TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string\n'),
  headed('Uncaught', 'Uncaught Error: failed\n'),
  headed('Uncaught (in promise)', 'Uncaught (in promise) TypeError: failed\n'),
  headed('several lines', 'Error: first\nsecond\n\n  third, indented\n'),
  headed('message with a location', 'Error: GET https://h:8080/src/q/a.js:1:2\n'),
  headed('message with at and a location', 'Error: failed at load (http://h/src/q/a.js:1:2)\n'),
  headed('message with @', 'Error: mail me@example.com\n'),
  headed('message like a Firefox frame', 'Error: bad\nfoo@http://h/src/q/a.js:1:2\n'),
  headed('message like Safari lines', 'Error: bad\nhttp://h/src/q/a.js:1:2\n[native code]\n@http://h/src/q/b.js:3:4\n'),
  headed(
    'message in which a line looks at',
    'Error: bad\nlook at load (/srv/app/src/q/a.js:1:2)\nattack /srv/app/src/q/a.js:1:2\n',
  ),
  headed('message of JSON', 'Error: {"file":"/srv/app/src/q/a.js:1:2",\n"at":"x (/srv/app/src/q/a.js:1:2)"}\n'),
  headed(
    'require stack',
    "Error: Cannot find module './x'\nRequire stack:\n- /srv/app/src/q/a.js\n- /srv/app/src/q/b.js\n",
  ),
  headed('source line of an uncaught error', '/srv/app/src/q/a.js:3\n  null.x\n       ^\n\nTypeError: failed\n'),
  headed(
    'assertion diff',
    "AssertionError [ERR_ASSERTION]: Expected values to be equal:\n+ actual - expected\n\n+ 'a@b:1:2'\n- 'b'\n",
  ),
  headed('100 lines of message', `Error: long\n${'one more line of it\n'.repeat(100)}`),
  headed('a long line of message', `Error: ${'x'.repeat(5_000)}\n`),
  headed(
    'properties behind the stack',
    'Error: failed\n',
    " {\n  code: 'ENOENT',\n  path: '/srv/app/src/q/a.js:1:2'\n}",
  ),
  headed(
    'cause behind the stack',
    'Error: failed\n',
    ' {\n  [cause]: Error: x\n      at run (/srv/app/src/q/a.js:1:2)\n}',
  ),
  headed('caused by', 'Error: failed\n', '\nCaused by: Error: x\n    at run (/srv/app/src/q/a.js:1:2)'),
  headed(
    'AggregateError',
    'AggregateError: many\n',
    ' {\n  [errors]: [\n    Error: one\n        at run (/srv/app/src/q/a.js:1:2)\n  ]\n}',
  ),
  headed('line end at the end', 'Error: failed\n', '\n'),
  row(
    'V8 cause: main frames are all skipped',
    lines(
      'Error: main',
      `    at ${TICKS} {`,
      '  [cause]: TypeError: inner',
      `      at ${MOVE_FRAME}`,
      `      at ${TICKS}`,
      '}',
    ),
    MOVE_PLACE,
    'actions',
  ),
  row(
    'V8 cause: lines left out between frames',
    lines(
      'Error: main',
      '    at run (/srv/app/node_modules/a/a.js:1:2)',
      '    ... 4 lines matching cause stack trace ...',
      `    at ${MOVE_FRAME}`,
    ),
    MOVE_PLACE,
    'actions',
  ),
  row(
    'V8 properties behind the frame itself',
    lines('Error: main', `    at ${MOVE_FRAME} {`, "  code: 'X'", '}'),
    MOVE_PLACE,
    'actions',
  ),
]

export const V8_NAME_STACKS: readonly StackRow[] = [...NAMES, ...SKIPPED, ...HEADERS]
