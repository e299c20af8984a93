import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultKinds, emptyRoute, type Route } from '../route.ts'
import { everything, type Level, levelFrom, projectedAt, restricted, type Situation } from './levels.ts'
import { dayPlus } from './month.ts'
import type { Spent } from './spent.ts'

const account = (id: string) => ({ source: 'x' as const, id, handle: id, name: '' })
const routes: readonly Route[] = [
  { ...emptyRoute('x', 'C1'), follows: [account('1'), account('2')], topics: ['ligo'] },
  { ...emptyRoute('x', 'C2'), follows: [account('1'), account('3')] },
]
const now = Date.UTC(2026, 10, 22, 12)

const row: fc.Arbitrary<Spent> = fc.record({
  day: fc.nat(20).map(days => dayPlus('2026-11-22', -days)),
  kind: fc.constantFrom('posts', 'inner'),
  via: fc.constant('stream'),
  relation: fc.constantFrom('original', 'repost', 'quote'),
  by: fc.constantFrom('follow', 'topic'),
  account: fc.constantFrom('1', '2', '3', '9'),
  channels: fc.subarray(['C1', 'C2'], { minLength: 1 }),
  count: fc.constant(100),
  delivered: fc.nat(100),
  micros: fc.nat(2_000_000),
})

const situation: fc.Arbitrary<Situation> = fc.record({
  rows: fc.array(row, { maxLength: 60 }),
  spent: fc.nat(30_000_000),
  budget: fc.integer({ min: 1_000_000, max: 40_000_000 }),
  now: fc.constant(now),
  routes: fc.constant(routes),
})

test('each step makes the month cheaper or leaves it, is never taken back, and looking twice changes nothing', () => {
  fc.assert(
    fc.property(situation, fc.integer({ min: 0, max: 10_000_000 }), (first, more) => {
      const level = levelFrom(everything, first)
      assert.ok(projectedAt(level, first) <= projectedAt(everything, first))
      assert.equal(levelFrom(level, first), level)
      const later = { ...first, spent: first.spent + more }
      const next = levelFrom(level, later)
      assert.ok(next.step >= level.step)
      assert.deepEqual(next.dropped.slice(0, level.dropped.length), level.dropped)
    }),
    { numRuns: 300 },
  )
})

test('no step is taken below 80 % of the budget, and none when the month fits', () => {
  fc.assert(
    fc.property(situation, each => {
      const level = levelFrom(everything, each)
      if (each.spent < 0.8 * each.budget || projectedAt(everything, each) <= each.budget)
        assert.equal(level, everything)
      else assert.ok(level.step > 0)
    }),
    { numRuns: 300 },
  )
})

test('what nobody wants any more is no part of what is to come', () => {
  const rows = fc.sample(row, { numRuns: 40, seed: 7 }).map(each => ({ ...each, by: 'topic' as const }))
  const each: Situation = { rows, spent: 5, budget: 1, now, routes: routes.map(route => ({ ...route, topics: [] })) }
  assert.equal(projectedAt(everything, each), 5)
})

test('what is asked for is less at each step; a route that loses nothing is the same one', () => {
  const plain: Route = {
    ...emptyRoute('x', 'C3'),
    follows: [account('1')],
    kinds: { ...defaultKinds, repost: false },
  }
  const all = [...routes, plain]
  assert.equal(restricted(all, everything), all)
  const shown = (level: Level) =>
    restricted(all, level).map(
      ({ topics, kinds, follows }) => `${topics.length} ${kinds.repost} ${follows.map(({ id }) => id).join('')}`,
    )
  assert.deepEqual(shown({ step: 1, dropped: [] }), ['0 true 12', '0 true 13', '0 false 1'])
  assert.deepEqual(shown({ step: 2, dropped: [] }), ['0 false 12', '0 false 13', '0 false 1'])
  assert.deepEqual(shown({ step: 3, dropped: ['C2 1', 'C1 2'] }), ['0 false 1', '0 false 3', '0 false 1'])
  assert.equal(restricted(all, { step: 3, dropped: ['C2 1'] })[2], plain)
})

test('without reposts a channel that reads completely reads cheaply: X would send them all the same', () => {
  const complete: Route = { ...emptyRoute('x', 'C1'), follows: [account('1')], reading: 'complete' }
  assert.deepEqual(
    [1, 2].map(step => restricted([complete], { step: step as 1 | 2, dropped: [] })[0]?.reading),
    ['complete', 'cheap'],
  )
})
