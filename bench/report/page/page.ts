/**
 * The report as one page that needs nothing from outside: style, script and charts stand in it, and its policy lets it
 * load nothing. All can be read without the script, which shows the values under the pointer and sorts the tables.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_DIRECTORY, versionsOf } from '../../machine.js'
import { lookRules, looksOf } from '../charts/colours.js'
import { CHANGE_COLUMNS, changeTexts, comparisonSummary, driftText } from '../comparison-text.js'
import { formatBytes, formatCount } from '../figures.js'
import { escaped, slug } from '../markup.js'
import type { Outcome } from '../outcome.js'
import { benchCommand } from '../reproduce.js'
import { barsTable, scenarioSection } from './scenario-section.js'
import { table } from './table.js'

/** Style and script as they stand in the sources: the bench runs in a checkout. */
const SOURCES = join(PROJECT_DIRECTORY, 'bench', 'report', 'page')

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
const CHANGES_OPEN_MAX = 30

export function reportPage(outcome: Outcome): string {
  const { scenarios, configurations, startedAt, comparison } = outcome
  const looks = looksOf(Object.keys(configurations))
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<link rel="icon" href="data:,">',
    `<title>spillway bench, ${escaped(startedAt.slice(0, 10))}</title>`,
    `<style>\n${readFileSync(join(SOURCES, 'page.css'), 'utf8')}\n${lookRules(looks)}\n</style>`,
    '</head>',
    '<body>',
    heading(outcome),
    glance(outcome),
    ...(comparison === undefined ? [] : [changes(outcome)]),
    ...scenarios.map(scenarioSection),
    setUp(outcome),
    `<script>\n${readFileSync(join(SOURCES, 'page.js'), 'utf8')}\n</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function heading(outcome: Outcome): string {
  const { machine, options, startedAt, tookSeconds, scenarios, comparison } = outcome
  const facts: readonly (readonly [string, string])[] = [
    [
      'Machine',
      `${machine.cpuModel}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)}; ${machine.platform}`,
    ],
    ['Load before', machine.loadAverage.toFixed(1)],
    ['Runtime', `Node.js ${machine.node}, libuv ${machine.libuv}`],
    ['Versions', versionsOf(machine).join('; ') || '-'],
    ['Measured', `${startedAt.slice(0, 16).replace('T', ' ')} UTC, in ${formatCount(Math.round(tookSeconds))} s`],
    ['Rounds', `${options.runs}, each contender in a fresh process; medians, with the least and the most below them`],
    ['Lines', `${formatCount(options.lines)} a pass at full speed, ${options.files} files where nothing else is said`],
  ]
  const sections = [
    ...(scenarios.some(({ bars }) => bars.length > 0) ? ['bars'] : []),
    ...(comparison === undefined ? [] : ['changes']),
    ...scenarios.map(({ scenario }) => scenario),
    'set-up',
  ]
  return [
    '<header>',
    '<h1>spillway bench</h1>',
    ...(options.isQuick ? ['<p class="banner">A quick run: these figures are worth nothing.</p>'] : []),
    `<dl class="facts">\n${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${escaped(value)}</dd></div>`).join('\n')}\n</dl>`,
    `<nav aria-label="Sections">${sections.map((id) => `<a href="#${slug(id)}">${escaped(id)}</a>`).join(' ')}</nav>`,
    '</header>',
  ].join('\n')
}

/** All bars in one place. */
function glance({ scenarios }: Outcome): string {
  const bars = scenarios.flatMap(({ scenario, bars }) => bars.map((bar) => ({ scenario, bar })))
  if (bars.length === 0) return ''
  const passed = bars.filter(({ bar }) => bar.outcome === 'passed').length
  return [
    '<section id="bars">',
    `<h2>${passed} of ${bars.length} bars passed</h2>`,
    '<p class="about">What spillway has to reach, stated before it was measured.</p>',
    barsTable(bars),
    '</section>',
  ].join('\n')
}

function changes({ comparison }: Outcome): string {
  const { warnings, notCompared, drifts } = comparison!
  const drift = driftText(drifts)
  const columns = CHANGE_COLUMNS.map((title, index) => ({ title, isNumber: index >= 4 && index <= 6 }))
  const rows = comparison!.changes.map((change) => ({
    cells: changeTexts(change).map((content, index) =>
      index === CHANGE_COLUMNS.length - 1
        ? { content: `<span class="badge ${change.verdict === 'better' ? 'passed' : 'missed'}">${content}</span>` }
        : { content: escaped(content) },
    ),
  }))
  const list = (title: string, items: readonly string[]): string[] =>
    items.length === 0
      ? []
      : [
          `<div class="alarms"><h3>${title}</h3><ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul></div>`,
        ]
  const all = rows.length === 0 ? '<p>Nothing changed beyond the noise.</p>' : table(columns, rows)
  return [
    '<section id="changes">',
    '<h2>Changes</h2>',
    `<p class="about">${escaped(comparisonSummary(comparison!))}</p>`,
    ...(drift === undefined ? [] : [`<p class="about">${escaped(drift)}</p>`]),
    ...list('The runs are not alike', warnings),
    ...list('Not compared', notCompared),
    rows.length > CHANGES_OPEN_MAX ? `<details><summary>All ${rows.length} changes</summary>${all}</details>` : all,
    '</section>',
  ].join('\n')
}

function setUp(outcome: Outcome): string {
  const { configurations, machine } = outcome
  const commit = /^[0-9a-f]+$/.exec(machine.commit ?? '')
  const commands = [...(commit === null ? [] : [`git checkout ${commit[0]}`]), 'npm ci', benchCommand(outcome)]
  return [
    '<section id="set-up">',
    '<h2>Set-up</h2>',
    '<h3>Configurations</h3>',
    table(
      ['contender', 'configuration'].map((title) => ({ title, isNumber: false })),
      Object.entries(configurations).map(([name, configuration]) => ({
        contender: name,
        cells: [
          { content: `<span class="swatch c-${slug(name)}"></span>${escaped(name)}` },
          { content: escaped(configuration), style: 'prose' },
        ],
      })),
    ),
    '<h3>To run it again</h3>',
    `<pre>${escaped(commands.join('\n'))}</pre>`,
    '<p class="about">Every line that a contender was given is read back from its files and parsed: "all" means that each was there, whole, once and in order. The figures of every pass are in results.json beside this page.</p>',
    '</section>',
  ].join('\n')
}
