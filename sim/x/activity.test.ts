/** What the Activity API of the simulator answers and streams, by raw HTTP. */
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { createWorld } from '../world/world.ts'
import { startX, type XOptions, type XSim } from './server.ts'
import { call } from './testing.ts'

const subscriptions = '/2/activity/subscriptions'
const userId = '900000000000000001'

async function start(t: TestContext, options: XOptions = {}): Promise<XSim> {
  const sim = await startX({ world: createWorld(), ...options })
  t.after(() => sim.close())
  return sim
}

const wish = (user: string, more: object = {}) => ({ event_type: 'post.delete', filter: { user_id: user }, ...more })

function subscribe(sim: XSim, user: string, more: object = {}) {
  return call(sim, 'POST', subscriptions, wish(user, more))
}

/** Asks for the stream; the promise is of its headers. */
function listen(sim: XSim, t: TestContext, query = '') {
  const stop = new AbortController()
  t.after(() => stop.abort())
  const headers = { authorization: `Bearer ${sim.bearer}` }
  return fetch(`${sim.url}/2/activity/stream${query}`, { headers, signal: stop.signal })
}

/** Reads until so many lines that are not empty have come, and no longer. */
async function lines(response: Response, count: number): Promise<Record<string, unknown>[]> {
  assert.ok(response.body !== null)
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const whole = text.split('\r\n').slice(0, -1)
    const found = whole.filter(line => line !== '')
    if (found.length >= count) return found.map(line => JSON.parse(line))
  }
  throw new Error(`the stream ended after ${JSON.stringify(text)}`)
}

test('a subscription is made, listed and deleted', async t => {
  const sim = await start(t)
  assert.deepEqual((await call(sim, 'GET', subscriptions)).body, { data: [], meta: { total_subscriptions: 0 } })
  const made = await subscribe(sim, userId, { tag: 'mine' })
  assert.equal(made.status, 200)
  const [one] = made.body['data'] as [Record<string, unknown>]
  assert.equal(one['event_type'], 'post.delete')
  assert.deepEqual(one['filter'], { user_id: userId })
  assert.equal(one['tag'], 'mine')
  const listed = await call(sim, 'GET', subscriptions)
  assert.deepEqual(listed.body, { data: [one], meta: { total_subscriptions: 1 } })
  assert.equal(listed.headers.get('x-rate-limit-limit'), '500')
  const path = `${subscriptions}/${String(one['subscription_id'])}`
  assert.deepEqual((await call(sim, 'DELETE', path)).body, { data: { deleted: true } })
  assert.equal((await call(sim, 'DELETE', path)).status, 404)
  assert.deepEqual(sim.activity.subscriptions(), [])
})

for (const [answer, shape] of [
  ['list', /^\{"data":\[\{"subscription_id"/],
  ['plain', /^\{"data":\{"subscription_id"/],
  ['wrapped', /^\{"data":\{"subscription":\{"subscription_id"/],
] as const) {
  test(`a new subscription is answered in the shape "${answer}"`, async t => {
    const sim = await start(t, { activity: { answer } })
    assert.match(JSON.stringify((await subscribe(sim, userId)).body), shape)
  })
}

test('what X would not take is refused: duplicates, too many, odd events, filters and tags', async t => {
  const sim = await start(t, { activity: { subscriptionsMax: 2 } })
  await subscribe(sim, userId)
  const twice = await subscribe(sim, userId, { tag: 'another' })
  assert.equal(twice.status, 400)
  assert.match(JSON.stringify(twice.body), /duplicate/i)
  assert.equal((await subscribe(sim, userId, { event_type: 'post.create' })).status, 200)
  const full = await subscribe(sim, '900000000000000002')
  assert.equal(full.status, 400)
  assert.match(JSON.stringify(full.body), /maximum of 2/)
  const odd = [
    wish(userId, { event_type: 'dm.received' }),
    wish('mira'),
    wish(userId, { filter: { user_id: userId, keyword: 'x' } }),
    wish(userId, { tag: '' }),
    wish(userId, { tag: 'x'.repeat(201) }),
    'no json',
  ]
  for (const body of odd) assert.equal((await call(sim, 'POST', subscriptions, body)).status, 400)
  assert.equal(sim.activity.subscriptions().length, 2)
})

test('nobody gets in without the token, and an app without access gets 403 everywhere', async t => {
  const sim = await start(t, { activity: { access: false } })
  const refused = await call(sim, 'GET', subscriptions)
  assert.equal(refused.status, 403)
  assert.equal(refused.body['reason'], 'client-not-enrolled')
  assert.equal((await listen(sim, t)).status, 403)
  sim.activity.access = true
  assert.equal((await call(sim, 'GET', subscriptions, undefined, { authorization: 'Bearer no' })).status, 401)
  assert.equal((await call(sim, 'GET', subscriptions)).status, 200)
})

test('the stream holds its headers back until the first byte, and tells deletions to all who listen, at most two', async t => {
  const sim = await start(t)
  const author = sim.world.someone('mira_okafor')
  await subscribe(sim, author.id, { tag: 'mine' })
  let answered = false
  const first = listen(sim, t).then(response => {
    answered = true
    return response
  })
  const second = listen(sim, t)
  await sim.until(() => sim.activity.open().length === 2)
  assert.equal(answered, false)
  const third = await listen(sim, t)
  assert.equal(third.status, 429)
  assert.match(await third.text(), /TooManyConnections/)
  const post = sim.world.post({ author: 'mira_okafor', text: 'gone soon' })
  const edited = sim.world.post({ author: 'mira_okafor', text: 'gone soon!', editOf: post.id })
  await sim.deletePost(post.id)
  for (const response of await Promise.all([first, second])) {
    assert.equal(response.status, 200)
    const [line = {}] = await lines(response, 1)
    const { event_uuid: uuid, ...event } = line['data'] as Record<string, unknown>
    assert.match(String(uuid), /^[0-9a-f-]{36}$/)
    assert.deepEqual(event, {
      filter: { user_id: author.id },
      event_type: 'post.delete',
      tag: 'mine',
      payload: { id: post.id, author_id: author.id },
    })
  }
  assert.equal(sim.world.lookup(edited.id), undefined, 'all versions are gone')
})

test('nothing is told of other people, of protected accounts, or to somebody who comes later', async t => {
  const sim = await start(t)
  const [mira, zoe] = [sim.world.someone('mira_okafor'), sim.world.someone('zoe_marchand')]
  for (const { id } of [mira, zoe]) await subscribe(sim, id)
  const write = (author: string) => sim.world.post({ author, text: 'x' }).id
  await sim.deletePost(write('mira_okafor'))
  const response = listen(sim, t)
  await sim.until(() => sim.activity.open().length === 1)
  sim.world.setState(zoe.id, 'protected')
  await sim.deletePost(write('zoe_marchand'))
  await sim.deletePost(write('jonas_lindqv'))
  const told = write('mira_okafor')
  await sim.deletePost(told)
  const [line] = await lines(await response, 1)
  assert.match(JSON.stringify(line), new RegExp(`"payload":\\{"id":"${told}"`))
  assert.deepEqual(
    sim.activity.told.map(each => each.postId),
    [told],
  )
})

test('a line is alive by bare line ends, and there is no backfill', async t => {
  const sim = await start(t, { keepAliveMs: 10 })
  const response = await listen(sim, t)
  const { value } = (await response.body?.getReader().read()) ?? {}
  assert.equal(Buffer.from(value ?? []).toString(), '\r\n')
  const refused = await listen(sim, t, '?backfill_minutes=2')
  assert.equal(refused.status, 400)
  assert.match(await refused.text(), /backfill_minutes/)
})

for (const billsDeletes of [false, true]) {
  test(`a deletion that is told is ${billsDeletes ? '' : 'not '}charged where X's ${billsDeletes ? 'introduction' : 'page of prices'} is right`, async t => {
    const sim = await start(t, { activity: { billsDeletes } })
    const post = sim.world.post({ author: 'mira_okafor', text: 'x' })
    await subscribe(sim, post.authorId)
    const response = listen(sim, t)
    await sim.until(() => sim.activity.open().length === 1)
    await sim.deletePost(post.id)
    await lines(await response, 1)
    assert.equal(sim.bill.total().posts, billsDeletes ? 1 : 0)
  })
}
