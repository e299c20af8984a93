import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorld } from '../world/world.ts'
import { type Standing, startX, type XOptions, type XSim } from './server.ts'
import { addRules, call, openStream } from './testing.ts'

const start = Date.UTC(2026, 10, 20, 14)
const streamPath = '/2/tweets/search/stream'
const rulesPath = `${streamPath}/rules`

async function withSim(options: XOptions, body: (sim: XSim) => Promise<void>) {
  const sim = await startX({ world: createWorld({ now: start }), ...options })
  try {
    await body(sim)
    sim.faults.assertAllFired()
  } finally {
    await sim.close()
  }
}

test('the bearer comes for key and secret, and is taken only as it was given', () =>
  withSim({ apiKey: 'k/1', apiSecret: 's+2' }, async sim => {
    const basic = (pair: string) => ({
      authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
    })
    const grant = 'grant_type=client_credentials'
    const good = await call(sim, 'POST', '/oauth2/token', grant, basic('k%2F1:s%2B2'))
    assert.deepEqual(good.body, { token_type: 'bearer', access_token: sim.bearer })
    const bad = await call(sim, 'POST', '/oauth2/token', grant, basic('k%2F1:wrong'))
    assert.deepEqual([bad.status, JSON.stringify(bad.body).includes('"code":99')], [403, true])
    const decoded = await call(sim, 'GET', rulesPath, undefined, {
      authorization: `Bearer ${decodeURIComponent(sim.bearer)}`,
    })
    assert.equal(decoded.status, 401)
    assert.equal(decoded.headers.get('x-rate-limit-limit'), null)
  }))

test('an app in bad standing is refused everywhere with the recorded body', () =>
  withSim({}, async sim => {
    const table: [Standing, number, string, string][] = [
      ['unauthorized', 401, 'Unauthorized', 'about:blank'],
      ['no-credits', 402, 'CreditsDepleted', '/2/problems/credits'],
      ['payment-required', 402, 'Payment Required', '/2/problems/credits-depleted'],
      ['not-enrolled', 403, 'Client Forbidden', '/2/problems/client-forbidden'],
      ['usage-capped', 429, 'UsageCapExceeded', '/2/problems/usage-capped'],
    ]
    for (const [standing, status, title, type] of table) {
      sim.setStanding(standing)
      for (const path of [streamPath, rulesPath, '/2/users/by?usernames=mira_okafor']) {
        const { status: got, body } = await call(sim, 'GET', path)
        assert.deepEqual([got, body['title']], [status, title])
        assert.ok(String(body['type']).endsWith(type))
      }
    }
    sim.setStanding('good')
    assert.equal((await call(sim, 'GET', rulesPath)).status, 200)
  }))

test('an app may lack the stream and its rules only', () =>
  withSim({}, async sim => {
    sim.setStanding('no-stream')
    const statuses = [streamPath, rulesPath, '/2/users/by?usernames=mira_okafor'].map(path => call(sim, 'GET', path))
    assert.deepEqual(
      (await Promise.all(statuses)).map(({ status }) => status),
      [403, 403, 200],
    )
  }))

test('the 51st connect within 15 minutes is refused with the time of the reset, and then let in', () => {
  const world = createWorld({ now: start })
  return withSim({ world }, async sim => {
    for (let i = 1; i <= 50; i++) {
      const { status, headers } = await call(sim, 'GET', streamPath)
      assert.deepEqual([status, headers.get('x-rate-limit-remaining')], [409, String(50 - i)])
    }
    const { status, headers, body } = await call(sim, 'GET', streamPath)
    assert.deepEqual([status, body['title']], [429, 'Too Many Requests'])
    const reset = Number(headers.get('x-rate-limit-reset')) * 1000
    world.advance(reset - world.now())
    assert.equal((await call(sim, 'GET', streamPath)).status, 409)
  })
})

test('connects fail as scheduled, one fault at a time, and then succeed', () =>
  withSim({}, async sim => {
    await addRules(sim, 'axion')
    sim.faults.schedule('connect-reset')
    sim.faults.schedule('connect-5xx', { detail: { status: 502, body: 'html' } })
    sim.faults.schedule('connect-429', { detail: { resetSeconds: 30 } })
    sim.faults.schedule('connect-too-many')
    const connect = () => call(sim, 'GET', streamPath)
    await assert.rejects(connect())
    const broken = await connect()
    assert.deepEqual([broken.status, String(broken.body['text']).startsWith('<html>')], [502, true])
    const limited = await connect()
    assert.deepEqual([limited.status, limited.body['title']], [429, 'Too Many Requests'])
    assert.equal(Number(limited.headers.get('x-rate-limit-reset')), start / 1000 + 30)
    assert.equal((await connect()).body['connection_issue'], 'TooManyConnections')
    assert.equal((await openStream(sim)).status, 200)
  }))

test('faults of one endpoint leave the others alone', () =>
  withSim({}, async sim => {
    const people = '/2/users/by?usernames=mira_okafor'
    sim.faults.schedule('rest-5xx', { subject: 'GET /2/users/by', detail: { status: 500, body: 'empty' } })
    sim.faults.schedule('rest-429', { subject: 'GET /2/users/by' })
    sim.faults.schedule('rest-reset', { subject: 'GET /2/usage/tweets' })
    assert.equal((await call(sim, 'GET', rulesPath)).status, 200)
    assert.equal((await call(sim, 'GET', people)).status, 500)
    const limited = await call(sim, 'GET', people)
    assert.deepEqual([limited.status, limited.headers.get('x-rate-limit-remaining')], [429, '0'])
    assert.equal((await call(sim, 'GET', people)).status, 200)
    await assert.rejects(call(sim, 'GET', '/2/usage/tweets'))
  }))

test('the bill counts each post and person once a UTC day, for what was really sent, and credits run out', () => {
  const world = createWorld({ now: Date.UTC(2026, 10, 20, 23, 59) })
  return withSim({ world, credits: 0.03 }, async sim => {
    await addRules(sim, 'axion')
    const client = await openStream(sim, '?expansions=author_id')
    const post = world.post({ author: 'mira_okafor', text: 'axion' })
    await sim.emit(post)
    await sim.emit(post)
    await sim.emit(world.post({ author: 'mira_okafor', text: 'not billed' }))
    assert.deepEqual(sim.bill.total(), { posts: 1, users: 1, usd: 0.015 })
    world.advance(120_000)
    await call(sim, 'GET', `/2/tweets?ids=${post.id}`)
    assert.deepEqual(
      sim.bill.days().map(({ date, posts, users }) => [date, posts, users]),
      [
        ['2026-11-20', 1, 1],
        ['2026-11-21', 1, 0],
      ],
    )
    const usage = await call(sim, 'GET', '/2/usage/tweets')
    assert.equal((usage.body['data'] as { project_usage: string }).project_usage, '2')
    await call(sim, 'GET', '/2/users/by?usernames=gwen_pryce')
    const broke = await call(sim, 'GET', `/2/tweets?ids=${post.id}`)
    assert.deepEqual([broke.status, broke.body['title']], [402, 'CreditsDepleted'])
    client.abort()
  })
})

test('open connections are listed and can be killed one by one', () =>
  withSim({}, async sim => {
    await addRules(sim, 'axion')
    const client = await openStream(sim)
    const listed = await call(sim, 'GET', '/2/connections?status=active')
    const [open] = listed.body['data'] as { id: string; endpoint_name: string }[]
    assert.equal(open?.endpoint_name, 'filtered_stream')
    assert.equal((await call(sim, 'DELETE', '/2/connections/activity_stream')).status, 404)
    await call(sim, 'DELETE', '/2/connections', { uuids: [open.id] })
    assert.equal(await client.ended, 'end')
    assert.deepEqual((await call(sim, 'GET', '/2/connections')).body, { meta: { result_count: 0 } })
  }))

test('parameters of other tiers and unknown fields are refused, or dropped by a lenient simulator', () =>
  withSim({}, async sim => {
    await addRules(sim, 'axion')
    for (const query of [
      'backfill_minutes=5',
      'start_time=2026-11-20T00:00:00Z',
      'tweet.fields=bogus',
      'expansions=bogus',
    ]) {
      assert.equal((await call(sim, 'GET', `${streamPath}?${query}`)).status, 400, query)
    }
    await withSim({ lenientFields: true }, async lenient => {
      await addRules(lenient, 'axion')
      assert.equal((await openStream(lenient, '?tweet.fields=bogus')).status, 200)
    })
  }))

test('pictures are served as PNG where the JSON says they are', () =>
  withSim({}, async sim => {
    const people = await call(sim, 'GET', '/2/users/by?usernames=mira_okafor&user.fields=profile_image_url')
    const [mira] = people.body['data'] as { profile_image_url: string }[]
    const photo = sim.world.post({ author: 'mira_okafor', text: 'see', media: [{ kind: 'photo', alt: 'a plot' }] })
    const query = `ids=${photo.id}&expansions=attachments.media_keys&media.fields=url,alt_text`
    const posts = await call(sim, 'GET', `/2/tweets?${query}`)
    const [media] = (posts.body['includes'] as { media: { url: string; alt_text: string }[] }).media
    assert.equal(media?.alt_text, 'a plot')
    for (const url of [mira?.profile_image_url, media.url]) {
      const response = await fetch(url ?? '')
      assert.equal(response.headers.get('content-type'), 'image/png')
      assert.equal(Buffer.from(await response.arrayBuffer()).toString('latin1', 1, 4), 'PNG')
    }
  }))

test('a person with curl can look, emit and cut', () =>
  withSim({}, async sim => {
    await addRules(sim, 'from:mira_okafor')
    const client = await openStream(sim)
    const emitted = await call(sim, 'POST', '/_sim/emit')
    assert.equal(emitted.body['id'], sim.world.posts().at(-1)?.id)
    await call(sim, 'POST', '/_sim/cut')
    assert.equal(await client.ended, 'cut')
    assert.deepEqual((await call(sim, 'GET', '/_sim/state')).body['open'], [])
    assert.equal((await call(sim, 'GET', '/_sim/nonsense')).status, 404)
  }))
