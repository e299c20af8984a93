import assert from 'node:assert/strict'
import test from 'node:test'
import type { z } from 'zod'
import { emptyRoute, type Route } from '../../domain/route.ts'
import { ManualClock } from '../../kit/clock.ts'
import { Authors } from './authors.ts'
import { CatchUp } from './catch-up.ts'
import type { XClient, XRequest } from './client.ts'
import type { Answer, XError } from './errors.ts'
import { type Fetched, fetchAccounts, fetchTopics, type Interval } from './gaps.ts'
import { brisk, type PageDeps, patient } from './pages.ts'
import { Purse } from './purse.ts'
import { snowflakeAt, snowflakeMs } from './snowflake.ts'

const now = Date.UTC(2026, 10, 20, 12)
const minute = 60_000
const never = new AbortController().signal

const post = (ms: number, author = '1') => ({
  id: snowflakeAt(ms),
  text: `at ${ms - now}`,
  author_id: author,
  created_at: new Date(ms).toISOString(),
})
const route = (ids: readonly string[], topics: readonly string[] = []): Route => ({
  ...emptyRoute('x', 'C1'),
  follows: ids.map(id => ({ source: 'x' as const, id, handle: `h${id}`, name: id })),
  topics,
})
const fails = (kind: XError['kind'], why: string, retryAt?: number): XError => ({
  kind,
  why,
  ...(retryAt ? { retryAt } : {}),
})

interface Bench {
  readonly deps: PageDeps
  readonly clock: ManualClock
  readonly asked: XRequest[]
}

/** X answers what `reply` says: JSON, or an error. */
function bench(reply: (request: XRequest, nth: number) => object): Bench {
  const clock = new ManualClock(now)
  const asked: XRequest[] = []
  const client: XClient = {
    apiUrl: 'http://x.example',
    bearer: { token: async () => ({ ok: true, value: 't' }), rejected: () => false },
    async ask<T extends z.ZodType>(request: XRequest, schema: T): Promise<Answer<z.output<T>>> {
      asked.push(request)
      const answer = reply(request, asked.length)
      if ('kind' in answer) return { ok: false, error: answer as XError }
      return { ok: true, value: schema.parse(answer) }
    },
  }
  const people = { known: async () => [], remember: async () => {} }
  const authors = new Authors({ client, people, clock, mode: 'always' })
  return { deps: { client, clock, random: () => 0, authors, postQuery: {} }, clock, asked }
}

const free = new Purse(undefined)
const ask = (deps: PageDeps, routes: readonly Route[], interval: Interval, signal: AbortSignal, purse = free) =>
  fetchAccounts(deps, { ...interval, routes, purse, patience: patient }, signal)
const search = (deps: PageDeps, routes: readonly Route[], interval: Interval, signal: AbortSignal, purse = free) =>
  fetchTopics(deps, { ...interval, routes, purse, patience: patient }, signal)
const lost = ({ losses }: Pick<Fetched, 'losses'>) => losses.map(({ why }) => why).join(' ')

const texts = (fetched: { readonly readings: readonly { readonly kind: string }[] }) =>
  fetched.readings.map(reading =>
    'post' in reading ? (reading as { post: { createdAt: number } }).post.createdAt - now : 'drop',
  )

test('the posts of all accounts come oldest first, each once, from a little before the gap on', async () => {
  const { deps, asked } = bench(request =>
    request.path.includes('/1/')
      ? { data: [post(now - 1000), post(now - 5000)] }
      : { data: [post(now - 2000, '2'), post(now - 5000)], meta: { result_count: 2 } },
  )
  const fetched = await ask(deps, [route(['1', '2']), route(['2'])], { from: now - minute, to: now }, never)
  assert.deepEqual(texts(fetched), [-5000, -2000, -1000])
  assert.deepEqual(fetched.losses, [])
  assert.equal(asked.length, 2)
  assert.equal(snowflakeMs(asked[0]?.query?.['since_id'] ?? '0'), now - minute - 30_000)
})

test('an account is asked for what is newer than its newest post known, but for nothing from before the interval', async () => {
  const { deps, asked } = bench(() => ({}))
  const newest = new Map([
    ['1', snowflakeAt(now - 5000)],
    ['2', snowflakeAt(now - 6 * 3_600_000)],
  ])
  const asking = { from: now - minute, to: now, routes: [route(['1', '2'])], purse: free, patience: brisk, newest }
  await fetchAccounts(deps, asking, never)
  assert.deepEqual(
    asked.map(({ query }) => snowflakeMs(query?.['since_id'] ?? '0') - now),
    [-5000, -90_000],
  )
})

test('pages are followed; one whose token never ends is left after a bounded number, and that is said', async () => {
  const ending = bench(request =>
    request.query?.['pagination_token'] === 'b'
      ? { data: [post(now - 9000)] }
      : { data: [post(now - 1000)], meta: { next_token: 'b' } },
  )
  assert.deepEqual(
    texts(await ask(ending.deps, [route(['1'])], { from: now - minute, to: now }, never)),
    [-9000, -1000],
  )
  const endless = bench((_, nth) => ({ data: [post(now - nth)], meta: { next_token: `t${nth}` } }))
  const fetched = await ask(endless.deps, [route(['1'])], { from: now - minute, to: now }, never)
  assert.equal(endless.asked.length, 20)
  assert.match(lost(fetched), /more posts than are fetched/)
  const circling = bench(() => ({ data: [post(now - 1)], meta: { next_token: 'same' } }))
  await ask(circling.deps, [route(['1'])], { from: now - minute, to: now }, never)
  assert.equal(circling.asked.length, 2)
})

test('a page that X emptied, because it leaves out answers, is not the end; one after the other without end is', async () => {
  const answers = bench((_, nth) => (nth <= 3 ? { meta: { next_token: `t${nth}` } } : { data: [post(now - 1000)] }))
  assert.deepEqual(texts(await ask(answers.deps, [route(['1'])], { from: now - minute, to: now }, never)), [-1000])
  const endless = bench((_, nth) => ({ meta: { next_token: `t${nth}` } }))
  const fetched = await ask(endless.deps, [route(['1'])], { from: now - minute, to: now }, never)
  assert.equal(endless.asked.length, 8)
  assert.deepEqual(fetched.losses, [])
})

test('what may pass is asked again: trouble at X, and a rate limit when it is over', async () => {
  const { deps, clock, asked } = bench((_, nth) => {
    if (nth === 1) return fails('server', 'X is in trouble')
    return nth === 2 ? fails('rate-limited', 'slow', now + minute) : { data: [post(now - 1000)] }
  })
  const fetching = ask(deps, [route(['1'])], { from: now - minute, to: now }, never)
  await clock.advance(2 * minute)
  assert.deepEqual(texts(await fetching), [-1000])
  assert.equal(asked.length, 3)
})

test('what one account meets and all would is asked once: no credits', async () => {
  const { deps, asked } = bench(() => fails('no-credits', 'Add credits'))
  const fetched = await ask(
    deps,
    [route(Array.from({ length: 50 }, (_, n) => `${n + 1}`))],
    { from: now - minute, to: now },
    never,
  )
  assert.ok(asked.length <= 4)
  assert.equal(fetched.trouble?.why, 'Add credits')
  assert.equal(fetched.again.flatMap(each => each.follows).length, 50)
})

test('a rate limit that is not waited for is met once, not by each account and each search', async () => {
  const { deps, asked } = bench(() => fails('rate-limited', 'slow', now + 14 * minute))
  const many = Array.from({ length: 50 }, (_, n) => `${n + 1}`)
  const words = Array.from({ length: 60 }, (_, n) => `somewhatlongword${n}`)
  const asking = { from: now - minute, to: now, routes: [route(many, words)], purse: free, patience: brisk }
  const accounts = await fetchAccounts(deps, asking, never)
  assert.ok(asked.length <= 4, `${asked.length}`)
  assert.equal(accounts.again.flatMap(each => each.follows).length, 50)
  asked.length = 0
  const topics = await fetchTopics(deps, asking, never)
  assert.equal(asked.length, 1)
  assert.equal(topics.again.flatMap(each => each.topics).length, 60)
})

test('an account that X gives nobody is no failure, and is said', async () => {
  const { deps } = bench(() => ({ errors: [{ title: 'Forbidden', detail: 'User has been suspended: [1].' }] }))
  const fetched = await ask(deps, [route(['1'])], { from: now - minute, to: now }, never)
  assert.deepEqual([fetched.readings, fetched.losses, fetched.again], [[], [], []])
  assert.deepEqual(fetched.notes, ['X gives no posts of @h1: User has been suspended: [1].'])
})

test('only the accounts that failed are to be asked for again', async () => {
  const { deps, clock } = bench(({ path }) =>
    path.includes('/2/') && path.endsWith('/2/tweets') && path.includes('users/2/') ? fails('server', 'down') : {},
  )
  const fetching = ask(deps, [route(['1', '2', '3'])], { from: now - minute, to: now }, never)
  await clock.advance(minute)
  const { again, losses } = await fetching
  assert.deepEqual(
    again.flatMap(each => each.follows.map(({ id }) => id)),
    ['2'],
  )
  assert.deepEqual(losses, [])
})

const tooLate = fails('bad-request', "Invalid 'end_time': must be at least 10 seconds ago")

test('a search whose end X calls too late is left to X a little later; what search cannot find is said', async () => {
  const { deps, asked, clock } = bench(({ query }) => (query?.['end_time'] ? tooLate : { data: [post(now - 1000)] }))
  const searching = search(deps, [route([], ['axion'])], { from: now - minute, to: now }, never)
  await clock.advance(15_000)
  const fetched = await searching
  assert.deepEqual([texts(fetched), fetched.again, fetched.losses], [[-1000], [], []])
  assert.match(fetched.notes.join(), /neither reposts nor/)
  assert.equal(asked.length, 2)
})

test('a search that X refuses for its times is asked for again, not given up', async () => {
  const { deps, clock } = bench(() => tooLate)
  const searching = search(deps, [route([], ['axion'])], { from: now - minute, to: now }, never)
  await clock.advance(15_000)
  const fetched = await searching
  assert.deepEqual(
    fetched.again.flatMap(each => each.topics),
    ['axion'],
  )
  assert.deepEqual(fetched.losses, [])
})

test('what nobody who follows an account wants is not asked for; a reply that may be a thread or a quote is', async () => {
  const { deps, asked } = bench(() => ({}))
  const follower = (kinds: Partial<Route['kinds']>, reading: Route['reading'] = 'cheap'): Route => {
    const plain = route(['1'])
    return { ...plain, reading, kinds: { ...plain.kinds, ...kinds } }
  }
  const few = { repost: false, thread: false, quote: false, reply: false }
  const cases = [
    [follower({ repost: false })],
    [follower({ repost: false }), follower({})],
    [follower({ repost: false, thread: false })],
    [follower(few)],
    [follower(few), follower(few, 'complete')],
  ]
  for (const routes of cases) await ask(deps, routes, { from: now - minute, to: now }, never)
  assert.deepEqual(
    asked.map(({ query }) => query?.['exclude']),
    ['retweets', undefined, 'retweets', 'retweets,replies', undefined],
  )
})

test('a purse bounds what is asked for, and what it does not pay for is lost, with the channels', async () => {
  const { deps, asked } = bench(({ path }, nth) => ({
    data: [post(now - nth * 1000, path.split('/')[3]), post(now - nth * 1000 - 1, path.split('/')[3])],
  }))
  const routes = [route(['1', '2']), { ...route(['3', '4'], ['axion']), channel: 'C2' }]
  const purse = new Purse(20_000)
  const fetched = await ask(deps, routes, { from: now - minute, to: now }, never, purse)
  assert.deepEqual(
    asked.map(({ path }) => path),
    ['/2/users/1/tweets', '/2/users/2/tweets'],
  )
  assert.equal(fetched.readings.length, 4)
  assert.deepEqual(fetched.losses, [{ why: purse.sentence, channels: ['C2'] }])
  assert.match(purse.sentence, /budget leaves for closing a gap \(\$0\.02\) is used up/)
  const topics = await search(deps, routes, { from: now - minute, to: now }, never, purse)
  assert.equal(asked.length, 2)
  assert.deepEqual(topics.losses, [{ why: purse.sentence, channels: ['C2'] }])
})

test('topics are searched for together, to the end of the gap; an id that is too old is corrected as X says', async () => {
  const { deps, asked } = bench((_, nth) =>
    nth === 1
      ? fails(
          'bad-request',
          "'since_id' must be a tweet id created after x. Please use a 'since_id' that is larger than 777",
        )
      : { data: [post(now - 1000)] },
  )
  const fetched = await search(
    deps,
    [route([], ['axion', 'muon decay']), route([], ['axion'])],
    { from: now - minute, to: now - 500 },
    never,
  )
  assert.deepEqual(texts(fetched), [-1000])
  assert.deepEqual(
    asked.map(request => request.query?.['query']),
    ['axion OR muon decay', 'axion OR muon decay'],
  )
  assert.equal(asked[0]?.query?.['end_time'], '2026-11-20T12:00:00Z')
  assert.equal(asked[1]?.query?.['since_id'], '777')
})

function catchUpOf({ deps }: Bench): { readonly catchUp: CatchUp; readonly heard: () => Promise<void> } {
  let bell = Promise.withResolvers<void>()
  const onReady = () => bell.resolve()
  const catchUp = new CatchUp({ ...deps, searchDelayMs: 20_000, onReady }, free)
  const heard = async () => {
    await bell.promise
    bell = Promise.withResolvers<void>()
  }
  return { catchUp, heard }
}

test('a gap longer than seven days is fetched as far as it goes, and the rest is said to be lost', async () => {
  const x = bench(() => ({}))
  const { catchUp, heard } = catchUpOf(x)
  catchUp.add({ from: now - 9 * 86_400_000, to: now, routes: [route(['1'])] })
  await heard()
  assert.match(lost(catchUp), /before 2026-11-13 12:00 UTC is lost, because X is asked for the last 7 days only/)
  const since = snowflakeMs(x.asked[0]?.query?.['since_id'] ?? '0')
  assert.ok(since > now - 7 * 86_400_000 && since < now - 7 * 86_400_000 + 2 * minute)
})

test('accounts are fetched at once, topics when the search knows them', async () => {
  const x = bench(() => ({}))
  const { catchUp, heard } = catchUpOf(x)
  catchUp.add({ from: now - minute, to: now, routes: [route(['1'], ['axion'])] })
  await heard()
  assert.ok(catchUp.take() !== undefined)
  assert.deepEqual(
    x.asked.map(({ path }) => path),
    ['/2/users/1/tweets'],
  )
  assert.ok(!catchUp.done)
  await x.clock.advance(20_000)
  await heard()
  assert.ok(catchUp.take() !== undefined)
  assert.deepEqual(
    x.asked.map(({ path }) => path),
    ['/2/users/1/tweets', '/2/tweets/search/recent'],
  )
  assert.ok(catchUp.done)
})

test('what X does not give is asked for again until it does, ever more slowly', async () => {
  let down = true
  const x = bench(() => (down ? fails('no-credits', 'Add credits') : { data: [post(now - 1000)] }))
  const { catchUp, heard } = catchUpOf(x)
  catchUp.add({ from: now - minute, to: now, routes: [route(['1'])] })
  await heard()
  catchUp.take()
  assert.equal(catchUp.trouble, 'Add credits')
  await x.clock.advance(24 * 3_600_000)
  assert.ok(x.asked.length > 140 && x.asked.length < 160, `${x.asked.length}`)
  assert.ok(!catchUp.done)
  down = false
  await x.clock.advance(600_000)
  while (catchUp.take() !== undefined);
  assert.deepEqual([catchUp.done, catchUp.posts, catchUp.trouble, catchUp.losses.length], [true, 1, undefined, 0])
})

test('what X has not given within seven days is lost', async () => {
  const x = bench(() => fails('no-credits', 'Add credits'))
  const { catchUp } = catchUpOf(x)
  catchUp.add({ from: now - minute, to: now, routes: [route(['1'])] })
  await x.clock.advance(8 * 86_400_000)
  while (catchUp.take() !== undefined);
  assert.ok(catchUp.done)
  assert.match(lost(catchUp), /within 7 days: Add credits/)
})
