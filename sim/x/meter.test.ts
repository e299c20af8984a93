import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorld } from '../world/world.ts'
import { lifeOf } from './life.ts'
import { Bill } from './meter.ts'
import { startX, type XOptions, type XSim } from './server.ts'
import { addRules, call, openStream } from './testing.ts'

const dayMs = 86_400_000
const start = Date.UTC(2026, 10, 20, 14)

async function withSim(options: XOptions, body: (sim: XSim) => Promise<void>) {
  const sim = await startX({ world: createWorld({ now: start }), ...options })
  try {
    await body(sim)
  } finally {
    await sim.close()
  }
}

test('the bill names what was paid for, each once a day', () => {
  let now = start
  const bill = new Bill(() => now)
  bill.read(['1', '2', '1'], ['9'])
  bill.read(['2'], [])
  now += dayMs
  bill.read(['2', '3'], ['8'])
  assert.deepEqual(bill.postIds('2026-11-20'), ['1', '2'])
  assert.deepEqual(bill.postIds('2026-11-21'), ['2', '3'])
  assert.deepEqual(bill.postIds('2026-11-22'), [])
  assert.deepEqual(bill.postIds(), ['1', '2', '3'])
  assert.deepEqual(bill.userIds(), ['9', '8'])
  assert.deepEqual(bill.userIds('2026-11-21'), ['8'])
  assert.deepEqual(bill.total(), { posts: 4, users: 2, usd: 0.04 })
})

test('a quoted post is billed as a post, and not again when it comes by itself', () =>
  withSim({}, async sim => {
    await addRules(sim, 'from:mira_okafor')
    const query = 'expansions=author_id,referenced_tweets.id,referenced_tweets.id.author_id'
    const client = await openStream(sim, `?${query}`)
    const inner = sim.world.post({ author: 'gwen_pryce', text: 'first' })
    const quote = sim.world.post({ author: 'mira_okafor', text: 'see', quote: inner.id })
    await sim.emit(quote)
    assert.deepEqual(sim.bill.total(), { posts: 2, users: 2, usd: 0.03 })
    await call(sim, 'GET', `/2/tweets?ids=${inner.id}`)
    assert.deepEqual(sim.bill.postIds().toSorted(), [inner.id, quote.id].toSorted())
    assert.equal(sim.bill.total().posts, 2)
    client.abort()
  }))

test('usage is by calendar day, and told only where it is asked for', () => {
  const world = createWorld({ now: start })
  return withSim({ world }, async sim => {
    const first = world.post({ author: 'mira_okafor', text: 'one' })
    await call(sim, 'GET', `/2/tweets?ids=${first.id}`)
    world.advance(3 * dayMs)
    const second = world.post({ author: 'mira_okafor', text: 'two' })
    await call(sim, 'GET', `/2/tweets?ids=${first.id},${second.id}`)
    const ask = async (query: string) =>
      (await call(sim, 'GET', `/2/usage/tweets?${query}`)).body['data'] as Record<string, unknown>
    assert.equal((await ask(''))['daily_client_app_usage'], undefined)
    const days = async (number: number) => {
      const data = await ask(`days=${number}&usage.fields=daily_client_app_usage`)
      return (data['daily_client_app_usage'] as { usage: unknown }[])[0]?.usage
    }
    const today = { date: '2026-11-23T00:00:00.000Z', usage: '2' }
    assert.deepEqual(await days(3), [today])
    assert.deepEqual(await days(4), [{ date: '2026-11-20T00:00:00.000Z', usage: '1' }, today])
    assert.equal((await call(sim, 'GET', '/2/usage/tweets?days=91')).status, 400)
    assert.equal((await call(sim, 'GET', '/2/usage/tweets?usage.fields=tweets_consumed')).status, 400)
  })
})

test('a used-up cap ends the stream and closes what reads posts, until the next month', () => {
  const world = createWorld({ now: Date.UTC(2026, 10, 30, 23, 59) })
  return withSim({ world, postCap: 1 }, async sim => {
    await addRules(sim, 'axion')
    const client = await openStream(sim)
    await sim.emit(world.post({ author: 'mira_okafor', text: 'axion' }))
    const missed = world.post({ author: 'mira_okafor', text: 'axion, too' })
    await sim.emit(missed)
    assert.equal(await client.ended, 'end')
    assert.match(client.text(), /operational-disconnect/)
    assert.equal(sim.wasOnWire(missed.id), false)
    const capped = await call(sim, 'GET', `/2/tweets?ids=${missed.id}`)
    assert.deepEqual([capped.status, capped.body['title']], [429, 'UsageCapExceeded'])
    assert.equal((await openStream(sim)).status, 429)
    assert.equal((await call(sim, 'GET', '/2/users/by?usernames=mira_okafor')).status, 200)
    world.advance(120_000)
    assert.equal((await call(sim, 'GET', `/2/tweets?ids=${missed.id}`)).status, 200)
  })
})

test('profiles say how much people write: by their id in a young world, by what they wrote in an older one', async () => {
  const world = createWorld({ now: start })
  const mira = world.someone('mira_okafor')
  const gwen = world.someone('gwen_pryce')
  const rate = (user: typeof mira) => {
    const { createdAt, posts } = lifeOf(world, user)
    return (posts * dayMs) / (world.now() - createdAt)
  }
  for (const user of world.users()) {
    assert.ok(rate(user) > 0.25 && rate(user) < 16, `${user.handle} ${rate(user)}`)
    assert.deepEqual(lifeOf(world, user), lifeOf(createWorld({ now: start }), user))
  }
  assert.notEqual(lifeOf(world, mira).createdAt, lifeOf(world, gwen).createdAt)
  for (let turn = 0; turn < 8; turn += 1) world.post({ author: mira.id, text: 'again' })
  world.advance(2 * dayMs)
  assert.ok(Math.abs(rate(mira) - 4) < 0.05, String(rate(mira)))
  assert.equal(rate(gwen), 0)
  await withSim({ world }, async sim => {
    const query = 'usernames=mira_okafor&user.fields=public_metrics,created_at'
    const [user] = (await call(sim, 'GET', `/2/users/by?${query}`)).body['data'] as {
      created_at: string
      public_metrics: { tweet_count: number }
    }[]
    assert.equal(user?.public_metrics.tweet_count, lifeOf(world, mira).posts)
    assert.equal(Date.parse(user?.created_at ?? ''), lifeOf(world, mira).createdAt)
  })
})
