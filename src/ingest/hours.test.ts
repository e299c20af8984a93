import assert from 'node:assert/strict'
import test from 'node:test'
import { livePace, type Pace } from '../domain/route.ts'
import { holdOf } from './hours.ts'

const zone = 'Europe/Berlin'
const digest: Pace = { mode: 'digest', times: ['09:00', '17:00'], zone }
const nights: Pace = { ...livePace, zone, quiet: { from: '22:00', to: '07:00' } }

/** Berlin's winter time in, winter time out. */
function held(pace: Pace, at: string): string | undefined {
  const hold = holdOf(pace, Date.parse(`${at}+01:00`))
  return hold === undefined
    ? undefined
    : `${hold.why} ${new Date(hold.until + 3_600_000).toISOString().slice(5, 16).replace('T', ' ')}`
}

test('a live channel waits for nothing', () => {
  assert.equal(held(livePace, '2026-01-05T03:00:00'), undefined)
  assert.equal(held({ ...livePace, perHour: 1 }, '2026-01-05T03:00:00'), undefined)
})

test('a digest channel waits for the next of its times, whichever comes first', () => {
  assert.equal(held(digest, '2026-01-05T08:59:59'), 'digest 01-05 09:00')
  assert.equal(held(digest, '2026-01-05T09:00:00'), 'digest 01-05 17:00')
  assert.equal(held(digest, '2026-01-05T17:00:00'), 'digest 01-06 09:00')
})

test('quiet hours hold until they end', () => {
  assert.equal(held(nights, '2026-01-05T21:59:59'), undefined)
  assert.equal(held(nights, '2026-01-05T22:00:00'), 'quiet 01-06 07:00')
  assert.equal(held(nights, '2026-01-06T06:59:59'), 'quiet 01-06 07:00')
  assert.equal(held(nights, '2026-01-06T07:00:00'), undefined)
})

test('a digest whose time lies in the quiet hours comes when they end, with what came until then', () => {
  const both = { ...digest, times: ['06:00', '17:00'], quiet: { from: '22:00', to: '07:00' } }
  assert.equal(held(both, '2026-01-05T23:00:00'), 'digest 01-06 07:00')
  assert.equal(held(both, '2026-01-06T06:30:00'), 'digest 01-06 07:00')
  assert.equal(held(both, '2026-01-06T07:00:00'), 'digest 01-06 17:00')
  assert.equal(held({ ...both, times: ['17:00'] }, '2026-01-05T23:00:00'), 'digest 01-06 17:00')
})
