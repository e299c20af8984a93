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
  assert.deepEqual(fetched.problems, ['Add credits'])
})

test('a suspended account has no posts, which is no problem', async () => {
  const { deps } = bench(() => ({ errors: [{ title: 'Forbidden', detail: 'User has been suspended: [1].' }] }))
  assert.deepEqual(await fetchAccounts(deps, [route(['1'])], { from: now - minute, to: now }, never), {
    readings: [],
    problems: [],
  })
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

test('a gap longer than seven days is fetched as far as it goes, and the rest is said to be lost', async () => {
  const { deps, asked } = bench(() => ({}))
  const catchUp = new CatchUp(
    { ...deps, searchDelayMs: 12_000 },
    { from: now - 9 * 86_400_000, to: now, why: 'not running' },
    [route(['1'])],
  )
  await catchUp.next()
  assert.match(catchUp.problems.join(), /longer than the 7 days/)
  const since = snowflakeMs(asked[0]?.query?.['since_id'] ?? '0')
  assert.ok(since > now - 7 * 86_400_000 && since < now - 7 * 86_400_000 + 2 * minute)
})

test('accounts are fetched at once, topics when the search knows them', async () => {
  const { deps, clock, asked } = bench(() => ({}))
  const catchUp = new CatchUp({ ...deps, searchDelayMs: 12_000 }, { from: now - minute, to: now, why: 'reset' }, [
    route(['1'], ['axion']),
  ])
  const accounts = await catchUp.next()
  assert.ok(accounts !== undefined)
  catchUp.handedOut(accounts)
  assert.deepEqual(
    asked.map(request => request.path),
    ['/2/users/1/tweets'],
  )
  const topics = catchUp.next()
  await clock.advance(12_000)
  catchUp.handedOut((await topics) ?? assert.fail())
  assert.deepEqual(
    asked.map(request => request.path),
    ['/2/users/1/tweets', '/2/tweets/search/recent'],
  )
  assert.equal(catchUp.next(), undefined)
})
