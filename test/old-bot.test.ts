/**
 * The faults of the bot that Birdwire descends from, one test each, named after the fault: what went wrong then must be right now. Each goes
 * through as much of the real thing as the fault needs: the reader of X's JSON, the matcher, the composer, the controls, Slack.
 *
 * That an edit of a list neither empties the queue nor makes it deaf is shown with the whole service, in test/flow/.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { pings } from '../sim/slack/server.ts'
import type { Post } from '../src/domain/post.ts'
import { Matcher } from '../src/ingest/match.ts'
import { seededRandom } from '../src/kit/random.ts'
import { createSlackIn, type SlackIn } from '../src/slack/in/slack-in.ts'
import { composePost } from '../src/slack/out/compose.ts'
import { toPost } from '../src/source/x/to-post.ts'
import { deliverRig } from './flow/deliver-rig.ts'
import { controlsRig, people, postBy, type Rig } from './rig/controls.ts'

const here = 'C0DARK'
const ann = { id: 'U0JUNO', name: 'juno' }
const [mira, , ibm] = people
assert.ok(mira !== undefined && ibm !== undefined)

/** A line of X's stream about a post of Mira's. */
function line(data: object, includes: object = {}): string {
  const post = {
    id: '1790000000000000001',
    author_id: '101',
    created_at: '2026-01-05T08:00:00.000Z',
    edit_history_tweet_ids: ['1790000000000000001'],
    ...data,
  }
  const users = [{ id: '101', username: 'mira_okafor', name: 'Mira Okafor' }]
  return JSON.stringify({ data: post, includes: { users, ...includes } })
}

function read(wire: string): Post {
  const reading = toPost(wire)
  assert.ok(reading.kind === 'post', JSON.stringify(reading))
  return reading.post
}

/** Everything that a reader of a message can see. */
function visible(value: unknown): string {
  if (Array.isArray(value)) return value.map(visible).join('')
  if (typeof value !== 'object' || value === null) return ''
  const { text } = Object.fromEntries(Object.entries(value))
  const own = typeof text === 'string' ? text : visible(text)
  return (
    own +
    Object.entries(value)
      .map(([key, part]) => (key === 'text' ? '' : visible(part)))
      .join('')
  )
}

/** Where a post goes after these commands were typed in the channel. */
async function wanted(rig: Rig, commands: readonly [string, string][], post: Post): Promise<readonly string[]> {
  for (const [command, text] of commands) await rig.controls.old(command, ann, here, text)
  const matcher = new Matcher()
  for (const route of await rig.store.routes()) matcher.set(route)
  return matcher.match(post).deliver.map(({ channel }) => channel)
}

test('text cut at the first link: all of it is shown, with the link', () => {
  const text = 'Squeezed light https://t.co/abc works at last, and nobody expected it.'
  const urls = [
    { start: 15, end: 31, url: 'https://t.co/abc', expanded_url: 'https://a.org/p', display_url: 'a.org/p' },
  ]
  const message = composePost(read(line({ text, entities: { urls } })))
  assert.match(visible(message.blocks), /Squeezed light a\.org\/p works at last, and nobody expected it\./)
})

test('keywords matched only as exact, case-sensitive, single tokens: case, punctuation, tags and phrases match', async () => {
  const matching = ['We asked IBM, and they said yes.', '#IBM is here', '"ibm"?', 'IBM’s new chip']
  for (const text of matching) {
    await using rig = await controlsRig()
    const commands: [string, string][] = [
      ['/add_user', 'mira_okafor'],
      ['/add_keyword', 'ibm'],
    ]
    assert.deepEqual(await wanted(rig, commands, postBy(mira, '1', text)), [here], text)
  }
  await using rig = await controlsRig()
  const phrase: [string, string][] = [
    ['/add_user', 'mira_okafor'],
    ['/add_keyword', 'dark matter'],
  ]
  assert.deepEqual(await wanted(rig, phrase, postBy(mira, '1', 'Is it Dark Matter? (Again.)')), [here])
  assert.deepEqual(
    await wanted(rig, [], postBy(mira, '2', 'a dark room, no matter what')),
    [],
    'a phrase is not two words',
  )
  assert.deepEqual(await wanted(rig, [], postBy(mira, '3', 'nothing of the kind')), [])
})

test('/add_user ibm stored but never matched @IBM: letter case does not matter', async () => {
  await using rig = await controlsRig()
  assert.deepEqual(await wanted(rig, [['/add_user', 'ibm']], postBy(ibm, '1', 'A new chip.')), [here])
  assert.deepEqual(await wanted(rig, [['/remove_user', '@iBm']], postBy(ibm, '2', 'Another chip.')), [])
})

test('quoted and reposted text cut at 140: the whole inner text is shown', () => {
  const long = `${'A long thought about vacuum fluctuations. '.repeat(6)}The end.`
  for (const type of ['quoted', 'retweeted'] as const) {
    const inner = {
      id: '1780000000000000001',
      author_id: '102',
      text: long,
      created_at: '2026-01-04T08:00:00.000Z',
      edit_history_tweet_ids: ['1780000000000000001'],
    }
    const text = type === 'quoted' ? 'Worth reading.' : `RT @tomas_lind: ${long.slice(0, 120)}…`
    const users = [
      { id: '101', username: 'mira_okafor', name: 'Mira Okafor' },
      { id: '102', username: 'tomas_lind', name: 'Tomás Lind' },
    ]
    const post = read(line({ text, referenced_tweets: [{ type, id: inner.id }] }, { users, tweets: [inner] }))
    assert.ok(visible(composePost(post).blocks).includes(long), type)
  }
})

test('one image only: all four are shown, with their descriptions', () => {
  const keys = ['3_1', '3_2', '3_3', '3_4']
  const media = keys.map((key, i) => ({
    media_key: key,
    type: 'photo',
    url: `https://pbs.twimg.com/media/${i}.jpg`,
    alt_text: `Plot ${i}`,
  }))
  const post = read(line({ text: 'Four plots', attachments: { media_keys: keys } }, { media }))
  const images = composePost(post).blocks.filter(block => block.type === 'image')
  assert.equal(images.length, 4)
  for (const [i, image] of images.entries()) assert.match(JSON.stringify(image), new RegExp(`Plot ${i}`))
})

test('an image Slack cannot fetch lost the whole message: it costs the image', async () => {
  await using rig = await deliverRig()
  rig.sim.faults.schedule('post:image-download', { times: 2 })
  const media = [{ kind: 'photo', imageUrl: 'https://pbs.twimg.com/media/a.jpg', alt: 'A plot' }] as const
  rig.start()
  await rig.owe(['p1'], [here], { media })
  await rig.until(() => rig.sim.messages(here).length === 1)
  rig.sim.faults.assertAllFired()
  assert.deepEqual(rig.shown(here), ['p1'])
})

test('no text fallback: a screen reader can read the post whole', () => {
  const { text } = composePost(read(line({ text: 'Squeezed light works at last.' })))
  assert.match(text, /Mira Okafor/)
  assert.match(text, /Squeezed light works at last\./)
})

test('no memory of what was sent: what comes again is not sent again', async () => {
  await using rig = await deliverRig()
  rig.start()
  await rig.owe(['p1'], [here])
  await rig.owe(['p1', 'p2'], [here])
  await rig.until(() => rig.sim.messages(here).length === 2)
  await rig.pass(60_000)
  assert.deepEqual(rig.shown(here), ['p1', 'p2'])
})

test('no retry, an error lost the post: it is tried again until it is there, once', async () => {
  await using rig = await deliverRig()
  for (const kind of ['post:drop-before', 'post:http-after', 'post:service-unavailable'] as const)
    rig.sim.faults.schedule(kind)
  rig.start()
  await rig.owe(['p1', 'p2', 'p3'], [here])
  await rig.until(() => rig.sim.messages(here).length === 3)
  await rig.pass(120_000)
  rig.sim.faults.assertAllFired()
  assert.deepEqual(rig.shown(here), ['p1', 'p2', 'p3'])
})

test('the rate-limit path crashed: a limit is waited out', async () => {
  await using rig = await deliverRig()
  rig.sim.faults.schedule('post:rate-limited', { detail: { retryAfter: 30 } })
  rig.sim.faults.schedule('post:rate-limited-bare', { after: 1 })
  rig.start()
  await rig.owe(['p1', 'p2'], [here])
  await rig.until(() => rig.sim.messages(here).length === 2)
  rig.sim.faults.assertAllFired()
  assert.deepEqual(rig.shown(here), ['p1', 'p2'])
})

/** Slack's door over HTTP, without a network around it. */
function door(rig: Rig): SlackIn {
  return createSlackIn({
    inbound: { kind: 'http', signingSecret: 'a-secret-of-this-test' },
    botToken: 'xoxb-unused',
    apiUrl: 'http://127.0.0.1:9/api/',
    admins: [],
    controls: rig.controls,
    clock: rig.clock,
    random: seededRandom(1),
    hooks: { refused() {}, failed: error => assert.fail(String(error)), stateChanged() {} },
  })
}

test('missing headers crashed the server: they are answered with 401', async () => {
  await using rig = await controlsRig()
  const { handle } = door(rig)
  assert.ok(handle)
  const rawBody = Buffer.from('command=%2Fadd_user&text=ibm&channel_id=C1&user_id=U1')
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const now = String(Math.floor(rig.clock.now() / 1000))
  for (const headers of [
    {},
    form,
    { ...form, 'x-slack-request-timestamp': now },
    { ...form, 'x-slack-signature': 'v0=' },
  ])
    assert.equal((await handle({ method: 'POST', headers, rawBody })).status, 401)
  assert.equal(await rig.route('C1'), undefined)
})

test('unknown command: an answer in words with the help, not a 500', async () => {
  await using rig = await controlsRig()
  assert.equal(rig.controls.old('/shout', ann, here, 'hello'), undefined)
  const answer = await rig.controls.run(ann, here, 'shout hello')
  assert.match(answer.text, /^There is no command `shout`/)
  assert.match(answer.text, /`\/birdwire follow/)
})

test('anyone could change the lists, no trace of it: who, when, what, before and after are kept, and the channel is told', async () => {
  await using rig = await controlsRig()
  const commands = [
    ['/add_user', 'ibm', 'followed @IBM'],
    ['/add_keyword', 'quantum', 'added the keyword quantum'],
    ['/remove_keyword', 'quantum', 'removed the keyword quantum'],
    ['/remove_user', 'ibm', 'unfollowed @IBM'],
  ] as const
  for (const [command, text] of commands) await rig.controls.old(command, ann, here, text)
  const audit = (await rig.store.audit(here, 10)).toReversed()
  assert.deepEqual(
    audit.map(row => row.what),
    commands.map(([, , what]) => what),
  )
  for (const row of audit) {
    assert.equal(row.who, ann.id)
    assert.equal(row.at, rig.clock.now())
    assert.notDeepEqual(row.before ?? {}, row.after)
  }
  const notices = await rig.notices(here)
  assert.equal(notices.length, commands.length)
  for (const notice of notices) assert.match(notice, /^\*juno\* (?:followed|added|removed|unfollowed) /)
})

test('post text unescaped: <!channel> in a post pings nobody, and is shown as it is', async () => {
  await using rig = await deliverRig()
  rig.start()
  const text = 'Hear, hear <!channel> @here <@U0MIRA> *all* of you'
  await rig.owe(['p1'], [here], { text: [{ kind: 'text', text }] })
  await rig.until(() => rig.sim.messages(here).length === 1)
  const [message] = rig.sim.messages(here)
  assert.ok(message)
  assert.deepEqual(pings(message), [])
  assert.ok(visible(message.blocks).includes(text))
})
