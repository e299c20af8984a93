/**
 * Goal: what X sends arrives, whole, once and in order, through every way in which the stream can break (I1 by name below).
 * Method: a real source over loopback HTTP against the simulated X and its faults; see x-rig.ts for the clock.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { shownText } from '../../sim/world/world.ts'
import type { XSim } from '../../sim/x/server.ts'
import { plainText } from '../../src/domain/post.ts'
import {
  addRules,
  cursorsWaitForTheGap,
  deleteRules,
  fastClock,
  followed,
  has,
  read,
  simulate,
  streaming,
  team,
  Wishes,
} from './x-rig.ts'

test('posts come whole, once and in order, however their bytes are cut', async t => {
  const reader = await streaming(t, { chunks: 'mixed' }, sim => [
    followed(
      'C1',
      sim,
      sim.world.users().map(user => user.handle),
    ),
  ])
  const { sim } = reader
  for (let turn = 0; turn < 150; turn += 1) await sim.emitNext()
  await reader.until('all posts', () => reader.posts().length === sim.wire.length)
  assert.deepEqual(
    reader.posts().map(post => post.version),
    sim.wire.map(entry => entry.id),
  )
  assert.ok(sim.wire.length > 100)
  for (const post of reader.posts()) {
    const truth = sim.world.lookup(post.version)
    assert.ok(truth !== undefined)
    // X writes the names of those who are answered before a reply.
    const text = plainText(post)
    const expected = shownText(truth)
    assert.ok(truth.replyTo ? text.endsWith(expected) : text === expected, `${text} ≠ ${expected}`)
    assert.equal(post.id, truth.history[0])
    assert.equal(post.edited, truth.history.length > 1)
    assert.equal(post.relation, truth.kind === 'reply' && truth.innerId ? 'quote' : truth.kind)
    assert.equal(post.author.handle, sim.world.someone(truth.authorId).handle)
    assert.deepEqual(
      post.media.map(media => media.alt),
      truth.media.map(media => media.alt),
    )
    assert.deepEqual(
      post.poll?.options.map(option => option.label),
      truth.poll?.options.map(option => option.label),
    )
    const inner = truth.innerId === undefined ? undefined : sim.world.lookup(truth.innerId)
    if (inner !== undefined && sim.world.someone(inner.authorId).state === 'active') {
      assert.ok(post.inner !== undefined, JSON.stringify(post))
      // What the inner post quotes is not shown, so its link stays.
      const shown =
        inner.innerId === undefined ? plainText(post.inner) : plainText(post.inner).replace(/ ?x\.com\S*$/, '')
      assert.ok(shown.endsWith(shownText(inner)), `${shown} ≠ ${shownText(inner)}`)
      assert.equal(post.inner.media.length, inner.media.length)
    }
  }
})

test('a follow reaches the open stream; what is no longer wanted is deleted only when the new rule works; others are left alone', async t => {
  const clock = fastClock()
  const sim = await simulate(t, clock)
  const whole = (handles: readonly string[]) => followed('C1', sim, handles, { reading: 'complete' })
  const foreign = { value: 'cat has:images', tag: 'somebody' }
  const twin = { value: `from:${sim.world.someone('gwen_pryce').id}`, tag: 'somebody' }
  await addRules(sim, [foreign, twin])
  const reader = read(t, sim, clock, new Wishes(whole(['mira_okafor'])))
  await sim.connected()
  assert.ok(sim.wasOnWire((await sim.emit(sim.world.post({ author: 'mira_okafor', text: 'one' }))).post.id))
  reader.wishes.set(whole(['mira_okafor', 'zoe_marchand']))
  await sim.until(() => sim.rules().some(rule => rule.value.includes(sim.world.someone('zoe_marchand').id)))
  const emission = await sim.emit(sim.world.post({ author: 'zoe_marchand', text: 'deux' }))
  await reader.until('the post of the new account', () => has(reader, emission.post))
  // Somebody else's rule with the value we want serves us too and stays theirs.
  reader.wishes.set(whole(['gwen_pryce']))
  await sim.until(() => sim.rules().length === 2)
  assert.deepEqual(
    sim.rules().map(rule => rule.value),
    [foreign.value, twin.value],
  )
  reader.wishes.set(whole(['halden_lab']))
  await sim.until(() => sim.rules().length === 3)
  assert.deepEqual(
    sim
      .rules()
      .filter(rule => rule.tag === 'somebody')
      .map(rule => rule.value),
    [foreign.value, twin.value],
  )
  assert.equal(sim.connections.length, 1)
  await reader.until('the rules to be counted', () => reader.source.state().rules?.ours === 1)
  assert.equal(reader.source.state().rules?.others, 2)
  // No pass takes away what works and adds what does not work yet.
  for (const event of reader.events) if (event.kind === 'rules') assert.ok(event.added === 0 || event.deleted === 0)
})

const breaks: readonly {
  readonly name: string
  readonly strike: (sim: XSim) => Promise<void>
  readonly why: RegExp
}[] = [
  { name: 'a reset', strike: sim => sim.cut(), why: /reset|closed/ },
  { name: 'a clean end', strike: sim => sim.end(), why: /closed/ },
  { name: 'a line cut in half', strike: sim => sim.endMidLine(), why: /reset|closed/ },
  { name: 'silence', strike: sim => sim.stall(), why: /no byte for 45 s/ },
  { name: 'an operational disconnect', strike: sim => sim.disconnectOperationally(), why: /operational-disconnect/ },
]

for (const { name, strike, why } of breaks) {
  test(`after ${name} it reads on, and what was written meanwhile is fetched`, async t => {
    const reader = await streaming(t)
    const { sim } = reader
    const before = await sim.emit(sim.world.post({ author: 'mira_okafor', text: 'before' }))
    await reader.until('the post before', () => has(reader, before.post))
    sim.faults.schedule('connect-reset', { times: 2 })
    await strike(sim)
    const missed = [1, 2, 3].map(n => sim.world.post({ author: 'jonas_lindqv', text: `meanwhile ${n}` }))
    await reader.until('the gap to be closed', () => reader.gaps('closed').length === 1)
    const after = await sim.emit(sim.world.post({ author: 'zoe_marchand', text: 'after' }))
    await reader.until('the post after', () => has(reader, after.post))
    sim.faults.assertAllFired()
    const [gap] = reader.gaps('open')
    assert.match(gap?.why ?? '', why)
    for (const post of missed) {
      const arrival = reader.arrivals.find(each => each.kind === 'post' && each.post.version === post.id)
      assert.equal(arrival?.kind === 'post' && arrival.via, 'catch-up')
    }
    const order = reader.posts().map(post => post.version)
    assert.deepEqual(
      missed.map(post => order.indexOf(post.id)).toSorted((a, b) => a - b),
      missed.map(post => order.indexOf(post.id)),
    )
    if (name === 'an operational disconnect') {
      assert.ok(reader.arrivals.some(arrival => arrival.kind === 'drop' && arrival.reason === 'stream-error'))
    }
    cursorsWaitForTheGap(reader)
  })
}

test('half a line at the end is a drop of its own', async t => {
  const reader = await streaming(t)
  await reader.sim.endMidLine()
  await reader.until('the cut line', () =>
    reader.arrivals.some(arrival => arrival.kind === 'drop' && arrival.reason === 'cut'),
  )
})

test('garbage, unknown messages and lines that are too long are drops; the stream goes on', async t => {
  const reader = await streaming(t)
  const { sim } = reader
  await sim.sendRaw('{"data":\r\n')
  await sim.sendRaw('{"notice":{}}\r\n')
  await sim.sendRaw(`{"data":"${'x'.repeat(1024 * 1024)}"}\r\n`)
  await sim.sendRaw('{"data":{"id":"1"}}\r\n')
  const { post } = await sim.emit(sim.world.post({ author: 'mira_okafor', text: 'still here' }))
  await reader.until('the post', () => has(reader, post))
  const reasons = reader.arrivals.flatMap(arrival => (arrival.kind === 'drop' ? [arrival.reason] : []))
  assert.deepEqual(reasons, ['not-json', 'unknown-message', 'too-long', 'bad-shape'])
  assert.equal(sim.connections.length, 1)
})

test('after a gap topics are searched for, too', async t => {
  const reader = await streaming(t, {}, sim => [followed('C1', sim, ['mira_okafor'], { topics: ['haloscope'] })])
  const { sim } = reader
  sim.faults.schedule('connect-reset', { times: 2 })
  await sim.cut()
  const found = sim.world.post({ author: 'gwen_pryce', text: 'The haloscope hears nothing, loudly' })
  const other = sim.world.post({ author: 'gwen_pryce', text: 'Lunch' })
  await reader.until('the gap to be closed', () => reader.gaps('closed').length === 1)
  assert.ok(has(reader, found))
  assert.ok(!has(reader, other))
})

test('it resumes from a cursor, and without one starts now', async t => {
  const reader = await streaming(t)
  const { sim, clock } = reader
  const old = sim.world.post({ author: 'mira_okafor', text: 'unseen', at: clock.now() - 3_600_000 })
  const { post } = await sim.emit(sim.world.post({ author: 'mira_okafor', text: 'seen' }))
  await reader.until('the post', () => has(reader, post))
  const { cursor } = await reader.stop()
  assert.ok(cursor !== undefined)
  await sim.disconnected()
  const missed = sim.world.post({ author: 'mira_okafor', text: 'while away' })
  const again = read(t, sim, clock, reader.wishes, { since: cursor })
  await again.until('the gap to be closed', () => again.gaps('closed').length === 1)
  assert.ok(has(again, missed))
  assert.ok(!has(again, old))
  assert.equal(again.gaps('closed')[0]?.why, 'not running')
})

test('a gap is kept open through trouble of X, says so, lets newer posts pass, and is closed when it is over', async t => {
  const reader = await streaming(t)
  const { sim } = reader
  sim.faults.schedule('rest-5xx', { times: 1000, subject: /users/ })
  await sim.cut()
  const missed = sim.world.post({ author: 'mira_okafor', text: 'meanwhile' })
  await reader.until('the trouble', () => reader.gaps('open').some(gap => /X is in trouble \(50\d\)/.test(gap.how)))
  assert.match(reader.source.state().problems.join(), /X is in trouble/)
  const live = await sim.emit(sim.world.post({ author: 'zoe_marchand', text: 'live' }))
  await reader.until('the live post', () => has(reader, live.post))
  sim.faults.clear()
  await reader.until('the gap to be closed', () => reader.gaps('closed').length === 1)
  assert.ok(has(reader, missed))
  assert.deepEqual([reader.gaps('lost'), reader.source.state().problems], [[], []])
  cursorsWaitForTheGap(reader)
})

test('what a new follow or topic writes before its rule works is fetched', async t => {
  const reader = await streaming(t, { propagationMs: 15_000 })
  const { sim } = reader
  reader.wishes.set(followed('C1', sim, [...team, 'gwen_pryce'], { topics: ['haloscope'] }))
  await sim.until(() => sim.rules().length > 1)
  const early = await sim.emit(sim.world.post({ author: 'gwen_pryce', text: 'early' }))
  const found = await sim.emit(sim.world.post({ author: 'ravi_thakkar', text: 'haloscope' }))
  assert.ok(!sim.wasOnWire(early.post.id) && !sim.wasOnWire(found.post.id))
  await reader.until('the gap to be closed', () => reader.gaps('closed').length === 1)
  assert.ok(has(reader, early.post) && has(reader, found.post))
  assert.match(reader.gaps('closed')[0]?.how ?? '', /neither reposts nor/)
  assert.equal(sim.connections.length, 1)
  cursorsWaitForTheGap(reader)
})

test('rules that somebody deleted while the stream was open are put back, and what they missed is fetched', async t => {
  const clock = fastClock()
  const sim = await simulate(t, clock)
  const reader = read(t, sim, clock, new Wishes(followed('C1', sim, team)), { rulesCheckMs: 60_000 })
  await reader.until('the first gap to be closed', () => reader.gaps('closed').length === 1)
  await deleteRules(
    sim,
    sim.rules().map(rule => rule.id),
  )
  const missed = await sim.emit(sim.world.post({ author: 'mira_okafor', text: 'unheard' }))
  assert.ok(!missed.onWire)
  await reader.until('the gap to be closed', () => reader.gaps('closed').length === 2)
  assert.equal(reader.gaps('closed')[1]?.why, 'rules had been deleted at X')
  assert.ok(has(reader, missed.post))
  assert.equal(sim.connections.length, 1)
  cursorsWaitForTheGap(reader)
})

test('what is written between a first wish and the first connect is fetched', async t => {
  const clock = fastClock()
  const sim = await simulate(t, clock)
  sim.faults.schedule('connect-reset', { times: 2 })
  const reader = read(t, sim, clock, new Wishes())
  await reader.until('idle', () => reader.source.state().state === 'idle')
  reader.wishes.set(followed('C1', sim, ['mira_okafor']))
  const early = sim.world.post({ author: 'mira_okafor', text: 'early' })
  await reader.until('the gap to be closed', () => reader.gaps('closed').length === 1)
  assert.ok(has(reader, early))
  cursorsWaitForTheGap(reader)
})

test('a quiet stream moves its cursor', async t => {
  const reader = await streaming(t)
  await reader.until('two marks', () => reader.arrivals.filter(arrival => arrival.kind === 'mark').length >= 2)
  cursorsWaitForTheGap(reader)
})
