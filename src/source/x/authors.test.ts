import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { ManualClock } from '../../kit/clock.ts'
import { xNobodyMs, xPeopleKeptMax, xPeopleKeptMs, xPersonRetryMs, xPersonWaitMs } from '../../limits.ts'
import type { People } from '../source.ts'
import { Authors, type LineRead } from './authors.ts'
import type { XRequest } from './client.ts'
import { envelope } from './schema.ts'
import { answering, never, Refusal, rememberedPeople } from './testing.ts'

let lastId = 2_123_779_230_004_150_272n

function post(authorId: string, more: object = {}): Record<string, unknown> {
  lastId += 1n
  const id = String(lastId)
  return { id, edit_history_tweet_ids: [id], author_id: authorId, text: 'Beam lost.', lang: 'en', ...more }
}

const line = (data: object, more: object = {}) => JSON.stringify({ data, ...more })
const user = (id: string) => ({ id, username: `user_${id}`, name: `User ${id}`, protected: false })
const account = (id: string) => ({ source: 'x' as const, id, handle: `user_${id}`, name: `User ${id}` })

/** X, which knows everybody but those whose id ends in 0. */
function lookup({ query }: XRequest): unknown {
  const ids = (query?.['ids'] ?? '').split(',')
  const gone = ids.filter(id => id.endsWith('0'))
  return {
    data: ids.filter(id => !id.endsWith('0')).map(user),
    errors: gone.map(id => ({ value: id, detail: `User has been suspended: [${id}].`, title: 'Forbidden' })),
  }
}

interface Rig {
  readonly authors: Authors
  readonly asked: XRequest[]
  readonly people: ReturnType<typeof rememberedPeople>
  readonly clock: ManualClock
}

function rig(
  options: {
    readonly reply?: (request: XRequest, signal: AbortSignal) => unknown
    readonly known?: readonly string[]
    readonly mode?: 'cached' | 'always'
    readonly quoted?: 'whole' | 'none'
    readonly people?: (people: People) => Partial<People>
  } = {},
): Rig {
  const asked: XRequest[] = []
  const clock = new ManualClock()
  const people = rememberedPeople((options.known ?? []).map(account))
  const client = answering(options.reply ?? lookup, asked)
  const { mode = 'cached', quoted = 'whole' } = options
  const given = { ...people, ...options.people?.(people) }
  return { authors: new Authors({ client, people: given, clock, mode, quoted }), asked, people, clock }
}

function postOf(read: LineRead) {
  return read.kind === 'post' ? read.post : assert.fail(JSON.stringify(read))
}

const idsOf = (asked: readonly XRequest[]) => asked.map(({ query }) => query?.['ids'])

test('an author is looked up once, remembered, and then known at once', async () => {
  const { authors, asked, people } = rig()
  const first = authors.read(line(post('11')), never)
  assert.ok(first instanceof Promise)
  assert.equal(postOf(await first).author.handle, 'user_11')
  assert.deepEqual(authors.takeLookups(), { posts: [], inner: [], users: ['11'] })
  assert.equal(authors.takeLookups(), undefined)
  assert.equal(people.store.get('11')?.name, 'User 11')

  const second = authors.read(line(post('11')), never)
  assert.ok(!(second instanceof Promise), 'who is known is not waited for')
  assert.equal(postOf(second).author.name, 'User 11')
  assert.equal(postOf(second).url, `https://x.com/user_11/status/${postOf(second).id}`)
  assert.deepEqual(idsOf(asked), ['11'])
})

test('whom the store knows is not bought', async () => {
  const { authors, asked } = rig({ known: ['11'] })
  assert.equal(postOf(await authors.read(line(post('11')), never)).author.handle, 'user_11')
  assert.deepEqual(asked, [])
  assert.equal(authors.takeLookups(), undefined)
})

test('whom X sends along is not looked up, and is known afterwards', async () => {
  const { authors, asked } = rig({ mode: 'always' })
  const told = authors.read(line(post('11'), { includes: { users: [user('11')] } }), never)
  assert.ok(!(told instanceof Promise))
  assert.deepEqual(told.reads.users, ['11'])
  const later = authors.read(line(post('11')), never)
  assert.ok(!(later instanceof Promise))
  assert.equal(postOf(later).author.handle, 'user_11')
  // Where X sends authors, it is not paid for one that it left out.
  assert.equal(postOf(await authors.read(line(post('12')), never)).author.handle, '')
  assert.deepEqual(asked, [])
})

test('lines that are read together are looked up together, a page with everyone in it by hundreds', async () => {
  const { authors, asked } = rig({ known: ['13'] })
  const inner = post('14')
  const quote = post('11', { referenced_tweets: [{ type: 'quoted', id: inner['id'] }] })
  const reads = await Promise.all([
    authors.read(line(quote, { includes: { tweets: [inner] } }), never),
    authors.read(line(post('12')), never),
    authors.read(line(post('13')), never),
    authors.read(line(post('11')), never),
  ])
  assert.deepEqual(
    reads.map(read => postOf(read).author.handle),
    ['user_11', 'user_12', 'user_13', 'user_11'],
  )
  assert.equal(reads[0].kind === 'post' && reads[0].post.inner?.author.handle, 'user_14')
  assert.deepEqual(idsOf(asked), ['11,14,12'])

  const many = Array.from({ length: 150 }, (_, index) => post(String(1001 + index * 10)))
  const page = await authors.readPage(envelope.parse({ data: many }), never)
  assert.equal(page.length, 150)
  assert.ok(page.every(read => postOf(read).author.handle !== ''))
  assert.deepEqual(
    asked.slice(1).map(({ query }) => query?.['ids']?.split(',').length),
    [100, 50],
  )
  assert.equal(authors.takeLookups()?.users.length, 153)
})

test('somebody whom X does not know is not asked for again before a day', async () => {
  const { authors, asked, clock } = rig()
  assert.equal(postOf(await authors.read(line(post('20')), never)).author.handle, '')
  assert.equal(authors.takeLookups(), undefined, 'nothing is charged for nobody')
  for (let turn = 0; turn < 5; turn += 1) assert.ok(!(authors.read(line(post('20')), never) instanceof Promise))
  assert.equal(asked.length, 1)
  await clock.advance(xNobodyMs + 1)
  authors.read(line(post('20')), never)
  await new Promise(setImmediate)
  assert.equal(asked.length, 2)
})

test('after X could not name anybody it is left alone for a while, or as long as it says; then it is asked again', async () => {
  let refuse: Refusal | undefined = new Refusal({ kind: 'server', why: 'X is in trouble (503).' })
  const { authors, asked, clock } = rig({ reply: request => refuse ?? lookup(request) })
  const read = async () => postOf(await authors.read(line(post('11')), never)).author.handle
  assert.equal(await read(), '')
  assert.equal(await read(), '')
  assert.equal(asked.length, 1)
  await clock.advance(xPersonRetryMs)
  refuse = new Refusal({ kind: 'rate-limited', why: 'slow', retryAt: clock.now() + 600_000 })
  assert.equal(await read(), '')
  await clock.advance(599_999)
  refuse = undefined
  assert.equal(await read(), '')
  assert.equal(asked.length, 2)
  await clock.advance(1)
  assert.equal(await read(), 'user_11')
})

test('a slow X costs a post some seconds and no more; the name is there for the next', async () => {
  const answer = Promise.withResolvers<unknown>()
  const { authors, clock } = rig({ reply: () => answer.promise })
  const late = authors.read(line(post('11')), never)
  await clock.advance(xPersonWaitMs)
  assert.equal(postOf(await late).author.handle, '')
  assert.equal(clock.sleeping, 0)
  answer.resolve({ data: [user('11')] })
  await new Promise(setImmediate)
  const next = authors.read(line(post('11')), never)
  assert.ok(!(next instanceof Promise))
  assert.equal(postOf(next).author.handle, 'user_11')
  assert.deepEqual(authors.takeLookups()?.users, ['11'])
})

test('a stop ends the waiting, and leaves no sleeper', async () => {
  const stop = new AbortController()
  const { authors, clock } = rig({ reply: () => new Promise(() => {}) })
  const read = authors.read(line(post('11')), stop.signal)
  stop.abort()
  assert.equal((await read).kind, 'post')
  assert.equal(clock.sleeping, 0)
})

test('while the store is in trouble nobody is bought, and nothing is lost', async () => {
  let broken = true
  const { authors, asked } = rig({
    known: ['11'],
    people: people => ({ known: ids => (broken ? Promise.reject(new Error('disk')) : people.known(ids)) }),
  })
  assert.equal(postOf(await authors.read(line(post('11')), never)).author.handle, '')
  broken = false
  assert.equal(postOf(await authors.read(line(post('11')), never)).author.handle, 'user_11')
  assert.deepEqual(asked, [])
})

test('a store that does not remember costs nothing now', async () => {
  const { authors } = rig({ people: () => ({ remember: () => Promise.reject(new Error('disk')) }) })
  assert.equal(postOf(await authors.read(line(post('11')), never)).author.handle, 'user_11')
  assert.ok(!(authors.read(line(post('11')), never) instanceof Promise))
})

test('who was learnt of long ago is renewed behind the back of a post, and a suspended one keeps the name', async () => {
  let names = (id: string) => user(id)
  const { authors, people, clock } = rig({ reply: ({ query }) => ({ data: [names(query?.['ids'] ?? '')] }) })
  await authors.read(line(post('11')), never)
  authors.takeLookups()
  await clock.advance(xPeopleKeptMs + 1)
  // The store still knows: free.
  assert.ok(!(authors.read(line(post('11')), never) instanceof Promise))
  await new Promise(setImmediate)
  assert.equal(authors.takeLookups(), undefined)
  // The store leaves out whom it has known for too long.
  people.store.clear()
  names = id => ({ ...user(id), username: 'renamed' })
  await clock.advance(xPeopleKeptMs + 1)
  const old = authors.read(line(post('11')), never)
  assert.ok(!(old instanceof Promise))
  assert.equal(postOf(old).author.handle, 'user_11')
  await new Promise(setImmediate)
  assert.equal(postOf(await authors.read(line(post('11')), never)).author.handle, 'renamed')
  assert.deepEqual(authors.takeLookups()?.users, ['11'])

  const gone = rig()
  gone.people.store.set('20', account('20'))
  await gone.authors.read(line(post('20')), never)
  gone.people.store.clear()
  await gone.clock.advance(xPeopleKeptMs + 1)
  gone.authors.read(line(post('20')), never)
  await new Promise(setImmediate)
  assert.equal(gone.asked.length, 1)
  assert.equal(postOf(await gone.authors.read(line(post('20')), never)).author.handle, 'user_20')
})

test('memory is bounded: who was needed longest ago goes first', async () => {
  const { authors, people } = rig({ reply: () => ({ data: [] }) })
  const size = 100
  const page = (from: number) =>
    envelope.parse({ data: Array.from({ length: size }, (_, index) => post(String(from + index))) })
  for (let from = 1; from <= xPeopleKeptMax; from += size) {
    await authors.readPage(page(from), never)
    // Person 1 is needed all the time.
    assert.ok(!(authors.read(line(post('1')), never) instanceof Promise))
  }
  await authors.readPage(page(xPeopleKeptMax + 1), never)
  const before = people.asked.length
  assert.ok(!(authors.read(line(post('1')), never) instanceof Promise))
  assert.ok(authors.read(line(post('2')), never) instanceof Promise)
  await new Promise(setImmediate)
  assert.equal(people.asked.length, before + 1)
})

test('where nobody names the author, the post itself does as far as it can', async () => {
  const { authors } = rig({ reply: () => new Refusal({ kind: 'no-credits', why: 'no credits' }) })
  const inner = post('14', { text: 'The whole text.' })
  const innerId = String(inner['id'])
  const includes = { tweets: [inner] }
  const repost = post('11', {
    text: 'RT @bob_ops: The whole…',
    referenced_tweets: [{ type: 'retweeted', id: innerId }],
    entities: { mentions: [{ start: 3, end: 11, username: 'bob_ops', id: '14' }] },
  })
  const reposted = postOf(await authors.read(line(repost, { includes }), never))
  assert.equal(reposted.inner?.author.handle, 'bob_ops')
  assert.equal(reposted.inner?.author.name, 'bob_ops')
  assert.equal(reposted.author.handle, '')

  const url = 'https://t.co/Qq1wW2eE3r'
  const quote = post('11', {
    text: `So it is ${url}`,
    referenced_tweets: [{ type: 'quoted', id: innerId }],
    entities: { urls: [{ start: 9, end: 32, url, expanded_url: `https://x.com/bob_ops/status/${innerId}` }] },
  })
  const quoted = postOf(await authors.read(line(quote, { includes }), never))
  assert.equal(quoted.inner?.author.handle, 'bob_ops')

  const own = post('15')
  const expanded = `https://x.com/mira_okafor/status/${own['id']}/photo/1`
  const entities = { urls: [{ start: 0, end: 23, url, expanded_url: expanded, media_key: '3_1' }] }
  const pictured = postOf(await authors.read(line({ ...own, text: url, entities }), never))
  assert.equal(pictured.author.handle, 'mira_okafor')
})

test('what X charges for is told with each line, also with one that is no post', async () => {
  const { authors } = rig({ known: ['11', '14'] })
  const inner = post('14')
  const quote = post('11', { referenced_tweets: [{ type: 'quoted', id: inner['id'] }] })
  const more = { includes: { tweets: [inner, quote], users: [user('11'), user('14')] } }
  const read = await authors.read(line(quote, more), never)
  assert.deepEqual(read.reads, { posts: [quote['id']], inner: [inner['id']], users: ['11', '14'] })

  const shapeless = await authors.read(line({ id: '77', text: 'no author' }), never)
  assert.equal(shapeless.kind, 'drop')
  assert.deepEqual(shapeless.reads, { posts: ['77'], inner: [], users: [] })
  for (const text of ['{"cut', '[]', '{"errors":[{"title":"x"}]}', '{"data":{"id":7}}', '{"data":"x"}']) {
    const dropped = await authors.read(text, never)
    assert.equal(dropped.kind, 'drop')
    assert.deepEqual(dropped.reads, { posts: [], inner: [], users: [] })
  }
})

test('everything on a page is charged with one of its posts, and with the one it belongs to', async () => {
  const { authors } = rig({ mode: 'always' })
  const stray = post('19')
  const inner = post('14')
  const first = post('11')
  const second = post('12', { referenced_posts: [{ type: 'quoted', id: inner['id'] }] })
  const data = [first, second, { id: '78' }]
  const page = { data, includes: { posts: [inner, stray, first], users: ['11', '12', '14', '19'].map(user) } }
  const reads = await authors.readPage(envelope.parse(page), never)
  assert.deepEqual(
    reads.map(read => read.reads),
    [
      { posts: [first['id']], inner: [stray['id']], users: ['11', '19'] },
      { posts: [second['id']], inner: [inner['id']], users: ['12', '14'] },
      { posts: ['78'], inner: [], users: [] },
    ],
  )
  assert.deepEqual(await authors.readPage(envelope.parse({ meta: { result_count: 0 } }), never), [])
})

test('without the quoted posts a repost is what X cut it to, and says why', async () => {
  const { authors } = rig({ known: ['11'], quoted: 'none' })
  const text = 'RT @bob_ops: Postmortem thread is live: how a single expired certificate took down thr…'
  const repost = post('11', { text, referenced_tweets: [{ type: 'retweeted', id: '5' }] })
  const read = postOf(await authors.read(line(repost), never))
  assert.equal(read.relation, 'repost')
  assert.equal(read.text.map(span => span.text).join(''), text)
  assert.equal(read.inner, undefined)
  assert.match(read.innerMissing ?? '', /X_QUOTED=none/)
})

test('nothing that X may write makes it throw or reject', async () => {
  const { authors } = rig()
  const odd = fc.oneof(
    fc.string(),
    fc.constantFrom('{"data":', 'null'),
    fc.json(),
    fc.json().map(json => `{"data":${json}}`),
  )
  await fc.assert(
    fc.asyncProperty(odd, fc.jsonValue(), async (text, value) => {
      assert.equal((await authors.read(text, never)).kind, 'drop')
      const page = envelope.safeParse(value)
      if (page.success) await authors.readPage(page.data, never)
    }),
    { numRuns: 200 },
  )
})
