/** Firefox (Gecko) and Safari (JavaScriptCore): `name@place`, and Safari's lines that are a place only. */
import { lines, nothing, type Place, row, type StackRow } from './stack-table-row.js'

const MOVE_LINE = 'move@http://localhost:8080/src/actions/move.js:12:5'
const MOVE: Place = ['src/actions/move.js', 12, 5, 'move']

/** A first line with what is printed before the @, and the name to be found. */
function named(form: string, printed: string, name: string | null): StackRow {
  const stack = `${printed}@http://localhost:8080/src/actions/move.js:12:5\nlater@http://localhost:8080/src/later/l.js:1:1\n`
  return row(`@ name: ${form}`, stack, ['src/actions/move.js', 12, 5, name], 'actions')
}

/** A first line of a place after the @, at line 12 and column 5. */
function placed(form: string, file: string, path: string, category: string): StackRow {
  return row(`@ place: ${form}`, lines(`move@${file}:12:5`, MOVE_LINE), [path, 12, 5, 'move'], category)
}

/** Lines that are not of the application, before one that is. */
function skipped(form: string, ...texts: readonly string[]): StackRow {
  return row(`@ skipped: ${form}`, lines(...texts, MOVE_LINE), MOVE, 'actions')
}

/** Firefox names no column of the place from which code was evaluated. */
function evaluated(form: string, text: string, name: string | null): StackRow {
  return row(`Firefox eval: ${form}`, lines(text, MOVE_LINE), ['src/logic/rules.js', 10, null, name], 'logic')
}

/** Safari prints only the place of a function without a name. */
function bare(form: string, file: string, path: string, category: string): StackRow {
  return row(`Safari bare: ${form}`, lines(`${file}:12:5`, MOVE_LINE), [path, 12, 5, null], category)
}

const NAMES: readonly StackRow[] = [
  named('function', 'move', 'move'),
  named('empty', '', null),
  named('method', 'Foo.move', 'Foo.move'),
  named('prototype', 'Foo.prototype.move', 'Foo.prototype.move'),
  named('Firefox inner function', 'move/inner', 'move/inner'),
  named('Firefox inner, anonymous', 'move/inner<', 'move/inner<'),
  named('Firefox anonymous chain', 'move/</<', 'move/</<'),
  named('Firefox in an array', 'handlers[1]</move', 'handlers[1]</move'),
  named('Firefox webpack module', './src/actions/move.js', './src/actions/move.js'),
  named('Firefox getter', 'get name', 'get name'),
  named('Firefox async', 'async*move', 'move'),
  named('Firefox async without a name', 'async*', null),
  named('Firefox async, inner', 'async*move/inner<', 'move/inner<'),
  named('Firefox promise callback', 'promise callback*move', 'move'),
  named('Firefox promise callback without a name', 'promise callback*', null),
  named('Firefox setTimeout', 'setTimeout handler*move', 'move'),
  named('Firefox setInterval', 'setInterval handler*Foo.move', 'Foo.move'),
  named('Firefox listener', 'EventListener.handleEvent*move', 'move'),
  named('anonymous', 'anonymous', null),
  named('Safari global code', 'global code', null),
  named('Safari module code', 'module code', null),
  named('Safari eval code', 'eval code', null),
  named('Safari async', 'async move', 'move'),
  named('unicode', 'Größe/été', 'Größe/été'),
  named('dollar', '$e', '$e'),
]

const PLACES: readonly StackRow[] = [
  placed('https', 'https://game.example/app/src/ai/x.js', 'app/src/ai/x.js', 'ai'),
  placed('query', 'http://localhost:5173/src/ai/x.ts?t=1700000000000', 'src/ai/x.ts', 'ai'),
  placed('@ in the path', 'http://h/@scope/src/ai/x.js', '@scope/src/ai/x.js', 'ai'),
  placed('@ in the query', 'http://h/src/ai/x.js?who=a@b', 'src/ai/x.js', 'ai'),
  placed('@ and a version', 'https://cdn.example/game@1.2.0/src/ai/x.js', 'game@1.2.0/src/ai/x.js', 'ai'),
  placed('encoded', 'http://h/src/my%20ai/%C3%BC.js', 'src/my ai/ü.js', 'my ai'),
  placed('parentheses', 'http://h/src/(group)/x.js', 'src/(group)/x.js', '(group)'),
  placed('file URL', 'file:///srv/app/src/ai/x.js', 'src/ai/x.js', 'ai'),
  placed('file URL, Windows', 'file:///C:/game/src/ai/x.js', 'C:/game/src/ai/x.js', 'ai'),
  placed('path', '/srv/app/src/ai/x.js', 'src/ai/x.js', 'ai'),
  placed('path outside of the root', '/home/me/src/ai/x.js', '/home/me/src/ai/x.js', 'ai'),
  placed('capacitor', 'capacitor://localhost/src/ai/x.js', 'src/ai/x.js', 'ai'),
  placed('ionic', 'ionic://localhost/src/ai/x.js', 'src/ai/x.js', 'ai'),
  placed('app', 'app://game/src/ai/x.js', 'src/ai/x.js', 'ai'),
  placed('React Native', 'http://localhost:8081/index.bundle?platform=ios&dev=true', 'index.bundle', 'general'),
  placed('page', 'http://localhost:8080/index.html', 'index.html', 'general'),
  placed('tests', 'http://localhost:8080/tests/move.js', 'tests/move.js', 'tests'),
  placed('webpack', 'webpack:///./src/ai/x.js?1234', 'src/ai/x.js', 'ai'),
  placed('webpack with a name', 'webpack://my-app/./src/ai/x.js', 'src/ai/x.js', 'ai'),
  placed('webpack-internal', 'webpack-internal:///./src/ai/x.js', 'src/ai/x.js', 'ai'),
  placed(
    'webpack-internal with a layer',
    'webpack-internal:///(app-pages-browser)/./src/app/page.tsx',
    'src/app/page.tsx',
    'app',
  ),
  bare('http', 'http://localhost:8080/src/ai/x.js', 'src/ai/x.js', 'ai'),
  bare('https with a query', 'https://game.example/src/ai/x.js?v=1', 'src/ai/x.js', 'ai'),
  bare('@ in the path', 'http://h/@scope/src/ai/x.js', '@scope/src/ai/x.js', 'ai'),
  bare('file URL', 'file:///srv/app/src/ai/x.js', 'src/ai/x.js', 'ai'),
  bare('capacitor', 'capacitor://localhost/src/ai/x.js', 'src/ai/x.js', 'ai'),
  bare('webpack-internal', 'webpack-internal:///./src/ai/x.js', 'src/ai/x.js', 'ai'),
  row('@ place: line alone', lines('move@http://h/src/ai/x.js:10'), ['src/ai/x.js', 10, null, 'move'], 'ai'),
  row(
    '@ place: line alone, with a port',
    lines('@http://localhost:8080/src/ai/x.js:10'),
    ['src/ai/x.js', 10, null, null],
    'ai',
  ),
  row(
    'Safari bare: first of many',
    lines(
      'http://h/src/ai/x.js:3:4',
      'forEach@[native code]',
      'http://h/src/b/b.js:5:6',
      'global code@http://h/a.js:7:8',
    ),
    ['src/ai/x.js', 3, 4, null],
    'ai',
  ),
  row(
    'Safari on iOS, bundle by its path',
    'move@/var/containers/Bundle/Application/AB-12/Game.app/main.jsbundle:12:345',
    ['/var/containers/Bundle/Application/AB-12/Game.app/main.jsbundle', 12, 345, 'move'],
    'general',
  ),
  row(
    'Safari eval',
    lines('eval code', 'eval@[native code]', 'run@http://h/src/logic/rules.js:10:5', 'global code@http://h/a.js:1:2'),
    ['src/logic/rules.js', 10, 5, 'run'],
    'logic',
  ),
]

const EVALS: readonly StackRow[] = [
  evaluated('direct', 'fn@http://h/src/logic/rules.js line 10 > eval:1:1', 'fn'),
  evaluated('without a name', '@http://h/src/logic/rules.js line 10 > eval:1:1', null),
  evaluated('Function', 'fn@http://h/src/logic/rules.js line 10 > Function:3:1', 'fn'),
  evaluated('Function, anonymous', 'anonymous@http://h/src/logic/rules.js line 10 > Function:3:1', null),
  evaluated('nested', 'fn@http://h/src/logic/rules.js line 10 > eval line 1 > eval:1:1', 'fn'),
  evaluated('Function in eval', 'fn@http://h/src/logic/rules.js line 10 > eval line 2 > Function:3:7', 'fn'),
  evaluated('three deep', '@http://h/src/logic/rules.js line 10 > eval line 1 > eval line 4 > eval:5:6', null),
  evaluated('query and port', 'fn@http://localhost:8080/src/logic/rules.js?v=1 line 10 > eval:1:1', 'fn'),
  evaluated('file URL', 'fn@file:///srv/app/src/logic/rules.js line 10 > eval:1:1', 'fn'),
  evaluated('without a column', 'fn@http://h/src/logic/rules.js line 10 > eval:1', 'fn'),
  evaluated('inner name', 'run/fn<@http://h/src/logic/rules.js line 10 > eval:1:1', 'run/fn<'),
  evaluated('async', 'async*fn@http://h/src/logic/rules.js line 10 > eval:1:1', 'fn'),
]

const LAYOUTS: readonly StackRow[] = [
  skipped('header', 'Error: failed'),
  skipped('header and lines of message', 'Error: first', 'second line', '', 'look at me'),
  skipped('header with a quoted name', 'TypeError: can\'t access property "x", a is null'),
  skipped('header with @', 'Error: mail me@example.com'),
  skipped('header with a URL', 'Error: GET http://h:8080/src/q/a.js failed'),
  skipped('Safari native', 'forEach@[native code]'),
  skipped('Safari native alone', '[native code]'),
  skipped('Safari native without a name', '@[native code]'),
  skipped('Safari async native', 'asyncFunctionResume@[native code]', 'promiseReactionJob@[native code]'),
  skipped('Safari eval code alone', 'eval code'),
  skipped('Firefox self-hosted', 'map@self-hosted:221:17'),
  skipped('Firefox self-hosted, async', 'async*next@self-hosted:1163:9'),
  skipped('Firefox console', '@debugger eval code:1:1', 'run@debugger eval code:2:7'),
  skipped('Firefox extension', 'run@moz-extension://9f0f3c5e-1111-4222-8333-abcdefabcdef/src/content.js:1:2'),
  skipped('Safari extension', 'run@safari-extension://com.example.ext-ABCDEF/12ab/src/content.js:1:2'),
  skipped('Safari web extension', 'safari-web-extension://9F0F3C5E-1111-4222-8333-ABCDEFABCDEF/src/content.js:1:2'),
  skipped('Chrome extension', '@chrome-extension://fmkadmapgofadopljbjfkapdkoienihi/src/a.js:1:2'),
  skipped('blob', 'run@blob:http://localhost:8080/3a5f0f40-1111-4222-8333-abcdefabcdef:1:2'),
  skipped('wasm', 'wasm-function[12]@wasm://wasm/game-c578486a:wasm-function[12]:0x1f2'),
  skipped('node_modules', 'run@http://localhost:8080/node_modules/.vite/deps/vue.js?v=12ab:1:2'),
  skipped('node_modules, no name', '@http://localhost:8080/node_modules/dep/src/index.js:1:2'),
  skipped('node_modules, webpack', '__webpack_require__@webpack:///./node_modules/dep/index.js?:1:2'),
  skipped('old webpack ~', 'run@webpack:///./~/lodash/lodash.js:1:2'),
  skipped('webpack bootstrap', '__webpack_require__@webpack:///webpack/bootstrap:19:1'),
  skipped('eval in node_modules', 'fn@http://h/node_modules/ejs/lib/ejs.js line 662 > Function:13:5'),
  row('@ layout: CRLF', `${MOVE_LINE}\r\nb@http://h/src/b/b.js:1:2\r\n`, MOVE, 'actions'),
  row('@ layout: indented', `Error: a\n    ${MOVE_LINE}\n    b@http://h/src/b/b.js:1:2`, MOVE, 'actions'),
  row('@ layout: tabs', `Error: a\n\t${MOVE_LINE}\n\tb@http://h/src/b/b.js:1:2`, MOVE, 'actions'),
  row('@ layout: one line alone', MOVE_LINE, MOVE, 'actions'),
  nothing('@ none: only native', lines('map@[native code]', '[native code]')),
  nothing('@ none: only self-hosted and the console', lines('map@self-hosted:221:17', '@debugger eval code:1:1')),
  nothing('@ none: only node_modules', lines('Error: a', 'run@http://h/node_modules/a/src/b/c.js:1:2')),
  nothing('@ none: a header with @', 'Error: mail me@example.com'),
  nothing('none: the empty stack', ''),
  nothing('none: line ends alone', '\n\r\n\n'),
  nothing('none: prose', 'this is\nno stack at all\n'),
]

export const GECKO_JSC_STACKS: readonly StackRow[] = [...NAMES, ...PLACES, ...EVALS, ...LAYOUTS]
