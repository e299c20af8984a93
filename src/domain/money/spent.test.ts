import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { byAccount, byChannel, byWish, microsOf, perDelivered, type Spent } from './spent.ts'

const rowOf = (changes: Partial<Spent>): Spent => ({
  day: '2026-11-02',
  kind: 'posts',
  via: 'stream',
  relation: 'original',
  by: 'follow',
  account: '1',
  channels: ['C1'],
  count: 10,
  delivered: 8,
  micros: 50_000,
  ...changes,
})

const rows = fc.array(
  fc.record({
    kind: fc.constantFrom('posts', 'inner', 'users'),
    by: fc.constantFrom('follow', 'topic', ''),
    account: fc.constantFrom('', '1', '2', '3'),
    channels: fc.subarray(['C1', 'C2', 'C3']),
    count: fc.nat(1000),
    micros: fc.nat(10_000_000),
  }),
  { maxLength: 30 },
)

test('every side adds up to what was spent, to the millionth', () => {
  fc.assert(
    fc.property(rows, changes => {
      const spent = changes.map(rowOf)
      for (const side of [byChannel, byAccount, byWish]) {
        const { bills, rest } = side(spent)
        assert.equal(
          bills.reduce((sum, { micros }) => sum + micros, rest),
          microsOf(spent),
        )
      }
    }),
    { numRuns: 200 },
  )
})

test('money is shared among the channels that a post was bought for, posts are counted in each; the dearest stands first', () => {
  const { bills, rest } = byChannel([
    rowOf({ channels: ['C1', 'C2'], micros: 101 }),
    rowOf({ kind: 'inner', channels: ['C2'], micros: 7 }),
    rowOf({ channels: [], micros: 5 }),
  ])
  assert.deepEqual(bills, [
    { id: 'C2', bought: 10, delivered: 8, micros: 57 },
    { id: 'C1', bought: 10, delivered: 8, micros: 51 },
  ])
  assert.equal(rest, 5)
})

test('what delivered nothing is dearer than anything', () => {
  const bill = { id: 'C1', bought: 1, micros: 1 }
  assert.ok(perDelivered({ ...bill, delivered: 0 }) > perDelivered({ ...bill, delivered: 1, micros: 1e12 }))
})
