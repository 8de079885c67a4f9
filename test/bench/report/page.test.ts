import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatValue } from '../../../bench/report/figures.js'
import { reportPage } from '../../../bench/report/page/page.js'
import { outcomeOfAllKinds } from '../all-kinds.js'
import { outcomeOf } from '../made-up-outcome.js'

const OUTCOME = outcomeOfAllKinds()
const PAGE = reportPage(OUTCOME)

/** The part of the page that begins with the section of this name. */
function sectionOf(name: string): string {
  const [, ...parts] = PAGE.split(`<section id="${name}">`)
  return parts.join('').split('</section>')[0]!
}

test('reportPage() has every figure of every contender at every point', () => {
  for (const { scenario, cells, figures } of OUTCOME.scenarios) {
    const section = sectionOf(scenario)
    for (const { cell, contenders } of cells) {
      assert.ok(section.includes(cell.title), cell.title)
      for (const { contender, figures: measured } of contenders) {
        for (const { name, title, unit } of figures) {
          const text = formatValue(measured[name]!.median, unit)
          assert.ok(
            section.includes(title) && section.includes(`>${text}<`),
            `${scenario} ${contender} ${title} ${text}`,
          )
        }
      }
    }
  }
})

test('reportPage() has what a scenario measures, its bars and its conclusion, and what went wrong, as text', () => {
  const panels = sectionOf('panels')
  assert.ok(panels.includes('What panels measures &amp; what would make it lie.'))
  assert.ok(panels.includes('It follows that 1 &lt; 2.'))
  assert.match(panels, /a bar<.*&gt;= 5 x<.*<b>6 x<.*✓ passed</s)
  assert.ok(panels.includes('pino-sync, at message: no result after &lt;60 s&gt;'))
  assert.ok(panels.includes('winston, at error: kept its process alive after close (round 2)'))
  assert.match(PAGE, /1 of 2 bars passed/)
})

test('reportPage() has machine, versions, commit, configurations and the commands that run it again', () => {
  for (const text of ['a processor, 2 cores', 'Node.js v20.19.0', 'pino 10.0.0', '2026-11-23 10:20 UTC']) {
    assert.ok(PAGE.includes(text), text)
  }
  const setUp = sectionOf('set-up')
  for (const name of Object.keys(OUTCOME.configurations)) assert.ok(setUp.includes(`${name} &lt;as it comes&gt;`), name)
  assert.ok(setUp.includes('git checkout 0123456789ab\nnpm ci\nnpm run bench -- sweep panels alone'))
})

test('reportPage() tells of uncommitted code no commit to check out', () => {
  const machine = { ...OUTCOME.machine, commit: '0123456789ab with changes' }
  assert.ok(!reportPage({ ...OUTCOME, machine }).includes('git checkout'))
})

test('reportPage() has what changed against an earlier run', () => {
  const changes = sectionOf('changes')
  assert.match(changes, /<td>in call<\/td>.*<td class="number">1\.50 x<\/td><td>pino-async<\/td>.*worse</)
  assert.match(changes, /earlier\/results\.json/)
  assert.ok(!reportPage(outcomeOf([])).includes('<section id="changes">'))
})

test('reportPage() loads nothing from anywhere', () => {
  const loads = [...PAGE.matchAll(/\b(?:src|href|action|data|poster|xlink:href)="([^"]*)"/g)].map(
    ([, target]) => target!,
  )
  assert.deepEqual(
    loads.filter((target) => !target.startsWith('#') && target !== 'data:,'),
    [],
  )
  assert.doesNotMatch(PAGE, /@import|url\(|\bimport\b|\bfetch\(|XMLHttpRequest|<(?:iframe|img|object|embed|base)\b/)
  // A namespace is a name, and names nothing that is loaded.
  const addresses = [...PAGE.matchAll(/https?:\/\/[^\s"'<]+/g)].map(([address]) => address)
  assert.deepEqual([...new Set(addresses)], ['http://www.w3.org/2000/svg'])
  assert.match(PAGE, /Content-Security-Policy" content="default-src 'none';/)
})

test('reportPage() has a chart for each kind of scenario, and no number in them that is none', () => {
  const charts = (name: string): number => [...sectionOf(name).matchAll(/<svg /g)].length
  // For each of three points percentiles and a course of memory; for each key figure one over the files.
  assert.equal(charts('sweep'), 3 * 2 + 2)
  // The same for two points; a panel for each of them.
  assert.equal(charts('panels'), 2 * 2 + 2)
  // The same; points of one contender are rows of one chart.
  assert.equal(charts('alone'), 2 * 2 + 1)
  for (const [svg] of PAGE.matchAll(/<svg .*?<\/svg>/gs)) {
    assert.doesNotMatch(svg, /NaN|Infinity|undefined|null/)
    assertBalanced(svg)
  }
})

test('reportPage() keeps all that it draws inside its charts', () => {
  for (const [svg, width, height] of PAGE.matchAll(/<svg viewBox="0 0 (\d+) (\d+)".*?<\/svg>/gs)) {
    const xs = [...svg.matchAll(/\s(?:x|x1|x2|cx)="([^"]+)"/g)].map(([, x]) => Number(x))
    const ys = [...svg.matchAll(/\s(?:y|y1|y2|cy)="([^"]+)"/g)].map(([, y]) => Number(y))
    for (const [values, most] of [
      [xs, Number(width)],
      [ys, Number(height)],
    ] as const) {
      assert.ok(Math.min(...values) >= 0 && Math.max(...values) <= most, svg.slice(0, 300))
    }
  }
})

test('reportPage() marks in a chart who failed or lost lines', () => {
  const chart = /<svg .*?<\/svg>/s.exec(sectionOf('panels'))![0]
  assert.match(chart, /data-contender="pino-sync".*?class="alarm"[^>]*>failed</)
  assert.match(chart, /data-contender="winston".*?class="alarm"[^>]*>faults</)
  assert.doesNotMatch(/<g [^>]*data-contender="spillway".*?<\/g>/.exec(chart)![0], /alarm/)
})

/** Every element that is opened is closed, in order. */
function assertBalanced(markup: string): void {
  const open: string[] = []
  for (const [, end, name, empty] of markup.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
    if (end === '/') assert.equal(open.pop(), name)
    else if (empty !== '/') open.push(name!)
  }
  assert.deepEqual(open, [])
}
