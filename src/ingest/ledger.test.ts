import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Arrival } from '../domain/arrival.ts'
import { xRateCard } from '../domain/rate-card.ts'
import type { Purchase, Reads } from '../domain/reads.ts'
import { budgetInFlightMs, budgetInFlightPosts } from '../limits.ts'
import { Ledger } from './ledger.ts'
import { purchaseOf } from './ledger-purchase.ts'
import type { MatchResult } from './match.ts'
import { compared, unaccounted, usageFindings } from './reconcile-usage.ts'

const now = Date.UTC(2026, 10, 22, 12)
const midnight = Date.UTC(2026, 10, 23)
const reads = (changes: Partial<Reads> = {}): Reads => ({ posts: ['1'], inner: [], users: [], ...changes })

function bought(changes: Partial<Purchase> = {}): Purchase {
  const rest = { relation: 'original', by: 'follow', account: '7', channels: ['C1'], delivered: 1 } as const
  return { source: 'x', at: now, via: 'stream', reads: reads(), ...rest, ...changes }
}

test('a resource is charged once a UTC day; posts and what comes along with them are the same resources, users are not', () => {
  const ledger = new Ledger(xRateCard)
  ledger.charge(bought(), now)
  ledger.charge(bought({ reads: reads({ posts: ['2'], inner: ['1'] }) }), now)
  ledger.charge(bought({ reads: reads({ posts: [], inner: ['2'], users: ['1', '1'] }) }), now)
  assert.equal(ledger.spent(now), 5000 + 5000 + 10_000)
  ledger.charge(bought({ at: midnight }), midnight)
  assert.equal(ledger.spent(now), 25_000)
  ledger.charge(bought({ at: midnight - 1 }), midnight + 5)
  assert.equal(ledger.spent(now), 25_000, 'a late arrival of yesterday is still known')
})

test('each month has its own sum, and a clock that jumps back finds the old one', () => {
  const ledger = new Ledger(xRateCard)
  const december = Date.UTC(2026, 11, 1)
  ledger.charge(bought(), now)
  ledger.charge(bought({ at: december }), december)
  assert.deepEqual([ledger.spent(now), ledger.spent(december)], [5000, 5000])
  ledger.atLeast(now, 70_000)
  ledger.atLeast(now, 60_000)
  assert.deepEqual([ledger.spent(now), ledger.spent(december)], [70_000, 5000])
})

test('what is kept back grows with the flow and with what a post really costs', () => {
  const ledger = new Ledger(xRateCard)
  assert.equal(ledger.reserve(now), budgetInFlightPosts * 10_000)
  const dear = (n: number) => bought({ reads: { posts: [`p${n}`], inner: [`i${n}`], users: [`u${n}`] } })
  for (let n = 0; n < budgetInFlightPosts; n++) ledger.charge(dear(n), now)
  assert.equal(ledger.kept(now), budgetInFlightPosts * 20_000)
  assert.equal(ledger.reserve(now), 2 * budgetInFlightPosts * 20_000)
  assert.equal(ledger.reserve(now + budgetInFlightMs), ledger.kept(now))
})

const post = {
  source: 'x',
  id: '1',
  version: '1',
  author: { id: '7', handle: 'mira_okafor', name: 'Mira', url: '' },
  createdAt: 1,
  text: [],
  media: [],
  sensitive: false,
  url: '',
  relation: 'quote',
  edited: false,
} as const
const arrival: Arrival = { kind: 'post', post, via: 'poll', at: now, cursor: 'c', reads: reads({ inner: ['2'] }) }
const none: MatchResult = { deliver: [], rejected: [] }
const nobody = () => false

test('a purchase is for the channels that got the post, sorted, else for those that it concerned', () => {
  const got: MatchResult = {
    deliver: [
      { channel: 'C3', because: { kind: 'topic', topic: 'ligo' } },
      { channel: 'C1', because: { kind: 'follow', accountId: '7' } },
    ],
    rejected: [{ channel: 'C2', because: 'paused', detail: '' }],
  }
  assert.deepEqual(purchaseOf('x', arrival, got, nobody), {
    source: 'x',
    at: now,
    via: 'poll',
    reads: reads({ inner: ['2'] }),
    relation: 'quote',
    by: 'follow',
    account: '7',
    channels: ['C1', 'C3'],
    delivered: 2,
  })
  const refused = purchaseOf('x', arrival, { ...got, deliver: [] }, nobody)
  assert.deepEqual([refused?.channels, refused?.by, refused?.delivered], [['C2'], 'topic', 0])
  assert.equal(purchaseOf('x', arrival, { ...got, deliver: [] }, id => id === '7')?.by, 'follow')
  assert.deepEqual(
    [purchaseOf('x', arrival, none, nobody)?.by, purchaseOf('x', arrival, none, nobody)?.channels],
    ['', []],
  )
})

test('a drop and a lookup cost too; what costs nothing is no purchase', () => {
  const drop: Arrival = { kind: 'drop', reason: 'bad-shape', detail: '', reads: reads(), at: now, cursor: 'c' }
  const read: Arrival = { kind: 'read', via: 'lookup', reads: reads({ posts: [], users: ['7'] }), at: now, cursor: 'c' }
  assert.deepEqual(purchaseOf('x', drop, none, nobody)?.via, 'stream')
  assert.deepEqual(purchaseOf('x', read, none, nobody)?.via, 'lookup')
  assert.equal(purchaseOf('x', { ...drop, reads: reads({ posts: [] }) }, none, nobody), undefined)
  assert.equal(purchaseOf('x', { kind: 'mark', at: now, cursor: 'c' }, none, nobody), undefined)
})

test('X counts more: that is spent. X counts less: no credit. Only a clear difference is told', () => {
  const row = { via: 'stream', relation: '', by: '', account: '', channels: [], delivered: 0, micros: 0 } as const
  const rows = [
    { ...row, day: '2026-11-21', kind: 'posts', count: 900 },
    { ...row, day: '2026-11-21', kind: 'inner', count: 100 },
    { ...row, day: '2026-11-21', kind: 'users', count: 55 },
    { ...row, day: '2026-11-22', kind: 'posts', count: 30 },
  ] as const
  const days = compared(rows, [
    { day: '2026-11-20', posts: 21 },
    { day: '2026-11-21', posts: 1050 },
    { day: '2026-11-22', posts: 10 },
  ])
  assert.deepEqual(
    days.map(({ ours }) => ours),
    [0, 1000, 30],
  )
  assert.equal(unaccounted(days, xRateCard), (21 + 50) * 5000)
  assert.deepEqual(
    usageFindings(days).map(({ detail }) => detail.slice(0, 13)),
    ['On 2026-11-20'],
  )
})
