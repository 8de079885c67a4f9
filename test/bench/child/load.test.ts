import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { HttpService, LINES_PER_REQUEST } from '../../../bench/child/http-service.js'
import { Load } from '../../../bench/child/load.js'
import { entryNumberOf } from '../../../bench/workload/entries.js'
import { orderBodies } from '../../../bench/workload/request-work.js'

const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

function post(body: string): string {
  return `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** A load that ends with the test. */
function newLoad(t: TestContext, plan: { port: number; connections: number; requests: readonly string[] }): Load {
  const load = new Load(plan)
  t.after(() => load.end())
  return load
}

async function listening(t: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

for (const [title, hasWork, request] of [
  ['bare requests', false, GET],
  ['orders', true, post(orderBodies(10)[0]!)],
] as const) {
  test(`HttpService logs five lines for each of ${title}, in turn into all files, and none when told so`, async (t) => {
    const logged: (readonly [fileIndex: number, entry: number])[] = []
    const log = (fileIndex: number, entry: object): number =>
      logged.push([fileIndex, entryNumberOf((entry as { userId: number }).userId)])
    const service = new HttpService(log, { files: 3, hasWork })
    const load = newLoad(t, { port: await service.listen(), connections: 4, requests: [request] })
    assert.equal((await load.pace(10_000, 20)).length, 20)
    assert.equal(service.requests, 20)
    assert.deepEqual(
      logged,
      Array.from({ length: 20 * LINES_PER_REQUEST }, (_, entry) => [entry % 3, entry]),
    )
    service.isLogging = false
    await load.pace(10_000, 20)
    assert.equal(service.requests, 40)
    assert.equal(service.lines, 100)
    assert.equal(logged.length, 100)
    await load.end()
    await service.close()
  })
}

test('Load.saturate() sends until rest(), which resolves when all is answered', async (t) => {
  let received = 0
  let answered = 0
  const server = createServer((_, response) => {
    received += 1
    setImmediate(() => {
      answered += 1
      response.end('ok')
    })
  })
  const load = newLoad(t, { port: await listening(t, server), connections: 3, requests: [GET] })
  load.saturate()
  while (answered < 100) await new Promise((resolve) => setTimeout(resolve, 1))
  await load.rest()
  assert.equal(answered, received)
  await load.pace(1000, 5)
  assert.equal(answered, received)
})

test('Load.pace() counts from the instant at which a request was due, not from when it was sent', async (t) => {
  const heldMs = 300
  let held: (() => void)[] | undefined = []
  const server = createServer((_, response) => {
    if (held === undefined) response.end('ok')
    else held.push(() => response.end('ok'))
    if (held?.length !== 1) return
    setTimeout(() => {
      const answers = held ?? []
      held = undefined
      for (const answer of answers) answer()
    }, heldMs)
  })
  const load = newLoad(t, { port: await listening(t, server), connections: 2, requests: [GET] })
  const responseNs = await load.pace(1000, 100)
  // Due in the first tenth of a second, and none answered before the time it was held for: whatever the machine does.
  const leastNs = Math.min(...responseNs)
  assert.ok(leastNs > (heldMs - 100) * 1e6 * 0.9, `${leastNs} ns`)
})

test('a response in pieces is one response', async (t) => {
  const server = createServer((request, response) => {
    const { socket } = request
    const text = 'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nhello, world'
    const send = (from: number): void => {
      socket.write(text.slice(from, from + 7))
      if (from + 7 < text.length) setTimeout(() => send(from + 7), 1)
    }
    send(0)
    response.detachSocket(socket)
  })
  const load = newLoad(t, { port: await listening(t, server), connections: 1, requests: [GET] })
  assert.equal((await load.pace(1000, 3)).length, 3)
})

test('an answer that is no success fails the load', async (t) => {
  const server = createServer((_, response) => response.writeHead(500, { 'content-length': 2 }).end('no'))
  const load = newLoad(t, { port: await listening(t, server), connections: 1, requests: [GET] })
  await assert.rejects(load.pace(1000, 3), /load-generator\.js has ended with code 1/)
})
