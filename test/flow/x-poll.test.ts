/**
 * Goal: without a stream X is read round by round with the same guarantees; `auto` goes there and comes back by itself; what may not be
 * spent is not spent, and said.
 * Method: as in x-source.test.ts.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { XSim } from '../../sim/x/server.ts'
import {
  addRules,
  cursorsWaitForTheGap,
  fastClock,
  followed,
  has,
  type Reader,
  read,
  simulate,
  streaming,
  team,
  Wishes,
} from './x-rig.ts'

const path = '/2/tweets/search/stream'
/** Rounds of polling, ms of the clock. */
const often = { pollMs: 20_000 }
const streamed = (sim: XSim) => sim.requests.some(request => request.path === path)
const viaOf = (reader: Reader, id: string) =>
  reader.arrivals.flatMap(each => (each.kind === 'post' && each.post.version === id ? [each.via] : []))
const polling = (reader: Reader) =>
  reader.until('polling', () => reader.source.state().mode === 'poll' && reader.source.state().state === 'streaming')

test('polling never opens the stream and keeps no rules; posts and topics come once, oldest first, and the cursor moves', async t => {
  const clock = fastClock()
  const sim = await simulate(t, clock)
  const reader = read(t, sim, clock, new Wishes(followed('C1', sim, team, { topics: ['haloscope'] })), {
    mode: 'poll',
    limits: often,
  })
  await polling(reader)
  assert.equal(reader.source.state().detail, 'Polling X every 20 s.')
  const posts = [1, 2, 3].map(n => sim.world.post({ author: team[n % 2] ?? '', text: `post ${n}` }))
  const found = sim.world.post({ author: 'gwen_pryce', text: 'The haloscope hears nothing' })
  await reader.until('the posts', () => posts.every(post => has(reader, post)))
  await reader.until('the topic', () => has(reader, found))
  await reader.until('two more rounds', () => reader.arrivals.filter(each => each.kind === 'mark').length > 4)
  assert.deepEqual(viaOf(reader, posts[0]?.id ?? ''), ['poll'])
  const order = reader.posts().map(post => post.version)
  assert.deepEqual(
    order.filter(id => posts.some(post => post.id === id)),
    posts.map(post => post.id),
  )
  for (const arrival of reader.arrivals)
    if (arrival.kind === 'post') assert.deepEqual(arrival.reads?.posts, [arrival.post.version])
  assert.deepEqual([reader.gaps('open'), streamed(sim), sim.rules()], [[], false, []])
  cursorsWaitForTheGap(reader)
})

test('what a round does not get the next one asks for; the cursor waits, and the state says so', async t => {
  const clock = fastClock()
  const sim = await simulate(t, clock)
  const reader = read(t, sim, clock, new Wishes(followed('C1', sim, ['mira_okafor'])), { mode: 'poll', limits: often })
  await polling(reader)
  // Two tries a round, for two rounds.
  sim.faults.schedule('rest-5xx', { times: 4, subject: /users/ })
  const marks = reader.arrivals.filter(each => each.kind === 'mark').length
  const late = sim.world.post({ author: 'mira_okafor', text: 'late' })
  await sim.until(() => sim.requests.filter(request => request.status >= 500).length === 2)
  await clock.sleep(5000)
  assert.match(reader.source.state().problems.join(), /round of polling was not whole.*X is in trouble/)
  await reader.until('the post', () => has(reader, late))
  sim.faults.assertAllFired()
  assert.equal(reader.arrivals.filter(each => each.kind === 'mark').length, marks, 'the cursor moved before it came')
  await reader.until('the cursor', () => reader.arrivals.at(-1)?.kind === 'mark')
  assert.deepEqual([reader.gaps('open'), reader.source.state().problems], [[], []])
})

test('after an absence the polling begins with a gap, which is a row with an id; a restart in the middle goes on with it', async t => {
  const clock = fastClock()
  const sim = await simulate(t, clock)
  const wishes = new Wishes(followed('C1', sim, team))
  const first = read(t, sim, clock, wishes, { mode: 'poll', limits: often })
  await polling(first)
  const { cursor } = await first.stop()
  assert.ok(cursor !== undefined)
  const missed = sim.world.post({ author: 'mira_okafor', text: 'while away' })
  sim.faults.schedule('rest-5xx', { times: 1000, subject: /users/ })
  const second = read(t, sim, clock, wishes, { mode: 'poll', since: cursor })
  await second.until('the gap to be let go', () => second.gaps('open').some(gap => gap.release === true))
  const stopped = await second.stop()
  const id = second.gaps('open')[0]?.id ?? ''
  sim.faults.clear()
  const third = read(t, sim, clock, wishes, { mode: 'poll', ...(stopped.cursor ? { since: stopped.cursor } : {}) })
  await third.until('the gap to be closed', () => third.gaps('closed').length === 1)
  assert.equal(third.gaps('closed')[0]?.id, id)
  assert.match(id, /^x-\d+-/)
  const arrival = third.arrivals.find(each => each.kind === 'post' && each.post.version === missed.id)
  assert.ok(arrival?.kind === 'post' && arrival.via === 'catch-up' && arrival.gap === id)
})

test('auto: refused by the stream it polls, the outage is one gap, and it comes back when the stream opens', async t => {
  const clock = fastClock()
  const sim = await simulate(t, clock)
  const reader = read(t, sim, clock, new Wishes(followed('C1', sim, team)), {
    mode: 'auto',
    limits: { pollMs: 60_000, pollAfterMs: 60_000, streamRetryMs: 90_000 },
  })
  await reader.until('the stream', () => reader.source.state().state === 'streaming')
  await reader.until('the first gap to be closed', () => reader.gaps('closed').length === 1)
  sim.faults.schedule('connect-5xx', { times: 1000 })
  await sim.cut()
  const early = sim.world.post({ author: 'mira_okafor', text: 'in the outage' })
  await polling(reader)
  assert.match(
    reader.source.state().detail,
    /^Polling X every minute, because the stream does not work: X is in trouble/,
  )
  await reader.until('the gap to be closed', () => reader.gaps('closed').length === 2)
  assert.deepEqual(viaOf(reader, early.id), ['catch-up'])
  const polled = sim.world.post({ author: 'zoe_marchand', text: 'polled' })
  await reader.until('the polled post', () => has(reader, polled))
  assert.deepEqual(viaOf(reader, polled.id), ['poll'])
  assert.equal(reader.gaps('open').length, 2)
  sim.faults.clear()
  await reader.until('the stream again', () => reader.source.state().mode === 'stream')
  await reader.until('the last gap to be closed', () => reader.gaps('closed').length === 3)
  const live = await sim.emit(sim.world.post({ author: 'zoe_marchand', text: 'live' }))
  await reader.until('the live post', () => has(reader, live.post))
  assert.equal(new Set(reader.gaps('closed').map(gap => gap.id)).size, 3)
  cursorsWaitForTheGap(reader)
})

test('auto: where rules of others leave no room for ours it polls', async t => {
  const clock = fastClock()
  const sim = await simulate(t, clock, { profile: 'free' })
  await addRules(
    sim,
    ['cat', 'dog', 'cow', 'hen', 'pig'].map(value => ({ value, tag: 'somebody' })),
  )
  const reader = read(t, sim, clock, new Wishes(followed('C1', sim, team)), {
    mode: 'auto',
    limits: { pollMs: 60_000, pollAfterMs: 60_000 },
  })
  await reader.until('that nothing can be streamed', () => reader.source.state().state === 'blocked')
  assert.match(reader.source.state().detail, /^X allows this app 5 rules, and rules that somebody else made/)
  await polling(reader)
  const polled = sim.world.post({ author: 'zoe_marchand', text: 'polled' })
  await reader.until('the polled post', () => has(reader, polled))
})

test('auto: where polling would be refused too, it waits like the stream', async t => {
  const clock = fastClock()
  const sim = await simulate(t, clock)
  sim.setStanding('no-credits')
  const reader = read(t, sim, clock, new Wishes(followed('C1', sim, team)), {
    mode: 'auto',
    limits: { pollAfterMs: 0 },
  })
  await reader.until('the refusal', () => reader.events.some(event => event.kind === 'rules-failed'))
  await reader.until('blocked', () => reader.source.state().state === 'blocked')
  assert.ok(!sim.requests.some(request => request.path.includes('/users/')))
})

test('while nothing may be read there is no connection; then what was missed is fetched', async t => {
  for (const mode of ['stream', 'poll', 'auto'] as const) {
    const clock = fastClock()
    const sim = await simulate(t, clock)
    const reader = read(t, sim, clock, new Wishes(followed('C1', sim, team)), { mode, limits: often })
    await reader.until('reading', () => reader.source.state().state === 'streaming')
    if (mode !== 'poll') await reader.until('the first gap to be closed', () => reader.gaps('closed').length === 1)
    reader.wishes.hold("The month's budget is used up.")
    await reader.until('held', () => reader.source.state().state === 'blocked')
    await sim.disconnected()
    assert.equal(reader.source.state().detail, "The month's budget is used up.")
    const requests = sim.requests.length
    const missed = sim.world.post({ author: 'mira_okafor', text: 'unread' })
    await clock.sleep(45_000)
    const asked = sim.requests.slice(requests).filter(request => !request.path.includes('rules'))
    assert.deepEqual(
      asked.map(request => request.path),
      [],
      mode,
    )
    reader.wishes.hold(undefined)
    await reader.until('the post', () => has(reader, missed))
    await reader.until('the gap', () =>
      reader.gaps('closed').some(gap => gap.why === "the month's budget did not allow it"),
    )
  }
})

test('what the budget does not allow for a gap is lost, with a sentence and its channels', async t => {
  const reader = await streaming(t)
  const { sim, wishes } = reader
  wishes.allowance = 10_000
  await sim.cut()
  for (let n = 0; n < 30; n += 1) sim.world.post({ author: team[n % team.length] ?? '', text: `meanwhile ${n}` })
  await reader.until('the loss', () => reader.gaps('lost').length === 1)
  const [gap] = reader.gaps('lost')
  assert.match(gap?.lost ?? '', /budget leaves for closing a gap \(\$0\.01\) is used up/)
  assert.deepEqual(gap?.channels, ['C1'])
  assert.ok(reader.posts().length < 30)
})

test('posts that a check finds to be missing are fetched and arrive', async t => {
  const reader = await streaming(t)
  const { sim } = reader
  const missed = sim.world.post({ author: 'mira_okafor', text: 'never on the wire', at: reader.clock.now() - 600_000 })
  const account = { source: 'x' as const, id: sim.world.someone('mira_okafor').id, handle: 'mira_okafor', name: 'Mira' }
  const answer = await reader.source.newest(account, reader.clock.now() - 3_600_000, new AbortController().signal)
  assert.equal(answer.kind, 'missed')
  await reader.until('the missed post', () => has(reader, missed))
  await reader.until('its gap', () =>
    reader.gaps('closed').some(gap => gap.why === 'posts of @mira_okafor did not come'),
  )
  assert.ok(reader.bought.length > 0)
})

test('a post that was polled is not asked for again', async t => {
  const clock = fastClock()
  const sim = await simulate(t, clock)
  const reader = read(t, sim, clock, new Wishes(followed('C1', sim, ['mira_okafor'])), { mode: 'poll', limits: often })
  await polling(reader)
  const post = sim.world.post({ author: 'mira_okafor', text: 'once' })
  await reader.until('the post', () => has(reader, post))
  const marks = reader.arrivals.filter(each => each.kind === 'mark').length
  await reader.until('more rounds', () => reader.arrivals.filter(each => each.kind === 'mark').length > marks + 2)
  assert.deepEqual(viaOf(reader, post.id), ['poll'])
})

test('a deletion that the Activity API tells is handed out also while the stream is closed', async t => {
  const clock = fastClock()
  const sim = await simulate(t, clock)
  const reader = read(t, sim, clock, new Wishes(followed('C1', sim, team)), { activity: true })
  await reader.until('streaming', () => reader.source.state().state === 'streaming')
  const { post } = await sim.emit(sim.world.post({ author: 'mira_okafor', text: 'regretted' }))
  await reader.until('the post', () => has(reader, post))
  await sim.until(() => sim.activity.open().length === 1)
  sim.faults.schedule('connect-reset', { times: 1000 })
  await sim.cut()
  await reader.until('waiting', () => reader.source.state().state === 'waiting')
  await sim.deletePost(post.id)
  await reader.until('the deletion', () =>
    reader.arrivals.some(each => each.kind === 'delete' && each.postId === post.id),
  )
  assert.notEqual(reader.source.state().state, 'streaming')
})
