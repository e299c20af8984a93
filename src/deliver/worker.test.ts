/** The loop alone, over a store in a few lines: waking, pacing, stopping, and what it does when the store breaks. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Settlement } from '../domain/delivery.ts'
import type { Outcome } from '../domain/outcome.ts'
import { ManualClock } from '../kit/clock.ts'
import { deliveryLeaseMs, deliveryStopMs } from '../limits.ts'
import type { Claim } from '../store/store.ts'
import { StoreError } from '../store/store-error.ts'
import type { DeliverEvent } from './events.ts'
import { deliveryWorker } from './worker.ts'

/** Enough turns of the event loop for everything that can run without time passing. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate)
}

function rig(options: { perMinute?: number; burst?: number; concurrency?: number } = {}) {
  const clock = new ManualClock()
  const due: string[] = []
  const settled: { id: string; settlement: Settlement }[] = []
  const sends: { id: string; at: number; answer: (outcome: Outcome) => void }[] = []
  const events: DeliverEvent[] = []
  const state = {
    keeps: true,
    broken: undefined as Error | undefined,
    unsettled: undefined as Error | undefined,
    claims: 0,
  }
  const claimOf = (id: string): Claim => ({
    delivery: {
      id,
      channel: `C${id}`,
      subject: { kind: 'notice', text: id },
      attempts: 1,
      firstAt: clock.now(),
      imagesDropped: false,
    },
    content: { kind: 'notice', text: id },
    act: id.startsWith('edit') ? { kind: 'update', ts: id } : { kind: 'post' },
    token: id,
    leaseUntil: clock.now() + deliveryLeaseMs,
    createdAt: clock.now() - 7,
  })
  const worker = deliveryWorker<string>({
    store: {
      async claim(_, __, limit) {
        state.claims++
        if (state.broken !== undefined) throw state.broken
        return due.splice(0, limit).map(claimOf)
      },
      async settle(claim, settlement) {
        if (state.unsettled !== undefined) throw state.unsettled
        settled.push({ id: claim.delivery.id, settlement })
        return state.keeps
      },
      nextDueAt: async () => (due.length > 0 ? clock.now() : undefined),
    },
    slack: {
      compose: claim => claim.delivery.id,
      composePlain: claim => claim.delivery.id,
      withoutPictures: message => message,
      send: (_, id) => new Promise(answer => sends.push({ id, at: clock.now(), answer })),
      update: async (_, ts) => ({ kind: 'sent', ts }),
      remove: async () => assert.fail('nothing is to be changed'),
      look: async () => ({ kind: 'missing' }),
      join: async () => undefined,
    },
    clock,
    random: () => 0.5,
    onEvent: event => events.push(event),
    ...options,
  })
  const stop = new AbortController()
  return { clock, due, settled, sends, events, state, worker, stop, running: worker.run(stop.signal) }
}

const ok: Outcome = { kind: 'sent', ts: '1.1' }

test('what is committed while the worker sleeps is sent as soon as it is woken, without any time passing', async () => {
  const { due, sends, worker, stop, running, events } = rig()
  await quiet()
  due.push('a', 'b')
  worker.wake()
  await quiet()
  assert.deepEqual(
    sends.map(({ id }) => id),
    ['a', 'b'],
  )
  for (const { answer } of sends) answer(ok)
  await quiet()
  const first = events.find(event => event.kind === 'sent')
  assert.ok(first?.kind === 'sent' && first.waitedMs === 7 && first.tookMs === 0)
  stop.abort()
  await running
})

test('a wake that comes while the worker is claiming is not lost', async () => {
  const { due, sends, worker, stop, running } = rig()
  worker.wake()
  await Promise.resolve()
  due.push('a')
  worker.wake()
  await quiet()
  assert.equal(sends.length, 1)
  sends[0]?.answer(ok)
  stop.abort()
  await running
})

test('no more are sent at a time than allowed, and an idle worker does not spin', async () => {
  const { due, sends, state, stop, running, worker, clock } = rig({ concurrency: 2, burst: 50 })
  due.push('a', 'b', 'c')
  worker.wake()
  await quiet()
  assert.equal(sends.length, 2)
  const claims = state.claims
  await clock.advance(10_000)
  assert.equal(state.claims, claims, 'with everybody busy there is nothing to ask the store for')
  sends[0]?.answer(ok)
  await quiet()
  assert.equal(sends.length, 3)
  for (const { answer } of sends) answer(ok)
  stop.abort()
  await running
})

test('the workspace rate is kept across channels', async () => {
  const { due, sends, stop, running, worker, clock } = rig({ perMinute: 60, burst: 2, concurrency: 50 })
  const start = clock.now()
  due.push('a', 'b', 'c', 'd')
  worker.wake()
  await clock.advance(2500)
  assert.deepEqual(
    sends.map(({ at }) => at - start),
    [0, 0, 1000, 2000],
  )
  for (const { answer } of sends) answer(ok)
  stop.abort()
  await running
})

test('changes of messages take nothing from the rate of posts', async () => {
  const { due, sends, settled, stop, running, worker } = rig({ perMinute: 60, burst: 2, concurrency: 50 })
  due.push('edit1', 'edit2')
  worker.wake()
  await quiet()
  assert.equal(settled.length, 2)
  due.push('a', 'b')
  worker.wake()
  await quiet()
  assert.equal(sends.length, 2)
  for (const { answer } of sends) answer(ok)
  stop.abort()
  await running
})

test('after a rate limit nothing goes to any channel until Retry-After, then one first', async () => {
  const { due, sends, stop, running, worker, clock, events } = rig()
  due.push('a')
  worker.wake()
  await quiet()
  sends[0]?.answer({ kind: 'retry', scope: 'workspace', afterMs: 7000, why: '429', limited: true })
  await quiet()
  due.push('b', 'c')
  worker.wake()
  await clock.advance(6990)
  assert.equal(sends.length, 1)
  await clock.advance(20)
  assert.equal(sends.length, 2)
  assert.ok(events.some(event => event.kind === 'workspace-held'))
  sends[1]?.answer(ok)
  await clock.advance(2000)
  assert.equal(sends.length, 3)
  sends[2]?.answer(ok)
  stop.abort()
  await running
})

test('a settlement that comes after the lease passed on is reported and changes nothing else', async () => {
  const { due, sends, state, stop, running, worker, events } = rig()
  state.keeps = false
  due.push('a')
  worker.wake()
  await quiet()
  sends[0]?.answer(ok)
  await quiet()
  assert.deepEqual(
    events.map(event => event.kind),
    ['lease-lost'],
  )
  stop.abort()
  await running
})

test('a stop lets what is under way finish', async () => {
  const { due, sends, settled, stop, running, worker } = rig()
  due.push('a')
  worker.wake()
  await quiet()
  stop.abort()
  await quiet()
  sends[0]?.answer(ok)
  await running
  assert.equal(settled.length, 1)
})

test('a stop waits for some seconds only, and then leaves the lease: nothing is settled behind its back', async () => {
  const { due, sends, settled, stop, running, worker, clock } = rig()
  due.push('a')
  worker.wake()
  await quiet()
  stop.abort()
  await clock.advance(deliveryStopMs)
  await running
  sends[0]?.answer(ok)
  await quiet()
  assert.deepEqual(settled, [])
})

test('a broken store ends the worker with its error', async () => {
  const { state, worker, running } = rig()
  await quiet()
  state.broken = new Error('disk full')
  worker.wake()
  await assert.rejects(running, /disk full/)
})

const full = new StoreError('full', 'no space left')

test('I1 a full disk under the claim delays: nothing ends, and what was owed is sent once when there is space', async () => {
  const { due, sends, settled, state, stop, running, worker, clock, events } = rig()
  await quiet()
  state.broken = full
  due.push('a', 'b')
  worker.wake()
  await clock.advance(10_000)
  assert.equal(sends.length, 0)
  assert.equal(worker.trouble(), 'store: no space left')
  state.broken = undefined
  await clock.advance(30_000)
  assert.equal(worker.trouble(), undefined)
  for (const { answer } of sends) answer(ok)
  await quiet()
  due.push('c')
  worker.wake()
  await quiet()
  sends[2]?.answer(ok)
  await quiet()
  assert.deepEqual(
    settled.map(({ id }) => id),
    ['a', 'b', 'c'],
  )
  const refused = events.flatMap(event => (event.kind === 'store-refused' ? [event.retryInMs] : []))
  assert.deepEqual(refused, [1000, 2000, 4000, 8000])
  assert.equal(events.filter(event => event.kind === 'store-healed').length, 1)
  stop.abort()
  await running
})

test('I6 a full disk under a settlement forgets nothing: it is kept past the lease, and nothing is sent a second time', async () => {
  const { due, sends, settled, state, stop, running, worker, clock } = rig()
  state.unsettled = full
  due.push('a', 'b')
  worker.wake()
  await quiet()
  for (const { answer } of sends) answer(ok)
  await clock.advance(deliveryLeaseMs * 2)
  assert.equal(settled.length, 0)
  assert.equal(worker.trouble(), 'store: no space left')
  state.unsettled = undefined
  await clock.advance(30_000)
  assert.deepEqual(
    settled.map(({ id, settlement }) => `${id} ${settlement.delivery.state}`),
    ['a sent', 'b sent'],
  )
  assert.equal(sends.length, 2)
  assert.equal(worker.trouble(), undefined)
  due.push('c')
  worker.wake()
  await quiet()
  assert.equal(sends.length, 3, 'and it goes on')
  sends[2]?.answer(ok)
  stop.abort()
  await running
})

test('a stop while the disk is full leaves the settlement to whoever looks for it', async () => {
  const { due, sends, settled, state, stop, running, worker, clock } = rig()
  state.unsettled = full
  due.push('a')
  worker.wake()
  await quiet()
  sends[0]?.answer(ok)
  await quiet()
  stop.abort()
  await clock.advance(deliveryStopMs)
  await running
  state.unsettled = undefined
  await clock.advance(60_000)
  assert.deepEqual(settled, [])
})
