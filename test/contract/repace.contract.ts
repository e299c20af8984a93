/** What every store must do with what waits when its channel's pace is another, and with what is late. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pace } from '../../src/domain/route.ts'
import { digestPostsMax } from '../../src/limits.ts'
import type { Store } from '../../src/store/store.ts'
import { type Ground, onGround } from './ground.ts'
import { drain, hour, ids, noon, occasionOf, post, setPace, sizeOf, waiting } from './pace.contract.ts'
import { aGap, arrived, claimOne, fetched, morning, sent, taskOf, told } from './samples.ts'

export function repaceContract(make: () => Promise<Ground>): void {
  const on = (use: (ground: Ground, store: Store) => Promise<void>) => (): Promise<void> => onGround(make, use)

  test(
    'what waits follows a new pace; what never waited does not',
    on(async (_, store) => {
      await store.commit(
        ids(101, 6).map(id => waiting(arrived(post(id), 'C1'), 'quiet', noon)),
        morning,
      )
      await store.commit([arrived(post(201), 'C1')], morning)
      await store.repace('C1', { why: 'digest', until: noon + hour }, morning)
      assert.deepEqual(await drain(store, noon), ['post 201'])
      assert.equal((await store.post('x', '101'))?.deliveries[0]?.hold, 'digest')
      await store.repace('C1', undefined, noon)
      const claim = await claimOne(store, noon)
      assert.equal(taskOf(claim), `post ${ids(101, 6).join(' ')}`)
      assert.deepEqual(occasionOf(claim), { kind: 'digest' })
    }),
  )

  test(
    'a new pace does not let go what still waits for its gap',
    on(async (_, store) => {
      await store.commit([told(aGap('g1')), waiting(fetched('g1', post(101), 'C1'), 'digest', noon)], morning)
      await store.repace('C1', undefined, morning + 1)
      assert.deepEqual(await drain(store, morning + 1), [])
      await store.commit([told(aGap('g1', { state: 'closed' }))], morning + 2)
      assert.deepEqual(await drain(store, morning + 2), ['post 101'])
    }),
  )

  test(
    'a new pace and what waits for it are one: whoever ends after the change leaves nothing to the old one',
    on(async (ground, store) => {
      await store.commit([waiting(arrived(post(101), 'C1'), 'digest', noon)], morning)
      const pace: Pace = { mode: 'digest', times: ['13:00'], zone: 'UTC' }
      const hold = { why: 'digest', until: noon + hour } as const
      await store.change({ source: 'x', channel: 'C1' }, 'U1', morning, route => ({
        route: { ...route, pace },
        what: 'set the pace',
        repace: { hold },
      }))
      const reopened = await ground.open()
      assert.equal(await reopened.nextDueAt(), noon + hour)
      assert.deepEqual(await drain(reopened, noon), [])
      const live = { ...pace, mode: 'live', times: [] } as const
      const back = { what: 'set the pace', repace: { hold: undefined } } as const
      await reopened.change({ source: 'x', channel: 'C1' }, 'U1', noon, route => ({
        ...back,
        route: { ...route, pace: live },
      }))
      assert.deepEqual(await drain(reopened, noon), ['post 101'])
    }),
  )

  for (const rest of [1, 2]) {
    test(
      `the rest of a digest that people have begun to read comes as it would have, whatever the pace is now: ${rest} more`,
      on(async (_, store) => {
        await store.commit(
          ids(1001, digestPostsMax + rest).map(id => waiting(arrived(post(id), 'C1'), 'digest', noon)),
          morning,
        )
        const first = await claimOne(store, noon)
        await store.settle(first, sent(noon, '17.1'), noon)
        await store.commit([waiting(arrived(post(2001), 'C1'), 'digest', noon + hour)], noon)
        await store.repace('C1', { why: 'digest', until: noon + 9 * hour }, noon + 1)
        const tasks = await drain(store, noon + 1)
        assert.deepEqual(
          tasks.map(task => [task.startsWith('17.1> '), sizeOf(task)]),
          [[true, rest]],
        )
        assert.equal(await store.nextDueAt(), noon + 9 * hour)
      }),
    )
  }

  test(
    'a digest that is late (nobody was there to send it) is not sent in quiet hours, but when they end, as a digest',
    on(async (_, store) => {
      await setPace(store, { mode: 'digest', times: ['08:00'], quiet: { from: '08:30', to: '11:00' } })
      await store.commit(
        ids(101, 3).map(id => waiting(arrived(post(id), 'C1'), 'digest', morning - hour)),
        morning - 2 * hour,
      )
      assert.deepEqual(await drain(store, morning), [])
      assert.equal(await store.nextDueAt(), morning + 2 * hour)
      const claim = await claimOne(store, morning + 2 * hour)
      assert.equal(taskOf(claim).split(' ').length, 1 + 3)
      assert.deepEqual(occasionOf(claim), { kind: 'digest' })
    }),
  )
}
