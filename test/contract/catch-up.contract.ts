/**
 * What every store must do with posts that were fetched for a gap: hold them together until it is closed, and then send them one by one where
 * they are a handful, else in one catch-up message.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Post } from '../../src/domain/post.ts'
import { catchUpHandful, catchUpHoldMs, catchUpPostsMax } from '../../src/limits.ts'
import type { Claim, Store } from '../../src/store/store.ts'
import { type Ground, onGround } from './ground.ts'
import {
  aGap,
  again,
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

const closed = told(aGap('g1', { state: 'closed', how: 'fetched' }))

/** Written in the order of their ids. */
function written(id: number): Post {
  return { ...aPost(`${id}`), createdAt: morning - 1_000_000 + id * 1000 }
}

const ids = (from: number, count: number) => Array.from({ length: count }, (_, n) => from + n)

/** Everything that there is to send, one after the other, sent. */
async function drain(store: Store, now: number): Promise<string[]> {
  const tasks: string[] = []
  for (let claims = await store.claim(now, lease, 10); claims.length > 0; claims = await store.claim(now, lease, 10)) {
    for (const claim of claims) {
      tasks.push(`${claim.delivery.channel} ${taskOf(claim)}`)
      await store.settle(claim, sent(now, `17.${tasks.length}`), now)
    }
  }
  return tasks
}

/** Posts `from` … of gap g1 for C1, newest first as a network gives them, and the gap closed. */
async function caughtUp(store: Store, from: number, count: number): Promise<void> {
  const newestFirst = ids(from, count).reverse()
  await store.commit(
    newestFirst.map(id => fetched('g1', written(id), 'C1')),
    morning,
  )
  await store.commit([closed], morning)
}

async function statesOf(store: Store, posts: readonly number[]) {
  const found = await Promise.all(posts.map(id => store.post('x', `${id}`)))
  return found.map(post => post?.deliveries[0]?.state)
}

export function catchUpContract(make: () => Promise<Ground>): void {
  const on = (use: Parameters<typeof onGround>[1]) => () => onGround(make, use)

  test(
    'what is fetched for a gap waits for the end of it, and live posts pass',
    on(async (_, store) => {
      await store.commit(
        [told(aGap('g1')), fetched('g1', written(102), 'C1'), fetched('g1', written(101), 'C1')],
        morning,
      )
      await store.commit([arrived(written(200), 'C1')], morning)
      assert.deepEqual(await drain(store, morning), ['C1 post 200'])
      assert.equal(await store.nextDueAt(), morning + catchUpHoldMs)
      await store.commit([closed], morning + 5)
      assert.deepEqual(await drain(store, morning + 5), ['C1 post 101', 'C1 post 102'], 'oldest first')
    }),
  )

  test(
    'a gap that is lost lets go too, and so does an open one that says so; another word about it does not',
    on(async (_, store) => {
      const words = [{ how: 'still' }, { release: true }, { state: 'lost', lost: 'Something.' }] as const
      const seen: string[][] = []
      for (const [n, word] of words.entries()) {
        await store.commit([fetched('g1', written(101 + n), 'C1'), told(aGap('g1', word))], morning)
        seen.push(await drain(store, morning))
      }
      assert.deepEqual(seen, [[], ['C1 post 101', 'C1 post 102'], ['C1 post 103']])
    }),
  )

  test(
    'a gap that never ends keeps nothing back for ever',
    on(async (_, store) => {
      await store.commit([fetched('g1', written(101), 'C1')], morning)
      assert.deepEqual(await drain(store, morning + catchUpHoldMs - 1), [])
      assert.deepEqual(await drain(store, morning + catchUpHoldMs), ['C1 post 101'])
    }),
  )

  test(
    'a handful of posts comes one by one, more of them in one message, oldest first, each channel by itself',
    on(async (_, store) => {
      const many = ids(101, catchUpHandful + 1)
      await store.commit([told(aGap('g1'))], morning)
      await store.commit(
        many.toReversed().map(id => fetched('g1', written(id), 'C1', ...(id === 101 ? [] : ['C2']))),
        morning,
      )
      await store.commit([closed], morning)
      const [lane] = await store.lanes()
      assert.equal(lane?.pending, many.length)
      const tasks = await drain(store, morning)
      assert.deepEqual(
        tasks.filter(task => task.startsWith('C1')),
        [`C1 post ${many.join(' ')}`],
      )
      assert.deepEqual(
        tasks.filter(task => task.startsWith('C2')),
        many.slice(1).map(id => `C2 post ${id}`),
      )
      assert.deepEqual(
        await statesOf(store, many),
        many.map(() => 'sent'),
      )
      const first = await store.post('x', '101')
      const last = await store.post('x', `${many.at(-1)}`)
      assert.equal(first?.deliveries[0]?.ts, last?.deliveries[0]?.ts)
      assert.deepEqual(
        (await store.lanes()).map(({ pending, sent }) => [pending, sent]),
        [
          [0, 1],
          [0, many.length - 1],
        ],
        'what is counted as sent are messages',
      )
    }),
  )

  test(
    'a catch-up message says which interval it is of',
    on(async (_, store) => {
      await store.commit([told(aGap('g1'))], morning)
      await caughtUp(store, 101, 6)
      const { content } = await claimOne(store, morning)
      assert.equal(content.kind, 'catch-up')
      assert.deepEqual('occasion' in content && content.occasion, { kind: 'gap', from: 10, to: 20, why: 'stalled' })
    }),
  )

  test(
    'more than fit into one message come in several, all of the older ones first',
    on(async (_, store) => {
      const count = catchUpPostsMax * 2 + 1
      await caughtUp(store, 1001, count)
      const tasks = await drain(store, morning)
      const sizes = tasks.map(task => task.split(' ').length - 2)
      assert.equal(sizes.length, 3)
      assert.ok(
        sizes.every(size => size <= catchUpPostsMax),
        `${sizes}`,
      )
      assert.deepEqual(
        tasks.flatMap(task => task.split(' ').slice(2)),
        ids(1001, count).map(String),
      )
    }),
  )

  test(
    'of posts written in the same second the one with the lower id comes first, whatever its length',
    on(async (_, store) => {
      const same = ['1000', '99', '998', '100', '101', '9'].map(id => fetched('g1', aPost(id), 'C1'))
      await store.commit([...same, closed], morning)
      assert.deepEqual(await drain(store, morning), ['C1 post 9 99 100 101 998 1000'])
    }),
  )

  test(
    'a catch-up message is tried again whole, and what becomes of it becomes of all its posts',
    on(async (_, store) => {
      await caughtUp(store, 101, 6)
      const first = await claimOne(store, morning)
      await store.settle(first, again(morning, morning + 50), morning)
      assert.equal(await store.nextDueAt(), morning + 50)
      const second = await claimOne(store, morning + 50)
      assert.equal(second.delivery.id, first.delivery.id)
      assert.equal(taskOf(second), 'post 101 102 103 104 105 106')
      const refused = { state: 'dead', reason: 'refused', why: 'invalid_blocks' } as const
      await store.settle(second, { delivery: refused, lane: { freeAt: morning } }, morning + 60)
      const dead = await store.dead(10)
      assert.deepEqual(
        dead.map(({ reason, why, at }) => [reason, why, at]),
        dead.map(() => ['refused', 'invalid_blocks', morning + 60]),
      )
      assert.equal(dead.length, 6)
      assert.equal(await store.nextDueAt(), undefined)
    }),
  )

  test(
    'a dead post of a catch-up message is sent again by itself, the others stay',
    on(async (_, store) => {
      await caughtUp(store, 101, 6)
      const refused = { state: 'dead', reason: 'refused', why: 'invalid_blocks' } as const
      await store.settle(await claimOne(store, morning), { delivery: refused, lane: { freeAt: morning } }, morning)
      for (const id of ['101', '104']) {
        const one = (await store.dead(10)).find(({ subject }) => subject.kind === 'post' && subject.postId === id)
        assert.equal(await store.redeliver(one?.id ?? '', morning, false), true)
        assert.deepEqual(await drain(store, morning), [`C1 post ${id}`])
      }
      assert.equal((await store.dead(10)).length, 4)
      await store.commit([arrived(aPost('104', '110'), 'C1')], morning)
      assert.deepEqual(await drain(store, morning), ['C1 update 17.1 110'], 'a message of its own')
    }),
  )

  test(
    'a channel that is gone owes nothing of its catch-up message either',
    on(async (_, store) => {
      await store.commit([arrived(written(90), 'C1')], morning)
      const live = await claimOne(store, morning)
      await caughtUp(store, 101, 6)
      const dead = { state: 'dead', reason: 'channel-gone', why: 'archived' } as const
      await store.settle(live, { delivery: dead, lane: { freeAt: morning, gone: 'archived' } }, morning)
      assert.equal((await store.dead(10)).length, 7)
      assert.deepEqual((await store.lanes())[0]?.pending, 0)
    }),
  )

  test(
    'a post deleted before its catch-up message is sent is not in it, and the last one left is an ordinary post',
    on(async (_, store) => {
      await caughtUp(store, 101, 6)
      await store.commit([deleted('101'), deleted('103')], morning)
      const claim = await claimOne(store, morning)
      assert.equal(taskOf(claim), 'post 102 104 105 106')
      await store.settle(claim, again(morning, morning), morning)
      await store.commit(
        ['102', '104', '105'].map(id => deleted(id)),
        morning,
      )
      const last = await claimOne(store, morning)
      assert.deepEqual(last.content, { kind: 'post', post: written(106), struck: false })
      await store.settle(last, again(morning, morning), morning)
      await store.commit([deleted('106')], morning)
      assert.equal(await store.nextDueAt(), undefined)
      const states = await statesOf(store, ids(101, 6))
      assert.deepEqual(
        states,
        states.map(() => 'dead'),
      )
    }),
  )

  test(
    'a post deleted while its catch-up message is under way is discarded if that is to be sent again',
    on(async (_, store) => {
      await caughtUp(store, 101, 6)
      const first = await claimOne(store, morning)
      await store.commit([deleted('103')], morning)
      assert.deepEqual(await statesOf(store, [103]), ['pending'], 'it may be in the message')
      await store.settle(first, again(morning, morning), morning)
      assert.deepEqual(await statesOf(store, [103]), ['dead'])
      const second = await claimOne(store, morning)
      assert.equal(taskOf(second), 'post 101 102 104 105 106')
      await store.settle(second, sent(morning, '17.1'), morning)
      assert.deepEqual(await drain(store, morning), ['C1 update 17.1 101 102 104 105 106'])
    }),
  )

  test(
    'the oldest post of a catch-up message, deleted before that is sent, never shows up in it, not even struck through',
    on(async (_, store) => {
      await store.change({ source: 'x', channel: 'C1' }, 'U1', morning, route => ({
        ...{ route: { ...route, deletions: 'strike' }, what: 'keeps deleted posts' },
      }))
      await caughtUp(store, 101, 6)
      await store.settle(await claimOne(store, morning), again(morning, morning + 50), morning)
      await store.commit([arrived(written(200), 'C1'), deleted('101')], morning)
      assert.deepEqual(await statesOf(store, [101]), ['dead'])
      const claim = await claimOne(store, morning + 50)
      assert.equal(taskOf(claim), 'post 102 103 104 105 106', 'in its turn, before what came later')
      assert.equal(claim.delivery.attempts, 2)
      await store.settle(claim, sent(morning + 50, '17.1'), morning + 50)
      await store.commit([arrived({ ...written(105), version: '110' }, 'C1'), deleted('103')], morning + 50)
      assert.deepEqual(await drain(store, morning + 50), ['C1 post 200', 'C1 update 17.1 102 -103 104 110 106'])
    }),
  )

  test(
    'the last post of a catch-up message that lives stays, whatever was planned while that was under way',
    on(async (_, store) => {
      const posts = ids(101, 6).map(String)
      for (const [n, left] of ['106', '101'].entries()) {
        const now = morning + n
        const of = (id: string) => `${Number(id) + n * 100}`
        await caughtUp(store, 101 + n * 100, 6)
        const first = await claimOne(store, now)
        await store.commit(
          posts.filter(id => id !== left).map(id => deleted(of(id))),
          now,
        )
        await store.settle(first, again(now, now), now)
        assert.deepEqual(await drain(store, now), [`C1 post ${of(left)}`, `C1 update 17.1 ${of(left)}`])
      }
    }),
  )

  test(
    'I6 a catch-up message with an unknown outcome, whose channel was gone, is looked for whole whichever post is sent again',
    on(async (ground, store) => {
      await caughtUp(store, 101, 6)
      await claimOne(store, morning)
      const reopened = await ground.open()
      await reopened.commit([arrived(written(90), 'C1')], morning)
      const look = await claimOne(reopened, morning)
      const unknown = { since: morning, checks: 0, why: 'timeout' }
      const later = { state: 'pending', dueAt: morning + 50, why: 'timeout', imagesDropped: false } as const
      await reopened.settle(
        look,
        { delivery: { ...later, counted: true, unknown }, lane: { freeAt: morning } },
        morning,
      )
      const live = await claimOne(reopened, morning)
      const gone = { state: 'dead', reason: 'channel-gone', why: 'archived' } as const
      await reopened.settle(live, { delivery: gone, lane: { freeAt: morning, gone: 'archived' } }, morning)
      const member = (await reopened.dead(10)).find(
        ({ subject }) => subject.kind === 'post' && subject.postId === '104',
      )
      assert.equal(await reopened.redeliver(member?.id ?? '', morning, false), true)
      const found = await claimOne(reopened, morning)
      assert.equal(taskOf(found), 'post 101 102 103 104 105 106')
      assert.equal(found.delivery.unknown?.since, morning)
      await reopened.settle(found, sent(morning, '17.1'), morning)
      assert.deepEqual(await statesOf(reopened, ids(101, 6)), Array(6).fill('sent'))
      assert.equal(await reopened.nextDueAt(), undefined)
    }),
  )

  test(
    'I6 a catch-up message whose worker died comes back as unknown, with all its posts',
    on(async (ground, store) => {
      await caughtUp(store, 101, 6)
      await claimOne(store, morning)
      await store.commit([deleted('102')], morning)
      const reopened = await ground.open()
      const found: Claim = await claimOne(reopened, morning)
      assert.equal(found.delivery.unknown?.since, morning)
      await reopened.settle(found, sent(morning, '17.1'), morning)
      assert.deepEqual(await statesOf(reopened, ids(101, 6)), Array(6).fill('sent'))
      assert.deepEqual(await drain(reopened, morning), ['C1 update 17.1 101 103 104 105 106'])
    }),
  )
}
