/**
 * Goal: whatever Slack does to a delivery, the post is in the channel exactly once, in order, or dead with a reason (I2, I4, I6).
 * Method: the real store, worker and client against a simulated Slack that commits one fault of each class; every fault is shown to
 * have fired.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { SlackFaultKind } from '../../sim/slack/server.ts'
import { deliveryAttemptsMax, deliveryFullTriesMax, deliveryOrderHoldMs, slackProbeMs } from '../../src/limits.ts'
import { composePost } from '../../src/slack/out/compose.ts'
import { slackOut } from '../../src/slack/out/send.ts'
import { aPost, type DeliverRig, deliverRig } from './deliver-rig.ts'

const dark = 'C0DARK'
const qubits = 'C0QUBITS'
const posts = ['p1', 'p2', 'p3']

/** All of `posts` are in both channels. */
function allThere(rig: DeliverRig): boolean {
  return rig.sim.messages(dark).length >= posts.length && rig.sim.messages(qubits).length >= posts.length
}

/** Exactly once, in order, under the id of its delivery, and settled as such. */
async function assertOnceEach(rig: DeliverRig, channel: string): Promise<void> {
  assert.deepEqual(rig.shown(channel), posts)
  const ids = rig.sim.messages(channel).map(message => message.metadata?.event_payload['delivery_id'])
  assert.equal(new Set(ids).size, posts.length)
  for (const [i, id] of posts.entries()) {
    const stored = await rig.store.post('x', id)
    const delivery = stored?.deliveries.find(each => each.channel === channel)
    assert.equal(delivery?.state, 'sent')
    assert.equal(delivery?.ts, rig.sim.messages(channel)[i]?.ts)
  }
}

const faults: readonly [string, SlackFaultKind, Record<string, string | number>?][] = [
  ['429 with Retry-After', 'post:rate-limited', { retryAfter: 7 }],
  ['429 without Retry-After', 'post:rate-limited-bare'],
  ['a 5xx before it was posted', 'post:http-before'],
  ['a 5xx after it was posted', 'post:http-after'],
  ['a reset before it was posted', 'post:drop-before'],
  ['a reset after it was posted', 'post:drop-after'],
  ['silence before it was posted', 'post:hang-before'],
  ['silence after it was posted', 'post:hang-after'],
  ['half an answer after it was posted', 'post:malformed-after'],
  ['a page of HTML after it was posted', 'post:html-after'],
  ['internal_error before it was posted', 'post:error-before'],
  ['internal_error after it was posted', 'post:error-after'],
  ['fatal_error after it was posted', 'post:error-after', { error: 'fatal_error' }],
  ['service_unavailable', 'post:service-unavailable'],
  ['a shared channel being moved', 'post:error-before', { error: 'external_channel_migrating' }],
  ['the workspace out of messages', 'post:error-before', { error: 'message_limit_exceeded' }],
  ['blocks refused', 'post:error-before', { error: 'invalid_blocks' }],
  ['a code nobody knows', 'post:error-before', { error: 'some_new_error' }],
  ['a slow answer', 'post:delay', { ms: 30 }],
]

for (const [name, kind, detail] of faults) {
  test(`I2 I4 after ${name} every post is there exactly once, in order`, async () => {
    await using rig = await deliverRig()
    rig.sim.faults.schedule(kind, { subject: dark, after: 1, ...(detail === undefined ? {} : { detail }) })
    await rig.owe(posts, [dark, qubits])
    rig.start()
    await rig.until(() => allThere(rig))
    await rig.pass(300_000)
    rig.sim.faults.assertAllFired()
    await assertOnceEach(rig, dark)
    await assertOnceEach(rig, qubits)
    assert.deepEqual(await rig.store.dead(10), [])
  })
}

test('I2 a post that comes again is not delivered again', async () => {
  await using rig = await deliverRig()
  rig.start()
  await rig.owe(posts, [dark])
  await rig.until(() => rig.sim.messages(dark).length === 3)
  await rig.owe(posts, [dark])
  await rig.pass(120_000)
  assert.deepEqual(rig.shown(dark), posts)
})

test('I6 while the outcome is unknown nothing is sent to the channel but looks', async () => {
  await using rig = await deliverRig()
  rig.sim.faults.schedule('post:drop-before', { subject: dark })
  await rig.owe(['p1'], [dark])
  rig.start()
  await rig.until(() => rig.sim.posts().length === 1)
  await rig.pass(60_000)
  assert.equal(rig.sim.posts().length, 1, 'the third look is still to come')
  assert.equal(rig.sim.calls('conversations.history').length, 2)
  await rig.until(() => rig.sim.messages(dark).length === 1)
  assert.equal(rig.sim.calls('conversations.history').length, 3)
  assert.equal(rig.sim.posts().length, 2)
})

test('I6 a history that cannot be read for now is asked again, and nothing is sent meanwhile', async () => {
  await using rig = await deliverRig()
  rig.sim.faults.schedule('post:hang-after', { subject: dark })
  for (const trouble of ['http-before', 'drop-before', 'rate-limited', 'malformed-after'] as const) {
    rig.sim.faults.schedule(`call:${trouble}`, { subject: 'conversations.history' })
  }
  await rig.owe(['p1'], [dark])
  rig.start()
  await rig.until(() => rig.events.some(event => event.kind === 'sent'))
  rig.sim.faults.assertAllFired()
  assert.equal(rig.sim.posts().length, 1)
  assert.deepEqual(rig.shown(dark), ['p1'])
})

test('I6 where history may not be read, an unknown outcome is never sent again and ends unknowable', async () => {
  const tokens = [{ token: 'xoxb-simulated-bot', kind: 'bot' as const, scopes: ['chat:write', 'channels:join'] }]
  await using rig = await deliverRig({ tokens })
  rig.sim.faults.schedule('post:drop-after', { subject: dark })
  await rig.owe(['p1', 'p2'], [dark])
  rig.start()
  await rig.until(() => rig.sim.messages(dark).length === 2)
  const [dead] = await rig.store.dead(10)
  assert.equal(dead?.reason, 'unknowable')
  assert.deepEqual(rig.shown(dark), ['p1', 'p2'])
  rig.sim.faults.assertAllFired()
})

test('I6 the one window left for a double: a message that Slack hides from all three looks and shows later', async () => {
  await using rig = await deliverRig({ historyLagMs: 600_000 })
  rig.sim.faults.schedule('post:drop-after', { subject: dark })
  await rig.owe(['p1'], [dark])
  rig.start()
  await rig.until(() => rig.events.some(event => event.kind === 'sent'))
  await rig.pass(900_000)
  assert.deepEqual(rig.shown(dark), ['p1', 'p1'], 'twice, and never more often')
})

test('I6 a process that dies between Slack and its own books finds the message instead of sending it again', async () => {
  await using rig = await deliverRig()
  await rig.owe(['p1'], [dark])
  const [claim] = await rig.store.claim(rig.clock.now(), 60_000, 1)
  assert.ok(claim !== undefined)
  const slack = slackOut({ token: rig.sim.botToken, apiUrl: rig.sim.apiUrl })
  await slack.send(dark, composePost(aPost('p1'), { deliveryId: claim.delivery.id }))
  rig.start()
  await rig.until(() => rig.events.some(event => event.kind === 'sent'))
  assert.deepEqual(rig.shown(dark), ['p1'])
  assert.equal(rig.sim.posts().length, 1)
})

test('I6 a code nobody knows is looked for before anything is sent again, and ends dead if it never changes', async () => {
  await using rig = await deliverRig()
  const detail = { error: 'some_new_error' }
  rig.sim.faults.schedule('post:error-before', { subject: dark, times: deliveryAttemptsMax, detail })
  await rig.owe(['p1'], [dark])
  rig.start()
  await rig.until(() => rig.sim.posts().length === 2)
  assert.equal(rig.sim.calls('conversations.history').length, 3, 'all looks come between two sends')
  await rig.until(() => rig.events.some(event => event.kind === 'dead'))
  const forms = rig.sim.posts().map(({ args }) => (args['blocks'] === undefined ? 'plain' : 'full'))
  assert.equal(forms.lastIndexOf('full'), deliveryFullTriesMax - 1)
  assert.ok(forms.includes('plain') && forms.length <= deliveryAttemptsMax, forms.join())
  assert.equal((await rig.store.dead(10))[0]?.reason, 'gave-up')
})

test('a private channel we were never in is held with the way in, and loses nothing', async () => {
  await using rig = await deliverRig()
  await rig.owe(posts, ['G0HIRING'])
  rig.start()
  await rig.until(() => rig.events.some(event => event.kind === 'lane-held'))
  assert.deepEqual(await rig.store.dead(10), [])
  const lane = (await rig.store.lanes()).find(({ channel }) => channel === 'G0HIRING')
  assert.match(lane?.held ?? '', /\/invite @birdwire/)
  rig.sim.setBotMember('G0HIRING', true)
  await rig.store.release('G0HIRING', rig.clock.now())
  await rig.until(() => rig.sim.messages('G0HIRING').length === posts.length)
  assert.deepEqual(rig.shown('G0HIRING'), posts)
})

test('I4 a delivery in trouble holds its channel for a bounded time, then the others pass it', async () => {
  await using rig = await deliverRig()
  const start = rig.clock.now()
  const detail = { error: 'external_channel_migrating' }
  rig.sim.faults.schedule('post:error-before', { subject: dark, times: 4, detail })
  await rig.owe(posts, [dark])
  rig.start()
  await rig.until(() => rig.sim.messages(dark).length >= 1)
  const first = rig.sim.messages(dark)[0]
  assert.ok(first !== undefined && first.at - start <= deliveryOrderHoldMs + 60_000)
  await rig.until(() => rig.sim.messages(dark).length === 3)
  await rig.pass(600_000)
  assert.deepEqual(rig.shown(dark).toSorted(), posts)
  rig.sim.faults.assertAllFired()
})

test('I4 a channel that is broken does not hold another', async () => {
  await using rig = await deliverRig()
  rig.sim.faults.schedule('post:hang-before', { subject: dark, times: 3 })
  const start = rig.clock.now()
  await rig.owe(posts, [dark, qubits])
  rig.start()
  await rig.until(() => rig.sim.messages(qubits).length === 3)
  assert.ok(rig.clock.now() - start < 5000)
  await rig.until(() => rig.sim.messages(dark).length === 3)
  assert.deepEqual(rig.shown(dark).toSorted(), posts)
  rig.sim.faults.assertAllFired()
})

test('an image that Slack cannot fetch costs the image, not the message', async () => {
  await using rig = await deliverRig()
  const media = [{ kind: 'photo', imageUrl: 'https://pictures.example/1.jpg', alt: 'A gasket' }] as const
  rig.sim.images.break('https://pictures.example/1.jpg')
  await rig.owe(['p1'], [dark], { media })
  rig.start()
  await rig.until(() => rig.sim.messages(dark).length === 1)
  const blocks = JSON.stringify(rig.sim.messages(dark)[0]?.blocks)
  assert.doesNotMatch(blocks, /image_url/)
  assert.match(blocks, /A gasket/, 'its description stays, with a link')
  assert.equal(rig.sim.posts().length, 3, 'two tries with the picture, one without')
})

test('one image that Slack cannot fetch costs itself alone', async () => {
  await using rig = await deliverRig()
  const media = [1, 2].map(n => ({
    kind: 'photo' as const,
    imageUrl: `https://pictures.example/${n}.jpg`,
    alt: `Gasket ${n}`,
  }))
  rig.sim.images.break('https://pictures.example/1.jpg')
  await rig.owe(['p1'], [dark], { media })
  rig.start()
  await rig.until(() => rig.sim.messages(dark).length === 1)
  const blocks = JSON.stringify(rig.sim.messages(dark)[0]?.blocks)
  assert.match(blocks, /"image_url":"https:\/\/pictures\.example\/2\.jpg"/)
  assert.doesNotMatch(blocks, /"image_url":"https:\/\/pictures\.example\/1\.jpg"/)
  assert.match(blocks, /Gasket 1/)
})

test('an image that fails once is tried again and shown', async () => {
  await using rig = await deliverRig()
  const media = [{ kind: 'photo', imageUrl: 'https://pictures.example/1.jpg', alt: 'A gasket' }] as const
  rig.sim.faults.schedule('post:image-download', { subject: dark })
  await rig.owe(['p1'], [dark], { media })
  rig.start()
  await rig.until(() => rig.sim.messages(dark).length === 1)
  assert.match(JSON.stringify(rig.sim.messages(dark)[0]?.blocks), /image_url/)
  rig.sim.faults.assertAllFired()
})

test('a channel archived in the middle ends what it is owed, with that reason, and no other channel', async () => {
  await using rig = await deliverRig()
  rig.sim.faults.schedule('post:channel-archived', { subject: dark, after: 1 })
  await rig.owe(posts, [dark, qubits])
  rig.start()
  await rig.until(() => rig.sim.messages(qubits).length === 3)
  await rig.pass(60_000)
  assert.deepEqual(rig.shown(dark), ['p1'])
  const dead = await rig.store.dead(10)
  assert.deepEqual(
    dead.map(({ channel, reason }) => `${channel} ${reason}`),
    [`${dark} channel-gone`, `${dark} channel-gone`],
  )
  assert.ok(rig.events.some(event => event.kind === 'lane-gone' && event.why === 'the channel is archived'))
  rig.sim.faults.assertAllFired()
})

test('a public channel we are not in is joined', async () => {
  await using rig = await deliverRig()
  await rig.owe(posts, ['C0SEMINAR'])
  rig.start()
  await rig.until(() => rig.sim.messages('C0SEMINAR').length === 3)
  assert.deepEqual(rig.shown('C0SEMINAR'), posts)
  assert.equal(rig.sim.calls('conversations.join').length, 1)
})

test('a channel we cannot join is held until we are invited, and then gets everything in order', async () => {
  const scopes = ['chat:write', 'channels:history']
  await using rig = await deliverRig({ tokens: [{ token: 'xoxb-simulated-bot', kind: 'bot', scopes }] })
  await rig.owe(posts, ['C0SEMINAR', qubits])
  rig.start()
  await rig.until(() => rig.sim.messages(qubits).length === 3)
  const lane = (await rig.store.lanes()).find(({ channel }) => channel === 'C0SEMINAR')
  assert.match(lane?.held ?? '', /\/invite @birdwire/)
  assert.equal(lane?.pending, 3)
  rig.sim.setBotMember('C0SEMINAR', true)
  assert.equal(await rig.store.release('C0SEMINAR', rig.clock.now()), true)
  await rig.until(() => rig.sim.messages('C0SEMINAR').length === 3)
  assert.deepEqual(rig.shown('C0SEMINAR'), posts)
})

test('a revoked token loses nothing: it is probed slowly, and another token delivers everything in order', async () => {
  const scopes = ['chat:write', 'channels:history']
  const tokens = ['xoxb-simulated-bot', 'xoxb-simulated-new'].map(token => ({ token, kind: 'bot' as const, scopes }))
  await using rig = await deliverRig({ tokens })
  rig.sim.faults.schedule('post:token-revoked', { subject: dark })
  await rig.owe(posts, [dark, qubits])
  rig.start()
  await rig.until(() => rig.events.some(event => event.kind === 'workspace-held'))
  const before = rig.sim.posts().length
  await rig.pass(slackProbeMs * 3)
  const probes = rig.sim.posts().length - before
  assert.ok(probes >= 2 && probes <= 4, `${probes} probes`)
  assert.deepEqual(await rig.store.dead(10), [])
  await rig.stop()
  rig.start('xoxb-simulated-new')
  await rig.until(() => allThere(rig))
  await assertOnceEach(rig, dark)
  await assertOnceEach(rig, qubits)
  rig.sim.faults.assertAllFired()
})

test('a Slack that is not available for minutes loses nothing and uses up no tries', async () => {
  await using rig = await deliverRig()
  rig.sim.faults.schedule('post:service-unavailable', { times: 60 })
  await rig.owe(posts, [dark, qubits])
  rig.start()
  await rig.until(() => rig.sim.faults.count('post:service-unavailable') === 60)
  await rig.until(() => allThere(rig))
  await assertOnceEach(rig, dark)
  await assertOnceEach(rig, qubits)
  assert.ok(rig.events.every(event => event.kind !== 'postponed' || !event.counted))
})

test('a channel gets one message a second, and none of them meets a rate limit', async () => {
  await using rig = await deliverRig()
  const ids = Array.from({ length: 400 }, (_, i) => `p${i}`)
  await rig.owe(ids, [dark, qubits])
  rig.start()
  await rig.until(() => rig.shown(dark).length === 400 && rig.shown(qubits).length === 400)
  assert.ok(rig.sim.messages(dark).length >= 20, 'as many posts in a message as have room')
  const times = rig.sim.messages(dark).map(({ at }) => at)
  assert.ok(times.every((at, i) => i === 0 || at - (times[i - 1] ?? 0) >= 1000))
  assert.equal(rig.sim.posts().filter(({ error }) => error !== undefined).length, 0)
  assert.deepEqual(rig.shown(dark), ids)
})

test('I2 I4 faults of every kind at once: each post exactly once, first attempts in the order of arrival', async () => {
  await using rig = await deliverRig()
  const channels = [dark, qubits, 'C0GENERAL']
  const posts = Array.from({ length: 20 }, (_, i) => `p${String(i).padStart(2, '0')}`)
  // Between any two posts a line, so that each is a message of its own.
  const ids = posts.flatMap(id => [id, `${id}-line`])
  const kinds: readonly SlackFaultKind[] = [
    ...faults.map(([, kind]) => kind).filter(kind => kind !== 'post:error-before'),
    'post:error-before',
  ]
  for (const kind of new Set(kinds)) rig.sim.faults.scatter(kind, 2, 50)
  for (const kind of ['call:http-before', 'call:drop-after', 'call:rate-limited'] as const)
    rig.sim.faults.schedule(kind)
  for (const id of posts) {
    await rig.owe([id], channels)
    const lines = channels.map(channel => ({ channel, text: `post ${id}-line`, key: id }))
    await rig.store.announce(lines, rig.clock.now())
  }
  rig.start()
  await rig.until(() => rig.events.filter(event => event.kind === 'sent').length === ids.length * channels.length)
  await rig.pass(300_000)
  rig.sim.faults.assertAllFired()
  for (const channel of channels) {
    assert.deepEqual(rig.shown(channel).toSorted(), ids)
    const tried = rig.sim.posts().filter(({ args }) => args['channel'] === channel)
    const first = new Set(tried.map(({ args }) => /post (\S+)/.exec(String(args['text']))?.[1]))
    assert.deepEqual([...first], ids)
  }
  assert.deepEqual(await rig.store.dead(10), [])
})
