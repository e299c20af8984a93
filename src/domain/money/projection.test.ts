import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dayPlus, daysBetween, monthOf } from './month.ts'
import { projected, stillToCome, windowBefore, windowWhile } from './projection.ts'
import type { Spent } from './spent.ts'

const at = Date.UTC(2026, 10, 21)
const dollar = 1_000_000

function rowOn(day: string, micros: number): Spent {
  const what = { kind: 'posts', via: 'stream', relation: 'original', by: 'follow' } as const
  return { day, ...what, account: '1', channels: ['C1'], count: 1, delivered: 1, micros }
}

const november = (days: readonly number[], micros = dollar) =>
  days.map(day => rowOn(`2026-11-${`${day}`.padStart(2, '0')}`, micros))
const upTo = (last: number) => Array.from({ length: last }, (_, n) => n + 1)

describe('the month', () => {
  test('is a calendar month in UTC, leap days and the turn of the year included', () => {
    assert.deepEqual(monthOf(Date.UTC(2028, 1, 29, 23, 59)), {
      key: '2028-02',
      from: '2028-02-01',
      to: '2028-02-29',
      startsAt: Date.UTC(2028, 1, 1),
      endsAt: Date.UTC(2028, 2, 1),
    })
    assert.equal(monthOf(Date.UTC(2026, 11, 31)).endsAt, Date.UTC(2027, 0, 1))
    assert.equal(dayPlus('2026-12-31', 1), '2027-01-01')
    assert.equal(daysBetween('2026-02-27', '2026-03-01'), 3)
    assert.equal(daysBetween('2026-03-01', '2026-02-27'), 0)
  })
})

describe('the projection', () => {
  test('is what was spent, and for each day left the mean of the last seven full days', () => {
    const rows = [...november(upTo(13), 100 * dollar), ...november([14, 15, 16, 17, 18, 19, 20])]
    assert.equal(projected(rows, 50 * dollar, at), 60 * dollar)
  })

  test('a day without spending counts as one, but not days before anything is known', () => {
    assert.equal(
      stillToCome(november([18, 20]), at, windowBefore(november([18, 20]), at)),
      Math.round((10 * 2 * dollar) / 3),
    )
  })

  test('on the first day it goes by the pace of the day, of a quarter of it at least', () => {
    const now = Date.UTC(2026, 10, 1, 12)
    assert.equal(projected(november([1]), dollar, now), dollar + dollar + 29 * 2 * dollar)
    const early = Date.UTC(2026, 10, 1, 0, 1)
    assert.ok(projected(november([1]), dollar, early) < (1 + 30 * 4) * dollar)
  })

  test('a busy day goes on until it ends, not until the month does', () => {
    const rows = [...november([14, 15, 16, 17, 18, 19, 20]), ...november([21], 10 * dollar)]
    assert.equal(projected(rows, 0, at + 12 * 3_600_000), (10 + 9) * dollar)
  })

  test('at the end of the month it is what was spent', () => {
    assert.equal(projected(november(upTo(30)), 30 * dollar, Date.UTC(2026, 11, 1) - 1), 30 * dollar)
  })

  test('what is not bought any more keeps the pace that it had', () => {
    const topics = november([8, 9, 10])
    const all = [...november(upTo(20)), ...topics]
    assert.deepEqual(windowWhile(topics, all, at), { from: '2026-11-04', to: '2026-11-10' })
    assert.deepEqual(windowWhile([], all, at), windowBefore(all, at))
  })
})
