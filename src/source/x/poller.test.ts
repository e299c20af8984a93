import assert from 'node:assert/strict'
import test from 'node:test'
import { emptyRoute, type Route } from '../../domain/route.ts'
import { ManualClock } from '../../kit/clock.ts'
import { Authors } from './authors.ts'
import type { XRequest } from './client.ts'
import { Poller } from './poller.ts'
import { snowflakeAt } from './snowflake.ts'
import { answering, Refusal, rememberedPeople } from './testing.ts'

const now = Date.UTC(2026, 10, 20, 12)
const post = (ms: number, author: string) => ({ id: snowflakeAt(ms), text: 'axion', author_id: author })

function pollerOf(reply: Parameters<typeof answering>[0], route: Partial<Route>, allowance?: number) {
  const clock = new ManualClock(now)
  const asked: XRequest[] = []
  const client = answering(reply, asked)
  const poller = new Poller({
    client,
    clock,
    random: () => 0,
    authors: new Authors({ client, people: rememberedPeople(), clock, mode: 'always' }),
    postQuery: {},
    pollMs: 60_000,
    searchDelayMs: 20_000,
    wanted: {
      current: () => [{ ...emptyRoute('x', 'C1'), ...route }],
      changed: async () => {},
      held: () => undefined,
      rates: () => new Map(),
      gapAllowance: () => allowance,
    },
  })
  return { poller, asked }
}

const follows = ['1', '2'].map(id => ({ source: 'x' as const, id, handle: `h${id}`, name: id }))

test('what a round had bought when it ended is handed out before the end', async () => {
  const refused = new Refusal({ kind: 'no-credits', why: 'Add credits.' })
  const { poller } = pollerOf(({ path }) => (path.includes('/1/') ? { data: [post(now, '1')] } : refused), { follows })
  const round = await poller.next()
  assert.ok(round.kind === 'round')
  assert.deepEqual([round.readings.length, round.upTo], [1, undefined])
  const end = await poller.next()
  assert.ok(end.kind === 'end')
  assert.equal(end.error?.kind, 'no-credits')
})

test('a round searches for topics within what the budget allows, and says what it left out', async () => {
  const { poller, asked } = pollerOf(
    ({ query }) => {
      const at = Number(query?.['next_token'] ?? 0)
      const data = Array.from({ length: Number(query?.['max_results']) }, (_, n) => post(now - at - n, `${at}${n}`))
      return { data, includes: { users: [] }, meta: { next_token: `${at + 100}` } }
    },
    { topics: ['axion'] },
    1_000_000,
  )
  const round = await poller.next()
  assert.ok(round.kind === 'round')
  const bought = round.readings.reduce((sum, { reads }) => sum + reads.posts.length, 0)
  assert.ok(bought > 150 && bought <= 210, `${bought} posts at $0.005 for $1`)
  assert.ok(asked.length < 20)
  assert.match(round.losses.map(({ why }) => why).join(), /X_BUDGET_USD/)
})
