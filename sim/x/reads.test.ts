import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorld, snowflake, snowflakeTime } from '../world/world.ts'
import { Reads, type ReadTools } from './reads.ts'

const start = Date.UTC(2026, 10, 20, 14)
const week = 7 * 86_400_000

function setup(options: Partial<ReadTools> = {}) {
  const world = createWorld({ now: start })
  const reads = new Reads({
    world,
    captured: [],
    imageBase: () => 'https://pictures.example',
    now: () => world.now(),
    lenientFields: false,
    searchLagMs: 30_000,
    searchReposts: true,
    ...options,
  })
  const search = (query: string) => reads.search(new URLSearchParams(query))
  return { world, reads, search }
}

/** What the tests look at in an answer. */
interface Body {
  data?: { id: string; text: string }[]
  errors?: { detail?: string; message?: string; parameter?: string; title?: string }[]
  includes?: Record<string, { id: string }[]>
  meta?: { next_token?: string; result_count: number; newest_id?: string }
}
const bodyOf = (answer: { body: unknown }) => answer.body as Body
const texts = (answer: { body: unknown }) => (bodyOf(answer).data ?? []).map(post => post.text)
const complaint = (answer: { status: number; body: unknown }) =>
  `${answer.status} ${bodyOf(answer).errors?.[0]?.message}`
const none = new URLSearchParams()

test('people come by handle in any case, by id and alone, and after a rename by id only', () => {
  const { world, reads } = setup()
  const { id } = world.someone('mira_okafor')
  world.rename(id, 'mira_at_halden')
  assert.deepEqual(bodyOf(reads.users('usernames', ['MIRA_AT_HALDEN'], none)).data, [
    { id, name: 'Mira Okafor', username: 'mira_at_halden' },
  ])
  assert.equal(bodyOf(reads.users('usernames', ['mira_okafor'], none)).data, undefined)
  assert.equal(bodyOf(reads.users('ids', [id], none)).data?.length, 1)
  assert.deepEqual(reads.users('username', ['mira_at_halden'], none).body, {
    data: { id, name: 'Mira Okafor', username: 'mira_at_halden' },
  })
})

test('a malformed handle refuses the request; protected people are shown with their lock when asked', () => {
  const { reads } = setup()
  assert.equal(reads.users('usernames', ['mira okafor'], none).status, 400)
  assert.equal(
    reads.users(
      'usernames',
      Array.from({ length: 101 }, (_, i) => `u${i}`),
      none,
    ).status,
    400,
  )
  const shown = reads.users('usernames', ['ada_shielded'], new URLSearchParams('user.fields=protected'))
  assert.equal((bodyOf(shown).data as { protected?: boolean }[] | undefined)?.[0]?.protected, true)
})

test('a timeline is newest first, complete over its pages, without what was excluded or came before', () => {
  const { world, reads } = setup()
  const { id } = world.someone('mira_okafor')
  const other = world.post({ author: 'gwen_pryce', text: 'other' })
  const posts = Array.from({ length: 12 }, (_, i) => world.post({ author: id, text: `p${i}` }))
  world.post({ author: id, text: 'reply', replyTo: other.id })
  world.post({ author: id, repost: other.id })
  const read = (query: string) => reads.timeline(id, new URLSearchParams(query))
  const seen: string[] = []
  for (let token = ''; ; ) {
    const page = read(`max_results=5${token}`)
    seen.push(...texts(page))
    const next = bodyOf(page).meta?.next_token
    if (next === undefined) break
    token = `&pagination_token=${next}`
  }
  assert.deepEqual([seen.length, seen[0], seen.at(-1)], [14, 'RT @gwen_pryce: other', 'p0'])
  assert.deepEqual(texts(read('exclude=replies,retweets')).slice(0, 1), ['p11'])
  assert.deepEqual(texts(read(`since_id=${posts[10]?.id}&exclude=replies,retweets`)), ['p11'])
  assert.deepEqual(read(`since_id=${snowflake(world.now())}`).body, { meta: { result_count: 0 } })
  assert.equal(
    complaint(read('max_results=4')),
    '400 The `max_results` query parameter value [4] is not between 5 and 100',
  )
})

test('timelines that may not be seen are answered with the reason', () => {
  const { world, reads } = setup()
  const why = (handle: string) =>
    bodyOf(reads.timeline(world.user(handle)?.id ?? handle, none)).errors?.[0]?.detail ?? ''
  assert.match(why('gone_gareth'), /^User has been suspended: \[9/)
  assert.match(why('ada_shielded'), /^Sorry, you are not authorized to see the user with id: \[9/)
  assert.equal(why('17'), 'Could not find user with id: [17].')
})

test('posts by id come with what is missing and why', () => {
  const { world, reads } = setup()
  const seen = world.post({ author: 'mira_okafor', text: 'seen' })
  const removed = world.post({ author: 'mira_okafor', text: 'removed' })
  const locked = world.post({ author: 'ada_shielded', text: 'locked' })
  world.remove(removed.id)
  const answer = reads.posts(new URLSearchParams({ ids: [seen.id, removed.id, locked.id].join() }))
  assert.deepEqual(texts(answer), ['seen'])
  assert.deepEqual(
    bodyOf(answer).errors?.map(error => error.title),
    ['Not Found Error', 'Authorization Error'],
  )
})

test('what a post refers to and may not be shown is named in errors next to the data', () => {
  const { world, reads } = setup()
  const removed = world.post({ author: 'gwen_pryce', text: 'removed' })
  const locked = world.post({ author: 'ada_shielded', text: 'locked' })
  const quotes = [removed, locked].map(({ id }) =>
    world.post({ author: 'mira_okafor', text: 'hello @gone_gareth', quote: id }),
  )
  world.remove(removed.id)
  const query = new URLSearchParams({
    ids: quotes.map(post => post.id).join(),
    expansions: 'author_id,referenced_tweets.id,referenced_tweets.id.author_id,entities.mentions.username',
  })
  const { errors, includes } = bodyOf(reads.posts(query))
  assert.deepEqual(errors?.map(error => [error.parameter, error.title]).sort(), [
    ['entities.mentions.username', 'Forbidden'],
    ['referenced_tweets.id', 'Authorization Error'],
    ['referenced_tweets.id', 'Not Found Error'],
  ])
  assert.deepEqual([includes?.['users']?.length, includes?.['tweets']], [1, undefined])
})

test('search finds words newest first, after its lag, without reposts, and reads pages to the end', () => {
  const { world, search } = setup()
  const first = world.post({ author: 'mira_okafor', text: 'axion Diacrítica' })
  world.post({ author: 'gwen_pryce', repost: first.id })
  world.post({ author: 'gwen_pryce', text: 'look', quote: first.id })
  assert.deepEqual(search('query=axion').body, { meta: { result_count: 0 } })
  world.advance(31_000)
  assert.deepEqual(texts(search('query=diacritica')), ['axion Diacrítica'])
  assert.equal(bodyOf(search('query=from:gwen_pryce')).data?.length, 2)
  for (let i = 0; i < 12; i++) world.post({ author: 'mira_okafor', text: `axion ${i}` })
  world.advance(31_000)
  const page = search('query=axion&max_results=10')
  const rest = search(`query=axion&max_results=10&next_token=${bodyOf(page).meta?.next_token}`)
  assert.deepEqual([texts(page).length, texts(rest).length, texts(rest).at(-1)], [10, 3, 'axion Diacrítica'])
})

test('search refuses what X refuses, in its words', () => {
  const { world, search } = setup()
  const at = (ms: number) => new Date(world.now() + ms).toISOString()
  assert.match(
    complaint(search('query=cats and dogs')),
    /^400 There were errors processing your request: Ambiguous use of and/,
  )
  assert.match(complaint(search(`query=${'x'.repeat(513)}`)), /length \[513\]/)
  assert.match(complaint(search('query=cat&max_results=5')), /not between 10 and 100/)
  assert.equal(
    complaint(search(`query=cat&end_time=${at(-5000)}`)),
    "400 'end_time' must be a minimum of 10 seconds prior to the request time.",
  )
  assert.match(complaint(search(`query=cat&start_time=${at(-week - 60_000)}`)), /'start_time' must be on or after/)
  const stale = complaint(search(`query=cat&since_id=${snowflake(world.now() - week - 60_000)}`))
  const suggested = /larger than ([0-9]+)/.exec(stale)?.[1] ?? '0'
  assert.match(stale, /^400 'since_id' must be a tweet id created after 2026-11-13T14:00Z\. Please use/)
  assert.equal(snowflakeTime(suggested), world.now() - week)
  assert.equal(search(`query=cat&since_id=${suggested}`).status, 200)
})

test('a timeline refuses what it cannot leave out and ids that are none; a search takes an id or a time, not both', () => {
  const { world, reads, search } = setup()
  const { id } = world.someone('mira_okafor')
  const timeline = (query: string) => reads.timeline(id, new URLSearchParams(query)).status
  assert.equal(timeline('exclude=replies,retweets'), 200)
  assert.equal(timeline('exclude=quotes'), 400)
  assert.equal(timeline('since_id=yesterday'), 400)
  const since = snowflake(start - 3_600_000)
  const time = new Date(start - 3_600_000).toISOString()
  assert.equal(search(`query=axion&since_id=${since}`).status, 200)
  assert.equal(search(`query=axion&since_id=${since}&start_time=${time}`).status, 400)
  assert.equal(search(`query=axion&until_id=${since}&end_time=${time}`).status, 400)
  assert.equal(search(`query=axion&since_id=${since}&end_time=${time}`).status, 200)
})
