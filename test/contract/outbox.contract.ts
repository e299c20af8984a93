/** What every store's outbox must do: order, one in flight a channel, leases, and what becomes of a delivery whose worker died. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyRoute } from '../../src/domain/route.ts'
import { catchUpHandful } from '../../src/limits.ts'
import type { Claim } from '../../src/store/store.ts'
import { type Ground, onGround } from './ground.ts'
import { again, aPost, arrived, claimOne, deleted, lease, morning, sent, taskOf } from './samples.ts'

/** What was claimed, as "channel post". */
function names(claims: readonly Claim[]): string[] {
  return claims
    .map(
      ({ delivery: { channel, subject } }) => `${channel} ${subject.kind === 'post' ? subject.postId : subject.kind}`,
    )
    .sort()
}

export function outboxContract(make: () => Promise<Ground>): void {
  const on = (use: Parameters<typeof onGround>[1]) => () => onGround(make, use)

  test(
    'I4 in a channel deliveries are claimed in arrival order, one at a time',
    on(async (_, store) => {
      const ids = Array.from({ length: catchUpHandful }, (_, n) => `${200 - n}`)
      await store.commit(
        ids.map(id => arrived(aPost(id), 'C1')),
        morning,
      )
      for (const id of ids) {
        const claim = await claimOne(store, morning)
        assert.deepEqual(claim.delivery.subject, { kind: 'post', source: 'x', postId: id })
        assert.deepEqual(await store.claim(morning, lease, 10), [])
        assert.equal(await store.settle(claim, sent(morning), morning), true)
      }
      assert.deepEqual(await store.claim(morning, lease, 10), [])
      assert.equal(await store.nextDueAt(), undefined)
    }),
  )

  test(
    'I4 a delivery in trouble waits on its own clock, and the ones behind it go on',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C1'), arrived(aPost('102'), 'C1')], morning)
      const stuck = await claimOne(store, morning)
      await store.settle(stuck, again(morning, morning + 5000), morning)
      const behind = await claimOne(store, morning)
      assert.deepEqual(names([behind]), ['C1 102'])
      await store.settle(behind, sent(morning), morning)
      assert.deepEqual(await store.claim(morning + 4999, lease, 10), [])
      assert.equal(await store.nextDueAt(), morning + 5000)
      const second = await claimOne(store, morning + 5000)
      assert.deepEqual(names([second]), ['C1 101'])
      assert.equal(second.delivery.attempts, 2)
      assert.equal(second.delivery.firstAt, morning)
    }),
  )

  test(
    'since when something is owed: the oldest that may be sent, none of a channel that is held or of a pace that is not over',
    on(async (_, store) => {
      const later = morning + 60_000
      assert.equal(await store.owedSince(later), undefined)
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      await store.commit([arrived(aPost('102'), 'C2')], morning + 1000)
      const paced = arrived(aPost('103'), 'C3')
      const hold = { until: later, why: 'digest' } as const
      await store.commit([{ ...paced, deliver: paced.deliver.map(owed => ({ ...owed, hold })) }], morning - 5000)
      assert.equal(await store.owedSince(later - 1), morning)
      const at = morning + 1000
      const first = (await store.claim(at, lease, 10)).find(({ delivery }) => delivery.channel === 'C1')
      assert.ok(first)
      await store.settle(first, { ...again(at, at), lane: { freeAt: at, held: 'not in it' } }, at)
      assert.equal(await store.owedSince(later - 1), undefined, 'what is in flight is not waiting')
      assert.equal(await store.owedSince(later), later)
    }),
  )

  test(
    'I4 a channel that waits, is held or has a delivery in flight does not hold another',
    on(async (_, store) => {
      const posts = ['101', '102'].map(id => arrived(aPost(id), 'C1', 'C2', 'C3'))
      await store.commit(posts, morning)
      const claims = await store.claim(morning, lease, 10)
      assert.deepEqual(names(claims), ['C1 101', 'C2 101', 'C3 101'])
      for (const claim of claims) {
        const { channel } = claim.delivery
        if (channel === 'C2') await store.settle(claim, { ...sent(morning), lane: { freeAt: morning + 9000 } }, morning)
        if (channel === 'C3') await store.settle(claim, sent(morning), morning)
      }
      assert.deepEqual(names(await store.claim(morning + 1, lease, 10)), ['C3 102'])
    }),
  )

  test(
    'a limit bounds what is claimed, and the channel that has waited longest comes first',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C9')], morning)
      await store.commit([arrived(aPost('102'), 'C1')], morning + 10)
      assert.deepEqual(names(await store.claim(morning + 20, lease, 1)), ['C9 101'])
      assert.deepEqual(names(await store.claim(morning + 20, lease, 1)), ['C1 102'])
    }),
  )

  test(
    'a settlement without the lease changes nothing',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      const claim = await claimOne(store, morning)
      assert.equal(await store.settle({ ...claim, token: 'other' }, sent(morning), morning), false)
      assert.equal(await store.settle(claim, sent(morning), morning), true)
      assert.equal(await store.settle(claim, again(morning, morning), morning), false)
      assert.deepEqual((await store.lanes())[0]?.sent, 1)
    }),
  )

  test(
    'I6 a lease that ran out comes back as unknown, and the late worker is refused',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      const late = await claimOne(store, morning)
      assert.equal(late.delivery.unknown, undefined)
      assert.equal(await store.nextDueAt(), morning + lease)
      assert.deepEqual(await store.claim(morning + lease - 1, lease, 10), [])
      const taken = await claimOne(store, morning + lease)
      assert.equal(taken.delivery.id, late.delivery.id)
      assert.equal(taken.delivery.attempts, 2)
      assert.equal(taken.delivery.unknown?.since, morning)
      assert.equal(taken.delivery.unknown?.checks, 0)
      assert.equal(await store.settle(late, sent(morning + lease), morning + lease), false)
      assert.equal(await store.settle(taken, sent(morning + lease), morning + lease), true)
    }),
  )

  test(
    'I6 a lease that had run out still counts while nobody took it over',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      const claim = await claimOne(store, morning)
      assert.equal(await store.settle(claim, sent(morning + lease), morning + lease + 1), true)
    }),
  )

  test(
    'I6 what was in flight when the process ended comes back as unknown at once, its looks counted anew',
    on(async (ground, store) => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      const first = await claimOne(store, morning)
      const unknown = { since: morning, checks: 2, why: 'timeout' }
      await store.settle(
        first,
        {
          delivery: { state: 'pending', dueAt: morning, why: 'timeout', imagesDropped: true, unknown, counted: false },
          lane: { freeAt: morning },
        },
        morning,
      )
      const second = await claimOne(store, morning + 10)
      assert.deepEqual(second.delivery.unknown, unknown)
      assert.equal(second.delivery.imagesDropped, true)
      assert.equal(second.delivery.attempts, 1)
      await ground.clock.advance(500)
      const reopened = await ground.open()
      const third = await claimOne(reopened, morning + 500)
      assert.deepEqual(third.delivery.unknown, {
        since: morning,
        checks: 0,
        why: 'the process that was sending it ended',
      })
      assert.equal(await reopened.settle(second, sent(morning), morning + 500), false)
    }),
  )

  test(
    'a held channel keeps what it is owed until it is released',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      const claim = await claimOne(store, morning)
      const held = { freeAt: morning, held: 'the bot was removed from the channel' }
      await store.settle(claim, { ...again(morning, morning), lane: held }, morning)
      await store.commit([arrived(aPost('102'), 'C1')], morning)
      assert.deepEqual(await store.claim(morning, lease, 10), [])
      assert.equal(await store.nextDueAt(), undefined)
      assert.deepEqual(await store.lanes(), [
        { channel: 'C1', name: '', pending: 2, sent: 0, dead: 0, unknown: 0, held: held.held },
      ])
      assert.equal(await store.release('C1', morning), true)
      assert.equal(await store.release('C1', morning), false)
      assert.deepEqual(names([await claimOne(store, morning)]), ['C1 101'])
    }),
  )

  test(
    'a channel that is gone owes nothing any more, its route is paused, and the trace says so',
    on(async (_, store) => {
      const key = { source: 'x', channel: 'C1' } as const
      await store.change(key, 'U1', morning, route => ({ route, what: 'looked' }))
      await store.commit([arrived(aPost('101'), 'C1', 'C2'), arrived(aPost('102'), 'C1')], morning)
      const claims = await store.claim(morning, lease, 10)
      const claim = claims.find(({ delivery }) => delivery.channel === 'C1')
      assert.ok(claim)
      const why = 'the channel was archived'
      await store.settle(
        claim,
        {
          delivery: { state: 'dead', reason: 'channel-gone', why },
          lane: { freeAt: morning, gone: why },
        },
        morning + 1,
      )
      const dead = await store.dead(10)
      assert.deepEqual(
        dead.map(({ channel, reason, url }) => [channel, reason, url]).sort(),
        ['101', '102'].map(id => ['C1', 'channel-gone', aPost(id).url]),
      )
      assert.deepEqual(await store.routes(), [{ ...emptyRoute('x', 'C1'), paused: true }])
      const [row] = await store.audit('C1', 1)
      assert.equal(row?.who, 'birdwire')
      assert.match(row?.what ?? '', /archived/)
      assert.deepEqual([row?.before?.paused, row?.after.paused], [false, true])
      assert.equal(await store.nextDueAt(), morning + lease, 'the other channel still has its delivery in flight')
    }),
  )

  test(
    'a post deleted while it is in flight is not tried again',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      const claim = await claimOne(store, morning)
      await store.commit([deleted('101')], morning)
      await store.settle(claim, again(morning, morning), morning)
      assert.deepEqual(
        (await store.dead(10)).map(dead => dead.reason),
        ['discarded'],
      )
      assert.equal(
        taskOf(await claimOne(store, morning)),
        'delete nothing',
        'nothing but the end of its message is owed',
      )
    }),
  )

  test(
    'a dead delivery can be made pending again with all its tries, an unknowable one only by force',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      for (const [reason, easily] of [
        ['gave-up', true],
        ['unknowable', false],
      ] as const) {
        const claim = await claimOne(store, morning)
        assert.equal(claim.delivery.attempts, 1)
        const delivery = { state: 'dead', reason, why: 'Slack answered 503' } as const
        await store.settle(claim, { delivery, lane: { freeAt: morning } }, morning)
        const { id } = claim.delivery
        assert.equal(await store.redeliver(id, morning, false), easily)
        if (!easily) assert.equal(await store.redeliver(id, morning, true), true)
        assert.equal(await store.redeliver(id, morning, true), false, 'it is not dead any more')
      }
      assert.equal(await store.redeliver('no such', morning, true), false)
      assert.deepEqual(names([await claimOne(store, morning)]), ['C1 101'])
    }),
  )

  test(
    'I3 every delivery ends sent or dead with a reason, and the lanes say how many',
    on(async (_, store) => {
      const ids = ['101', '102', '103']
      await store.commit(
        ids.map(id => arrived(aPost(id), 'C1')),
        morning,
      )
      await store.nameChannel('C1', 'gravity')
      await store.settle(await claimOne(store, morning), sent(morning, '17.1'), morning + 40)
      const refused = { state: 'dead', reason: 'refused', why: 'invalid_blocks' } as const
      await store.settle(await claimOne(store, morning), { delivery: refused, lane: { freeAt: morning } }, morning + 50)
      assert.deepEqual(await store.lanes(), [
        { channel: 'C1', name: 'gravity', pending: 1, sent: 1, dead: 1, unknown: 0, lastSentAt: morning + 40 },
      ])
      const ends = await Promise.all(ids.map(async id => (await store.post('x', id))?.deliveries[0]))
      assert.deepEqual(
        ends.map(end => [end?.state, end?.ts, end?.why, end?.at]),
        [
          ['sent', '17.1', undefined, morning + 40],
          ['dead', undefined, 'invalid_blocks', morning + 50],
          ['pending', undefined, undefined, morning],
        ],
      )
    }),
  )
}
