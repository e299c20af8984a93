/**
 * Goal: what happens to a post afterwards happens to its message, once, whatever Slack does meanwhile; and what was missed in a gap arrives as
 * one message, never twice. Method: the real store, worker and client against a simulated Slack with faults that are shown to have fired.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { SlackFaultKind } from '../../sim/slack/server.ts'
import { catchUpHandful } from '../../src/limits.ts'
import { slackOut } from '../../src/slack/out/send.ts'
import { aPost, type DeliverRig, deliverRig } from './deliver-rig.ts'

const dark = 'C0DARK'
const calls = (rig: DeliverRig, method: string) => rig.sim.calls().filter(call => call.method === method)

/** The author gave post `id` another text. */
async function edit(rig: DeliverRig, id: string, version: string, words: string): Promise<void> {
  const post = aPost(id, { version, edited: true, text: [{ kind: 'text', text: words }] })
  const arrival = { kind: 'post', post, via: 'stream', at: rig.clock.now(), cursor: version } as const
  const [result] = await rig.store.commit(
    [{ source: 'x', arrival, deliver: [{ channel: dark, because: 'follows mira_okafor' }], rejected: [] }],
    rig.clock.now(),
  )
  assert.equal(result, 'edited')
}

/** Its author deleted post `id`. */
async function erase(rig: DeliverRig, id: string): Promise<void> {
  const arrival = { kind: 'delete', source: 'x', postId: id, at: rig.clock.now(), cursor: `deleted-${id}` } as const
  const [result] = await rig.store.commit([{ source: 'x', arrival, deliver: [], rejected: [] }], rig.clock.now())
  assert.equal(result, 'deleted')
}

/** A rig whose channel shows the post 101. */
async function shownRig(): Promise<DeliverRig> {
  const rig = await deliverRig()
  await rig.owe(['101'], [dark])
  rig.start()
  await rig.until(() => rig.sim.messages(dark).length === 1)
  await rig.pass(5000)
  return rig
}

function onlyMessage(rig: DeliverRig) {
  const messages = rig.sim.messages(dark)
  assert.equal(messages.length, 1)
  const [message] = messages
  assert.ok(message !== undefined)
  return message
}

test('an edit shows in the same message, once, marked as edited and still known by its delivery', async () => {
  await using rig = await shownRig()
  const before = onlyMessage(rig)
  await edit(rig, '101', '105', 'post 101 is about lasers now')
  await rig.pass(60_000)
  const after = onlyMessage(rig)
  assert.equal(after.ts, before.ts)
  assert.match(after.text, /\(edited\).*lasers now/)
  assert.match(JSON.stringify(after.blocks), /lasers now.*\*edited\*/)
  assert.deepEqual(after.metadata, before.metadata)
  assert.equal(calls(rig, 'chat.update').length, 1)
  assert.equal(calls(rig, 'chat.postMessage').length, 1)
  assert.equal(rig.events.filter(event => event.kind === 'changed').length, 1)
})

test('after two quick edits the newest text is shown', async () => {
  await using rig = await shownRig()
  await edit(rig, '101', '105', 'second text')
  await edit(rig, '101', '109', 'third text')
  await rig.pass(60_000)
  assert.match(onlyMessage(rig).text, /third text/)
  assert.ok(calls(rig, 'chat.update').length <= 2)
})

test('a deletion takes the message away; where the channel keeps deleted posts, it is struck through', async () => {
  await using rig = await shownRig()
  await erase(rig, '101')
  await rig.pass(60_000)
  assert.deepEqual(rig.sim.messages(dark), [])
  assert.equal(calls(rig, 'chat.delete').length, 1)

  await using keeping = await deliverRig()
  await keeping.store.change({ source: 'x', channel: dark }, 'U1', keeping.clock.now(), route => ({
    route: { ...route, deletions: 'strike' },
    what: 'keeps deleted posts',
  }))
  await keeping.owe(['101'], [dark])
  keeping.start()
  await keeping.until(() => keeping.sim.messages(dark).length === 1)
  await erase(keeping, '101')
  await keeping.pass(60_000)
  const message = onlyMessage(keeping)
  assert.match(JSON.stringify(message.blocks), /"strike":true.*deleted by its author/)
})

const troubles: readonly [string, SlackFaultKind][] = [
  ['a 5xx before', 'call:http-before'],
  ['a 5xx after', 'call:http-after'],
  ['silence after', 'call:hang-after'],
  ['a reset after', 'call:drop-after'],
  ['a 429', 'call:rate-limited'],
]

for (const [name, kind] of troubles) {
  test(`an edit and a deletion come to pass in spite of ${name} it, and nothing is looked for or posted again`, async () => {
    await using rig = await shownRig()
    rig.sim.faults.schedule(kind, { subject: 'chat.update' })
    rig.sim.faults.schedule(kind, { subject: 'chat.delete' })
    await edit(rig, '101', '105', 'another text')
    await rig.until(() => /another text/.test(onlyMessage(rig).text))
    await rig.pass(120_000)
    assert.equal(calls(rig, 'chat.update').length, 2)
    await erase(rig, '101')
    await rig.pass(120_000)
    assert.deepEqual(rig.sim.messages(dark), [])
    rig.sim.faults.assertAllFired()
    assert.equal(calls(rig, 'conversations.history').length, 0)
    assert.equal(calls(rig, 'chat.postMessage').length, 1)
    assert.deepEqual(await rig.store.dead(10), [])
  })
}

test('a crash between an edit and its settlement repeats it, and nobody sees a difference', async () => {
  await using rig = await shownRig()
  await rig.stop()
  await edit(rig, '101', '105', 'another text')
  const [claim] = await rig.store.claim(rig.clock.now(), 60_000, 1)
  assert.ok(claim?.act.kind === 'update' && claim.act.ts !== undefined)
  // The first worker updates the message and dies.
  const slack = slackOut({ token: rig.sim.botToken, apiUrl: rig.sim.apiUrl })
  const message = {
    text: 'another text',
    blocks: [],
    unfurl_links: false,
    unfurl_media: false,
    parse: 'none',
    mrkdwn: false,
  } as const
  assert.equal((await slack.update(dark, claim.act.ts, message)).kind, 'sent')
  rig.start()
  await rig.pass(300_000)
  assert.match(onlyMessage(rig).text, /another text/)
  assert.equal(calls(rig, 'chat.update').length, 2)
  assert.deepEqual(await rig.store.dead(10), [])
})

test('an edit of a message that somebody deleted in Slack is dead with that reason, and brings nothing back', async () => {
  await using rig = await shownRig()
  const slack = slackOut({ token: rig.sim.botToken, apiUrl: rig.sim.apiUrl })
  await slack.remove(dark, onlyMessage(rig).ts)
  assert.equal((await slack.remove(dark, '1.000001')).kind, 'sent', 'what is not there is deleted')
  await edit(rig, '101', '105', 'another text')
  await rig.pass(60_000)
  assert.deepEqual(rig.sim.messages(dark), [])
  const [dead] = rig.events.filter(event => event.kind === 'dead')
  assert.ok(dead?.kind === 'dead' && dead.reason === 'discarded')
})

/** Commits posts fetched for a gap, then the gap as closed. */
async function catchUp(rig: DeliverRig, count: number): Promise<void> {
  const { store, clock } = rig
  const at = clock.now()
  const gap = {
    source: 'x',
    id: 'g1',
    from: at - 8_000_000,
    to: at,
    why: 'the stream stalled',
    how: 'timelines',
  } as const
  const rest = { lost: '', channels: [] } as const
  const quiet = { deliver: [], rejected: [] } as const
  await store.commit(
    [
      { source: 'x', arrival: { kind: 'gap', gap: { ...gap, ...rest, state: 'open' }, at, cursor: 'c0' }, ...quiet },
      ...Array.from({ length: count }, (_, i) => {
        const post = aPost(String(200 + i), { createdAt: at - 7_000_000 + i * 60_000 })
        return {
          source: 'x' as const,
          arrival: { kind: 'post', post, via: 'catch-up', gap: 'g1', at, cursor: `c${i + 1}` } as const,
          deliver: [{ channel: dark, because: 'follows mira_okafor' }],
          rejected: [],
        }
      }),
      { source: 'x', arrival: { kind: 'gap', gap: { ...gap, ...rest, state: 'closed' }, at, cursor: 'cz' }, ...quiet },
    ],
    at,
  )
}

for (const [name, kind] of [
  ['an ordinary answer', undefined],
  ['an answer lost after it was posted', 'post:hang-after'],
  ['an answer lost before it was posted', 'post:drop-before'],
  ['blocks refused', 'post:error-before'],
] as const) {
  test(`what was missed in a gap is one message after ${name}, with a link to each post, oldest first`, async () => {
    await using rig = await deliverRig()
    const detail = kind === 'post:error-before' ? { detail: { error: 'invalid_blocks' } } : {}
    if (kind !== undefined) rig.sim.faults.schedule(kind, { subject: dark, ...detail })
    const count = catchUpHandful + 7
    await catchUp(rig, count)
    rig.start()
    await rig.until(() => rig.sim.messages(dark).length > 0)
    await rig.pass(300_000)
    rig.sim.faults.assertAllFired()
    const message = onlyMessage(rig)
    const links = `${message.text} ${JSON.stringify(message.blocks ?? [])}`.match(/status\/2\d\d/g) ?? []
    assert.deepEqual(
      [...new Set(links)],
      Array.from({ length: count }, (_, i) => `status/${200 + i}`),
    )
    for (let i = 0; i < count; i++) {
      const stored = await rig.store.post('x', String(200 + i))
      assert.deepEqual(
        stored?.deliveries.map(({ state, ts }) => [state, ts]),
        [['sent', message.ts]],
      )
    }
  })
}

test('an edit and a deletion of a post in a catch-up message change that message', async () => {
  await using rig = await deliverRig()
  await catchUp(rig, catchUpHandful + 2)
  rig.start()
  await rig.until(() => rig.sim.messages(dark).length === 1)
  await rig.pass(5000)
  await edit(rig, '201', '209', 'a corrected text')
  await rig.pass(60_000)
  const message = onlyMessage(rig)
  assert.match(JSON.stringify(message.blocks), /a corrected text/)
  assert.match(JSON.stringify(message.blocks), /post 202 about/)
})
