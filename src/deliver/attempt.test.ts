/** One claim's way to its settlement, with a Slack that answers as told and keeps what it was asked. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Delivery } from '../domain/delivery.ts'
import type { Look } from '../domain/delivery-next.ts'
import type { Outcome } from '../domain/outcome.ts'
import { deliveryFullTriesMax, deliveryImageTriesMax, deliveryLeaseMs, slackLooksPerMinute } from '../limits.ts'
import type { Claim } from '../store/store.ts'
import { attempt } from './attempt.ts'
import type { DeliverEvent } from './events.ts'
import { newPace } from './pace.ts'

const now = Date.UTC(2026, 0, 5, 9)
const sent: Outcome = { kind: 'sent', ts: '1.1' }
const payload: Outcome = { kind: 'refused', scope: 'message', code: 'invalid_blocks', why: 'bad' }

function aClaim(change: Partial<Delivery> = {}): Claim {
  const subject = { kind: 'notice', text: 'hello' } as const
  return {
    delivery: { id: 'd1', channel: 'C1', subject, attempts: 1, firstAt: now, imagesDropped: false, ...change },
    content: subject,
    act: { kind: 'post' },
    token: 't1',
    leaseUntil: now + deliveryLeaseMs,
    createdAt: now - 3,
  }
}

interface Script {
  readonly outcomes?: readonly Outcome[]
  readonly join?: Outcome
  readonly look?: Look
  readonly compose?: () => string
  readonly composePlain?: () => string
  /** The time when a message is ready to be sent. */
  readonly at?: number
}

async function run(script: Script, claim = aClaim()) {
  const asked: string[] = []
  const events: DeliverEvent[] = []
  const left = [...(script.outcomes ?? [sent])]
  const looks = { pace: newPace(slackLooksPerMinute, 1, now) }
  const noChange = () => assert.fail('nothing is to be changed')
  const settlement = await attempt(claim, now, {
    slack: {
      compose: script.compose ?? (() => 'full'),
      composePlain: script.composePlain ?? (() => 'plain'),
      withoutPictures: (message, places) => `${message} without ${places.join()}`,
      async send(_, message: string, thread) {
        asked.push(`send ${message}${thread === undefined ? '' : ` in ${thread}`}`)
        return left.shift() ?? sent
      },
      update: noChange,
      remove: noChange,
      async look(channel, id, since, thread) {
        asked.push(`look ${channel} ${id} ${since - now}${thread === undefined ? '' : ` in ${thread}`}`)
        return script.look ?? { kind: 'missing' }
      },
      async join() {
        asked.push('join')
        return script.join
      },
    },
    looks,
    changes: looks,
    now: () => script.at ?? now,
    random: () => 0.5,
    hear: () => {},
    onEvent: event => events.push(event),
  })
  return { settlement, asked, kinds: events.map(event => event.kind), looks }
}

test('a message that Slack takes is sent once', async () => {
  const { settlement, asked } = await run({})
  assert.deepEqual(asked, ['send full'])
  assert.equal(settlement.delivery.state, 'sent')
})

test('a message that Slack refuses is tried in its plainest form at once, and dead only when that is refused too', async () => {
  const degraded = await run({ outcomes: [payload, sent] })
  assert.deepEqual(degraded.asked, ['send full', 'send plain'])
  assert.equal(degraded.settlement.delivery.state, 'sent')
  assert.deepEqual(degraded.kinds, ['degraded'])
  const dead = await run({ outcomes: [payload, payload] })
  assert.equal(dead.settlement.delivery.state, 'dead')
})

test('I6 an answer that nobody understands is followed by nothing in this claim; after many of them the plain form is tried', async () => {
  const unknown: Outcome = { kind: 'unknown', why: 'Slack answers brand_new_code' }
  const { asked, settlement } = await run({ outcomes: [unknown] })
  assert.deepEqual(asked, ['send full'])
  assert.ok(settlement.delivery.state === 'pending' && settlement.delivery.unknown !== undefined)
  const last = await run({ outcomes: [unknown] }, aClaim({ attempts: deliveryFullTriesMax }))
  assert.deepEqual(last.asked, ['send full'])
  const worn = await run({ outcomes: [payload] }, aClaim({ attempts: deliveryFullTriesMax + 1 }))
  assert.deepEqual(worn.asked, ['send plain'])
  assert.deepEqual(worn.kinds, ['degraded'])
  assert.equal(worn.settlement.delivery.state, 'dead')
})

test('a channel we are not in is joined once, and the message sent then', async () => {
  const absent: Outcome = { kind: 'absent', code: 'not_in_channel', why: '' }
  assert.deepEqual((await run({ outcomes: [absent, sent] })).asked, ['send full', 'join', 'send full'])
  const still = await run({ outcomes: [absent, absent] })
  assert.deepEqual(still.asked, ['send full', 'join', 'send full'])
  assert.notEqual(still.settlement.lane.held, undefined)
  assert.deepEqual((await run({ outcomes: [absent], join: absent })).asked, ['send full', 'join'])
})

test('a picture that fails for the last time is left out alone; all of them only when that fails too', async () => {
  const image: Outcome = { kind: 'image', why: 'downloading image failed', at: ['/blocks/1/image_url'] }
  const first = await run({ outcomes: [image] })
  assert.deepEqual(first.asked, ['send full'], 'the first failure may pass')
  const claim = aClaim({ attempts: deliveryImageTriesMax })
  const one = await run({ outcomes: [image, sent] }, claim)
  assert.deepEqual(one.asked, ['send full', 'send full without /blocks/1/image_url'])
  assert.equal(one.settlement.delivery.state, 'sent')
  const all = await run({ outcomes: [image, image] }, claim)
  assert.equal(all.asked.length, 2)
  assert.ok(all.settlement.delivery.state === 'pending' && all.settlement.delivery.imagesDropped)
  const unnamed = await run({ outcomes: [{ kind: 'image', why: '' }] }, claim)
  assert.deepEqual(unnamed.asked, ['send full'])
})

test('I5 a post that composing throws on costs that delivery at most, loudly, and never the process', async () => {
  const fail = () => {
    throw new Error('our own fault')
  }
  const plain = await run({ compose: fail })
  assert.deepEqual(plain.asked, ['send plain'])
  assert.deepEqual(plain.kinds, ['compose-failed', 'degraded'])
  const both = await run({ compose: fail, composePlain: fail })
  assert.deepEqual(both.asked, [])
  assert.ok(both.settlement.delivery.state === 'dead' && /our own fault/.test(both.settlement.delivery.why))
})

test('I6 after an unknown outcome it is looked for, from when that attempt was claimed, and nothing is sent', async () => {
  const claim = aClaim({ unknown: { since: now - 60_000, checks: 0, why: 'timeout' } })
  const { asked, settlement } = await run({}, claim)
  assert.deepEqual(asked, ['look C1 d1 -60000'])
  assert.equal(settlement.delivery.state, 'pending')
})

test('I6 no send begins when its answer could come after the end of the lease', async () => {
  const { asked, settlement } = await run({ at: now + deliveryLeaseMs - 10_000 })
  assert.deepEqual(asked, [])
  assert.equal(settlement.delivery.state, 'pending')
})

test('looks keep to a pace of their own, and a look that has to wait is no try', async () => {
  const claim = aClaim({ unknown: { since: now, checks: 1, why: 'timeout' } })
  const { looks } = await run({ look: { kind: 'later', afterMs: 60_000, why: '429' } }, claim)
  assert.equal(looks.pace.openAt, now + 60_000)
})

test('a reply whose thread is not there is an ordinary message, in the plain form too, and only then', async () => {
  const claim: Claim = { ...aClaim(), act: { kind: 'post', thread: '9.9' } }
  const gone: Outcome = { kind: 'gone', why: 'there is no thread to reply in (thread_not_found)' }
  assert.deepEqual((await run({}, claim)).asked, ['send full in 9.9'])
  const apart = await run({ outcomes: [gone, payload, sent] }, claim)
  assert.deepEqual(apart.asked, ['send full in 9.9', 'send full', 'send plain'])
  assert.equal(apart.settlement.delivery.state, 'sent')
  const late = await run({ outcomes: [gone], at: now + deliveryLeaseMs }, claim)
  assert.equal(late.settlement.delivery.state, 'pending', 'no time left for another send')
})

test('a reply whose outcome is unknown is looked for in its thread', async () => {
  const claim: Claim = {
    ...aClaim({ unknown: { since: now, checks: 0, why: 'timeout' } }),
    act: { kind: 'post', thread: '9.9' },
  }
  assert.deepEqual((await run({}, claim)).asked, ['look C1 d1 0 in 9.9'])
})
