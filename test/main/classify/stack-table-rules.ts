/** Bundlers' forms of places, test runners, the rules of categories, and the limits of what is looked at. */
import { lines, MOVE_FRAME, MOVE_PLACE, nothing, row, type StackRow, v8 } from './stack-table-row.js'

/** A V8 frame of a bundled module, and the path of its source. */
function bundled(form: string, file: string, path: string, category: string): StackRow {
  return row(`bundler: ${form}`, v8(`eval (${file}:10:5)`, MOVE_FRAME), [path, 10, 5, 'eval'], category)
}

/** A frame of a bundler's own, or of a package, before one of the application. */
function skipped(form: string, ...frames: readonly string[]): StackRow {
  return row(`bundler skipped: ${form}`, v8(...frames, MOVE_FRAME), MOVE_PLACE, 'actions')
}

/** The category of a file in the root. */
function filed(path: string, category: string): StackRow {
  return row(`category in the root: ${path}`, v8(`run (/srv/app/${path}:3:4)`), [path, 3, 4, 'run'], category)
}

/** The category of a file elsewhere. */
function foreign(path: string, category: string): StackRow {
  return row(`category elsewhere: ${path}`, v8(`run (${path}:3:4)`, MOVE_FRAME), [path, 3, 4, 'run'], category)
}

const BUNDLERS: readonly StackRow[] = [
  bundled('webpack', 'webpack:///./src/a/b.js', 'src/a/b.js', 'a'),
  bundled('webpack with a hash', 'webpack:///./src/a/b.js?1234', 'src/a/b.js', 'a'),
  bundled('webpack with an empty hash', 'webpack:///./src/a/b.js?', 'src/a/b.js', 'a'),
  bundled('webpack without ./', 'webpack:///src/a/b.js', 'src/a/b.js', 'a'),
  bundled('webpack with a name', 'webpack://my-app/./src/a/b.js', 'src/a/b.js', 'a'),
  bundled('webpack with a name and a hash', 'webpack://my-app/./src/a/b.js?ab12', 'src/a/b.js', 'a'),
  bundled('webpack with a name, without ./', 'webpack://my-app/src/a/b.js', 'src/a/b.js', 'a'),
  bundled('webpack, straight in src', 'webpack:///./src/index.js', 'src/index.js', 'general'),
  bundled('webpack, no src', 'webpack:///./lib/a/b.js', 'lib/a/b.js', 'general'),
  bundled('webpack, Vue', 'webpack:///./src/views/Board.vue?3f2a', 'src/views/Board.vue', 'views'),
  bundled('webpack-internal', 'webpack-internal:///./src/a/b.js', 'src/a/b.js', 'a'),
  bundled('webpack-internal, rsc', 'webpack-internal:///(rsc)/./src/a/b.js', 'src/a/b.js', 'a'),
  bundled('webpack-internal, ssr', 'webpack-internal:///(ssr)/./src/a/b.tsx', 'src/a/b.tsx', 'a'),
  bundled(
    'webpack-internal, app-pages-browser',
    'webpack-internal:///(app-pages-browser)/./src/app/page.tsx',
    'src/app/page.tsx',
    'app',
  ),
  bundled(
    'webpack-internal, layer and a route group',
    'webpack-internal:///(ssr)/./src/(game)/page.tsx',
    'src/(game)/page.tsx',
    '(game)',
  ),
  bundled('turbopack', 'turbopack:///[project]/src/a/b.js', 'src/a/b.js', 'a'),
  bundled(
    'turbopack, dynamic route',
    'turbopack:///[project]/src/app/[slug]/page.tsx',
    'src/app/[slug]/page.tsx',
    'app',
  ),
  bundled('React server', 'rsc://React/Server/webpack-internal:///(rsc)/./src/a.js?0', 'src/a.js', 'general'),
  bundled(
    'React server, in a folder',
    'rsc://React/Server/webpack-internal:///(rsc)/./src/a/b.js?12',
    'src/a/b.js',
    'a',
  ),
  bundled(
    'Next chunk',
    'http://localhost:3000/_next/static/chunks/main-app.js?v=17',
    '_next/static/chunks/main-app.js',
    'general',
  ),
  bundled(
    'Next chunk of a dynamic route',
    'https://h/_next/static/chunks/app/%5Bslug%5D/page-1a2b.js',
    '_next/static/chunks/app/[slug]/page-1a2b.js',
    'general',
  ),
  bundled(
    'Next chunk of a src app',
    'http://localhost:3000/_next/static/chunks/src/app/page.js',
    '_next/static/chunks/src/app/page.js',
    'app',
  ),
  bundled('Vite', 'http://localhost:5173/src/main.ts?t=17', 'src/main.ts', 'general'),
  bundled(
    'Vite, in a folder',
    'http://localhost:5173/src/actions/move.ts?t=1700000000000',
    'src/actions/move.ts',
    'actions',
  ),
  bundled(
    'Vite /@fs',
    'http://localhost:5173/@fs/srv/app/src/actions/move.ts',
    '@fs/srv/app/src/actions/move.ts',
    'actions',
  ),
  bundled('Vite build', 'https://game.example/assets/index-B1x_2f.js', 'assets/index-B1x_2f.js', 'general'),
  bundled('relative to nothing', 'Board.svelte', 'Board.svelte', 'general'),
  row('bundler: bare Vite', v8('http://localhost:5173/src/main.ts?t=17:3:4'), ['src/main.ts', 3, 4, null], 'general'),
  row('bundler: bare webpack', v8('webpack:///./src/a/b.js?1234:3:4'), ['src/a/b.js', 3, 4, null], 'a'),
  row(
    'bundler: bare webpack-internal with a layer',
    v8('webpack-internal:///(rsc)/./src/a/b.js:3:4'),
    ['src/a/b.js', 3, 4, null],
    'a',
  ),
  row(
    'bundler: async webpack-internal',
    v8('async Board.load (webpack-internal:///(ssr)/./src/a/b.js:3:4)'),
    ['src/a/b.js', 3, 4, 'Board.load'],
    'a',
  ),
  row(
    'bundler: webpack module with alias',
    v8('Module.load [as default] (webpack://my-app/./src/a/b.js:3:4)'),
    ['src/a/b.js', 3, 4, 'Module.load'],
    'a',
  ),
  row(
    'bundler: webpack module function',
    v8('./src/actions/move.js (http://localhost:8080/main.js:97:1)'),
    ['main.js', 97, 1, './src/actions/move.js'],
    'general',
  ),
  row(
    'bundler: Vue proxy',
    v8('Proxy.<anonymous> (http://localhost:5173/src/views/Board.vue?t=1:20:3)'),
    ['src/views/Board.vue', 20, 3, 'Proxy.<anonymous>'],
    'views',
  ),
  skipped('webpack bootstrap', '__webpack_require__ (webpack:///webpack/bootstrap:19:1)'),
  skipped('webpack bootstrap, old hash', '__webpack_require__ (webpack:///webpack/bootstrap 1f2e3d4c5b6a:19:1)'),
  skipped('webpack bootstrap, name', '__webpack_require__ (webpack://my-app/webpack/bootstrap:19:1)'),
  skipped('webpack bootstrap, bare', 'webpack:///webpack/bootstrap:83:2'),
  skipped('webpack runtime file', 'module.exports (webpack:///(webpack)/buildin/module.js:1:2)'),
  skipped('webpack dev server', 'webpack:///(webpack)/hot/dev-server.js:3:4'),
  skipped('webpack node_modules', 'render (webpack:///./node_modules/react-dom/cjs/react-dom.js?:1:2)'),
  skipped('webpack-internal node_modules', 'render (webpack-internal:///./node_modules/next/dist/client/index.js:1:2)'),
  skipped(
    'webpack-internal node_modules in a layer',
    'render (webpack-internal:///(ssr)/./node_modules/next/dist/server.js:1:2)',
  ),
  skipped('webpack with a name, node_modules', 'webpack://my-app/./node_modules/dep/src/index.js:1:2'),
  skipped('webpack ~', 'render (webpack:///./~/react/lib/React.js:1:2)'),
  skipped('turbopack node_modules', 'render (turbopack:///[project]/node_modules/next/dist/a.js:1:2)'),
  skipped(
    'React server, node_modules',
    'r (rsc://React/Server/webpack-internal:///(rsc)/./node_modules/next/dist/a.js?4:1:2)',
  ),
  skipped('Vite deps', 'render (http://localhost:5173/node_modules/.vite/deps/chunk-AB12.js?v=1a2b:1:2)'),
  nothing(
    'bundler none: webpack bootstrap alone',
    v8('webpack:///webpack/bootstrap:19:1', '(webpack)/buildin/global.js:1:1'),
  ),
]

const RUNNERS: readonly StackRow[] = [
  row(
    'Jest test file',
    v8(
      'Object.<anonymous> (/srv/app/tests/actions/move.test.ts:5:11)',
      'Promise.then.completed (/srv/app/node_modules/jest-circus/build/utils.js:298:28)',
      'new Promise (<anonymous>)',
    ),
    ['tests/actions/move.test.ts', 5, 11, 'Object.<anonymous>'],
    'tests',
  ),
  row(
    'Jest relative paths',
    lines(
      '  ● move › fails',
      '',
      '    expect(received).toBe(expected)',
      '',
      '    > 10 | throw new Error("x")',
      '         |       ^',
      '',
      '      at move (src/actions/move.ts:10:9)',
      '      at Object.<anonymous> (tests/move.test.ts:5:11)',
    ),
    ['src/actions/move.ts', 10, 9, 'move'],
    'actions',
  ),
  row(
    'Jest relative test after packages',
    v8('Object.toBe (node_modules/expect/build/index.js:174:22)', 'Object.<anonymous>.it (tests/move.test.ts:5:11)'),
    ['tests/move.test.ts', 5, 11, 'Object.<anonymous>.it'],
    'tests',
  ),
  row(
    'Node test runner',
    v8(
      'TestContext.<anonymous> (file:///srv/app/src/ai/x.test.js:5:11)',
      'Test.runInAsyncScope (node:async_hooks:206:9)',
      'async Test.run (node:internal/test_runner/test:1:2)',
    ),
    ['src/ai/x.test.js', 5, 11, 'TestContext.<anonymous>'],
    'ai',
  ),
  row(
    'source-map-support',
    lines(
      '/srv/app/src/ai/x.ts:5',
      "  throw new Error('x')",
      '        ^',
      'Error: x',
      '    at Foo.think (/srv/app/src/ai/x.ts:5:9)',
      '    at Object.<anonymous> (/srv/app/src/index.ts:1:7)',
      '    at Module._compile (module.js:570:32)',
    ),
    ['src/ai/x.ts', 5, 9, 'Foo.think'],
    'ai',
  ),
  row(
    'source-map-support of a bundle',
    v8('Foo.think (webpack:///src/ai/x.ts:5:9)', '/srv/app/dist/main.js:1:2'),
    ['src/ai/x.ts', 5, 9, 'Foo.think'],
    'ai',
  ),
]

const CATEGORIES: readonly StackRow[] = [
  filed('index.js', 'general'),
  filed('lib/a/b.js', 'general'),
  filed('src/index.ts', 'general'),
  filed('src/actions.ts', 'general'),
  filed('src/actions/deep/er/move.ts', 'actions'),
  filed('src/errors/x.js', 'errors'),
  filed('src/index.js/x.js', 'index.js'),
  filed('src/a/src/b/c.js', 'b'),
  filed('src/a/src/b.js', 'general'),
  filed('packages/core/src/engine/run.js', 'engine'),
  filed('dist/src/engine/run.js', 'engine'),
  filed('source/a/b.js', 'general'),
  filed('src2/a/b.js', 'general'),
  filed('my-src/a/b.js', 'general'),
  filed('Src/actions/x.js', 'general'),
  filed('SRC/actions/x.js', 'general'),
  filed('src/Actions/x.js', 'Actions'),
  filed('tests/move.test.js', 'tests'),
  filed('tests/src/actions/move.js', 'tests'),
  filed('tests/llm-proxy-server/x.js', 'tests'),
  filed('Tests/x.js', 'general'),
  filed('test/x.js', 'general'),
  filed('tests.js', 'general'),
  filed('packages/a/tests/x.js', 'tests'),
  filed('packages/a/tests/src/x.js', 'tests'),
  filed('packages/a/tests/src/ai/x.js', 'ai'),
  filed('src/tests/x.js', 'tests'),
  filed('src/actions/tests/move.test.js', 'actions'),
  filed('llm-proxy-server/index.js', 'llm-proxy'),
  filed('llm-proxy-server/src/handlers/x.js', 'llm-proxy'),
  filed('llm-proxy-server/tests/x.js', 'llm-proxy'),
  filed('src/llm-proxy-server/x.js', 'llm-proxy'),
  filed('packages/llm-proxy-server/src/handlers/x.js', 'llm-proxy'),
  filed('llm-proxy-server.js', 'general'),
  filed('LLM-proxy-server/x.js', 'general'),
  filed('llm-proxy-server2/src/ai/x.js', 'ai'),
  foreign('/home/me/src/game/lib/x.js', 'game'),
  foreign('/home/src/me/src/index.js', 'general'),
  foreign('/home/me/game/tests/x.js', 'tests'),
  foreign('/home/me/game/llm-proxy-server/src/handlers/x.js', 'llm-proxy'),
  foreign('/home/me/tests/src/ai/x.js', 'ai'),
  foreign('/src/ai/x.js', 'ai'),
  foreign('/tests/x.js', 'tests'),
  foreign('/x.js', 'general'),
  foreign('C:/game/llm-proxy-server/x.js', 'llm-proxy'),
  foreign('C:/srv/app/src/ai/x.js', 'ai'),
]

const PACKAGE_FRAME = 'run (/srv/app/node_modules/dep/src/ai/index.js:1:2)'
const BUNDLE_LINE = 'run@http://h/node_modules/dep/index.js:1:2'
const LONG_FOLDER = 'x'.repeat(3_000)
/** Makes a frame whose line is as long as a line may be: 2,048 characters. */
const LONGEST_NAME = 'y'.repeat(2_048 - '/srv/app/src/ai/.js:1:2'.length - 'at run ()'.length)

const LIMITS: readonly StackRow[] = [
  row('limit: the 64th frame', v8(...Array<string>(63).fill(PACKAGE_FRAME), MOVE_FRAME), MOVE_PLACE, 'actions'),
  nothing('limit: the 65th frame', v8(...Array<string>(64).fill(PACKAGE_FRAME), MOVE_FRAME)),
  nothing('limit: the 300th frame', v8(...Array<string>(299).fill(PACKAGE_FRAME), MOVE_FRAME)),
  row(
    'limit: the first of 300 frames',
    v8(MOVE_FRAME, ...Array<string>(299).fill(PACKAGE_FRAME)),
    MOVE_PLACE,
    'actions',
  ),
  row(
    'limit: the 64th line of Firefox',
    lines(...Array<string>(63).fill(BUNDLE_LINE), 'move@http://h/src/ai/x.js:1:2'),
    ['src/ai/x.js', 1, 2, 'move'],
    'ai',
  ),
  nothing(
    'limit: the 65th line of Firefox',
    lines(...Array<string>(64).fill(BUNDLE_LINE), 'move@http://h/src/ai/x.js:1:2'),
  ),
  row(
    'limit: a frame longer than 2,048 characters',
    v8(`run (/srv/app/src/${LONG_FOLDER}/a.js:1:2)`, MOVE_FRAME),
    MOVE_PLACE,
    'actions',
  ),
  row(
    'limit: a line of Firefox longer than 2,048 characters',
    lines(`run@http://h/src/${LONG_FOLDER}/a.js:1:2`, 'move@http://h/src/ai/x.js:1:2'),
    ['src/ai/x.js', 1, 2, 'move'],
    'ai',
  ),
  row(
    'limit: a frame of 2,048 characters',
    lines('Error: a', `at run (/srv/app/src/ai/${LONGEST_NAME}.js:1:2)`),
    [`src/ai/${LONGEST_NAME}.js`, 1, 2, 'run'],
    'ai',
  ),
  row(
    'limit: a frame of 2,049 characters',
    lines('Error: a', `at run (/srv/app/src/ai/y${LONGEST_NAME}.js:1:2)`, `    at ${MOVE_FRAME}`),
    MOVE_PLACE,
    'actions',
  ),
]

export const RULE_STACKS: readonly StackRow[] = [...BUNDLERS, ...RUNNERS, ...CATEGORIES, ...LIMITS]
