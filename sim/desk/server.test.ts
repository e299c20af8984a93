/** The desk over HTTP, with both simulators and an app of a few lines in the service's place. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type TestContext } from 'node:test'
import { startSlack } from '../slack/server.ts'
import { startX } from '../x/server.ts'
import { demoWorkspace } from './scenario.ts'
import { startDesk } from './server.ts'
import type { DeskState, Done } from './types.ts'

async function open(t: TestContext) {
  // Answers every command with its own text: what an app does with it is not the desk's business.
  const app = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => {
      body += chunk
    })
    request.on('end', () => response.end(`heard ${new URLSearchParams(body).get('command')}`))
  })
  await new Promise<void>(resolve => app.listen(0, '127.0.0.1', resolve))
  const { port } = app.address() as AddressInfo // a TCP server that listens has one
  const x = await startX()
  const slack = await startSlack({ ...demoWorkspace, requestUrl: `http://127.0.0.1:${port}/slack/events` })
  const desk = await startDesk({ x, slack, serviceUrl: `http://127.0.0.1:${port}`, setUp: [] })
  t.after(async () => {
    await desk.close()
    await Promise.all([x.close(), slack.close()])
    app.closeAllConnections()
    app.close()
  })
  const post = (path: string, body: unknown, type = 'application/json') =>
    fetch(`${desk.url}${path}`, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) })
  const state = async () => (await (await fetch(`${desk.url}/api/state`)).json()) as DeskState
  const type = async (text: string) =>
    (await (await post('/api/command', { channel: 'C0PAPERS', text })).json()) as Done
  return { desk, x, slack, post, state, type }
}

test('a typed command reaches the app signed, and its answer comes as an event for this person alone', async t => {
  const { desk, slack, type, state } = await open(t)
  const events = await fetch(`${desk.url}/api/events`)
  assert.deepEqual(await type('/birdwire follow mira_okafor'), { ok: true, error: '' })
  assert.equal(slack.ephemerals('U0NELL')[0]?.text, 'heard /birdwire')
  assert.match((await state()).channels.find(({ id }) => id === 'C0PAPERS')?.wants ?? '', /Mira Okafor/)
  let seen = ''
  for await (const chunk of events.body ?? []) {
    seen += Buffer.from(chunk).toString()
    if (seen.includes('event: ephemeral')) break
  }
  assert.match(seen, /heard \/birdwire/)
})

test('other words are a message; a slash of something else is refused in words', async t => {
  const { type, state } = await open(t)
  await type('good morning')
  assert.equal((await state()).messages[0]?.text, 'good morning')
  assert.match((await type('/giphy cat')).error, /not a command here/)
})

test('an app that is gone is said so', async t => {
  const { type, slack } = await open(t)
  slack.requestUrl = 'http://127.0.0.1:9/'
  assert.match((await type('/birdwire list')).error, /did not answer/)
})

test('only JSON presses buttons, and only known ones', async t => {
  const { post } = await open(t)
  assert.equal((await post('/api/trouble/cut', {}, 'text/plain')).status, 415)
  assert.equal((await post('/api/trouble/flood', {})).status, 404)
  assert.equal((await post('/api/command', { channel: 7 })).status, 400)
  assert.equal((await post('/api/action', {})).status, 400)
  assert.equal((await post('/api/action', { on: 'view', channel: 'C0PAPERS', ts: '1.0' })).status, 400)
  assert.equal((await post('/api/submit', { values: { a: 1 } })).status, 400)
  const gone = { on: 'message', channel: 'C0PAPERS', ts: '1.0', actionId: 'a', blockId: 'b', value: '' }
  assert.match(((await (await post('/api/action', gone)).json()) as Done).error, /gone/)
})

test('each kind of trouble is made at the simulators', async t => {
  const { post, x, slack } = await open(t)
  for (const kind of ['cut', 'stall', 'slack-429', 'image']) {
    assert.equal((await post(`/api/trouble/${kind}`, {})).status, 200, kind)
  }
  assert.deepEqual(
    x.faults.pending().map(({ kind }) => kind),
    ['connect-5xx'],
  )
  assert.deepEqual(
    slack.faults.pending().map(({ kind }) => kind),
    ['post:rate-limited'],
  )
  const picture = x.emissions.at(-1)?.post.media[0]
  assert.ok(picture !== undefined)
  const url = `${x.url}/media/${picture.key}.png`
  assert.equal((await slack.images.check([{ type: 'image', image_url: url }], false)).length, 1)
})

test('pictures come from the simulated X and from nowhere else', async t => {
  const { desk, x } = await open(t)
  const ask = (url: string) => fetch(`${desk.url}/api/picture?u=${encodeURIComponent(url)}`)
  const good = await ask(`${x.url}/profile_images/900000000000000001/sim_normal.png`)
  assert.equal(good.headers.get('content-type'), 'image/png')
  assert.equal((await ask(`${desk.url}/api/state`)).status, 404)
  assert.equal((await ask('file:///etc/hosts')).status, 404)
  assert.equal((await ask('')).status, 404)
})

test('the page forbids everything from elsewhere, and files outside it are not served', async t => {
  const { desk } = await open(t)
  const page = await fetch(`${desk.url}/`)
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'self'/)
  assert.match(
    page.headers.get('content-security-policy') ?? '',
    /base-uri 'none'; form-action 'none'; frame-ancestors 'none'/,
  )
  assert.doesNotMatch(page.headers.get('content-security-policy') ?? '', /unsafe|http/)
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(page.headers.get('cross-origin-resource-policy'), 'same-origin')
  assert.equal((await fetch(`${desk.url}/api/state`)).headers.get('cache-control'), 'no-store')
  assert.equal((await fetch(`${desk.url}/..%2f..%2fpackage.json`)).status, 404)
})

test('a post on demand is written, counted and judged', async t => {
  const { post, state } = await open(t)
  await post('/api/post', {})
  const { way } = await state()
  assert.equal(way.counts.written, 1)
  assert.equal(way.proof.belong, 0)
  assert.match(way.events.at(-1)?.text ?? '', /not what any channel asked for/)
})

test('each scene is written in the world, and joins what belongs together', async t => {
  const { post, x } = await open(t)
  await post('/api/trouble/thread', {})
  const [first, second, third] = x.world.recent(3)
  assert.deepEqual([second?.replyTo?.postId, third?.replyTo?.postId], [first?.id, second?.id])
  await post('/api/trouble/burst', {})
  assert.equal(new Set(x.world.recent(40).map(({ spans }) => JSON.stringify(spans))).size, 40)
})

test('a shortcut reaches the app; a modal is shown, and its form counts as what somebody would have typed', async t => {
  const { post, slack, state } = await open(t)
  const ask = async (path: string, body: unknown) => (await (await post(path, body)).json()) as Done
  const said = slack.say('U0TARIQ', 'C0PAPERS', 'good morning')
  const on = { channel: 'C0PAPERS', ts: said.ts }
  assert.deepEqual(await ask('/api/shortcut', { ...on, callbackId: 'why_message' }), { ok: true, error: '' })
  const field = { type: 'plain_text_input', action_id: 'view:follow' }
  slack.views.pushOnto('U0NELL', {
    type: 'modal',
    title: { type: 'plain_text', text: 'A form' },
    submit: { type: 'plain_text', text: 'Save' },
    private_metadata: JSON.stringify({ channel: 'C0PAPERS' }),
    blocks: [{ type: 'input', block_id: 'b', label: { type: 'plain_text', text: 'Follow' }, element: field }],
  })
  assert.equal((await state()).modal?.title, 'A form')
  assert.deepEqual(await ask('/api/submit', { values: { 'view:follow': '@mira_okafor' } }), { ok: true, error: '' })
  const after = await state()
  assert.equal(after.modal, null)
  assert.match(after.channels.find(({ id }) => id === 'C0PAPERS')?.wants ?? '', /Mira Okafor/)
  assert.match((await ask('/api/submit', { values: {} })).error, /no form open/)
})
