/**
 * The delivery's state machine: a table of single steps, then random walks in which the delivery is driven as the store and the
 * worker would drive it.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  deliveryAttemptsMax,
  deliveryOrderHoldMs,
  reconcileWaitsMs,
  slackChannelIntervalMs,
  slackProbeMs,
} from '../limits.ts'
import type { Delivery, Settlement } from './delivery.ts'
import { afterLook, backoffMs, type Look, next } from './delivery-next.ts'
import type { Outcome } from './outcome.ts'

const now = Date.UTC(2026, 0, 5, 9)
const middle = () => 0.5

function delivery(change: Partial<Delivery> = {}): Delivery {
  return {
    id: 'd1',
    channel: 'C0OPTICS',
    subject: { kind: 'post', source: 'x', postId: '1' },
    attempts: 1,
    firstAt: now,
    imagesDropped: false,
    ...change,
  }
}

function step(outcome: Outcome, change: Partial<Delivery> = {}): Settlement {
  return next(delivery(change), outcome, { claimedAt: now, now }, middle)
}

function pendingOf(settlement: Settlement): Extract<Settlement['delivery'], { state: 'pending' }> {
  assert.equal(settlement.delivery.state, 'pending')
  if (settlement.delivery.state !== 'pending') throw new Error('not pending')
  return settlement.delivery
}

function deadOf(settlement: Settlement): string {
  return settlement.delivery.state === 'dead' ? settlement.delivery.reason : settlement.delivery.state
}

test('a sent delivery is done, and its channel rests for the interval Slack asks for', () => {
  assert.deepEqual(step({ kind: 'sent', ts: '1.000001' }), {
    delivery: { state: 'sent', ts: '1.000001' },
    lane: { freeAt: now + slackChannelIntervalMs },
  })
})

test('a rate limit is not a try, is never shorter than told, and the lane waits with the delivery', () => {
  const outcome: Outcome = { kind: 'retry', scope: 'workspace', afterMs: 120_000, why: '429', limited: true }
  const settled = step(outcome, { attempts: deliveryAttemptsMax })
  const state = pendingOf(settled)
  assert.equal(state.counted, false)
  assert.ok(state.dueAt >= now + 120_000)
  assert.equal(settled.lane.freeAt, state.dueAt, 'order is kept however long Slack holds us')
})

test('a change that has to wait holds nobody: posts need not wait for it', () => {
  for (const kind of ['update', 'remove'] as const) {
    const subject = { kind, of: 'd0' } as const
    const limited: Outcome = { kind: 'retry', scope: 'method', afterMs: 20_000, why: '429', limited: true }
    const slowed = step(limited, { subject, attempts: deliveryAttemptsMax })
    assert.equal(pendingOf(slowed).counted, false)
    assert.ok(pendingOf(slowed).dueAt >= now + 20_000)
    assert.equal(slowed.lane.freeAt, now)
    const failed = step({ kind: 'retry', scope: 'message', afterMs: 0, why: 'HTTP 500' }, { subject })
    assert.equal(pendingOf(failed).counted, true)
    assert.ok(pendingOf(failed).dueAt > now)
    assert.equal(failed.lane.freeAt, now)
  }
})

test('a change that is done frees its channel at once; one with nothing to change is discarded', () => {
  for (const kind of ['update', 'remove'] as const) {
    const subject = { kind, of: 'd0' } as const
    assert.equal(step({ kind: 'sent', ts: '1.1' }, { subject }).lane.freeAt, now)
    assert.equal(deadOf(step({ kind: 'gone', why: 'deleted' }, { subject })), 'discarded')
    assert.equal(deadOf(step({ kind: 'refused', scope: 'change', code: 'x', why: 'too old' }, { subject })), 'refused')
  }
})

test('a failure of the message alone is a counted try that backs off', () => {
  const outcome: Outcome = { kind: 'retry', scope: 'message', afterMs: 0, why: 'moved' }
  const first = pendingOf(step(outcome))
  const third = pendingOf(step(outcome, { attempts: 3 }))
  assert.equal(first.counted, true)
  assert.equal(first.dueAt, now + 1000)
  assert.equal(third.dueAt, now + 4000)
  assert.equal(deadOf(step(outcome, { attempts: deliveryAttemptsMax })), 'gave-up')
})

test('pictures are tried twice, then left out; without pictures the failure is a refusal', () => {
  const outcome: Outcome = { kind: 'image', why: 'downloading image failed' }
  assert.equal(pendingOf(step(outcome, { attempts: 1 })).imagesDropped, false)
  assert.equal(pendingOf(step(outcome, { attempts: 2 })).imagesDropped, true)
  assert.equal(deadOf(step(outcome, { attempts: 3, imagesDropped: true })), 'refused')
})

test('a channel we are not in is held with a sentence that says what to do, and nothing is lost', () => {
  const settled = step({ kind: 'absent', code: 'not_in_channel', why: 'not in it' })
  assert.equal(pendingOf(settled).counted, false)
  assert.match(settled.lane.held ?? '', /\/invite @birdwire/)
})

test('a channel that is gone ends the delivery and the lane; a refused workspace ends nothing', () => {
  const gone = step({ kind: 'refused', scope: 'channel', code: 'is_archived', why: 'the channel is archived' })
  assert.equal(deadOf(gone), 'channel-gone')
  assert.equal(gone.lane.gone, 'the channel is archived')
  const revoked = step({ kind: 'refused', scope: 'workspace', code: 'token_revoked', why: 'revoked' })
  assert.equal(pendingOf(revoked).counted, false)
  assert.equal(pendingOf(revoked).dueAt >= now + slackProbeMs, true)
  assert.equal(revoked.lane.freeAt, pendingOf(revoked).dueAt)
  assert.equal(revoked.lane.gone, undefined)
})

test('I6 an unknown outcome leads to looks at the set times, and only when none finds it to another send', () => {
  let settled = next(delivery(), { kind: 'unknown', why: 'timeout' }, { claimedAt: now - 15_000, now }, middle)
  for (const [checks, wait] of reconcileWaitsMs.entries()) {
    const state = pendingOf(settled)
    assert.deepEqual(state.unknown, { since: now - 15_000, checks, why: 'timeout' })
    assert.equal(state.dueAt, now + wait)
    settled = afterLook(
      delivery({ unknown: { since: now - 15_000, checks, why: 'timeout' } }),
      { kind: 'missing' },
      now,
      middle,
    )
  }
  const state = pendingOf(settled)
  assert.equal(state.unknown, undefined)
  assert.equal(state.dueAt, now)
})

test('I6 a delivery that is found is sent; one that we may not look for is never sent again', () => {
  const unknown = { since: now, checks: 0, why: 'timeout' }
  assert.deepEqual(afterLook(delivery({ unknown }), { kind: 'found', ts: '2.5' }, now, middle).delivery, {
    state: 'sent',
    ts: '2.5',
  })
  assert.equal(
    deadOf(afterLook(delivery({ unknown }), { kind: 'blind', why: 'missing_scope' }, now, middle)),
    'unknowable',
  )
})

test('a look at a delivery whose outcome is known is our own broken invariant', () => {
  assert.throws(() => afterLook(delivery(), { kind: 'missing' }, now, middle), /d1/)
})

test('I4 a delivery in trouble holds its lane until its next turn, but not past the order hold', () => {
  const outcome: Outcome = { kind: 'retry', scope: 'message', afterMs: 20_000, why: 'moved' }
  assert.equal(step(outcome).lane.freeAt, now + 20_000)
  const late = { firstAt: now - deliveryOrderHoldMs + 10_000 }
  assert.equal(step(outcome, late).lane.freeAt, now, 'its turn comes after the hold: the others pass it at once')
  assert.equal(step({ kind: 'unknown', why: 'reset' }).lane.freeAt, now + reconcileWaitsMs[0])
})

test('pauses grow, stay bounded, and are never negative', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1, max: 10_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempts, r) => {
      const ms = backoffMs(attempts, () => r)
      assert.ok(ms >= 800 && ms <= 720_000)
    }),
  )
})

const why = fc.constantFrom('a', 'b')
const afterMs = fc.integer({ min: 0, max: 7_200_000 })
/** What leads on is likelier than what ends, so that walks become long. */
const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ kind: fc.constant('sent' as const), ts: fc.constant('1.1') }),
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('retry' as const),
      scope: fc.constantFrom('message' as const, 'workspace' as const),
      afterMs,
      why,
    }),
  },
  fc.record({
    kind: fc.constant('refused' as const),
    scope: fc.constantFrom('message' as const, 'channel' as const, 'workspace' as const),
    code: why,
    why,
  }),
  fc.record({ kind: fc.constant('image' as const), why }),
  fc.record({ kind: fc.constant('absent' as const), code: why, why }),
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('unknown' as const), why }) },
)
const anyLook: fc.Arbitrary<Look> = fc.oneof(
  fc.record({ kind: fc.constant('found' as const), ts: fc.constant('1.2') }),
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('missing' as const) }) },
  fc.record({ kind: fc.constant('later' as const), afterMs, why }),
  fc.record({ kind: fc.constant('blind' as const), why }),
)

interface Walk {
  end: string
  sends: number
  counted: number
  looksSinceUnknown: number
}

/** Drives one delivery as store and worker would: a claim counts a try, a settlement may take it back. */
function walk(outcomes: Iterator<Outcome>, looks: Iterator<Look>, stepsMax: number): Walk {
  let held = delivery({ attempts: 0 })
  let at = now
  const seen: Walk = { end: 'open', sends: 0, counted: 0, looksSinceUnknown: 0 }
  for (let i = 0; i < stepsMax; i++) {
    held = { ...held, attempts: held.attempts + 1 }
    const look: Look | undefined = held.unknown === undefined ? undefined : looks.next().value
    if (look === undefined) seen.sends++
    else seen.looksSinceUnknown++
    const settled: Settlement =
      look === undefined
        ? next(held, outcomes.next().value, { claimedAt: at, now: at }, middle)
        : afterLook(held, look, at, middle)
    assert.ok(settled.lane.freeAt >= at, 'a lane is never free in the past')
    const state = settled.delivery
    if (state.state !== 'pending') {
      seen.end = state.state
      return seen
    }
    assert.ok(state.dueAt >= at)
    assert.ok(
      settled.lane.freeAt <= Math.max(state.dueAt, at),
      'a lane never waits longer than for the delivery that holds it',
    )
    if (held.unknown === undefined && state.unknown !== undefined) seen.looksSinceUnknown = 0
    if (held.unknown !== undefined && state.unknown === undefined) {
      assert.equal(look?.kind, 'missing', 'never a send after unknown without a whole look')
      assert.ok(seen.looksSinceUnknown >= reconcileWaitsMs.length)
    }
    const { unknown, ...known } = held
    held = {
      ...known,
      attempts: held.attempts - (state.counted ? 0 : 1),
      imagesDropped: state.imagesDropped,
      ...(state.unknown === undefined ? {} : { unknown: state.unknown }),
    }
    if (state.counted) seen.counted++
    assert.ok(held.attempts <= deliveryAttemptsMax, 'counted tries are bounded')
    at = Math.max(state.dueAt, settled.lane.freeAt)
  }
  return seen
}

test('whatever happens, counted tries are bounded and a send after unknown follows only looks that found nothing', () => {
  fc.assert(
    fc.property(fc.infiniteStream(anyOutcome), fc.infiniteStream(anyLook), (outcomes, looks) => {
      walk(outcomes, looks, 300)
    }),
    { numRuns: 300 },
  )
})

test('when nothing holds us from outside for ever, every delivery ends sent or dead within its tries', () => {
  const holds = (event: Outcome | Look) =>
    event.kind === 'absent' ||
    event.kind === 'later' ||
    (event.kind === 'retry' && event.scope === 'workspace') ||
    (event.kind === 'refused' && event.scope === 'workspace')
  fc.assert(
    fc.property(
      fc.infiniteStream(anyOutcome.filter(outcome => !holds(outcome))),
      fc.infiniteStream(anyLook.filter(look => !holds(look))),
      (outcomes, looks) => {
        const stepsMax = deliveryAttemptsMax * (1 + reconcileWaitsMs.length)
        const seen = walk(outcomes, looks, stepsMax)
        assert.match(seen.end, /sent|dead/)
        assert.ok(seen.sends <= deliveryAttemptsMax)
      },
    ),
    { numRuns: 300 },
  )
})
