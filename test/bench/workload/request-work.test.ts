import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OrderPages, orderBodies, productsFor } from '../../../bench/workload/request-work.js'

test('OrderPages.pageFor() looks up the products of an order, sums them up and shows the dearest first', () => {
  const page = new OrderPages().pageFor(JSON.stringify({ customer: 'A & <B>', products: [0, 1, 2, 999_999] }))
  assert.match(page, /^<h1>A &amp; &lt;B&gt;<\/h1>/)
  const ids = [...page.matchAll(/<tr><td>(\d+)<\/td><td>product &amp; part \1<\/td><td>(\d+\.\d\d)<\/td>/g)]
  assert.deepEqual(
    ids.map(([, id, price]) => [id, price]),
    [
      ['2', '94.58'],
      ['1', '47.29'],
      ['0', '0.00'],
    ],
  )
  assert.match(page, /<p>3 products, 141\.87<\/p>$/)
})

test('OrderPages.pageFor() shows no more rows for a larger order: the answer does not grow with the work', () => {
  const pages = new OrderPages()
  const rows = orderBodies(500).map((body) => pages.pageFor(body).match(/<tr>/g)?.length)
  assert.deepEqual(new Set(rows), new Set([40]))
})

test('orderBodies() has orders of as many products as it is told, none twice in an order', () => {
  for (const body of orderBodies(300)) {
    const { products } = JSON.parse(body) as { products: number[] }
    assert.equal(new Set(products).size, 300)
  }
})

test('productsFor() asks for more products where a request shall take longer', () => {
  assert.ok(productsFor(2) > productsFor(0.1))
})
