import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type TestContext } from 'node:test'
import { z } from 'zod'
import { ManualClock } from '../../kit/clock.ts'
import { createBearer, type XAuth } from './bearer.ts'
import { createClient, postFields, postQuery, type XClient } from './client.ts'

const never = new AbortController().signal
const anything = z.object({ ok: z.boolean() })
const key: XAuth = { kind: 'key', key: 'the key', secret: 'se(cr)et' }

const basic = `Basic ${Buffer.from('the%20key:se%28cr%29et').toString('base64')}`

interface Server {
  readonly url: string
  readonly asked: string[]
}

async function serve(t: TestContext, answer: http.RequestListener): Promise<Server> {
  const asked: string[] = []
  const server = http.createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`)
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

function clientOf(url: string, auth: XAuth, clock = new ManualClock()): XClient {
  return createClient({ apiUrl: url, bearer: createBearer(auth, url, clock), clock })
}

test('the token is fetched from key and secret, used raw, kept, and fetched once more on a 401', async t => {
  let tokens = 0
  const server = await serve(t, (request, response) => {
    if (request.url === '/oauth2/token') {
      tokens += 1
      response.end(JSON.stringify({ token_type: 'bearer', access_token: `AAAA%2F${tokens}%3D` }))
    } else if (request.headers.authorization === 'Bearer AAAA%2F1%3D' && request.url === '/2/second') {
      response.writeHead(401).end()
    } else response.end('{"ok":true}')
  })
  const client = clientOf(server.url, key)
  for (const path of ['/2/first', '/2/second', '/2/third']) {
    assert.deepEqual(await client.ask({ path }, anything, never), { ok: true, value: { ok: true } })
  }
  assert.deepEqual(server.asked, [
    `/oauth2/token ${basic}`,
    '/2/first Bearer AAAA%2F1%3D',
    '/2/second Bearer AAAA%2F1%3D',
    `/oauth2/token ${basic}`,
    '/2/second Bearer AAAA%2F2%3D',
    '/2/third Bearer AAAA%2F2%3D',
  ])
})

test('a 401 that stays is an answer, not a loop', async t => {
  const server = await serve(t, (request, response) => {
    if (request.url === '/oauth2/token') response.end('{"token_type":"bearer","access_token":"a"}')
    else response.writeHead(401).end()
  })
  const answer = await clientOf(server.url, key).ask({ path: '/2/x' }, anything, never)
  assert.equal(answer.ok ? '' : answer.error.kind, 'unauthorized')
  assert.equal(server.asked.length, 4)
})

test('a wrong key or secret is told to a person', async t => {
  const server = await serve(t, (_, response) => response.writeHead(403).end('{"errors":[{"code":99}]}'))
  const answer = await clientOf(server.url, key).ask({ path: '/2/x' }, anything, never)
  assert.match(answer.ok ? '' : answer.error.why, /Check X_API_KEY and X_API_SECRET/)
})

test('no secret gets into an error, not even one that is echoed or that no header can carry', async t => {
  const server = await serve(t, (request, response) => {
    response.writeHead(500).end(JSON.stringify({ detail: `no good: ${request.headers.authorization}` }))
  })
  for (const auth of [
    key,
    { kind: 'bearer', token: 'hush-hush' },
    { kind: 'bearer', token: 'hush\nhush' },
  ] satisfies XAuth[]) {
    const text = JSON.stringify(await clientOf(server.url, auth).ask({ path: '/2/x' }, anything, never))
    for (const secret of ['hush', 'the key', 'the%20key', 'se(cr)et', basic]) assert.ok(!text.includes(secret), text)
  }
})

test('an answer that never comes, is too large, is not JSON or is something else is a value', async t => {
  const clock = new ManualClock()
  const server = await serve(t, (request, response) => {
    if (request.url === '/2/silent') return
    if (request.url === '/2/large') response.end(Buffer.alloc(17 * 1024 * 1024, 0x20))
    else if (request.url === '/2/gone') response.destroy()
    else response.end(request.url === '/2/text' ? 'hello' : '{"ok":"maybe"}')
  })
  const client = clientOf(server.url, { kind: 'bearer', token: 't' }, clock)
  const kind = async (path: string) => {
    const answer = await client.ask({ path }, anything, never)
    return answer.ok ? 'ok' : answer.error.kind
  }
  assert.equal(await kind('/2/large'), 'too-large')
  assert.equal(await kind('/2/text'), 'bad-answer')
  assert.equal(await kind('/2/other'), 'bad-answer')
  assert.equal(await kind('/2/gone'), 'network')
  const silent = kind('/2/silent')
  while (!server.asked.some(line => line.startsWith('/2/silent'))) await new Promise(setImmediate)
  await clock.advance(20_000)
  assert.equal(await silent, 'timeout')
})

test('a request stops when it is told to', async t => {
  const server = await serve(t, () => {})
  const stop = new AbortController()
  const asking = clientOf(server.url, { kind: 'bearer', token: 't' }).ask({ path: '/2/x' }, anything, stop.signal)
  while (server.asked.length === 0) await new Promise(setImmediate)
  stop.abort()
  const answer = await asking
  assert.equal(answer.ok ? '' : answer.error.kind, 'aborted')
})

test('what is not to be bought is not asked for; pictures and polls cost nothing and always are', () => {
  const expansions = (query: Readonly<Record<string, string>>) => (query['expansions'] ?? '').split(',')
  const free = ['attachments.media_keys', 'attachments.poll_ids']
  const inner = ['referenced_tweets.id', 'referenced_tweets.id.attachments.media_keys']
  assert.deepEqual(expansions(postQuery({ authors: 'cached', quoted: 'none' })), free)
  assert.deepEqual(expansions(postQuery({ authors: 'cached', quoted: 'whole' })), [...free, ...inner])
  assert.deepEqual(expansions(postQuery({ authors: 'always', quoted: 'none' })), ['author_id', ...free])
  const everything = ['author_id', ...free, ...inner, 'referenced_tweets.id.author_id']
  assert.deepEqual(expansions(postFields), everything)
  for (const authors of ['cached', 'always'] as const)
    for (const quoted of ['whole', 'none'] as const)
      assert.match(postQuery({ authors, quoted })['tweet.fields'] ?? '', /author_id.*note_tweet.*referenced_tweets/)
})

test('a DELETE is sent as one', async t => {
  const methods: (string | undefined)[] = []
  const server = await serve(t, (request, response) => {
    methods.push(request.method)
    response.end('{"ok":true}')
  })
  const client = clientOf(server.url, { kind: 'bearer', token: 'AAAA' })
  const answer = await client.ask({ method: 'DELETE', path: '/2/connections/all' }, anything, never)
  assert.deepEqual([answer.ok, methods], [true, ['DELETE']])
})
