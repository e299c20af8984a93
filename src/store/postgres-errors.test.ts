import assert from 'node:assert/strict'
import test from 'node:test'
import pg from 'pg'
import { isConflict, translate } from './postgres-errors.ts'
import { StoreError } from './store-error.ts'

function said(code: string, message = 'something'): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError(message, message.length, 'error'), { code })
}

/** SQLSTATE, what it is called here, whether the same may work later. postgresql.org/docs/current/errcodes-appendix.html */
const known = [
  ['57P01', 'failing', true],
  ['57P03', 'failing', true],
  ['57014', 'failing', true],
  ['55P03', 'failing', true],
  ['53300', 'failing', true],
  ['53100', 'full', true],
  ['25006', 'failing', true],
  ['08006', 'failing', true],
  ['0A000', 'failing', true],
  ['26000', 'failing', true],
  ['54000', 'failing', true],
  ['25P03', 'failing', true],
  ['28P01', 'denied', false],
  ['3D000', 'denied', false],
  ['42501', 'denied', false],
  ['XX001', 'damaged', false],
] as const

test('what passes is asked for again, what does not says what to do', () => {
  for (const [code, kind, passes] of known) {
    const error = translate(said(code))
    assert.ok(error instanceof StoreError, code)
    assert.deepEqual([error.code, error.shouldRetry()], [kind, passes], code)
    assert.match(error.message, /^PostgreSQL says: something; .{10}/)
  }
})

test('a conflict stays one, and a fault of our own statements is no trouble of the database', () => {
  for (const code of ['40001', '40P01']) {
    const error = said(code)
    assert.ok(isConflict(error))
    assert.equal(translate(error), error)
  }
  const ours = said('42601')
  assert.equal(translate(ours), ours)
  assert.equal(isConflict(ours), false)
})

test('a server that cannot be reached is tried again, also where Node tells of several addresses', () => {
  for (const error of [new Error('connect ECONNREFUSED'), new AggregateError([new Error('one'), new Error('two')])]) {
    const told = translate(error)
    assert.ok(told instanceof StoreError && told.shouldRetry())
    assert.match(told.message, /^PostgreSQL cannot be reached: .*(ECONNREFUSED|one, Error: two)/)
  }
})

test('who ends is not told that it goes on by itself', () => {
  for (const [code, , passes] of known) {
    const error = translate(said(code), 'start PostgreSQL')
    assert.ok(error instanceof StoreError && error.shouldRetry() === passes, code)
    assert.doesNotMatch(error.message, /goes on by itself/)
    assert.match(error.message, /; .{10}/)
  }
  const away = translate(new Error('connect ECONNREFUSED'), 'start PostgreSQL')
  assert.equal(
    away instanceof Error && away.message,
    'PostgreSQL cannot be reached: connect ECONNREFUSED; start PostgreSQL',
  )
})

test('a file that the address names and nobody can read never passes', () => {
  const error = Object.assign(new Error("ENOENT: no such file or directory, open '/nope'"), {
    code: 'ENOENT',
    path: '/nope',
  })
  const told = translate(error)
  assert.ok(told instanceof StoreError)
  assert.deepEqual([told.code, told.shouldRetry()], ['denied', false])
})
