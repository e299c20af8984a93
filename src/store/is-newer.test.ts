import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isNewer } from './is-newer.ts'

const v = (version: string, createdAt = 0) => ({ version, createdAt })

test('ids that are numbers are compared as numbers, beyond what a float keeps', () => {
  assert.equal(isNewer(v('1790000000000000001'), v('1790000000000000000')), true)
  assert.equal(isNewer(v('1790000000000000000'), v('1790000000000000001')), false)
  assert.equal(isNewer(v('1000'), v('99')), true)
  assert.equal(isNewer(v('99', 5), v('1000', 1)), false)
})

test('the same version is not newer, whatever its date', () => {
  assert.equal(isNewer(v('7', 2), v('7', 1)), false)
})

test('ids of another kind say nothing about order: the date decides', () => {
  assert.equal(isNewer(v('3kabc', 2), v('3kzzz', 1)), true)
  assert.equal(isNewer(v('3kzzz', 1), v('3kabc', 1)), false)
})
