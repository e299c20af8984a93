/**
 * What every store must do with a channel's pace: hold what has to wait, bring together what comes together, and let a burst through in few
 * messages and in order.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hold } from '../../src/domain/delivery.ts'
import type { Post, Relation } from '../../src/domain/post.ts'
import { livePace, type Pace } from '../../src/domain/route.ts'
import { burstPostsMax, catchUpHandful, catchUpHoldMs, catchUpPostsMax, digestPostsMax } from '../../src/limits.ts'
import type { Claim, Intake, Store } from '../../src/store/store.ts'
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

export const hour = 3_600_000
/** `morning` is a full hour. */
export const noon = morning + 3 * hour

export function post(id: number, relation: Relation = 'original'): Post {
  return { ...aPost(`${id}`), relation, createdAt: morning - 1_000_000 + id * 1000 }
}

export const ids = (from: number, count: number) => Array.from({ length: count }, (_, n) => from + n)

/** It arrives, and waits. */
export function waiting(intake: Intake, why: Hold['why'], until: number): Intake {
  return { ...intake, deliver: intake.deliver.map(owed => ({ ...owed, hold: { why, until } })) }
}

export async function setPace(store: Store, pace: Partial<Pace>): Promise<void> {
  await store.change({ source: 'x', channel: 'C1' }, 'U1', morning, route => ({
    route: { ...route, pace: { ...livePace, ...pace } },
    what: 'set the pace',
  }))
}

async function notice(store: Store, text: string, now = morning): Promise<void> {
  await store.announce([{ channel: 'C1', text, key: text }], now)
}

/** What goes out now, one after the other: "post 101 102", in a thread "17.1> post 103". */
export async function drain(store: Store, now: number): Promise<string[]> {
  const tasks: string[] = []
  for (let claims = await store.claim(now, lease, 10); claims.length > 0; claims = await store.claim(now, lease, 10)) {
    for (const claim of claims) {
      tasks.push(`${threadOf(claim)}${taskOf(claim)}`)
      await store.settle(claim, sent(now, `17.${tasks.length}`), now)
    }
  }
  return tasks
}

const threadOf = ({ act }: Claim) => (act.kind === 'post' && act.thread !== undefined ? `${act.thread}> ` : '')
export const occasionOf = ({ content }: Claim) => (content.kind === 'catch-up' ? content.occasion : undefined)
export const sizeOf = (task: string) => task.replace(/^.*post /, '').split(' ').length

export function paceContract(make: () => Promise<Ground>): void {
  const on = (use: Parameters<typeof onGround>[1]) => () => onGround(make, use)

  test(
    'what waits for a digest comes at its time in one message, and what waits for nothing comes before',
    on(async (_, store) => {
      await store.commit(
        ids(101, 7).map(id => waiting(arrived(post(id), 'C1'), 'digest', noon)),
        morning,
      )
      await store.commit([arrived(post(200), 'C1')], morning)
      await notice(store, 'a line')
      assert.deepEqual(await drain(store, morning), ['post 200', 'post a line'])
      assert.equal(await store.nextDueAt(), noon)
      assert.deepEqual((await store.lanes())[0]?.waiting, { digest: 7 })
      const found = await store.post('x', '101')
      assert.deepEqual([found?.deliveries[0]?.hold, found?.deliveries[0]?.at], ['digest', noon])
      const claim = await claimOne(store, noon)
      assert.equal(taskOf(claim), `post ${ids(101, 7).join(' ')}`)
      assert.deepEqual(occasionOf(claim), { kind: 'digest' })
      await store.settle(claim, sent(noon), noon)
      assert.deepEqual(await drain(store, noon), [])
      assert.equal((await store.lanes())[0]?.waiting, undefined)
    }),
  )

  test(
    'of a digest that does not fit the best are in its message, all others in its thread',
    on(async (_, store) => {
      const count = digestPostsMax + catchUpPostsMax + 10
      const reposts = ids(1001, 20)
      await store.commit(
        ids(1001, count).map(id =>
          waiting(arrived(post(id, reposts.includes(id) ? 'repost' : 'original'), 'C1'), 'digest', noon),
        ),
        morning,
      )
      const first = await claimOne(store, noon)
      const newest = ids(1001 + count - digestPostsMax, digestPostsMax)
      assert.equal(taskOf(first), `post ${newest.join(' ')}`)
      assert.deepEqual(occasionOf(first), { kind: 'digest' })
      await store.settle(first, sent(noon, '17.0'), noon)
      const second = await claimOne(store, noon)
      assert.deepEqual(occasionOf(second), { kind: 'digest', continued: true })
      await store.settle(second, sent(noon, '17.9'), noon)
      const rest = [taskOf(second), ...(await drain(store, noon))].map(task => task.replace(/^17\.0> /, ''))
      assert.deepEqual(rest.map(sizeOf), [25, 25])
      assert.equal(threadOf(second), '17.0> ')
      const seen = rest.flatMap(task => task.split(' ').slice(1)).map(Number)
      assert.deepEqual(seen.toSorted(), ids(1001, count - digestPostsMax))
      assert.ok(
        reposts.slice(0, 15).every(id => seen.indexOf(id) >= 25),
        'reposts come last',
      )
    }),
  )

  test(
    'a digest of one is an ordinary post, and one is never mixed with another reason',
    on(async (_, store) => {
      await store.commit(
        [
          waiting(arrived(post(101), 'C1'), 'digest', noon),
          ...ids(201, 6).map(id => waiting(arrived(post(id), 'C1'), 'quiet', noon)),
        ],
        morning,
      )
      assert.deepEqual(await drain(store, noon), ['post 101', `post ${ids(201, 6).join(' ')}`])
    }),
  )

  test(
    'what was fetched for a gap waits for the digest and for the end of the gap, whichever is later',
    on(async (_, store) => {
      const late = morning + catchUpHoldMs / 2
      await store.commit([told(aGap('g1'))], morning)
      const some = (from: number, until: number) =>
        ids(from, 2).map(id => waiting(fetched('g1', post(id), 'C1'), 'digest', until))
      await store.commit([...some(101, late), ...some(201, noon)], morning)
      assert.deepEqual(await drain(store, late), [], 'the gap is open')
      await store.commit([told(aGap('g1', { state: 'closed' }))], late + 1)
      assert.deepEqual(await drain(store, late + 1), ['post 101 102'])
      assert.deepEqual(await drain(store, noon - 1), [])
      assert.deepEqual(await drain(store, noon), ['post 201 202'])
    }),
  )

  test(
    'a gap that never ends does not keep a digest back for ever',
    on(async (_, store) => {
      await store.commit([waiting(fetched('g1', post(101), 'C1'), 'digest', morning + 5)], morning)
      assert.deepEqual(await drain(store, morning + 5), [])
      assert.deepEqual(await drain(store, morning + catchUpHoldMs), ['post 101'])
    }),
  )

  test(
    'after the quiet hours a handful comes one by one, more in as few messages as hold them, oldest first',
    on(async (_, store) => {
      const few = ids(101, catchUpHandful)
      const many = ids(201, catchUpPostsMax + 2)
      await store.commit([...few.map(id => waiting(arrived(post(id), 'C1'), 'quiet', noon))], morning)
      assert.deepEqual(
        await drain(store, noon),
        few.map(id => `post ${id}`),
      )
      await store.commit(
        many.map(id => waiting(arrived(post(id), 'C1'), 'quiet', noon + hour)),
        noon,
      )
      const tasks = await drain(store, noon + hour)
      assert.deepEqual(tasks.map(sizeOf), [21, 21])
      assert.deepEqual(
        tasks.flatMap(task => task.split(' ').slice(1)),
        many.map(String),
      )
    }),
  )

  test(
    'what is late for the quiet hours waits for their end, notices do not',
    on(async (_, store) => {
      await setPace(store, { quiet: { from: '12:00', to: '13:30' } })
      await store.commit([arrived(post(101), 'C1'), arrived(post(102), 'C1')], noon - 1)
      await notice(store, 'a line', noon - 1)
      assert.deepEqual(await drain(store, noon), ['post a line'])
      assert.equal(await store.nextDueAt(), noon + 1.5 * hour)
      assert.deepEqual(await drain(store, noon + 1.5 * hour), ['post 101', 'post 102'])
    }),
  )

  test(
    'at most so many messages an hour; the rest comes as one when the next begins, and counts as one',
    on(async (_, store) => {
      await setPace(store, { perHour: 2 })
      const now = morning + 10
      for (const id of ids(101, 5)) {
        await store.commit([arrived(post(id), 'C1')], now)
        await notice(store, `line ${id}`, now)
        assert.deepEqual(await drain(store, now), [...(id <= 102 ? [`post ${id}`] : []), `post line ${id}`])
      }
      assert.equal(await store.nextDueAt(), morning + hour)
      assert.equal((await store.post('x', '103'))?.deliveries[0]?.hold, 'hour')
      await store.commit([arrived(post(106), 'C1')], morning + hour)
      const claim = await claimOne(store, morning + hour)
      assert.equal(taskOf(claim), 'post 103 104 105')
      assert.deepEqual(occasionOf(claim), { kind: 'hour' })
      await store.settle(claim, sent(morning), morning + hour)
      await store.commit([arrived(post(107), 'C1')], morning + hour + 1)
      assert.deepEqual(await drain(store, morning + hour + 1), ['post 106'], 'the second of this hour')
      assert.deepEqual(await drain(store, morning + 2 * hour), ['post 107'])
    }),
  )

  test(
    'what an hour had no room for comes as one message, however many, unless it is quiet then',
    on(async (_, store) => {
      await setPace(store, { perHour: 1, quiet: { from: '11:00', to: '12:00' } })
      const next = morning + hour
      await store.commit([arrived(post(100), 'C1')], next)
      assert.deepEqual(await drain(store, next), ['post 100'])
      await store.commit(
        ids(101, catchUpPostsMax + 20).map(id => arrived(post(id), 'C1')),
        next + 1,
      )
      assert.deepEqual(await drain(store, next + 1), [])
      assert.equal(await store.nextDueAt(), noon)
      const tasks = await drain(store, noon)
      assert.deepEqual(
        tasks.map(task => [/^17\.1> /.test(task), sizeOf(task)]),
        [
          [false, catchUpPostsMax],
          [true, 20],
        ],
      )
    }),
  )

  test(
    'of more than a handful the oldest come in one message, in order, and then the next ones',
    on(async (_, store) => {
      const many = ids(1001, burstPostsMax + catchUpHandful)
      await store.commit(
        many.map(id => arrived(post(id), 'C1')),
        morning,
      )
      const first = await claimOne(store, morning)
      assert.equal(taskOf(first), `post ${many.slice(0, burstPostsMax).join(' ')}`)
      assert.deepEqual(occasionOf(first), { kind: 'burst' })
      assert.deepEqual(
        (await store.lanes()).map(({ pending }) => pending),
        [many.length],
      )
      await store.settle(first, sent(morning), morning)
      assert.deepEqual(
        await drain(store, morning),
        many.slice(burstPostsMax).map(id => `post ${id}`),
      )
    }),
  )

  test(
    'in a burst a line of our own keeps its place, and what was tried is not gathered',
    on(async (_, store) => {
      await store.commit([arrived(post(100), 'C1')], morning)
      await store.settle(await claimOne(store, morning), again(morning, morning), morning)
      await store.commit(
        ids(101, 6).map(id => arrived(post(id), 'C1')),
        morning,
      )
      await notice(store, 'a line')
      await store.commit(
        ids(201, 7).map(id => arrived(post(id), 'C1')),
        morning,
      )
      assert.deepEqual(await drain(store, morning), [
        'post 100',
        'post 101 102 103 104 105 106',
        'post a line',
        'post 201 202 203 204 205 206 207',
      ])
    }),
  )

  test(
    'a message of several is tried again whole; a post that was deleted is taken out of it, before and after',
    on(async (_, store) => {
      await store.commit(
        ids(101, 6).map(id => waiting(arrived(post(id), 'C1'), 'digest', noon)),
        morning,
      )
      await store.commit([deleted('103')], morning)
      const first = await claimOne(store, noon)
      assert.equal(taskOf(first), 'post 101 102 104 105 106')
      await store.settle(first, again(noon, noon + 50), noon)
      await store.commit([deleted('106'), waiting(arrived(post(107), 'C1'), 'digest', noon + 50)], noon)
      const second = await claimOne(store, noon + 50)
      assert.equal(taskOf(second), 'post 101 102 104 105')
      assert.deepEqual(occasionOf(second), { kind: 'digest' })
      await store.settle(second, sent(noon, '17.5'), noon + 50)
      await store.commit([deleted('101')], noon + 50)
      assert.deepEqual(await drain(store, noon + 50), ['post 107', 'update 17.5 102 104 105'])
    }),
  )

  test(
    'where the first post of a digest is deleted before that is sent, what goes into its thread still does',
    on(async (_, store) => {
      const count = digestPostsMax + 6
      await store.commit(
        ids(1001, count).map(id => waiting(arrived(post(id), 'C1'), 'digest', noon)),
        morning,
      )
      const first = await claimOne(store, noon)
      await store.settle(first, again(noon, noon), noon)
      const { subject } = first.delivery
      await store.commit([deleted(subject.kind === 'post' ? subject.postId : '')], noon)
      const tasks: string[] = []
      for (const at of [noon, noon + 10_000]) tasks.push(...(await drain(store, at)))
      assert.deepEqual(
        tasks.map(task => [task.startsWith('17.1> '), sizeOf(task)]),
        [
          [false, digestPostsMax - 1],
          [true, 6],
        ],
      )
    }),
  )

  test(
    'I6 a digest whose worker died comes back as unknown, whole, and nothing joins it',
    on(async (ground, store) => {
      await store.commit(
        ids(101, 3).map(id => waiting(arrived(post(id), 'C1'), 'digest', morning + 1)),
        morning,
      )
      await claimOne(store, morning + 1)
      await store.commit([waiting(arrived(post(104), 'C1'), 'digest', morning + 1)], morning)
      const reopened = await ground.open()
      const found = await claimOne(reopened, morning + 2)
      assert.equal(taskOf(found), 'post 101 102 103')
      assert.notEqual(found.delivery.unknown, undefined)
      await reopened.repace('C1', { why: 'digest', until: noon }, morning + 2)
      await reopened.settle(found, sent(morning), morning + 2)
      assert.deepEqual(await drain(reopened, morning + 3), [], 'what is left waits for the new time')
      assert.deepEqual(await drain(reopened, noon), ['post 104'])
    }),
  )
}
