/**
 * X's own client, which we did not write, against the simulator: rules, counts, people, search, timeline and the stream.
 * What it understands, the simulator says as X does.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client } from '@xdevplatform/xdk'
import { createWorld } from '../world/world.ts'
import { startX, type XSim } from './server.ts'

const world = createWorld({ seed: 5, now: Date.UTC(2026, 10, 20, 14) })
const mira = world.someone('mira_okafor')
let sim: XSim
let client: Client

before(async () => {
  sim = await startX({ world })
  client = new Client({ bearerToken: sim.bearer, baseUrl: sim.url })
})
after(() => sim.close())

test('xdk adds, lists, counts and deletes rules', async () => {
  const added = await client.stream.updateRules({ add: [{ value: `from:${mira.id}`, tag: 'mira' }, { value: 'h:m' }] })
  assert.deepEqual(added.meta?.summary, { created: 1, notCreated: 1, valid: 1, invalid: 1 })
  assert.equal(added.errors?.[0]?.title, 'UnprocessableEntity')
  const listed = await client.stream.getRules()
  assert.deepEqual(
    listed.data?.map(({ value, tag }) => ({ value, tag })),
    [{ value: `from:${mira.id}`, tag: 'mira' }],
  )
  const counts = await client.stream.getRuleCounts()
  assert.equal(Number(counts.data?.capPerClientApp), 1000)
  await client.stream.updateRules({ delete: { values: [`from:${mira.id}`] } })
  assert.deepEqual(sim.rules(), [])
})

test('xdk looks people up and gets the unknown and the suspended as errors next to the data', async () => {
  const found = await client.users.getByUsernames(['Mira_Okafor', 'nobody_at_all', 'gone_gareth'], {
    userFields: ['protected', 'profile_image_url'],
  })
  assert.deepEqual(
    found.data?.map(({ username, id }) => [username, id]),
    [['mira_okafor', mira.id]],
  )
  assert.equal(found.data?.[0]?.profileImageUrl, `${sim.url}/profile_images/${mira.id}/sim_normal.png`)
  assert.deepEqual(
    found.errors?.map(({ detail }) => detail),
    ['Could not find user with usernames: [nobody_at_all].', 'User has been suspended: [gone_gareth].'],
  )
})

test('xdk reads a timeline and a search, page by page, in the new spelling', async () => {
  for (let i = 1; i <= 12; i++) world.post({ author: mira.id, text: `Run ${i} & the axion` })
  world.advance(60_000)
  const first = await client.users.getPosts(mira.id, { maxResults: 5, postFields: ['created_at'] })
  assert.deepEqual(
    first.data?.map(post => post.text),
    [
      'Run 12 &amp; the axion',
      'Run 11 &amp; the axion',
      'Run 10 &amp; the axion',
      'Run 9 &amp; the axion',
      'Run 8 &amp; the axion',
    ],
  )
  assert.equal(first.data?.[0]?.editHistoryPostIds?.length, 1)
  const more = await client.users.getPosts(mira.id, { maxResults: 5, paginationToken: first.meta?.nextToken ?? '' })
  assert.equal(more.data?.[0]?.text, 'Run 7 &amp; the axion')
  const found = await client.posts.searchRecent('axion from:mira_okafor', { maxResults: 10 })
  assert.deepEqual([found.data?.length, found.meta?.resultCount], [10, 10])
})

test('posts on the stream reach xdk with their includes and rules', async () => {
  await client.stream.updateRules({ add: [{ value: 'axion', tag: 'topic' }] })
  const stream = await client.stream.posts({
    tweetFields: ['author_id', 'created_at', 'entities', 'referenced_tweets'],
    expansions: ['author_id', 'referenced_tweets.id'],
    userFields: ['username'],
  })
  const arrived = Promise.withResolvers<unknown[]>()
  const lines: unknown[] = []
  stream.on('data', (line: { data?: { id: string } }) => {
    if (line.data === undefined) return // xdk's own greeting
    lines.push(line)
    if (lines.length === 3) arrived.resolve(lines)
  })
  await sim.connected()
  const original = world.post({ author: 'axion_weekly', text: 'An axion 暗黒物質 🎉 digest' })
  const other = world.post({ author: 'axion_weekly', text: 'nothing to see' })
  const quote = world.post({ author: mira.id, text: 'Read this', quote: original.id })
  const repost = world.post({ author: mira.id, repost: original.id })
  for (const post of [original, other, quote, repost]) await sim.emit(post)
  const got = (await arrived.promise) as {
    data: { id: string; author_id: string }
    includes: { users: { id: string }[]; tweets?: { id: string; text: string }[] }
    matching_rules: { tag: string }[]
  }[]
  assert.deepEqual(
    got.map(line => line.data.id),
    [original.id, quote.id, repost.id],
  )
  assert.deepEqual(
    got.map(line => line.includes.tweets?.[0]?.text),
    [undefined, 'An axion 暗黒物質 🎉 digest', 'An axion 暗黒物質 🎉 digest'],
  )
  assert.equal(got[1]?.includes.users[0]?.id, mira.id)
  assert.equal(got[0]?.matching_rules[0]?.tag, 'topic')
  assert.deepEqual(
    sim.wire.map(({ id }) => id),
    [original.id, quote.id, repost.id],
  )
  // xdk's own close() leaves the socket open, so X hangs up.
  const closed = new Promise(resolve => stream.on('close', resolve))
  await sim.end()
  await closed
})
