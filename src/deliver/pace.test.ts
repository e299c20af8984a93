import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Outcome } from '../domain/outcome.ts'
import { slackProbeMs, slackSlowMs } from '../limits.ts'
import { allowance, heard, newPace, opensAt, type Pace, taken } from './pace.ts'

const start = Date.UTC(2026, 0, 5, 9)
const limited = (afterMs: number): Outcome => ({
  kind: 'retry',
  scope: 'workspace',
  afterMs,
  why: '429',
  limited: true,
})
const sent: Outcome = { kind: 'sent', ts: '1.1' }

/** How many calls one lane-less sender gets through in `ms`, taking whatever is allowed, each going well. */
function through(pace: Pace, from: number, ms: number): number {
  let at = from
  let count = 0
  let now = pace
  for (;;) {
    const room = allowance(now, at, 0)
    if (room > 0) {
      now = heard(taken(now, at, room), sent, at)
      count += room
    }
    const next = Math.max(opensAt(now, at), at + (room > 0 ? 0 : 1))
    if (next >= from + ms) return count
    at = next
  }
}

test('after a quiet time a burst may go, then the rate holds to the call', () => {
  const pace = newPace(240, 20, start)
  assert.equal(allowance(pace, start, 0), 20)
  assert.equal(allowance(taken(pace, start, 20), start, 0), 0)
  assert.equal(opensAt(taken(pace, start, 20), start), start + 250)
  assert.equal(through(pace, start, 60_000), 20 + 239)
})

test('over any stretch no more calls begin than burst and rate allow', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 50 }), (perMinute, burst) => {
      assert.ok(through(newPace(perMinute, burst, start), start, 30_000) <= burst + perMinute / 2 + 1e-6)
    }),
  )
})

test('Retry-After holds everything, then one call feels its way before the others follow', () => {
  const pace = heard(newPace(240, 20, start), limited(7000), start)
  assert.equal(allowance(pace, start + 6999, 0), 0)
  assert.equal(opensAt(pace, start), start + 7000)
  assert.equal(allowance(pace, start + 7000, 0), 1)
  assert.equal(allowance(pace, start + 7000, 1), 0)
  const well = heard(taken(pace, start + 7000, 1), sent, start + 7100)
  assert.equal(allowance(well, start + 9000, 3) >= 1, true)
})

test('a rate limit halves the rate for some minutes, and answers to calls already under way change nothing more', () => {
  let pace = heard(newPace(240, 20, start), limited(1000), start)
  pace = heard(pace, limited(1000), start + 10)
  assert.equal(pace.slowness, 2)
  const slow = through(pace, start + 1000, 60_000)
  assert.ok(slow >= 118 && slow <= 122, String(slow))
  const later = start + 1000 + slackSlowMs + 60_000
  assert.equal(through(pace, later, 60_000), 20 + 239, 'and then it is whole again')
  const again = heard(pace, limited(1000), start + 5000)
  assert.equal(again.slowness, 4)
})

test('a workspace that refuses us is probed slowly; trouble of one message or channel holds nobody', () => {
  const pace = newPace(240, 20, start)
  const refused = heard(pace, { kind: 'refused', scope: 'workspace', code: 'token_revoked', why: '' }, start)
  assert.equal(opensAt(refused, start), start + slackProbeMs)
  for (const outcome of [
    { kind: 'refused', scope: 'channel', code: 'is_archived', why: '' },
    { kind: 'retry', scope: 'message', afterMs: 30_000, why: '' },
    { kind: 'unknown', why: '' },
    { kind: 'image', why: '' },
    { kind: 'absent', code: 'not_in_channel', why: '' },
  ] satisfies Outcome[]) {
    assert.equal(allowance(heard(pace, outcome, start), start, 0), 20, outcome.kind)
  }
})
