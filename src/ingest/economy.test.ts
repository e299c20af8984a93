/** The economy on a ledger in memory: what is given up and when, what is said, and that the budget is never passed. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utcDay } from '../domain/day.ts'
import type { Spent } from '../domain/money/spent.ts'
import { xRateCard } from '../domain/rate-card.ts'
import type { Purchase } from '../domain/reads.ts'
import { emptyRoute, type Route } from '../domain/route.ts'
import { ManualClock } from '../kit/clock.ts'
import { moneyLookMs } from '../limits.ts'
import type { Announcement, Flow, Spending, Usage } from '../store/store.ts'
import { Economy } from './economy.ts'
import { RouteBook } from './wanted.ts'

const dollar = 1_000_000
const dayMs = 24 * 3_600_000
const account = (id: string) => ({ source: 'x' as const, id, handle: `p${id}`, name: '' })
const papers: Route = { ...emptyRoute('x', 'C1'), follows: [account('1'), account('2')], topics: ['ligo'] }
const desk: Route = { ...emptyRoute('x', 'C2'), follows: [account('3')] }

let ids = 0
const freshId = () => `${++ids}`

function bought(at: number, changes: Partial<Purchase> = {}): Purchase {
  const reads = { posts: [freshId()], inner: [], users: [] }
  const rest = { by: 'follow', account: '1', channels: ['C1'], delivered: 1 } as const
  return { source: 'x', at, via: 'stream', reads, relation: 'original', ...rest, ...changes }
}

/** The ledger as the store keeps it, one row a purchase. */
function rowsOf({ at, via, reads, relation, by, account, channels, delivered, source }: Purchase): Spending[] {
  const count = reads.posts.length
  const row = { source, day: utcDay(at), kind: 'posts', via, relation, by, account, channels } as const
  return [{ ...row, count, delivered: delivered > 0 ? count : 0, micros: count * xRateCard.micros.posts }]
}

async function bench(options: { budget?: number; at?: number; rows?: readonly Spending[]; usage?: readonly Usage[] }) {
  const clock = new ManualClock(options.at ?? Date.UTC(2026, 10, 15, 12))
  const shelf = {
    rows: [...(options.rows ?? [])],
    routes: [papers, desk] as Route[],
    said: [] as Announcement[],
    keys: new Set<string>(),
    flows: [] as Flow[],
    usage: [...(options.usage ?? [])],
    answer: [] as { day: string; posts: number }[] | string,
  }
  const book = new RouteBook({
    source: 'x',
    store: { routes: async () => structuredClone(shelf.routes), refreshAccounts: async () => undefined },
    matcher: { set: () => undefined, remove: () => undefined },
  })
  await book.refresh()
  const economy = new Economy({
    source: 'x',
    book,
    clock,
    usage: async () => shelf.answer,
    store: {
      spending: async (from, to) => shelf.rows.filter(({ day }) => day >= from && day <= to),
      purchase: async purchases => {
        shelf.rows.push(...purchases.flatMap(rowsOf))
      },
      usage: async (_source, from, to) => shelf.usage.filter(({ day }) => day >= from && day <= to),
      noteUsage: async (_source, usage) => {
        shelf.usage = [...shelf.usage.filter(({ day }) => !usage.some(other => other.day === day)), ...usage]
      },
      accountFlows: async () => shelf.flows,
      announce: async lines => {
        const fresh = lines.filter(({ channel, key }) => !shelf.keys.has(`${channel} ${key}`))
        for (const { channel, key } of fresh) shelf.keys.add(`${channel} ${key}`)
        shelf.said.push(...fresh)
        return fresh
      },
    },
    ...(options.budget === undefined ? {} : { budgetMicros: options.budget * dollar }),
    onAnnounced: () => undefined,
    onEvent: () => undefined,
  })
  await economy.open()
  const stop = new AbortController()
  const running = economy.run(stop.signal)
  const idle = async () => {
    while (clock.sleeping === 0) await new Promise(setImmediate)
  }
  await idle()
  const end = async () => {
    stop.abort()
    await running
  }
  const said = () => shelf.said.splice(0).map(({ channel, text }) => `${channel}: ${text}`)
  return { economy, clock, shelf, book, said, end, idle }
}

/** So many days up to the 14th, each with so many dollars of each kind. */
function days(daily: readonly [number, Partial<Spent>][], from = 1, to = 14): Spending[] {
  return Array.from({ length: to - from + 1 }, (_, n) => n + from).flatMap(day =>
    daily.map(([usd, changes]) => {
      const [row] = rowsOf(bought(Date.UTC(2026, 10, day, 9)))
      if (row === undefined) throw new Error('no row')
      return { ...row, ...changes, micros: usd * dollar, count: usd * 200, delivered: usd * 100 }
    }),
  )
}

const topic = { by: 'topic', channels: ['C1'], account: '9' } as const
const repost = { relation: 'repost' } as const

test('without a budget everything is read, nothing is said, and a gap has no bound', async () => {
  const { economy, said, end } = await bench({ rows: days([[100, {}]]) })
  assert.equal(economy.held(), undefined)
  assert.equal(economy.gapAllowance(), undefined)
  assert.deepEqual(economy.current(), [papers, desk])
  assert.equal(economy.standing().spent, 1400 * dollar)
  assert.deepEqual(said(), [])
  await end()
})

test('topics go first, when so much is spent and the month would end beyond the budget', async () => {
  const rows = days([
    [2, topic],
    [1, repost],
    [1, {}],
  ])
  const { economy, said, end } = await bench({ budget: 70, rows })
  assert.deepEqual(
    economy.current().map(({ channel, topics, kinds }) => [channel, topics, kinds.repost]),
    [
      ['C1', [], true],
      ['C2', [], true],
    ],
  )
  const [line, ...rest] = said()
  assert.match(
    line ?? '',
    /^C1: \$56\.00 of this month's \$70\.00 for X is spent, and at this pace it would be \$118\.00\. So until 1 December \(UTC\) the topics of this channel are not read\. .*X_BUDGET_USD/,
  )
  assert.deepEqual(rest, [], 'a channel without topics is not told')
  assert.equal(economy.findings()[0]?.name, 'budget')
  await end()
})

test('what is spent alone is no reason: the month fits', async () => {
  const rows = days([[2, topic]], 1, 10)
  const { economy, said, end } = await bench({ budget: 24, at: Date.UTC(2026, 10, 30, 12), rows })
  assert.equal(economy.standing().level.step, 0)
  assert.deepEqual(said(), [])
  await end()
})

test('then reposts, then the accounts that cost most for each delivered post, and only as many as needed', async () => {
  const dear = days([[1, { account: '3', channels: ['C2'] }]], 16, 28).map(row => ({ ...row, delivered: 1 }))
  const usual = days(
    [
      [1, repost],
      [1, {}],
    ],
    16,
    28,
  )
  const rows = [...usual, ...dear]
  const { economy, clock, said, end } = await bench({ budget: 42.05, at: Date.UTC(2026, 10, 29), rows })
  assert.deepEqual(economy.standing().level, { step: 3, dropped: ['C2 3'] })
  const [first, second] = economy.current()
  assert.deepEqual([first?.follows.length, second?.follows.length], [2, 0])
  assert.deepEqual([first?.kinds.repost, first?.topics, second?.kinds.repost], [false, [], false])
  assert.deepEqual(
    said().map(line => `${line.slice(0, 2)} ${/\(UTC\) (.*?)\./.exec(line)?.[1]}`),
    [
      'C1 the topics of this channel are not read',
      'C1 reposts do not come into this channel',
      'C2 reposts do not come into this channel',
      'C2 these accounts, which cost most for each post, are not read: `@p3`',
    ],
  )
  await clock.advance(3 * moneyLookMs)
  assert.deepEqual(said(), [], 'said once')
  await end()
})

test('a new month begins with everything, and says so where something was missing', async () => {
  const { economy, clock, said, end, idle } = await bench({
    budget: 20,
    at: Date.UTC(2026, 10, 30, 22),
    rows: days([[20, {}]], 30, 30),
  })
  assert.match(
    economy.held() ?? '',
    /^\$20\.00 of this month's \$20\.00 for X is spent\. Nothing is read until 1 December/,
  )
  assert.equal(economy.gapAllowance(), 0)
  assert.equal(said().filter(line => line.includes('Nothing is read')).length, 2)
  let woken = false
  void economy.changed(new AbortController().signal).then(() => {
    woken = true
  })
  await clock.advance(2 * 3_600_000)
  await idle()
  assert.equal(economy.held(), undefined)
  assert.equal(woken, true)
  assert.deepEqual(economy.current()[0]?.topics, ['ligo'])
  assert.equal(said().filter(line => line.includes('A new budget of $20.00 for December')).length, 2)
  assert.equal(economy.gapAllowance(), 4 * dollar)
  await end()
})

test('what X counted more is taken as spent; a failing count is only said', async () => {
  const day = '2026-11-15'
  const { economy, clock, shelf, end, idle } = await bench({ budget: 20, rows: days([[1, {}]], 15, 15) })
  shelf.answer = [{ day, posts: 1200 }]
  await clock.advance(moneyLookMs)
  await idle()
  assert.equal(economy.standing().unaccounted, 5 * dollar)
  assert.equal(economy.standing().spent, 6 * dollar)
  assert.match(economy.findings()[0]?.detail ?? '', /X counted 1,200 posts for this project, Birdwire 200/)
  shelf.answer = 'X did not answer.'
  await clock.advance(moneyLookMs)
  await idle()
  assert.equal(economy.standing().usageTrouble, 'X did not answer.')
  assert.equal(economy.standing().spent, 6 * dollar)
  await end()
})

test('a lookup counts at once, and the same resource once a day', async () => {
  const { economy, clock, end } = await bench({ budget: 20 })
  const lookup = { ...bought(clock.now()), via: 'lookup', reads: { posts: [], inner: [], users: ['1', '2'] } } as const
  await economy.bought([lookup])
  await economy.bought([lookup])
  assert.equal(economy.standing().spent, 20_000)
  await economy.bought([{ ...lookup, at: clock.now() + dayMs }])
  assert.equal(economy.standing().spent, 40_000)
  await end()
})

test('rates are what was seen, or what the network said', async () => {
  const { economy, shelf, clock, book, end, idle } = await bench({})
  shelf.flows = [{ id: '1', posts: 70, firstAt: clock.now() - 7 * dayMs, newestAt: clock.now() }]
  shelf.routes = [{ ...papers, follows: [account('1'), { ...account('2'), postsPerDay: 4 }] }]
  await book.refresh()
  await clock.advance(moneyLookMs)
  await idle()
  assert.deepEqual(
    [...economy.rates()].map(([id, rate]) => [id, Math.round(rate)]),
    [
      ['1', 10],
      ['2', 4],
    ],
  )
  await end()
})

/**
 * The network as it is modelled: it charges when it hands over, what it handed over reaches us `delayMs` later, and it goes on handing over as
 * long after we have stopped. Posts cost 0.5 or 1 cent.
 */
test('whatever comes, floods included, the budget is never passed', async () => {
  const hour = fc.record({ posts: fc.integer({ min: 0, max: 60 }), flood: fc.constantFrom(0, 0, 0, 0, 100, 250) })
  const plan = fc.record({
    budget: fc.integer({ min: 2, max: 40 }),
    hours: fc.array(hour, { minLength: 20, maxLength: 60 }),
    delayMs: fc.integer({ min: 0, max: 380 }),
    inner: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(plan, async ({ budget, hours, delayMs, inner }) => {
      const { economy, clock, end, shelf } = await bench({ budget, at: Date.UTC(2026, 10, 2) })
      let charged = 0
      const wire: Purchase[] = []
      const handOver = () => {
        const reads = { posts: [freshId()], inner: inner ? [freshId()] : [], users: [] }
        charged += xRateCard.micros.posts * (inner ? 2 : 1)
        wire.push(bought(clock.now(), { reads }))
      }
      const arrive = async () => {
        const batch = wire.splice(0)
        economy.charge(batch)
        shelf.rows.push(...batch.flatMap(rowsOf))
      }
      for (const { posts, flood } of hours) {
        for (let n = 0; n < posts && economy.held() === undefined; n++) {
          handOver()
          await arrive()
        }
        for (let second = 0; flood > 0 && second < 60 && economy.held() === undefined; second++) {
          // What is on the wire when the stop is decided, and until it takes effect, is charged too.
          for (let n = 0; n < flood; n++) {
            handOver()
            if (wire.length > (flood * delayMs) / 1000) await arrive()
            if (economy.held() !== undefined) break
          }
          await clock.advance(1000)
        }
        for (let n = 0; n < (flood * delayMs) / 1000 && wire.length > 0; n++) handOver()
        await arrive()
        await clock.advance(3_600_000)
      }
      assert.ok(charged <= budget * dollar, `${charged} of ${budget} dollars`)
      await end()
    }),
    { numRuns: 15 },
  )
})
