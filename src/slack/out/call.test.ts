/** What the official client throws for real failures of a real socket, as replies. */
import assert from 'node:assert/strict'
import { createServer, type RequestListener, type Server } from 'node:http'
import test from 'node:test'
import { replyOf, slackCall } from './call.ts'
import type { Reply } from './outcome.ts'

/** One call against a server that behaves like this. */
async function against(listener: RequestListener, timeoutMs = 2000): Promise<{ reply: Reply; requests: number }> {
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    request.resume()
    request.on('end', () => listener(request, response))
  })
  const apiUrl = await listen(server)
  const call = slackCall({ token: 'xoxb-invented', apiUrl, timeoutMs })
  const reply = await call('chat.postMessage', { channel: 'C1', text: 'x', blocks: [] })
  server.closeAllConnections()
  server.close()
  return { reply, requests }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return `http://127.0.0.1:${address.port}/api/`
}

/** An address at which nobody listens any more. */
async function closedUrl(): Promise<string> {
  const server = createServer()
  const url = await listen(server)
  await new Promise(resolve => server.close(resolve))
  return url
}

const says =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(body)
  }

test('an answer is an answer, and its details come along once', async () => {
  const ok = await against(says(200, '{"ok":true,"ts":"1.1"}'))
  assert.equal(ok.reply.kind, 'ok')
  const body = {
    ok: false,
    error: 'invalid_blocks',
    errors: ['downloading image failed [json-pointer:/blocks/0/image_url]'],
    response_metadata: { messages: ['[ERROR] downloading image failed [json-pointer:/blocks/0/image_url]'] },
  }
  assert.deepEqual((await against(says(200, JSON.stringify(body)))).reply, {
    kind: 'error',
    code: 'invalid_blocks',
    details: ['downloading image failed [json-pointer:/blocks/0/image_url]'],
  })
  const scope = '{"ok":false,"error":"missing_scope","needed":"channels:history","provided":"chat:write"}'
  assert.deepEqual((await against(says(200, scope))).reply, {
    kind: 'error',
    code: 'missing_scope',
    details: ['needed: channels:history'],
  })
})

test('429 is a rate limit with and without its header, and nothing is repeated by the client', async () => {
  assert.deepEqual(await against(says(429, '{"ok":false,"error":"ratelimited"}', { 'retry-after': '7' })), {
    reply: { kind: 'limited', retryAfterMs: 7000 },
    requests: 1,
  })
  for (const headers of [{}, { 'retry-after': 'soon' }]) {
    assert.deepEqual(await against(says(429, '', headers)), {
      reply: { kind: 'limited', retryAfterMs: undefined },
      requests: 1,
    })
  }
})

test('a 5xx, a page of HTML, half a JSON, null: none is an answer, none is repeated', async () => {
  assert.deepEqual(await against(says(503, 'down')), { reply: { kind: 'http', status: 503 }, requests: 1 })
  for (const body of ['<html>Bad gateway</html>', '{"ok":tr', '', 'null', '"x"']) {
    const { reply, requests } = await against(says(200, body))
    assert.ok(reply.kind === 'garbled' || (reply.kind === 'network' && reply.written), `${body}: ${reply.kind}`)
    assert.equal(requests, 1)
  }
})

test('a reset, a silence and a body that breaks off may all have been written', async () => {
  const endings: readonly RequestListener[] = [
    request => request.socket.destroy(),
    () => {},
    (_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"ok":true')
      setImmediate(() => response.destroy())
    },
    (_, response) => {
      response.writeHead(302, { location: '/elsewhere' })
      response.end()
    },
  ]
  for (const listener of endings) {
    const { reply, requests } = await against(listener, 100)
    assert.ok(reply.kind === 'network' && reply.written, reply.kind)
    assert.equal(requests, 1)
  }
})

test('a refused connection and an unknown host were surely not written', async () => {
  for (const apiUrl of [await closedUrl(), 'http://no-such-host.invalid/api/']) {
    const reply = await slackCall({ token: 'xoxb-invented', apiUrl })('auth.test', {})
    assert.ok(reply.kind === 'network' && !reply.written, `${apiUrl}: ${JSON.stringify(reply)}`)
  }
})

test('I7 what is kept of a failure does not hold the token', async () => {
  const reply = await slackCall({ token: 'xoxb-invented', apiUrl: await closedUrl() })('auth.test', {})
  assert.doesNotMatch(JSON.stringify(reply), /xoxb/)
})

test('anything else that is thrown is taken as possibly written', () => {
  assert.deepEqual(replyOf(new TypeError('terminated', { cause: new Error('other side closed') })), {
    kind: 'network',
    written: true,
    why: 'terminated',
  })
  assert.deepEqual(replyOf('odd'), { kind: 'network', written: true, why: 'an unknown failure' })
})
