/** What every store must do so that a repost that waits to be named in another one's message is neither lost nor told twice. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Settlement } from '../../src/domain/delivery.ts'
import type { Claim, Store } from '../../src/store/store.ts'
import { type Ground, onGround } from './ground.ts'
import { again, aPost, arrived, claimOne, deleted, morning, sent } from './samples.ts'
import { archived, drain, endOf, lost, placed, repost, shared } from './sharing.ts'

const dead = (reason: 'refused' | 'discarded' | 'unknowable'): Settlement => ({
  delivery: { state: 'dead', reason, why: reason },
  lane: { freeAt: morning },
})

/** Delivers again what is dead for this reason, by its post's id: the smallest first, or last. */
async function redeliverAll(store: Store, order: 1 | -1): Promise<void> {
  const idOf = ({ subject }: { readonly subject: Claim['delivery']['subject'] }) =>
    subject.kind === 'post' ? Number(subject.postId) : 0
  const rows = (await store.dead(20)).filter(({ reason }) => reason !== 'discarded')
  for (const { id } of rows.toSorted((a, b) => order * (idOf(a) - idOf(b)))) await store.redeliver(id, morning, false)
}

export function namedContract(make: () => Promise<Ground>): void {
  const on = (use: (store: Store) => Promise<void>) => (): Promise<void> => onGround(make, (_, store) => use(store))

  for (const order of [1, -1] as const) {
    const first = order === 1 ? 'the post' : 'its repost'
    test(
      `I6 a message that may be there when its channel goes away is looked for with all it names: ${first} delivered again first`,
      on(async store => {
        await store.commit([arrived(aPost('101'), 'C1'), shared(repost('201', '101', 'b'))], morning)
        await store.commit([arrived(aPost('103'), 'C1')], morning)
        const unsure = await claimOne(store, morning)
        assert.equal(placed(unsure), 'post 101 +b')
        await store.settle(unsure, lost(morning, morning + 9), morning)
        // Not in the form of the message that may be there.
        await store.commit([shared(repost('202', '101', 'c'))], morning)
        await store.settle(await claimOne(store, morning), archived(morning), morning)
        await redeliverAll(store, order)
        const looked = await claimOne(store, morning)
        assert.notEqual(looked.delivery.unknown, undefined)
        await store.settle(looked, sent(morning, '17.101'), morning)
        assert.equal(await endOf(store, '201'), 'sent 17.101 named')
        assert.deepEqual((await drain(store)).toSorted(), ['post 103', 'update 17.101 101 +b +c'])
        assert.equal(await endOf(store, '202'), 'sent 17.101 named')
      }),
    )
  }

  test(
    'I6 of a catch-up message, too',
    on(async store => {
      await store.commit(
        [...Array(6).keys()].map(n => arrived(aPost(`10${n}`), 'C1')),
        morning,
      )
      await store.commit([shared(repost('201', '104', 'b'))], morning)
      const unsure = await claimOne(store, morning)
      assert.equal(placed(unsure), 'post 100 101 102 103 104 105 +b')
      await store.settle(unsure, lost(morning, morning + 9), morning)
      await store.commit([arrived(aPost('301'), 'C1')], morning)
      await store.settle(await claimOne(store, morning), archived(morning), morning)
      const [named] = (await store.dead(20)).filter(
        ({ subject }) => subject.kind === 'post' && subject.postId === '201',
      )
      assert.ok(named !== undefined && (await store.redeliver(named.id, morning, false)))
      const looked = await claimOne(store, morning)
      assert.notEqual(looked.delivery.unknown, undefined)
      await store.settle(looked, sent(morning, '17.100'), morning)
      assert.equal(await endOf(store, '201'), 'sent 17.100 named')
      assert.deepEqual(await drain(store), [])
    }),
  )

  test(
    'where nobody can know whether the message is there, those that it names are sent again by nobody but a person',
    on(async store => {
      await store.commit([arrived(aPost('101'), 'C1'), shared(repost('201', '101', 'b'))], morning)
      await store.settle(await claimOne(store, morning), lost(morning), morning)
      await store.commit([shared(repost('202', '101', 'c'))], morning)
      await store.settle(await claimOne(store, morning), dead('unknowable'), morning)
      // No form of the message named the second; the change that would have, has nothing to change.
      assert.deepEqual(await drain(store), ['post 202', 'update nothing 101'])
      assert.equal(await endOf(store, '201'), 'dead named')
      const [row] = (await store.dead(9)).filter(({ subject }) => subject.kind === 'post' && subject.postId === '201')
      assert.equal(row?.reason, 'unknowable')
    }),
  )

  for (const [reason, ending] of [
    ['discarded', 'is gone'],
    ['refused', 'cannot be changed'],
  ] as const) {
    test(
      `who was to take over a message that ${ending} gets one of their own, with those who wait with them`,
      on(async store => {
        await store.commit([shared(repost('201', '101', 'a'))], morning)
        await drain(store)
        await store.commit(
          [shared(repost('202', '101', 'b')), shared(repost('203', '101', 'c')), deleted('201')],
          morning,
        )
        const change = await claimOne(store, morning)
        assert.equal(placed(change), 'update 17.201 202 +c')
        await store.settle(change, dead(reason), morning)
        assert.equal(await endOf(store, '202'), 'pending')
        assert.deepEqual(await drain(store), ['post 202 +c'])
        assert.equal(await endOf(store, '202'), 'sent 17.202')
        assert.equal(await endOf(store, '203'), 'sent 17.202 named')
      }),
    )

    test(
      `who had been named in a message that ${ending} is not told again when taking it over fails`,
      on(async store => {
        await store.commit([shared(repost('201', '101', 'a')), shared(repost('202', '101', 'b'))], morning)
        await drain(store)
        await store.commit([deleted('201')], morning)
        await store.settle(await claimOne(store, morning), dead(reason), morning)
        assert.deepEqual(await drain(store), [])
        assert.equal(await endOf(store, '202'), 'sent 17.201')
      }),
    )
  }

  test(
    'who takes over a message has it when Slack has said so, after a retry and another change of hands as well',
    on(async store => {
      await store.commit([shared(repost('201', '101', 'a'))], morning)
      await drain(store)
      await store.commit(
        [shared(repost('202', '101', 'b')), shared(repost('203', '101', 'c')), deleted('201')],
        morning,
      )
      await store.settle(await claimOne(store, morning), again(morning, morning + 9), morning)
      assert.equal(await endOf(store, '202'), 'pending named')
      await store.commit([deleted('202')], morning)
      assert.deepEqual(await drain(store, morning + 9), ['update 17.201 203'])
      assert.equal(await endOf(store, '203'), 'sent 17.201')
      assert.deepEqual(await store.postsIn('C1', '17.201'), ['203'])
      assert.equal(await endOf(store, '202'), 'dead named')
    }),
  )

  test(
    'in a catch-up message that is gone, too: the others are told by nothing else, and not again',
    on(async store => {
      const others = [...Array(5).keys()].map(n => arrived(aPost(`30${n}`), 'C1'))
      await store.commit([shared(repost('201', '101', 'a')), ...others], morning)
      assert.equal((await drain(store)).length, 1)
      await store.commit([shared(repost('202', '101', 'b')), deleted('201')], morning)
      const change = await claimOne(store, morning)
      assert.equal(placed(change), 'update 17.201 300 301 302 303 304 202')
      await store.settle(change, dead('discarded'), morning)
      assert.deepEqual(await drain(store), ['post 202'])
    }),
  )

  test(
    'a channel that goes away while a message changes hands keeps both for a new try',
    on(async store => {
      await store.commit([shared(repost('201', '101', 'a'))], morning)
      await drain(store)
      await store.commit([shared(repost('202', '101', 'b')), deleted('201')], morning)
      await store.settle(await claimOne(store, morning), archived(morning), morning)
      assert.equal(await endOf(store, '202'), 'dead named')
      await redeliverAll(store, 1)
      assert.deepEqual((await drain(store)).toSorted(), ['delete 17.201', 'post 202'])
      assert.equal(await endOf(store, '202'), 'sent 17.202')
    }),
  )
}
