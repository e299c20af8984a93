import assert from 'node:assert/strict'
import test from 'node:test'
import { Seen } from './seen.ts'

test('a repetition is known, and only the newest ids are kept', () => {
  const seen = new Seen(2)
  assert.equal(seen.first('a'), true)
  assert.equal(seen.first('a'), false)
  assert.equal(seen.first('b'), true)
  assert.equal(seen.first('c'), true)
  assert.equal(seen.first('b'), false)
  assert.equal(seen.first('a'), true, 'a was the oldest and is forgotten')
})
