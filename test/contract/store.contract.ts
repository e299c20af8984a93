/**
 * What every store must do, whatever engine is under it. Goal: the store's promises (I1–I4, I6), one sentence each, through the
 * interface alone. Method: a ground that can be reopened and a clock that only the test moves.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { droppedRowsMax } from '../../src/limits.ts'
import type { Store } from '../../src/store/store.ts'
import { catchUpContract } from './catch-up.contract.ts'
import { gapsContract } from './gaps.contract.ts'
import { type Ground, onGround } from './ground.ts'
import { ledgerContract } from './ledger.contract.ts'
import { namedContract } from './named.contract.ts'
import { outboxContract } from './outbox.contract.ts'
import { paceContract } from './pace.contract.ts'
import { peopleContract } from './people.contract.ts'
import { placesProperty } from './places.property.ts'
import { repaceContract } from './repace.contract.ts'
import { retentionContract } from './retention.contract.ts'
import { retentionProperty } from './retention.property.ts'
import { revisionsContract } from './revisions.contract.ts'
import { routesContract } from './routes.contract.ts'
import { anIntake, aPost, arrived, deleted, morning } from './samples.ts'
import { storeProperty } from './store.property.ts'
import { threadsContract } from './threads.contract.ts'

/** `share` of the cases that properties draw: a slow engine takes fewer. */
export function storeContract(name: string, make: () => Promise<Ground>, share = 1): void {
  describe(`store on ${name}`, () => {
    intakeContract(make)
    outboxContract(make)
    gapsContract(make)
    catchUpContract(make)
    paceContract(make)
    repaceContract(make)
    revisionsContract(make)
    threadsContract(make)
    namedContract(make)
    placesProperty(make, share)
    ledgerContract(make, share)
    peopleContract(make)
    retentionContract(make)
    retentionProperty(make, share)
    routesContract(make, share)
    storeProperty(make, share)
  })
}

async function channelsOf(store: Store, id: string): Promise<string[]> {
  return ((await store.post('x', id))?.deliveries ?? []).map(delivery => delivery.channel)
}

function intakeContract(make: () => Promise<Ground>): void {
  const on = (use: Parameters<typeof onGround>[1]) => () => onGround(make, use)

  test(
    'I1 the cursor moves with the posts it covers, in one step, and survives a new start',
    on(async (ground, store) => {
      assert.equal(await store.cursor('x'), undefined)
      await store.commit([arrived(aPost('101'), 'C1'), arrived(aPost('102'), 'C1')], morning)
      assert.equal(await store.cursor('x'), 'c102')
      const reopened = await ground.open()
      assert.equal(await reopened.cursor('x'), 'c102')
      assert.deepEqual((await reopened.post('x', '101'))?.post, aPost('101'))
    }),
  )

  test(
    'I1 a batch that breaks in the middle leaves nothing behind: no post, no count, no cursor',
    on(async (ground, store) => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      ground.breakIds(new Error('out of ids'))
      await assert.rejects(store.commit([arrived(aPost('102')), arrived(aPost('103'), 'C1')], morning), /out of ids/)
      ground.breakIds(undefined)
      assert.equal(await store.cursor('x'), 'c101')
      assert.equal(await store.post('x', '102'), undefined)
      assert.deepEqual(await store.tallies(), [{ source: 'x', result: 'stored', reason: '', count: 1 }])
      assert.deepEqual(await store.commit([arrived(aPost('102'))], morning), ['stored'])
    }),
  )

  test(
    'I1 a mark moves the cursor and is not counted',
    on(async (_, store) => {
      const mark = anIntake({ kind: 'mark', at: morning, cursor: 'm1' })
      assert.deepEqual(await store.commit([mark], morning), ['noted'])
      assert.equal(await store.cursor('x'), 'm1')
      assert.deepEqual(await store.tallies(), [])
    }),
  )

  test(
    'I2 a post that arrives again is a duplicate, in the same batch and in a later one, and is owed once',
    on(async (_, store) => {
      const once = arrived(aPost('101'), 'C1', 'C2')
      assert.deepEqual(await store.commit([once, once], morning), ['stored', 'duplicate'])
      assert.deepEqual(await store.commit([arrived(aPost('101'), 'C1', 'C3')], morning), ['duplicate'])
      assert.deepEqual(await channelsOf(store, '101'), ['C1', 'C2'])
    }),
  )

  test(
    'I2 an edit is the same post: what is kept and sent is the newest version, owed only where it was not yet',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      const edit = arrived(aPost('101', '105'), 'C1', 'C2')
      assert.deepEqual(await store.commit([edit, edit], morning), ['edited', 'duplicate'])
      assert.deepEqual(await channelsOf(store, '101'), ['C1', 'C2'])
      const claims = await store.claim(morning, 1000, 10)
      const content = { kind: 'post', post: aPost('101', '105'), struck: false }
      for (const claim of claims) assert.deepEqual(claim.content, content)
      assert.equal(claims.length, 2)
    }),
  )

  test(
    'I2 an edit of a post in the same batch replaces it there',
    on(async (_, store) => {
      const batch = [arrived(aPost('101'), 'C1'), arrived(aPost('101', '105'), 'C2', 'C1')]
      assert.deepEqual(await store.commit(batch, morning), ['stored', 'edited'])
      assert.deepEqual((await store.post('x', '101'))?.post, aPost('101', '105'))
      assert.deepEqual(await channelsOf(store, '101'), ['C1', 'C2'])
    }),
  )

  test(
    'I2 an older version does not replace a newer one, also where ids have different lengths',
    on(async (_, store) => {
      await store.commit([arrived(aPost('99', '1000'), 'C1')], morning)
      assert.deepEqual(await store.commit([arrived(aPost('99'), 'C1', 'C2')], morning), ['duplicate'])
      assert.equal((await store.post('x', '99'))?.post.version, '1000')
      assert.deepEqual(await channelsOf(store, '99'), ['C1'])
    }),
  )

  test(
    'I3 every arrival is counted once, drops by their reason, and one result comes back for each in order',
    on(async (ground, store) => {
      const drop = (reason: 'cut' | 'not-json', raw?: string) =>
        anIntake({
          kind: 'drop',
          reason,
          detail: 'a line',
          at: morning,
          cursor: 'x1',
          ...(raw === undefined ? {} : { raw }),
        })
      const results = await store.commit(
        [
          arrived(aPost('101')),
          drop('cut', '{"da'),
          arrived(aPost('101')),
          drop('not-json'),
          drop('cut'),
          arrived(aPost('101', '102')),
          deleted('101'),
          deleted('999'),
        ],
        morning,
      )
      assert.deepEqual(results, [
        'stored',
        'dropped',
        'duplicate',
        'dropped',
        'dropped',
        'edited',
        'deleted',
        'deleted',
      ])
      const tallies = await (await ground.open()).tallies()
      assert.deepEqual(
        tallies.map(({ result, reason, count }) => [result, reason, count]),
        [
          ['deleted', '', 2],
          ['dropped', 'cut', 2],
          ['dropped', 'not-json', 1],
          ['duplicate', '', 1],
          ['edited', '', 1],
          ['stored', '', 1],
        ],
      )
    }),
  )

  test(
    'I3 the newest drops can be read in detail, and a flood of them does not fill the disk',
    on(async (_, store) => {
      const drop = (n: number) =>
        anIntake({ kind: 'drop', reason: 'cut', detail: `line ${n}`, raw: '{"da', at: n, cursor: `x${n}` })
      const flood = Array.from({ length: droppedRowsMax + 5 }, (_, n) => drop(n + 1))
      await store.commit(flood.slice(0, 3), morning)
      await store.commit(flood.slice(3), morning)
      const kept = await store.drops(droppedRowsMax * 2)
      assert.equal(kept.length, droppedRowsMax)
      const newest = {
        source: 'x',
        at: droppedRowsMax + 5,
        reason: 'cut',
        detail: `line ${droppedRowsMax + 5}`,
        raw: '{"da',
      }
      assert.deepEqual(kept[0], newest)
      assert.equal((await store.tallies())[0]?.count, droppedRowsMax + 5)
    }),
  )

  test(
    'a post keeps why channels did not get it, and is found by any version that was kept',
    on(async (_, store) => {
      const rejected = [{ channel: 'C9', because: 'blocked by -crypto' }]
      const arrival = { kind: 'post', post: aPost('101', '105'), via: 'catch-up', at: morning, cursor: 'c' } as const
      await store.commit([anIntake(arrival, ['C1'], rejected)], morning + 7)
      for (const id of ['101', '105']) {
        const found = await store.post('x', id)
        assert.deepEqual(found?.rejected, rejected)
        assert.equal(found?.arrivedAt, morning + 7)
        const delivery = { channel: 'C1', because: 'follows mira_okafor', state: 'pending', at: morning + 7 }
        assert.deepEqual(found?.deliveries, [delivery])
      }
      assert.equal(await store.post('x', '104'), undefined)
    }),
  )

  test(
    'a deleted post is not sent any more, not even when a later version of it arrives',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C1', 'C2'), deleted('101'), arrived(aPost('102'), 'C1')], morning)
      const states = ((await store.post('x', '101'))?.deliveries ?? []).map(delivery => delivery.state)
      assert.deepEqual(states, ['dead', 'dead'])
      assert.deepEqual(
        (await store.dead(10)).map(dead => dead.reason),
        ['discarded', 'discarded'],
      )
      assert.deepEqual(await store.commit([arrived(aPost('101', '109'), 'C3')], morning), ['duplicate'])
      const claims = await store.claim(morning, 1000, 10)
      assert.deepEqual(
        claims.map(claim => claim.delivery.subject),
        [{ kind: 'post', source: 'x', postId: '102' }],
      )
    }),
  )

  test(
    'an empty batch is nothing at all',
    on(async (_, store) => {
      assert.deepEqual(await store.commit([], morning), [])
      assert.equal(await store.cursor('x'), undefined)
    }),
  )
}
