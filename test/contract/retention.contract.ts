/** What every store must do with what is older than its term: forget it, in steps, and never what is owed or would come back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs } from '../../src/domain/day.ts'
import { type Forgotten, isNothing, nothingForgotten, together } from '../../src/domain/forgotten.ts'
import { forgetBatchMax, groupedMs } from '../../src/limits.ts'
import type { Store } from '../../src/store/store.ts'
import { type Ground, onGround } from './ground.ts'
import {
  aGap,
  again,
  anAccount,
  anIntake,
  aPost,
  arrived,
  claimOne,
  deleted,
  fetched,
  lease,
  morning,
  sent,
  taskOf,
  told,
} from './samples.ts'
import { continuing, drain, endOf, lost, quote, repost, shared } from './sharing.ts'

const later = morning + 40 * dayMs
/** All that is there is older than its term. */
const all = { posts: later, ledger: later }
const refused = {
  delivery: { state: 'dead', reason: 'refused', why: 'refused' },
  lane: { freeAt: morning },
} as const

/** Steps until nothing is left to forget. */
async function forget(store: Store, terms = all): Promise<Forgotten> {
  let total = nothingForgotten
  for (;;) {
    const step = await store.forget(terms, later)
    if (isNothing(step)) return total
    total = together(total, step)
  }
}

const isThere = async (store: Store, id: string) => (await store.post('x', id)) !== undefined

export function retentionContract(make: () => Promise<Ground>): void {
  const on = (use: Parameters<typeof onGround>[1]) => () => onGround(make, use)

  test(
    'what was sent before the term is forgotten with its post; the cursor, the counts and what channels want are not',
    on(async (ground, store) => {
      await store.change({ source: 'x', channel: 'C1' }, 'U1', morning, route => ({ route, what: 'looked' }))
      await store.commit([arrived(aPost('101'), 'C1'), arrived(aPost('102'))], morning)
      await drain(store)
      const terms = { posts: morning + 1, ledger: morning }
      assert.deepEqual(
        await forget(store, { posts: morning, ledger: morning }),
        nothingForgotten,
        'not at its term yet',
      )
      assert.deepEqual(await forget(store, terms), { ...nothingForgotten, deliveries: 1, posts: 2 })
      const reopened = await ground.open()
      assert.equal(await isThere(reopened, '101'), false)
      assert.equal(await reopened.cursor('x'), 'c102')
      assert.deepEqual(
        (await reopened.tallies()).map(({ result, count }) => [result, count]),
        [['stored', 2]],
      )
      assert.equal((await reopened.lanes())[0]?.sent, 1)
      assert.equal((await reopened.routes()).length, 1)
      assert.equal((await reopened.audit('C1', 5)).length, 1)
    }),
  )

  test(
    'a post that was written long ago and came late is kept from when it came',
    on(async (_, store) => {
      await store.commit([arrived({ ...aPost('101'), createdAt: morning - 60 * dayMs })], later)
      await forget(store)
      assert.equal(await isThere(store, '101'), true)
    }),
  )

  test(
    'what is owed is kept however old, with the message under which it goes and that which it changes',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C1'), arrived(aPost('102'), 'C2')], morning)
      await drain(store)
      await store.commit([shared(quote('201', '101', 'b')), arrived(aPost('102', '109'), 'C2')], morning)
      const [under, changing] = await store.claim(morning, lease, 2)
      assert.ok(under && changing)
      await store.settle(under, lost(morning), morning)
      assert.deepEqual(await forget(store), nothingForgotten, 'one is looked for, the other under way')
      await store.settle(changing, again(morning, morning), morning)
      assert.deepEqual(await forget(store), nothingForgotten)
      assert.deepEqual(await drain(store), ['17.101> post 201', 'update 17.102 109', 'update 17.101 101 "b'])
      assert.deepEqual(await forget(store), { ...nothingForgotten, deliveries: 5, posts: 3 })
    }),
  )

  test(
    'a message of several posts, and those it names, is kept whole until all of it is old enough',
    on(async (_, store) => {
      const posts = ['101', '102', '103', '104', '105', '106'].map(id => fetched('g1', aPost(id), 'C1'))
      await store.commit([...posts, told(aGap('g1', { state: 'closed' }))], morning)
      await store.settle(await claimOne(store, morning), sent(morning, '17.1'), morning)
      const weekOn = morning + 6 * dayMs
      await store.commit([shared(repost('201', '103', 'b'))], weekOn)
      await store.settle(await claimOne(store, weekOn), sent(weekOn, '17.1'), weekOn)
      assert.deepEqual(await forget(store, { posts: weekOn, ledger: 0 }), nothingForgotten)
      await store.commit([deleted('102')], weekOn)
      assert.equal(taskOf(await claimOne(store, weekOn)), 'update 17.1 101 103 104 105 106')
    }),
  )

  test(
    'a thread is gone into as long as somebody continues its newest reply, also under a message of several posts',
    on(async (_, store) => {
      const posts = ['101', '102', '103', '104', '105', '106'].map(id => fetched('g1', aPost(id), 'C1'))
      await store.commit([...posts, told(aGap('g1', { state: 'closed' })), arrived(aPost('110'), 'C1')], morning)
      assert.equal((await drain(store)).length, 2)
      const weekOn = morning + 6 * dayMs
      await store.commit([shared(continuing('201', '103')), shared(continuing('202', '110'))], weekOn)
      assert.deepEqual(await drain(store, weekOn), ['17.101> post 201', '17.110> post 202'])
      await forget(store, { posts: weekOn, ledger: 0 })
      await store.commit([shared(continuing('301', '201')), shared(continuing('302', '202'))], weekOn + dayMs)
      assert.deepEqual(await drain(store, weekOn + dayMs), ['17.101> post 301', '17.110> post 302'])
    }),
  )

  test(
    'more than one step holds is forgotten in several, oldest first',
    on(async (_, store) => {
      const many = Array.from({ length: forgetBatchMax + 1 }, (_, n) => arrived(aPost(`${1000 + n}`)))
      await store.commit(many, morning)
      assert.equal((await store.forget(all, later)).posts, forgetBatchMax)
      assert.equal((await store.forget(all, later)).posts, 1)
      assert.ok(isNothing(await store.forget(all, later)))
    }),
  )

  test(
    'what could not be delivered can be delivered again until its term, and its change too',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      await store.settle(await claimOne(store, morning), refused, morning)
      await forget(store, { posts: morning, ledger: morning })
      const [dead] = await store.dead(5)
      assert.ok(dead)
      assert.equal(await store.redeliver(dead.id, morning, false), true)
      assert.deepEqual(await forget(store), nothingForgotten, 'it is owed again')
      await drain(store)
      await forget(store)
      assert.equal(await store.redeliver(dead.id, morning, true), false)
    }),
  )

  test(
    'what was taken down stays known: it does not come back, nor with whoever quotes it',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      await drain(store)
      await store.takeDown('x', '101', morning)
      await drain(store)
      assert.equal((await forget(store)).posts, 0)
      assert.deepEqual(await store.commit([arrived(aPost('101'), 'C1')], later), ['duplicate'])
      await store.commit([shared(quote('201', '101', 'b'))], later)
      assert.equal((await store.post('x', '201'))?.post.innerMissing, 'taken down')
      assert.equal(await endOf(store, '201'), 'pending')
    }),
  )

  test(
    'the ledger, the trace of changes and closed gaps have a term of their own; an open gap stays',
    on(async (_, store) => {
      const account = '7001'
      const reads = { posts: ['101'], inner: [], users: [] }
      const paid = { source: 'x', at: morning, via: 'stream', relation: 'original', by: 'follow', account } as const
      await store.purchase([{ ...paid, channels: ['C1'], delivered: 1, reads }])
      await store.noteUsage('x', [{ day: '2026-01-05', posts: 1, at: morning }])
      await store.change({ source: 'x', channel: 'C1' }, 'U1', morning, route => ({ route, what: 'looked' }))
      await store.announce([{ channel: 'C1', text: 'a line', key: 'k' }], morning)
      await drain(store)
      await store.commit([told(aGap('g1')), told(aGap('g2', { from: 5, to: 6, state: 'closed' }))], morning)
      await forget(store, { posts: later, ledger: morning - dayMs })
      assert.equal((await store.audit('C1', 5)).length, 1)
      assert.equal((await store.spending('2026-01-05', '2026-01-05')).length, 1)
      assert.equal((await store.said('k')).length, 1)
      const left = await forget(store, { posts: morning - dayMs, ledger: later })
      assert.deepEqual(left, { ...nothingForgotten, spending: 2, changes: 1, lines: 1 })
      assert.deepEqual(
        (await store.gaps(5)).map(({ id }) => id),
        ['g1'],
      )
      assert.deepEqual(await store.usage('x', '2026-01-05', '2026-01-05'), [])
    }),
  )

  test(
    'what was dropped, and links that channels were shown, are forgotten; nobody is who is followed or of whom a post is left',
    on(async (_, store) => {
      const raw = { kind: 'drop', reason: 'not-json', detail: 'what', raw: '{', at: morning, cursor: 'c' } as const
      const written = aPost('301')
      const link = 'https://halden-lab.example/'
      const linking = shared({ ...written, text: [{ kind: 'link', text: 'a', url: link }] }, [link])
      await store.commit([anIntake(raw), linking], morning)
      await store.rememberPeople([anAccount('7001'), anAccount('2'), anAccount('3')], morning)
      await store.change({ source: 'x', channel: 'C1' }, 'U1', later, route => ({
        route: { ...route, follows: [anAccount('2'), anAccount('4')] },
        what: 'followed',
      }))
      assert.equal((await store.forget({ posts: 0, ledger: 0 }, morning + groupedMs)).links, 0, 'for a week')
      const { drops, accounts, links } = await forget(store)
      assert.deepEqual({ drops, accounts, links }, { drops: 1, accounts: 1, links: 1 })
      assert.deepEqual(await store.drops(5), [])
      const people = await store.people('x', ['7001', '2', '3', '4'])
      assert.deepEqual(people.map(({ account }) => account.id).toSorted(), ['2', '4', '7001'])
    }),
  )
}
