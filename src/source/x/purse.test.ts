import assert from 'node:assert/strict'
import test from 'node:test'
import { Purse } from './purse.ts'

const reads = (posts: readonly string[], inner: readonly string[] = [], users: readonly string[] = []) => ({
  posts,
  inner,
  users,
})

test('a purse pays for each resource once, and pages shrink to what is left', () => {
  const purse = new Purse(1_000_000)
  // Each may bring another post and two people along: $0.03.
  assert.equal(purse.pageSize(5), '33')
  purse.pay(reads(['1', '2'], ['3'], ['7']))
  purse.pay(reads(['1', '3'], ['2'], ['7']))
  // Three posts and one person: $0.025.
  assert.equal(purse.pageSize(5), '32')
  purse.pay(
    reads(
      [],
      [],
      Array.from({ length: 97 }, (_, n) => `p${n}`),
    ),
  )
  assert.deepEqual([purse.empty, purse.pageSize(5)], [false, '5'])
  purse.pay(reads(['4']))
  assert.equal(purse.empty, true)
})

test('a purse without a bound is never empty, one with nothing in it always', () => {
  const free = new Purse(undefined)
  free.pay(reads(Array.from({ length: 1000 }, (_, n) => `${n}`)))
  assert.deepEqual([free.empty, free.bounded, free.pageSize(10)], [false, false, '100'])
  assert.equal(new Purse(0).empty, true)
})
