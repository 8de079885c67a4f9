import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { reportPage } from '../../../bench/report/page/page.js'
import { noBrowser, openPage } from '../../support/browser.js'
import { newDirectory } from '../../support/new-directory.js'
import { outcomeOfAllKinds } from '../all-kinds.js'

/** What a reader does: points into a chart, and sorts a table by its first figure. */
const READER = `<script>
addEventListener('load', () => {
  const svg = document.querySelector('#sweep svg[data-xs]')
  const box = svg.getBoundingClientRect()
  const clientX = box.left + (Number(svg.dataset.xs.split(' ')[1]) / svg.viewBox.baseVal.width) * box.width
  svg.dispatchEvent(new PointerEvent('pointermove', { clientX, clientY: box.top + 50, bubbles: true }))
  const button = document.querySelector('#sweep thead').rows[0].cells[1].firstElementChild
  button.click()
  button.click()
})
</script>`

describe('reportPage() in a browser', { skip: noBrowser() }, () => {
  it('runs its script to the end, and the console stays empty', (t) => {
    const path = join(newDirectory(t), 'report.html')
    writeFileSync(path, reportPage(outcomeOfAllKinds()))
    const { document, console } = openPage(path)
    assert.match(document, /<html [^>]*data-script="ran"/)
    assert.deepEqual(console, [])
  })

  it('shows the values of all contenders under the pointer, and sorts a table by a column', (t) => {
    const path = join(newDirectory(t), 'report.html')
    writeFileSync(path, reportPage(outcomeOfAllKinds()).replace('</body>', `${READER}</body>`))
    const { document, console } = openPage(path)
    assert.deepEqual(console, [])
    const tip = /<div class="tip".*?<\/div>/s.exec(document)?.[0] ?? ''
    assert.match(tip, /<b>at files-48<\/b>/)
    // From above: the most lines a second first. The loop alone has no part in rates.
    const order = [...tip.matchAll(/<\/span>([\w-]+)<\/td>/g)].map(([, name]) => name)
    assert.deepEqual(order, ['spillway', 'spillway-template', 'pino-async', 'pino-sync', 'winston'])
    const table = document.split('aria-sort="descending"')[1]!.split('</table>')[0]!
    const sorted = [...table.matchAll(/<tr [^>]*data-contender="([^"]+)"/g)].map(([, name]) => name)
    assert.deepEqual(sorted, ['winston', 'pino-sync', 'pino-async', 'spillway-template', 'spillway', 'no-logging'])
  })

  it('is told by the console where a page breaks its own policy', (t) => {
    const path = join(newDirectory(t), 'report.html')
    const broken = '<img src="http://localhost:9/never.png"></body>'
    writeFileSync(path, reportPage(outcomeOfAllKinds()).replace('</body>', broken))
    assert.match(openPage(path).console.join('\n'), /Content Security Policy/)
  })
})
