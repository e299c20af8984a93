/**
 * Goal: what belongs together is together in the channel: reposts are names in one message, self-threads, quotes and links shared again are
 * replies; whatever Slack answers, each is there once. Method: the real service between the simulators, in both ways in; and the worker alone
 * against a simulated Slack in trouble.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { SlackFaultKind, SlackSim } from '../../sim/slack/server.ts'
import type { Draft } from '../../sim/world/world.ts'
import type { Post } from '../../src/domain/post.ts'
import type { Intake } from '../../src/store/store.ts'
import { type ServiceRig, startServiceRig, untilTrue } from '../rig/service.ts'
import { aPost, deliverRig } from './deliver-rig.ts'

const lab = 'C0LAB'
const people = ['mira_okafor', 'jonas_lindqv', 'priya_raghav'] as const

type Shown = ReturnType<SlackSim['messages']>[number]

const jsonOf = ({ blocks, text }: Shown) => JSON.stringify([blocks, text])
const all = (rig: ServiceRig) => rig.slack.messages(lab).filter(({ deleted }) => !deleted)
const saying = (rig: ServiceRig, text: string) => all(rig).filter(message => jsonOf(message).includes(text))

async function writing(rig: ServiceRig) {
  await untilTrue(async () => (await rig.ready()).status === 200)
  await rig.type(lab, `follow ${people.join(' ')}`)
  await rig.reading()
  return async (draft: Draft): Promise<string> => {
    const post = rig.world.post(draft)
    await rig.x.emit(post)
    return post.id
  }
}

/** The one message that says this, once it is there. */
async function come(rig: ServiceRig, text: string): Promise<Shown> {
  await untilTrue(() => saying(rig, text).length > 0)
  const [message, ...others] = saying(rig, text)
  assert.ok(message !== undefined && others.length === 0, `"${text}" is there ${others.length + 1} times`)
  return message
}

for (const inbound of ['http', 'socket'] as const) {
  test(`${inbound}: a post that several repost and quote is one message that names them, with the quote in its thread`, {
    timeout: 30_000,
  }, async () => {
    const channels = [lab]
    await using rig = await startServiceRig({ channels, speed: 20, inbound, environment: { X_ACTIVITY: 'on' } })
    const write = await writing(rig)
    await rig.x.until(() => rig.x.activity.open().length > 0)
    const post = await write({ author: 'mira_okafor', text: 'A ringdown in the cavity' })
    const { ts } = await come(rig, 'A ringdown in the cavity')
    const first = await write({ author: 'jonas_lindqv', repost: post })
    await write({ author: 'priya_raghav', repost: post })
    await write({ author: 'jonas_lindqv', quote: post, text: 'Look at the decay' })
    const quote = await come(rig, 'Look at the decay')
    assert.equal(quote.threadTs, ts)
    const names = ['jonas_lindqv', 'priya_raghav'].map(handle => rig.world.someone(handle).name)
    const message = () => all(rig).find(each => each.ts === ts)
    await untilTrue(() => names.every(name => jsonOf(message() ?? quote).includes(name)))
    assert.match(jsonOf(message() ?? quote), /reposted by/)
    assert.equal(all(rig).filter(each => jsonOf(each).includes('A ringdown in the cavity')).length, 2, 'and the quote')
    assert.match(await rig.type(lab, `why https://x.com/jonas_lindqv/status/${first}`), /.+/)

    await rig.x.deletePost(first)
    await rig.x.deletePost(post)
    await untilTrue(() => message() === undefined)
  })

  test(`${inbound}: a self-thread is one message with replies in order, over a new start, edits and deletions`, {
    timeout: 30_000,
  }, async () => {
    const channels = [lab]
    await using rig = await startServiceRig({ channels, speed: 20, inbound, environment: { X_ACTIVITY: 'on' } })
    const write = await writing(rig)
    const author = 'mira_okafor'
    const ids = [await write({ author, text: 'Part 1 of the story' })]
    const next = async (n: number) => {
      ids.push(await write({ author, text: `Part ${n} of the story`, replyTo: ids.at(-1) ?? '' }))
    }
    for (const n of [2, 3]) await next(n)
    const root = await come(rig, 'Part 1 of')
    for (const n of [2, 3]) assert.equal((await come(rig, `Part ${n} of`)).threadTs, root.ts)
    await rig.restart()
    await rig.reading()
    for (const n of [4, 5]) await next(n)
    for (const n of [4, 5]) assert.equal((await come(rig, `Part ${n} of`)).threadTs, root.ts)
    const parts = all(rig).flatMap(message => /Part (\d) of/.exec(jsonOf(message))?.[1] ?? [])
    assert.deepEqual(parts, ['1', '2', '3', '4', '5'])

    await write({ author, text: 'Part 4, corrected', editOf: ids[3] ?? '' })
    assert.equal((await come(rig, 'Part 4, corrected')).threadTs, root.ts)
    await rig.x.until(() => rig.x.activity.open().length > 0)
    await rig.x.deletePost(ids[4] ?? '')
    await untilTrue(() => saying(rig, 'Part 5 of').length === 0)
  })
}

for (const inbound of ['http', 'socket'] as const) {
  test(`${inbound}: what a menu answers is in the channel for the first message of a thread, and in the thread for a reply`, {
    timeout: 30_000,
  }, async () => {
    await using rig = await startServiceRig({ channels: [lab], speed: 20, inbound })
    const write = await writing(rig)
    const author = 'mira_okafor'
    const replyTo = await write({ author, text: 'Part 1 of the story' })
    const root = await come(rig, 'Part 1 of')
    await write({ author, text: 'Part 2 of the story', replyTo })
    const reply = await come(rig, 'Part 2 of')
    const [user = ''] = [...rig.slack.workspace.users.values()].flatMap(({ id, isBot }) => (isBot ? [] : [id]))
    for (const [on, threadTs] of [
      [root, undefined],
      [reply, root.ts],
    ] as const) {
      const actionId = /"action_id":"(birdwire:post[^"]*)"/.exec(jsonOf(on))?.[1] ?? ''
      const pressed = await rig.slack.action({ user, on, actionId, choose: 'why' })
      await pressed.later(1)
      assert.equal(rig.slack.ephemerals(user).at(-1)?.threadTs, threadTs)
    }
  })
}

test('a link that was shared before is a reply to the first message that had it', { timeout: 30_000 }, async () => {
  await using rig = await startServiceRig({ channels: [lab], speed: 20 })
  const write = await writing(rig)
  await write({ author: 'mira_okafor', text: 'Our paper https://arxiv.example/abs/2601.01234' })
  const { ts } = await come(rig, 'Our paper')
  await write({ author: 'priya_raghav', text: 'Worth reading https://arxiv.example/abs/2601.01234?utm_source=x' })
  assert.equal((await come(rig, 'Worth reading')).threadTs, ts)
  await write({ author: 'priya_raghav', text: 'Another one https://arxiv.example/abs/2601.09999' })
  assert.equal((await come(rig, 'Another one')).threadTs, undefined)
})

const dark = 'C0DARK'

/** Continues post p1 in its thread. */
function reply(id: string): Intake {
  const post: Post = aPost(id, { relation: 'thread', replyTo: { postId: 'p1' } })
  return {
    source: 'x',
    arrival: { kind: 'post', post, via: 'stream', at: 0, cursor: id },
    deliver: [{ channel: dark, because: 'follows mira_okafor', grouping: { under: 'p1', links: [] } }],
    rejected: [],
  }
}

const troubles: readonly [SlackFaultKind, number][] = [
  ['post:drop-after', 1],
  ['post:hang-after', 1],
  ['post:malformed-after', 1],
  ['post:drop-before', 2],
  ['post:http-before', 2],
]
for (const [kind, sends] of troubles) {
  test(`I6 a reply whose outcome is unknown is looked for in its thread: ${kind}`, async () => {
    await using rig = await deliverRig({ channels: [{ id: dark, name: 'dark', bot: true }] })
    await rig.owe(['p1'], [dark])
    rig.start()
    await rig.until(() => rig.sim.messages(dark).length === 1)
    rig.sim.faults.schedule(kind, { subject: dark })
    await rig.store.commit([reply('p2'), reply('p3')], rig.clock.now())
    await rig.until(() => rig.sim.messages(dark).length === 3)
    await rig.pass(200_000)
    rig.sim.faults.assertAllFired()
    assert.deepEqual(rig.shown(dark), ['p1', 'p2', 'p3'])
    const [root, ...replies] = rig.sim.messages(dark)
    assert.deepEqual(
      replies.map(({ threadTs }) => threadTs),
      [root?.ts, root?.ts],
    )
    assert.equal(rig.sim.posts().length, 2 + sends)
    assert.ok(rig.sim.calls('conversations.replies').length > 0)
  })
}

test('where somebody has deleted the first message, a reply is an ordinary message, within the same attempt', async () => {
  await using rig = await deliverRig({ channels: [{ id: dark, name: 'dark', bot: true }] })
  await rig.owe(['p1'], [dark])
  rig.start()
  await rig.until(() => rig.sim.messages(dark).length === 1)
  const ts = rig.sim.messages(dark)[0]?.ts ?? ''
  const body = new URLSearchParams({ channel: dark, ts })
  const headers = { authorization: `Bearer ${rig.sim.botToken}` }
  await fetch(`${rig.sim.apiUrl}chat.delete`, { method: 'POST', headers, body })
  await rig.store.commit([reply('p2')], rig.clock.now())
  await rig.until(() => rig.events.filter(({ kind }) => kind === 'sent').length === 2)
  assert.deepEqual(rig.shown(dark), ['p2'])
  const event = rig.events.findLast(({ kind }) => kind === 'sent')
  assert.ok(event?.kind === 'sent' && event.attempts === 1)
})
