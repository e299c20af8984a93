import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyRoute, type Route } from '../route.ts'
import { cheapestChange } from './change.ts'
import type { Spent } from './spent.ts'

const account = (id: string) => ({ source: 'x' as const, id, handle: id, name: '' })
const papers: Route = { ...emptyRoute('x', 'C1'), follows: [account('1'), account('2')] }
const dollar = 1_000_000

function row(changes: Partial<Spent>): Spent {
  const what = { kind: 'posts', via: 'stream', relation: 'original', by: 'follow' } as const
  const whose = { account: '1', channels: ['C1'], count: 100, delivered: 100, micros: dollar }
  return { day: '2026-11-09', ...what, ...whose, ...changes }
}

const best = (rows: readonly Spent[], routes: readonly Route[] = [papers]) =>
  cheapestChange(rows, routes, '2026-11-01', '2026-11-10')

test('the change that saves most for each delivered post, in a month', () => {
  const rows = [
    row({ day: '2026-11-01', account: '1', delivered: 90 }),
    row({ account: '2', delivered: 10, micros: dollar / 2 }),
    row({ account: '2', relation: 'repost', delivered: 5, micros: dollar }),
  ]
  const saves = 3 * dollar
  assert.deepEqual(best(rows), { kind: 'reposts-off', channel: 'C1', account: '', saves, loses: 15, of: 315 })
  const quiet = { ...papers, kinds: { ...papers.kinds, repost: false } }
  assert.deepEqual(best(rows, [quiet]), {
    kind: 'unfollow',
    channel: 'C1',
    account: '2',
    saves: 4_500_000,
    loses: 45,
    of: 315,
  })
})

test('what another channel wants too is bought all the same, so leaving it saves nothing', () => {
  assert.equal(best([row({ channels: ['C1', 'C2'] })]), undefined)
})

test('what is bought in vain for a complete channel costs no post at all', () => {
  const rows = [row({ delivered: 60 }), row({ account: '2', delivered: 0, micros: dollar / 10 })]
  const change = best(rows, [{ ...papers, reading: 'complete' }])
  assert.deepEqual([change?.kind, change?.loses, change?.saves], ['cheap', 0, 7.5 * dollar])
})

test('topics are one thing, since nobody knows which of them a post was bought for', () => {
  const rows = [row({ by: 'topic', account: '9', delivered: 3 })]
  assert.equal(best(rows, [{ ...papers, topics: ['ligo'] }])?.kind, 'topics')
})

test('the first day is too short to advise on a month', () => {
  const topics = { ...papers, topics: ['ligo'] }
  assert.equal(best([row({ day: '2026-11-10', by: 'topic', account: '9', delivered: 3 })], [topics]), undefined)
})

test('a trifle is not worth advice, and nothing spent needs none', () => {
  assert.equal(best([row({}), row({ account: '9', micros: 100 * dollar })]), undefined)
  assert.equal(best([]), undefined)
})
