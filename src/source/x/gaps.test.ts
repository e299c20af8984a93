import assert from 'node:assert/strict'
import test from 'node:test'
import type { z } from 'zod'
import { emptyRoute, type Route } from '../../domain/route.ts'
import { ManualClock } from '../../kit/clock.ts'
import { CatchUp } from './catch-up.ts'
import type { XClient, XRequest } from './client.ts'
import type { Answer, XError } from './errors.ts'
import { fetchAccounts, fetchTopics, type GapDeps } from './gaps.ts'
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
  readonly deps: GapDeps
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
  return { deps: { client, clock, random: () => 0 }, clock, asked }
}

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
  const fetched = await fetchAccounts(deps, [route(['1', '2']), route(['2'])], { from: now - minute, to: now }, never)
  assert.deepEqual(texts(fetched), [-5000, -2000, -1000])
  assert.deepEqual(fetched.problems, [])
  assert.equal(asked.length, 2)
  assert.equal(snowflakeMs(asked[0]?.query?.['since_id'] ?? '0'), now - minute - 30_000)
})

test('pages are followed; one whose token never ends is left after a bounded number, and that is said', async () => {
  const ending = bench(request =>
    request.query?.['pagination_token'] === 'b'
      ? { data: [post(now - 9000)] }
      : { data: [post(now - 1000)], meta: { next_token: 'b' } },
  )
  assert.deepEqual(
    texts(await fetchAccounts(ending.deps, [route(['1'])], { from: now - minute, to: now }, never)),
    [-9000, -1000],
  )
  const endless = bench((_, nth) => ({ data: [post(now - nth)], meta: { next_token: `t${nth}` } }))
  const fetched = await fetchAccounts(endless.deps, [route(['1'])], { from: now - minute, to: now }, never)
  assert.equal(endless.asked.length, 20)
  assert.match(fetched.problems.join(), /more posts than are fetched/)
  const circling = bench(() => ({ data: [post(now - 1)], meta: { next_token: 'same' } }))
  await fetchAccounts(circling.deps, [route(['1'])], { from: now - minute, to: now }, never)
  assert.equal(circling.asked.length, 2)
})

test('what may pass is asked again: trouble at X, and a rate limit when it is over', async () => {
  const { deps, clock, asked } = bench((_, nth) => {
    if (nth === 1) return fails('server', 'X is in trouble')
    return nth === 2 ? fails('rate-limited', 'slow', now + minute) : { data: [post(now - 1000)] }
  })
  const fetching = fetchAccounts(deps, [route(['1'])], { from: now - minute, to: now }, never)
  await clock.advance(2 * minute)
  assert.deepEqual(texts(await fetching), [-1000])
  assert.equal(asked.length, 3)
})

test('what one account meets and all would is asked once: no credits', async () => {
  const { deps, asked } = bench(() => fails('no-credits', 'Add credits'))
  const fetched = await fetchAccounts(
    deps,
    [route(Array.from({ length: 50 }, (_, n) => `${n + 1}`))],
    { from: now - minute, to: now },
    never,
  )
  assert.ok(asked.length <= 4)
  assert.equal(fetched.trouble?.why, 'Add credits')
  assert.equal(fetched.again.flatMap(each => each.follows).length, 50)
})

test('an account that X gives nobody is no failure, and is said', async () => {
  const { deps } = bench(() => ({ errors: [{ title: 'Forbidden', detail: 'User has been suspended: [1].' }] }))
  const fetched = await fetchAccounts(deps, [route(['1'])], { from: now - minute, to: now }, never)
  assert.deepEqual([fetched.readings, fetched.problems, fetched.again], [[], [], []])
  assert.deepEqual(fetched.notes, ['X gives no posts of @h1: User has been suspended: [1].'])
})

test('only the accounts that failed are to be asked for again', async () => {
  const { deps, clock } = bench(({ path }) =>
    path.includes('/2/') && path.endsWith('/2/tweets') && path.includes('users/2/') ? fails('server', 'down') : {},
  )
  const fetching = fetchAccounts(deps, [route(['1', '2', '3'])], { from: now - minute, to: now }, never)
  await clock.advance(minute)
  const { again, problems } = await fetching
  assert.deepEqual(
    again.flatMap(each => each.follows.map(({ id }) => id)),
    ['2'],
  )
  assert.deepEqual(problems, [])
})

test('a search whose end X calls too late is asked for again, not given up; what search cannot find is said', async () => {
  const { deps } = bench(() => fails('bad-request', "Invalid 'end_time': must be at least 10 seconds ago"))
  const fetched = await fetchTopics(deps, [route([], ['axion'])], { from: now - minute, to: now }, never)
  assert.deepEqual(
    fetched.again.flatMap(each => each.topics),
    ['axion'],
  )
  assert.deepEqual(fetched.problems, [])
  assert.match(fetched.notes.join(), /neither reposts nor/)
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
  const fetched = await fetchTopics(
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
  const catchUp = new CatchUp({ ...deps, searchDelayMs: 20_000, onReady }, now - minute, 'reset')
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
  assert.match([...catchUp.problems].join(), /longer than the 7 days/)
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
  assert.deepEqual([catchUp.done, catchUp.posts, catchUp.trouble, catchUp.problems.size], [true, 1, undefined, 0])
})

test('what X has not given within seven days is lost', async () => {
  const x = bench(() => fails('no-credits', 'Add credits'))
  const { catchUp } = catchUpOf(x)
  catchUp.add({ from: now - minute, to: now, routes: [route(['1'])] })
  await x.clock.advance(8 * 86_400_000)
  while (catchUp.take() !== undefined);
  assert.ok(catchUp.done)
  assert.match([...catchUp.problems].join(), /within 7 days: Add credits/)
})
