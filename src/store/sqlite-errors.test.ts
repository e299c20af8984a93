import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tooOld, translate } from './sqlite-errors.ts'
import { StoreError } from './store-error.ts'

test('a SQLite that can damage its log is refused with the Node that is needed, newer ones are taken', () => {
  for (const version of ['3.51.3', '3.53.4', '4.0.0']) assert.equal(tooOld(version), undefined)
  for (const version of ['3.51.2', '3.45.1', '3.9.0', '0']) assert.match(tooOld(version) ?? '', /Node 24/)
})

const table = [
  [11, 'damaged', false],
  [11 | (1 << 8), 'damaged', false],
  [26, 'damaged', false],
  [13, 'full', true],
  [14, 'denied', false],
  [8, 'denied', false],
  [10 | (3 << 8), 'failing', true],
  [5, 'failing', true],
] as const

test('every way in which the file can fail is a sentence that names the file, and says whether to try again', () => {
  for (const [errcode, code, retry] of table) {
    const error = translate(Object.assign(new Error('why it failed'), { errcode }), '/data/birdwire.sqlite')
    assert.ok(error instanceof StoreError)
    assert.deepEqual([error.code, error.shouldRetry()], [code, retry])
    assert.match(error.message, /\/data\/birdwire\.sqlite.*why it failed/)
  }
})

test('a fault of our own statements stays what it is', () => {
  const fault = Object.assign(new Error('no such column'), { errcode: 1 })
  assert.equal(translate(fault, 'f'), fault)
  assert.equal(translate('odd', 'f'), 'odd')
})
