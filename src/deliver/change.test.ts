/** One claimed change's way to its settlement: edited or taken away by its `ts`, never looked for, at a pace of its own. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Delivery } from '../domain/delivery.ts'
import type { Outcome } from '../domain/outcome.ts'
import { deliveryAttemptsMax, deliveryImageTriesMax, deliveryLeaseMs } from '../limits.ts'
import type { Claim } from '../store/store.ts'
import { attempt } from './attempt.ts'
import { type DeliverEvent, eventsOf } from './events.ts'
import { newPace } from './pace.ts'

const now = Date.UTC(2026, 0, 5, 9)
const sent: Outcome = { kind: 'sent', ts: '5.5' }

function aChange(act: Claim['act'], change: Partial<Delivery> = {}): Claim {
  const subject =
    act.kind === 'delete' ? ({ kind: 'remove', of: 'd0' } as const) : ({ kind: 'update', of: 'd0' } as const)
  return {
    delivery: { id: 'd1', channel: 'C1', subject, attempts: 1, firstAt: now, imagesDropped: false, ...change },
    content: { kind: 'notice', text: 'hello' },
    act,
    token: 't1',
    leaseUntil: now + deliveryLeaseMs,
    createdAt: now - 3,
  }
}
const edit = { kind: 'update', ts: '5.5' } as const
const removal = { kind: 'delete', ts: '5.5' } as const

interface Script {
  readonly outcomes?: readonly Outcome[]
  readonly changes?: { pace: ReturnType<typeof newPace> }
  readonly at?: number
}

async function run(claim: Claim, script: Script = {}) {
  const asked: string[] = []
  const events: DeliverEvent[] = []
  const heard: Outcome[] = []
  const left = [...(script.outcomes ?? [sent])]
  const changes = script.changes ?? { pace: newPace(40, 40, now) }
  const answer = async (what: string) => {
    asked.push(what)
    return left.shift() ?? sent
  }
  const settlement = await attempt(claim, now, {
    slack: {
      compose: () => 'full',
      composePlain: () => 'plain',
      withoutPictures: (message, places) => `${message} without ${places.join()}`,
      send: (_, message: string) => answer(`send ${message}`),
      update: (_, ts, message: string) => answer(`update ${ts} ${message}`),
      remove: (_, ts) => answer(`remove ${ts}`),
      look: () => assert.fail('a change is never looked for'),
      join: async () => undefined,
    },
    looks: { pace: newPace(40, 40, now) },
    changes,
    now: () => script.at ?? now,
    random: () => 0.5,
    hear: outcome => heard.push(outcome),
    onEvent: event => events.push(event),
  })
  return { settlement, asked, events, heard, changes }
}

test('an edit updates the message in place, a deletion takes it away, and the channel is free at once', async () => {
  const edited = await run(aChange(edit))
  assert.deepEqual(edited.asked, ['update 5.5 full'])
  assert.deepEqual(edited.settlement, { delivery: { state: 'sent', ts: '5.5' }, lane: { freeAt: now } })
  const gone = await run(aChange(removal))
  assert.deepEqual(gone.asked, ['remove 5.5'])
  assert.deepEqual(gone.settlement.delivery, { state: 'sent', ts: '5.5' })
  const [event] = eventsOf(aChange(removal), gone.settlement, now, now + 4)
  assert.deepEqual(event, {
    kind: 'changed',
    act: 'delete',
    channel: 'C1',
    deliveryId: 'd1',
    ts: '5.5',
    attempts: 1,
    waitedMs: 3,
    tookMs: 4,
  })
})

test('a change whose worker died in the middle is repeated without a look', async () => {
  const claim = aChange(edit, { unknown: { since: now - 60_000, checks: 0, why: 'the worker died' } })
  assert.deepEqual((await run(claim)).asked, ['update 5.5 full'])
})

test('where there is no message to change, or it is gone, the change is dead and says so, and nothing is posted instead', async () => {
  const none = await run(aChange({ kind: 'update', ts: undefined }))
  assert.deepEqual(none.asked, [])
  const gone = await run(aChange(edit), { outcomes: [{ kind: 'gone', why: 'somebody deleted it' }] })
  assert.deepEqual(gone.asked, ['update 5.5 full'])
  for (const { settlement } of [none, gone]) {
    assert.ok(settlement.delivery.state === 'dead' && settlement.delivery.reason === 'discarded')
    assert.match(settlement.delivery.why, /\w+ \w+/)
  }
})

test('what Slack does not take as it is goes in its plain form; what may not be changed is not tried again', async () => {
  const payload: Outcome = { kind: 'refused', scope: 'message', code: 'invalid_blocks', why: 'bad' }
  assert.deepEqual((await run(aChange(edit), { outcomes: [payload] })).asked, ['update 5.5 full', 'update 5.5 plain'])
  const fixed: Outcome = { kind: 'refused', scope: 'change', code: 'edit_window_closed', why: 'too late' }
  const refused = await run(aChange(edit), { outcomes: [fixed] })
  assert.deepEqual(refused.asked, ['update 5.5 full'])
  assert.ok(refused.settlement.delivery.state === 'dead' && refused.settlement.delivery.reason === 'refused')
})

test('a picture that fails for the last time is left out of the edit alone', async () => {
  const image: Outcome = { kind: 'image', why: 'downloading image failed', at: ['/blocks/1/image_url'] }
  const { asked } = await run(aChange(edit, { attempts: deliveryImageTriesMax }), { outcomes: [image] })
  assert.deepEqual(asked, ['update 5.5 full', 'update 5.5 full without /blocks/1/image_url'])
})

test('tries are bounded, and a failing change does not hold its channel', async () => {
  const lost: Outcome = { kind: 'retry', scope: 'message', afterMs: 0, why: 'HTTP 500' }
  const again = await run(aChange(removal), { outcomes: [lost] })
  assert.ok(again.settlement.delivery.state === 'pending' && again.settlement.delivery.counted)
  assert.equal(again.settlement.lane.freeAt, now)
  const worn = await run(aChange(removal, { attempts: deliveryAttemptsMax }), { outcomes: [lost] })
  assert.ok(worn.settlement.delivery.state === 'dead' && worn.settlement.delivery.reason === 'gave-up')
})

test("a limit on changes is no try, holds the changes that follow, and is no matter of the workspace's posts", async () => {
  const limited: Outcome = { kind: 'retry', scope: 'method', afterMs: 20_000, why: '429', limited: true }
  const first = await run(aChange(edit), { outcomes: [limited] })
  assert.ok(first.settlement.delivery.state === 'pending' && !first.settlement.delivery.counted)
  assert.ok(first.settlement.delivery.dueAt >= now + 20_000)
  assert.deepEqual(first.heard, [])
  const second = await run(aChange(removal), { changes: first.changes })
  assert.deepEqual(second.asked, [])
  assert.ok(second.settlement.delivery.state === 'pending' && second.settlement.delivery.dueAt >= now + 20_000)
})

test('a token that was revoked holds the whole workspace', async () => {
  const revoked: Outcome = { kind: 'refused', scope: 'workspace', code: 'token_revoked', why: 'revoked' }
  const { heard, settlement } = await run(aChange(edit), { outcomes: [revoked] })
  assert.deepEqual(heard, [revoked])
  assert.equal(settlement.delivery.state, 'pending')
})

test('no change begins when its answer could come after the end of the lease', async () => {
  for (const act of [edit, removal]) {
    const { asked, settlement } = await run(aChange(act), { at: now + deliveryLeaseMs - 10_000 })
    assert.deepEqual(asked, [])
    assert.equal(settlement.delivery.state, 'pending')
  }
})
