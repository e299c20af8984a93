import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { distance, nearest } from './similar.ts'

test('a slip of the hand finds its name, something else finds nothing', () => {
  const verbs = ['follow', 'unfollow', 'keyword', 'status']
  assert.equal(nearest('folow', verbs), 'follow')
  assert.equal(nearest('flolow', verbs), 'follow')
  assert.equal(nearest('KEYWORDS', verbs), 'keyword')
  assert.equal(nearest('stat', verbs), 'status')
  assert.equal(nearest('pizza', verbs), undefined)
  assert.equal(nearest('', verbs), undefined)
})

test('a distance is zero only for equal strings and the same in both directions', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      assert.equal(distance(a, b), distance(b, a))
      assert.equal(distance(a, b) === 0, a === b)
      assert.ok(distance(a, b) <= Math.max(a.length, b.length))
    }),
  )
})
