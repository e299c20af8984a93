/**
 * What every store must do with what belongs together: reposts of the same post are named in one message, what continues or quotes a post and
 * what shares its link goes into its thread.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deliveryOrderHoldMs, groupedMs } from '../../src/limits.ts'
import type { Intake, Store } from '../../src/store/store.ts'
import { type Ground, onGround } from './ground.ts'
import { aGap, again, aPost, arrived, claimOne, deleted, lease, morning, sent, told } from './samples.ts'
import { archived, continuing, drain, endOf, grouped, lost, placed, quote, repost, shared } from './sharing.ts'

const dead = (reason: 'refused' | 'discarded') =>
  ({ delivery: { state: 'dead', reason, why: reason }, lane: { freeAt: morning } }) as const

export function threadsContract(make: () => Promise<Ground>): void {
  const on = (use: (store: Store, ground: Ground) => Promise<void>) => (): Promise<void> =>
    onGround(make, (ground, store) => use(store, ground))

  test(
    'a repost of what the channel was shown is named in that message, and is sent with it',
    on(async store => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      assert.deepEqual(await drain(store), ['post 101'])
      await store.commit([shared(repost('201', '101', 'b'))], morning)
      await store.commit([shared(repost('202', '101', 'c'))], morning)
      assert.equal((await store.lanes())[0]?.pending, 3, 'two names and the update')
      assert.deepEqual(await drain(store), ['update 17.101 101 +b +c'])
      assert.equal(await endOf(store, '201'), 'sent 17.101 named')
      assert.equal(await endOf(store, '202'), 'sent 17.101 named')
      assert.deepEqual(await store.postsIn('C1', '17.101'), ['101'])
      assert.equal((await store.lanes())[0]?.sent, 1)
      assert.equal(await store.nextDueAt(), undefined)
    }),
  )

  test(
    'reposts of what the channel was not shown are one message, also within one batch',
    on(async store => {
      const three = ['a', 'b', 'c'].map((name, n) => shared(repost(`20${n}`, '101', name)))
      await store.commit(three, morning)
      assert.deepEqual(await drain(store), ['post 200 +b +c'])
      assert.equal(await endOf(store, '202'), 'sent 17.200 named')
      await store.commit([shared(repost('205', '101', 'd')), shared(repost('205', '101', 'd'))], morning)
      assert.deepEqual(await drain(store), ['update 17.200 200 +b +c +d'])
    }),
  )

  test(
    'a repost that comes while the message is on its way, or may be there, is an update of it',
    on(async store => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      const claim = await claimOne(store, morning)
      await store.commit([shared(repost('201', '101', 'b'))], morning)
      await store.settle(claim, lost(morning), morning)
      await store.commit([shared(repost('202', '101', 'c'))], morning)
      const looking = await claimOne(store, morning)
      await store.settle(looking, sent(morning, '17.101'), morning)
      assert.equal(await endOf(store, '201'), 'pending named', 'what was looked for did not name them')
      assert.deepEqual(await drain(store), ['update 17.101 101 +b +c'])
      assert.equal(await endOf(store, '201'), 'sent 17.101 named')
    }),
  )

  test(
    'where the message never comes, or is gone, or cannot be changed, those who wait to be named get one of their own',
    on(async store => {
      const names = [shared(repost('201', '101', 'b')), shared(repost('202', '101', 'c'))]
      await store.commit([arrived(aPost('101'), 'C1'), ...names], morning)
      await store.settle(await claimOne(store, morning), dead('refused'), morning)
      assert.deepEqual(await drain(store), ['post 201 +c'])
      for (const [n, reason] of (['discarded', 'refused'] as const).entries()) {
        const [id, other, third] = [`${n}301`, `${n}401`, `${n}402`]
        await store.commit([arrived(aPost(id), 'C1')], morning)
        await drain(store)
        await store.commit([shared(repost(other, id, 'b'))], morning)
        await store.settle(await claimOne(store, morning), dead(reason), morning)
        assert.deepEqual(await drain(store), [`post ${other}`], reason)
        assert.equal(await endOf(store, other), `sent 17.${other}`)
        if (reason === 'refused') continue
        await store.commit([shared(repost(third, id, 'c'))], morning)
        assert.deepEqual(await drain(store), [`update 17.${other} ${other} +c`], 'nobody joins what is gone')
      }
    }),
  )

  test(
    'who takes back a repost is named no more; where the message was theirs, the next takes it over',
    on(async store => {
      await store.commit(
        ['a', 'b', 'c'].map((name, n) => shared(repost(`20${n}`, '101', name))),
        morning,
      )
      await drain(store)
      await store.commit([deleted('201')], morning)
      assert.deepEqual(await drain(store), ['update 17.200 200 +c'])
      await store.commit([deleted('200')], morning)
      assert.deepEqual(await drain(store), ['update 17.200 202'])
      assert.equal(await endOf(store, '202'), 'sent 17.200')
      assert.deepEqual(await store.postsIn('C1', '17.200'), ['202'])
      await store.commit([shared(repost('204', '101', 'd')), deleted('202')], morning)
      assert.deepEqual(await drain(store), ['update 17.200 204'])
      await store.commit([deleted('204')], morning)
      assert.deepEqual(await drain(store), ['delete 17.200'])
      assert.equal(await store.nextDueAt(), undefined)
    }),
  )

  test(
    'a repost taken back before it was sent leaves its message to the next; the deletion of the post itself takes all along',
    on(async store => {
      await store.commit([shared(repost('200', '101', 'a')), shared(repost('201', '101', 'b'))], morning)
      await store.commit([deleted('200')], morning)
      assert.deepEqual(await drain(store), ['post 201'])
      await store.commit([shared(repost('300', '111', 'a')), shared(repost('301', '111', 'b'))], morning)
      await store.commit([deleted('111')], morning)
      assert.deepEqual(await drain(store), [])
      assert.equal(await endOf(store, '301'), 'dead')
      await store.commit([arrived(aPost('121'), 'C1')], morning)
      await drain(store)
      await store.commit([shared(repost('401', '121', 'b')), deleted('121')], morning)
      assert.deepEqual(await drain(store), ['delete 17.121'])
      assert.equal((await store.lanes())[0]?.pending, 0)
    }),
  )

  test(
    'a self-thread is one message with replies, in order, over edits, deletions and a new start',
    on(async (store, ground) => {
      await store.commit([shared(aPost('101')), shared(continuing('102', '101'))], morning)
      assert.deepEqual(await drain(store), ['post 101', '17.101> post 102'])
      const after = await ground.open()
      await after.commit([shared(continuing('103', '102')), shared(continuing('104', '103'))], morning)
      assert.deepEqual(await drain(after), ['17.101> post 103', '17.101> post 104'])
      assert.equal(await endOf(after, '104'), 'sent 17.104 thread')
      await after.commit([shared({ ...continuing('103', '102'), version: '109' }), deleted('104')], morning)
      assert.deepEqual(await drain(after), ['update 17.103 109', 'delete 17.104'])
      await after.commit([shared(continuing('105', '104'))], morning)
      assert.deepEqual(await drain(after), ['post 105'], 'what it continues is not there')
    }),
  )

  test(
    'a reply waits for its message, but not for ever',
    on(async store => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      const root = await claimOne(store, morning)
      await store.commit([shared(continuing('102', '101'))], morning)
      await store.settle(root, again(morning, morning + 9000), morning)
      assert.deepEqual(await store.claim(morning + 8999, lease, 9), [])
      await store.commit([shared(continuing('103', '102'))], morning + 8999)
      assert.deepEqual(await drain(store, morning + 9000), ['post 101', '17.101> post 102', '17.101> post 103'])
      const later = morning + 9000
      await store.commit([arrived(aPost('111'), 'C1'), shared(continuing('112', '111'))], later)
      const stuck = await claimOne(store, later)
      await store.settle(stuck, again(later, later + deliveryOrderHoldMs + 1), later)
      assert.deepEqual(await drain(store, later), ['post 112'])
      assert.equal(await endOf(store, '112'), 'sent 17.112')
    }),
  )

  test(
    'where the message is dead or was removed, its replies are ordinary posts; one that may be in the thread is looked for there',
    on(async store => {
      await store.commit([arrived(aPost('101'), 'C1'), shared(continuing('102', '101'))], morning)
      await store.settle(await claimOne(store, morning), dead('refused'), morning)
      assert.deepEqual(await drain(store), ['post 102'])
      await store.commit([arrived(aPost('111'), 'C1')], morning)
      await drain(store)
      await store.commit([shared(continuing('112', '111')), shared(continuing('113', '112'))], morning)
      const reply = await claimOne(store, morning)
      await store.commit([deleted('111')], morning)
      await store.settle(reply, lost(morning), morning)
      assert.deepEqual(await drain(store), ['17.111> post 112', 'post 113', 'delete 17.111'])
    }),
  )

  test(
    'a quote goes under what it quotes, which names its author, until it is deleted',
    on(async store => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      await drain(store)
      await store.commit([shared(quote('201', '101', 'b')), shared(repost('202', '101', 'c'))], morning)
      assert.deepEqual(await drain(store), ['17.101> post 201', 'update 17.101 101 "b +c'])
      await store.commit([deleted('201')], morning)
      assert.deepEqual((await drain(store)).toSorted(), ['delete 17.201', 'update 17.101 101 +c'])
      await store.commit([shared(repost('301', '111', 'a')), shared(quote('302', '111', 'b'))], morning)
      assert.deepEqual(await drain(store), ['post 301 "b', '17.301> post 302'])
      await store.commit([shared(quote('303', '302', 'd'))], morning)
      assert.deepEqual(await drain(store), ['17.301> post 303', 'update 17.302 302 "d'], 'never a thread in a thread')
    }),
  )

  test(
    'a link that was shared within a week goes under the first message that had it, in this channel',
    on(async store => {
      await store.commit([shared(aPost('101'), ['a.org/x']), shared(aPost('102'), ['a.org/x', 'b.org/y'])], morning)
      await store.commit([grouped(arrived(aPost('103'), 'C2'), { links: ['a.org/x'] })], morning)
      assert.deepEqual((await drain(store)).toSorted(), ['17.101> post 102', 'post 101', 'post 103'])
      await store.commit([shared(aPost('104'), ['b.org/y'])], morning + groupedMs - 1)
      assert.deepEqual(await drain(store, morning + groupedMs - 1), ['17.101> post 104'])
      await store.commit([shared(aPost('105'), ['b.org/y'])], morning + groupedMs)
      assert.deepEqual(await drain(store, morning + groupedMs), ['post 105'], 'after a week it is the first again')
      await store.commit([deleted('105'), shared(aPost('106'), ['b.org/y'])], morning + groupedMs)
      assert.deepEqual((await drain(store, morning + groupedMs)).toSorted(), ['delete 17.105', 'post 106'])
    }),
  )

  test(
    'an address may have any length',
    on(async store => {
      const long = `a.org/?${Array.from({ length: 9000 }, (_, n) => (n * 7919).toString(36)).join('')}`
      await store.commit([shared(aPost('101'), [long]), shared(aPost('102'), [`${long}1`])], morning)
      await store.commit([shared(aPost('103'), [long])], morning)
      assert.deepEqual((await drain(store)).toSorted(), ['17.101> post 103', 'post 101', 'post 102'])
    }),
  )

  test(
    'what is kept back takes nothing into its thread: it all comes together',
    on(async store => {
      const digest = (intake: Intake): Intake => ({
        ...intake,
        deliver: intake.deliver.map(owed => ({ ...owed, hold: { until: morning + 1000, why: 'digest' as const } })),
      })
      await store.commit(
        [
          digest(shared(aPost('101'), ['a.org/x'])),
          digest(shared(continuing('102', '101'))),
          digest(shared(aPost('103'), ['a.org/x'])),
          digest(shared(repost('201', '102', 'b'))),
        ],
        morning,
      )
      const claim = await claimOne(store, morning + 1000)
      assert.equal(claim.content.kind, 'catch-up')
      assert.match(placed(claim), /^post .*101.* \+b$/)
      await store.settle(claim, sent(morning + 1000, '17.1'), morning + 1000)
      assert.deepEqual(await drain(store, morning + 1000), [])
      assert.equal(await endOf(store, '201'), 'sent 17.1 named')
    }),
  )

  test(
    'a thread that a gap tore apart is whole again: fetched newest first, its posts go under the first message, in order',
    on(async store => {
      await store.commit([shared(aPost('101'))], morning)
      await drain(store)
      const written = (id: string, parent: string) => ({ ...continuing(id, parent), createdAt: morning + Number(id) })
      await store.commit([shared(written('104', '103'), [], 'g1'), shared(written('103', '102'), [], 'g1')], morning)
      await store.commit([shared(written('102', '101'), [], 'g1')], morning)
      assert.deepEqual(await drain(store), [])
      await store.commit([told(aGap('g1', { state: 'closed' }))], morning)
      assert.deepEqual(await drain(store), ['17.101> post 102', '17.101> post 103', '17.101> post 104'])
    }),
  )

  test(
    'one that is sent again joins its message again, where that lives',
    on(async store => {
      await store.commit([arrived(aPost('101'), 'C1'), shared(repost('201', '101', 'b'))], morning)
      const claim = await claimOne(store, morning)
      await store.settle(claim, archived(morning), morning)
      assert.equal(await endOf(store, '201'), 'dead named')
      for (const { id } of (await store.dead(9)).toSorted((a, b) => a.id.localeCompare(b.id)))
        assert.ok(await store.redeliver(id, morning, false))
      assert.deepEqual(await drain(store), ['post 101 +b'])
    }),
  )
}
