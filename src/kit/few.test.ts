import assert from 'node:assert/strict'
import test from 'node:test'
import { Few } from './few.ts'

test('a few are told, the others are counted and told of with the next', () => {
  const few = new Few(2, 1000)
  assert.deepEqual(
    [0, 1, 2, 999].map(now => few.tell(now)),
    [0, 0, undefined, undefined],
  )
  assert.equal(few.tell(1000), 2)
  assert.equal(few.tell(1001), 0)
  assert.equal(few.tell(1002), undefined)
  assert.equal(few.tell(-5000), 1, 'the clock was set back')
})
