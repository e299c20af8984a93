/**
 * What every store must do with gaps: one row each, what it brought and cost counted, and a line where it is lost.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Purchase } from '../../src/domain/reads.ts'
import type { Intake } from '../../src/store/store.ts'
import { type Ground, onGround } from './ground.ts'
import { aGap, anIntake, aPost, arrived, claimOne, fetched, lease, morning, sent, taskOf, told } from './samples.ts'

const closed = told(aGap('g1', { state: 'closed', how: 'fetched' }))

export function gapsContract(make: () => Promise<Ground>): void {
  const on = (use: Parameters<typeof onGround>[1]) => () => onGround(make, use)

  test(
    'a gap is one row, from open to closed, newest first',
    on(async (_, store) => {
      const open = aGap('g1')
      const later = aGap('g2', { from: 50, to: 60 })
      const end = aGap('g1', { from: 8, to: 25, state: 'closed', how: 'fetched by search' })
      assert.deepEqual(await store.commit([open, later, end].map(told), morning), ['noted', 'noted', 'noted'])
      const counts = { posts: 0, micros: 0 }
      assert.deepEqual(await store.gaps(10), [
        { ...later, ...counts },
        { ...end, ...counts },
      ])
      assert.deepEqual(await store.gaps(1), [{ ...later, ...counts }])
    }),
  )

  test(
    'a gap that a crash left open is closed by the one that goes on with it; one before it stays open',
    on(async (_, store) => {
      await store.commit([aGap('old', { from: 5 }), aGap('left', { from: 12 })].map(told), morning)
      await store.commit([told(aGap('new', { from: 10 }))], morning)
      assert.deepEqual(
        (await store.gaps(10)).map(({ id, state, how }) => [id, state, how]),
        [
          ['left', 'closed', 'Continued in a later gap.'],
          ['new', 'open', 'being fetched'],
          ['old', 'open', 'being fetched'],
        ],
      )
      await store.commit([told(aGap('left', { from: 12, state: 'open', how: 'again' })), told(aGap('new'))], morning)
      assert.equal((await store.gaps(1))[0]?.state, 'open', 'what is said of a known gap closes no other')
    }),
  )

  test(
    'a gap counts the posts stored for it and what they cost, and no word about it takes that back',
    on(async (_, store) => {
      const purchase: Omit<Purchase, 'reads'> = {
        ...{ source: 'x', at: morning, via: 'catch-up', relation: 'original', by: 'follow', account: '7001' },
        ...{ channels: ['C1'], delivered: 1 },
      }
      const bought = (id: number): Intake => ({
        ...fetched('g1', aPost(`${id}`), 'C1'),
        purchase: { ...purchase, reads: { posts: [`${id}`], inner: [], users: [] } },
      })
      const reads = { posts: [], inner: [], users: ['7001'] }
      const lookup: Intake = {
        ...anIntake({ kind: 'read', reads, via: 'lookup', gap: 'g1', at: morning, cursor: 'r' }),
        purchase: { ...purchase, via: 'lookup', reads },
      }
      await store.commit([arrived(aPost('101')), told(aGap('g1')), bought(101), bought(102)], morning)
      await store.commit([bought(103), bought(103), lookup, closed], morning)
      const [gap] = await store.gaps(1)
      assert.deepEqual([gap?.state, gap?.posts, gap?.micros], ['closed', 2, 3 * 5000 + 10_000])
    }),
  )

  test(
    'gaps and what brought no message are summed up, each state and reason with its last',
    on(async (_, store) => {
      assert.deepEqual([await store.gapCounts(), await store.deadCounts()], [[], []])
      const gaps = [closed, told(aGap('g2', { from: 50, to: 65 })), told(aGap('g3', { state: 'closed', from: 15 }))]
      await store.commit([arrived(aPost('101'), 'C1', 'C2', 'C3'), ...gaps], morning)
      assert.deepEqual(await store.gapCounts(), [
        { state: 'closed', count: 2, ms: 15, posts: 0, micros: 0, lastAt: 20 },
        { state: 'open', count: 1, ms: 15, posts: 0, micros: 0, lastAt: 65 },
      ])
      const reasons = ['refused', 'gave-up', 'refused'] as const
      for (const [n, claim] of (await store.claim(morning, lease, 10)).entries())
        await store.settle(
          claim,
          { delivery: { state: 'dead', reason: reasons[n] ?? 'refused', why: 'no' }, lane: { freeAt: morning } },
          morning + n,
        )
      assert.deepEqual(await store.deadCounts(), [
        { reason: 'gave-up', count: 1, lastAt: morning + 1 },
        { reason: 'refused', count: 2, lastAt: morning + 2 },
      ])
    }),
  )

  test(
    'a lost gap leaves one line in each channel that it concerns, once, and nothing foreign in it is markup',
    on(async (_, store) => {
      for (const channel of ['C1', 'C2'])
        await store.change({ source: 'x', channel }, 'U1', morning, route => ({ route, what: 'looked' }))
      const lost = aGap('g1', {
        ...{ from: Date.UTC(2026, 0, 5, 7), to: Date.UTC(2026, 0, 5, 8, 30, 59), why: 'not <running> & so' },
        ...{ state: 'lost', lost: 'X gave no posts of <!channel>.', channels: ['C1', 'C3'] },
      })
      await store.commit([told(aGap('g1')), told(lost), told(lost)], morning)
      await store.commit([told(aGap('g1')), told(lost)], morning)
      const claim = await claimOne(store, morning)
      assert.equal(claim.delivery.channel, 'C1')
      assert.equal(
        taskOf(claim),
        'post Between <!date^1767596400^{date_short_pretty} {time}|2026-01-05 07:00 UTC> and <!date^1767601859^{date_short_pretty} {time}|2026-01-05 08:30 UTC> X could not be read (not &lt;running&gt; &amp; so). X gave no posts of &lt;!channel&gt;.',
      )
      await store.settle(claim, sent(morning), morning)
      assert.equal(await store.nextDueAt(), undefined)
    }),
  )
}
