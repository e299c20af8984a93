import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyRoute } from '../route.ts'
import { aboutCount, dollars, unitPrice } from './dollars.ts'
import { rateOf, ratesOf, readsWhole } from './rates.ts'

const now = Date.UTC(2026, 10, 22)
const dayMs = 24 * 3_600_000
const mira = { source: 'x', id: '1', handle: 'mira', name: '' } as const
const known = { ...mira, postsPerDay: 20 }
const seen = (posts: number, days: number) => ({ id: '1', posts, firstAt: now - days * dayMs })

test('what was seen over some days says more than the whole life, a glimpse says less', () => {
  assert.deepEqual(rateOf(known, seen(28, 14), true, now), { perDay: 2, from: 'seen' })
  assert.deepEqual(rateOf(known, seen(28, 0.2), true, now), { perDay: 20, from: 'life' })
  assert.deepEqual(rateOf(known, seen(2, 14), true, now), { perDay: 20, from: 'life' })
  assert.deepEqual(rateOf(mira, seen(2, 14), true, now)?.from, 'seen')
  assert.equal(rateOf(mira, undefined, true, now), undefined)
})

test('where only what matches is bought, what was seen is not all', () => {
  assert.equal(rateOf(known, seen(28, 14), false, now)?.perDay, 20)
  assert.equal(rateOf(known, seen(700, 14), false, now)?.perDay, 50)
})

test('a channel reads everything of those it follows when nothing chooses, or when it is to', () => {
  const route = emptyRoute('x', 'C1')
  assert.equal(readsWhole(route), true)
  assert.equal(readsWhole({ ...route, keywords: ['a'] }), false)
  assert.equal(readsWhole({ ...route, keywords: ['a'], reading: 'complete' }), true)
  assert.equal(readsWhole({ ...route, paused: true }), false)
  assert.equal(readsWhole({ ...route, kinds: { ...route.kinds, repost: false } }), false)
})

test('rates are of those followed, as far as they are known', () => {
  const route = { ...emptyRoute('x', 'C1'), follows: [mira, { ...known, id: '2' }, { ...mira, id: '3' }] }
  assert.deepEqual(
    [...ratesOf([route], [seen(28, 14)], now)],
    [
      ['1', 2],
      ['2', 20],
    ],
  )
})

test('money and rates as people read them', () => {
  assert.deepEqual([0, 1, 9999, 10_000, 1_350_000, 1_250_000_000].map(dollars), [
    '$0.00',
    'under $0.01',
    'under $0.01',
    '$0.01',
    '$1.35',
    '$1,250.00',
  ])
  assert.equal(unitPrice(5000), '$0.005')
  assert.deepEqual([0, 0.05, 0.34, 9, 2.51, 1234.5].map(aboutCount), [
    'hardly any',
    'about 0.05',
    'about 0.3',
    'about 9',
    'about 2.5',
    'about 1,235',
  ])
})
