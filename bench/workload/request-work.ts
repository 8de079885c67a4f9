/**
 * What a request to the bench's service asks for besides logging: an order in JSON is parsed, its products are looked up
 * in a map, sorted by price and summed up, and the dearest are rendered as a page. How long that takes is a matter of
 * how many products an order has. That number is found once, in the parent, and told to every contender.
 */

const CATALOGUE_PRODUCTS = 20_000
const RENDERED_ROWS = 40
const ORDERS = 16

/** A prime: the orders go through the whole catalogue, far from one product to the next. */
const STRIDE = 7919

const FIRST_GUESS_PRODUCTS = 1000
const CALIBRATION_GUESSES = 3
const CALIBRATION_SERIES = 12
const MICROSECONDS_PER_MILLISECOND = 1e3

interface Product {
  readonly id: number
  readonly name: string
  readonly cents: number
}

interface Order {
  readonly customer: string
  readonly products: readonly number[]
}

/** Some orders as the bodies of requests; they take turns. */
export function orderBodies(products: number): string[] {
  return Array.from({ length: ORDERS }, (_, order) =>
    JSON.stringify({
      customer: `customer <${order}>`,
      products: Array.from(
        { length: products },
        (_, index) => ((order * products + index) * STRIDE) % CATALOGUE_PRODUCTS,
      ),
    }),
  )
}

/** Answers orders with pages. */
export class OrderPages {
  readonly #catalogue = new Map(
    Array.from({ length: CATALOGUE_PRODUCTS }, (_, id): [number, Product] => [
      id,
      { id, name: `product & part ${id}`, cents: (id * 104_729) % 100_000 },
    ]),
  )

  /** The page for an order. */
  pageFor(body: string): string {
    const { customer, products } = JSON.parse(body) as Order
    const found = products.flatMap((id) => this.#catalogue.get(id) ?? [])
    const cents = found.reduce((sum, product) => sum + product.cents, 0)
    const dearest = found.sort((a, b) => b.cents - a.cents || a.id - b.id).slice(0, RENDERED_ROWS)
    return [
      `<h1>${escaped(customer)}</h1><table>`,
      ...dearest.map(
        ({ id, name, cents }) => `<tr><td>${id}</td><td>${escaped(name)}</td><td>${price(cents)}</td></tr>`,
      ),
      `</table><p>${found.length} products, ${price(cents)}</p>`,
    ].join('\n')
  }
}

/** How many products make a request take so long on this machine. */
export function productsFor(milliseconds: number): number {
  const pages = new OrderPages()
  let products = FIRST_GUESS_PRODUCTS
  // The time does not grow quite in proportion, and the compiler has to be done: so from guess to guess.
  for (let guess = 0; guess < CALIBRATION_GUESSES; guess++) {
    products = Math.max(1, Math.round((products * milliseconds) / requestMs(pages, products)))
  }
  return products
}

/** CPU and not time, and of some series the least, for a neighbour makes both longer, and time the more so. */
function requestMs(pages: OrderPages, products: number): number {
  const bodies = orderBodies(products)
  const seriesMs = Array.from({ length: CALIBRATION_SERIES }, () => {
    const before = process.cpuUsage()
    for (const body of bodies) pages.pageFor(body)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / MICROSECONDS_PER_MILLISECOND / bodies.length
  })
  return Math.min(...seriesMs)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function price(cents: number): string {
  return (cents / 100).toFixed(2)
}
