import assert from 'node:assert/strict'
import test from 'node:test'
import type { Arrival } from '../../domain/arrival.ts'
import { emptyRoute, type Route } from '../../domain/route.ts'
import { ManualClock } from '../../kit/clock.ts'
import { Authors } from './authors.ts'
import { Bell } from './bell.ts'
import type { XRequest } from './client.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { Progress } from './progress.ts'
import { snowflakeAt, snowflakeMs } from './snowflake.ts'
import { Status } from './status.ts'
import { answering, rememberedPeople } from './testing.ts'

const route: Route = {
  ...emptyRoute('x', 'C1'),
  follows: [{ source: 'x', id: '1', handle: 'h1', name: 'One' }],
}
const reads = { posts: [], inner: [], users: ['1'] }

/** X has nothing to give unless `reply` says so; no gap costs more than `allowance`. */
function progressOf(
  allowance?: number,
  reply: Parameters<typeof answering>[0] = () => ({}),
  clock = new ManualClock(),
) {
  const bell = new Bell()
  const asked: XRequest[] = []
  const client = answering(reply, asked)
  let chance = 0
  const progress = new Progress({
    client,
    clock,
    bell,
    random: () => (chance += 0.001),
    authors: new Authors({ client, people: rememberedPeople(), clock, mode: 'always' }),
    postQuery: {},
    searchDelayMs: 20_000,
    status: new Status(clock),
    onEvent: () => {},
    wanted: {
      current: () => [route],
      changed: async () => {},
      held: () => undefined,
      rates: () => new Map(),
      gapAllowance: () => allowance,
    },
    unservedSince: () => undefined,
  })
  /** Everything that comes until the gap is over. */
  const gap = async () => {
    const arrivals: Arrival[] = []
    while (!progress.whole) {
      arrivals.push(...progress.handOut())
      if (!progress.whole) await bell.heard(new AbortController().signal)
    }
    return arrivals.flatMap(arrival => (arrival.kind === 'gap' ? [arrival.gap] : []))
  }
  return { progress, clock, bell, gap, asked }
}

test('what is offered is kept until somebody pulls, rings, and carries the cursor', async () => {
  const { progress, clock, bell } = progressOf()
  progress.offer({ kind: 'delete', source: 'x', postId: '7', at: 1 })
  progress.offer({ kind: 'read', reads, via: 'check', at: 2 })
  await bell.heard(new AbortController().signal)
  const { cursor } = progress
  assert.deepEqual(
    [...progress.handOut()],
    [
      { kind: 'delete', source: 'x', postId: '7', at: 1, cursor },
      { kind: 'read', reads, via: 'check', at: 2, cursor },
    ],
  )
  assert.deepEqual([...progress.handOut()], [])
  assert.equal(readCursor(cursor).at, clock.now())
})

test('two gaps between which nothing was read have ids of their own', async () => {
  const { progress, clock, gap } = progressOf()
  progress.missing('one')
  progress.begin(clock.now())
  const first = await gap()
  progress.end()
  progress.missing('two')
  progress.begin(clock.now())
  const second = await gap()
  assert.deepEqual(
    [first, second].map(gaps => gaps.map(({ state }) => state)),
    [
      ['open', 'closed'],
      ['open', 'closed'],
    ],
  )
  assert.equal(first[0]?.from, second[0]?.from)
  assert.notEqual(first[0]?.id, second[0]?.id)
  assert.equal(first[0]?.id, first[1]?.id)
})

test('a gap outlives its connection and, in the cursor, the process', async () => {
  const { progress, clock } = progressOf()
  progress.missing('reset')
  progress.begin(clock.now())
  const [open] = [...progress.handOut()]
  progress.end()
  assert.ok(open?.kind === 'gap')
  const after = progressOf()
  after.progress.resume(open.cursor)
  after.progress.begin(after.clock.now())
  const gaps = await after.gap()
  assert.deepEqual(
    gaps.map(({ id, why }) => ({ id, why })),
    [1, 2].map(() => ({ id: open.gap.id, why: 'reset' })),
  )
  assert.equal(readCursor(after.progress.cursor).gap, undefined)
})

test('something missed in hindsight takes the cursor back to where it begins until it is fetched', async () => {
  const { progress, clock, gap } = progressOf()
  progress.begin(clock.now())
  const from = clock.now() - 60_000
  progress.offer({ kind: 'missed', routes: [route], whole: false, from, to: clock.now(), why: 'it did not come' })
  assert.equal(readCursor(progress.cursor).at, from)
  const gaps = await gap()
  assert.deepEqual([gaps[0]?.from, gaps.at(-1)?.state], [from, 'closed'])
  assert.equal(readCursor(progress.cursor).at, clock.now())
})

test('a gap that may cost nothing is lost, and says for whom', async () => {
  const { progress, clock, gap } = progressOf(0)
  progress.resume(writeCursor({ at: clock.now() - 60_000 }))
  progress.begin(clock.now())
  const gaps = await gap()
  assert.deepEqual([gaps.at(-1)?.state, gaps.at(-1)?.channels], ['lost', ['C1']])
  assert.match(gaps.at(-1)?.lost ?? '', /budget/)
})

test('posts of a gap that were bought when the connection ended are handed out all the same', async () => {
  const post = { id: snowflakeAt(Date.UTC(2026, 0, 5, 9)), text: 'one', author_id: '1' }
  const second = Promise.withResolvers<object>()
  const paged = Promise.withResolvers<void>()
  const { progress, clock, bell } = progressOf(undefined, ({ query }) => {
    if (query?.['pagination_token'] === undefined) return { data: [post], meta: { next_token: 'more' } }
    paged.resolve()
    return second.promise
  })
  progress.missing('reset')
  progress.begin(clock.now())
  const open = [...progress.handOut()]
  await paged.promise
  progress.end()
  const last = { ...post, id: snowflakeAt(Date.UTC(2026, 0, 5, 9) - 1000) }
  second.resolve({ data: [last] })
  const arrivals: Arrival[] = []
  while (progress.pending) {
    await bell.heard(new AbortController().signal)
    arrivals.push(...progress.handOut())
  }
  assert.deepEqual(
    arrivals.map(each => ('reads' in each ? [each.kind, each.reads?.posts, 'gap' in each && each.gap] : each.kind)),
    [
      ['post', [post.id], open[0]?.kind === 'gap' && open[0].gap.id],
      ['read', [last.id], open[0]?.kind === 'gap' && open[0].gap.id],
    ],
  )
  assert.equal(progress.whole, false)
})

test('what new rules missed while X was polled, which polling brought, is not bought again when the stream opens days later', async () => {
  const { progress, clock, gap, asked } = progressOf()
  progress.begin(clock.now())
  const at = clock.now()
  progress.noteForStream({ routes: [route], whole: false, from: at, to: at + 20_000, why: 'new rules at X' })
  await clock.advance(2 * 86_400_000)
  progress.advance(clock.now())
  progress.end()
  progress.missing('polled until the stream opened again')
  progress.begin(clock.now())
  const gaps = await gap()
  assert.equal(gaps.at(-1)?.state, 'closed')
  assert.equal(snowflakeMs(asked[0]?.query?.['since_id'] ?? '0'), clock.now() - 30_000)
  assert.equal(asked.length, 1)
})

test('what new rules miss is fetched though a gap was closed between their making and the opening of the stream', async () => {
  const { progress, clock, gap, asked } = progressOf()
  progress.missing('reset')
  progress.begin(clock.now())
  const at = clock.now()
  progress.noteForStream({ routes: [route], whole: false, from: at, to: at + 20_000, why: 'new rules at X' })
  await gap()
  progress.advance(at + 5000)
  progress.end()
  progress.missing('polled until the stream opened again')
  asked.length = 0
  progress.begin(at + 5000)
  const closing = gap()
  await clock.advance(20_000)
  const gaps = await closing
  assert.equal(gaps.at(-1)?.to, at + 20_000)
  assert.equal(asked.length, 2)
})

test('what polling cannot get is said once a day, not with each round and not only once', async () => {
  const { progress, clock } = progressOf()
  const losses = [{ why: 'There were more posts than are fetched.', channels: ['C1'] }]
  const round = () => [...progress.lost(clock.now() - 60_000, clock.now(), losses)].length
  assert.deepEqual([round(), round()], [1, 0])
  await clock.advance(86_400_000)
  assert.deepEqual([round(), round()], [1, 0])
})
