/** What every store must do when a post of which there are messages is edited, deleted or taken down. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainText } from '../../src/domain/post.ts'
import { changeRetryMs } from '../../src/limits.ts'
import type { Store } from '../../src/store/store.ts'
import { type Ground, onGround } from './ground.ts'
import { aGap, aPost, arrived, claimOne, deleted, fetched, lease, morning, sent, taskOf, told } from './samples.ts'

/** Post 101 is a message in C1. */
async function shown(store: Store): Promise<void> {
  await store.commit([arrived(aPost('101'), 'C1')], morning)
  await store.settle(await claimOne(store, morning), sent(morning, '17.1'), morning)
}

/** Posts 101 to 106 are one message in C1. */
async function shownTogether(store: Store): Promise<void> {
  const posts = ['101', '102', '103', '104', '105', '106'].map(id => fetched('g1', aPost(id), 'C1'))
  await store.commit([...posts, told(aGap('g1', { state: 'closed' }))], morning)
  await store.settle(await claimOne(store, morning), sent(morning, '17.1'), morning)
}

async function strikes(store: Store, channel: string): Promise<void> {
  await store.change({ source: 'x', channel }, 'U1', morning, route => ({
    route: { ...route, deletions: 'strike' },
    what: 'keeps deleted posts',
  }))
}

/** The one thing that there is to do, done. */
async function step(store: Store, now = morning): Promise<string> {
  const claim = await claimOne(store, now)
  await store.settle(claim, sent(now, claim.act.kind === 'post' ? '17.1' : (claim.act.ts ?? '')), now)
  return taskOf(claim)
}

export function revisionsContract(make: () => Promise<Ground>): void {
  const on = (use: Parameters<typeof onGround>[1]) => () => onGround(make, use)

  test(
    'an edited post changes its message, two edits before that are one change, and a later one is another',
    on(async (_, store) => {
      await shown(store)
      await store.commit([arrived(aPost('101', '105'), 'C1')], morning)
      await store.commit([arrived(aPost('101', '107'), 'C1')], morning)
      const claim = await claimOne(store, morning)
      assert.equal(taskOf(claim), 'update 17.1 107')
      const { subject } = claim.delivery
      assert.equal(subject.kind, 'update')
      await store.commit([arrived(aPost('101', '109'), 'C1')], morning)
      await store.settle(claim, sent(morning, '17.1'), morning)
      assert.equal(await step(store), 'update 17.1 109')
      assert.equal(await store.nextDueAt(), undefined)
    }),
  )

  test(
    'a change is no message: it is counted as none and is not what the channel got last',
    on(async (_, store) => {
      await shown(store)
      await store.commit([arrived(aPost('101', '105'), 'C1')], morning)
      const claim = await claimOne(store, morning + 5)
      await store.settle(claim, sent(morning + 5, '17.1'), morning + 5)
      assert.deepEqual(await store.lanes(), [
        { channel: 'C1', name: '', pending: 0, sent: 1, dead: 0, unknown: 0, lastSentAt: morning },
      ])
      assert.deepEqual((await store.post('x', '101'))?.deliveries.length, 1, 'nor is it a delivery of the post')
    }),
  )

  test(
    'an edit that belongs in another channel now is delivered there, and changed where it is',
    on(async (_, store) => {
      await shown(store)
      await store.commit([arrived(aPost('101', '105'), 'C2')], morning)
      const claims = await store.claim(morning, lease, 10)
      assert.deepEqual(claims.map(claim => `${claim.delivery.channel} ${taskOf(claim)}`).sort(), [
        'C1 update 17.1 105',
        'C2 post 105',
      ])
    }),
  )

  test(
    'an edit of what is only owed changes no message: it goes out as it is now',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C1'), arrived(aPost('101', '105'), 'C1')], morning)
      assert.equal(await step(store), 'post 105')
      assert.equal(await store.nextDueAt(), undefined)
    }),
  )

  test(
    'a change waits for the message that is being sent, also past a lost answer, and keeps no other post waiting',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      const first = await claimOne(store, morning)
      await store.commit([arrived(aPost('101', '105'), 'C1')], morning)
      await store.commit([arrived(aPost('200'), 'C1')], morning)
      const unknown = { since: morning, checks: 0, why: 'timeout' }
      const pending = { state: 'pending', dueAt: morning + 9000, imagesDropped: false, counted: true } as const
      const lostAnswer = { delivery: { ...pending, why: 'timeout', unknown }, lane: { freeAt: morning } }
      await store.settle(first, lostAnswer, morning)
      assert.equal(await step(store), 'post 200')
      assert.equal(await store.nextDueAt(), morning + changeRetryMs)
      assert.deepEqual(await store.claim(morning + changeRetryMs, lease, 10), [])
      assert.equal(await store.nextDueAt(), morning + 9000)
      assert.equal(await step(store, morning + 9000), 'post 105')
      assert.equal(await step(store, morning + 2 * changeRetryMs), 'update 17.1 105')
      assert.equal(await store.nextDueAt(), undefined)
    }),
  )

  test(
    'a change of what was not sent after all has no message to change',
    on(async (_, store) => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      const claim = await claimOne(store, morning)
      await store.commit([arrived(aPost('101', '105'), 'C1')], morning)
      const refused = { state: 'dead', reason: 'refused', why: 'invalid_blocks' } as const
      await store.settle(claim, { delivery: refused, lane: { freeAt: morning } }, morning)
      const change = await claimOne(store, morning)
      assert.equal(taskOf(change), 'update nothing 105')
      const gone = { state: 'dead', reason: 'discarded', why: 'there is no message' } as const
      await store.settle(change, { delivery: gone, lane: { freeAt: morning } }, morning)
      const dead = await store.dead(10)
      assert.deepEqual(dead.map(({ subject, url }) => [subject.kind, url]).sort(), [
        ['post', aPost('101', '105').url],
        ['update', aPost('101', '105').url],
      ])
    }),
  )

  test(
    'a change whose worker died is made again: its outcome is never unknown',
    on(async (ground, store) => {
      await shown(store)
      await store.commit([arrived(aPost('101', '105'), 'C1')], morning)
      await claimOne(store, morning)
      const reopened = await ground.open()
      assert.equal((await reopened.lanes())[0]?.unknown, 0)
      const claim = await claimOne(reopened, morning)
      assert.equal(claim.delivery.unknown, undefined)
      assert.equal(claim.delivery.attempts, 2)
      assert.equal(taskOf(claim), 'update 17.1 105')
    }),
  )

  test(
    'a deleted post takes its message away, or strikes it through where the channel keeps such posts',
    on(async (_, store) => {
      await strikes(store, 'C2')
      await store.commit([arrived(aPost('101'), 'C1', 'C2')], morning)
      for (const claim of await store.claim(morning, lease, 10))
        await store.settle(claim, sent(morning, `17.${claim.delivery.channel}`), morning)
      await store.commit([deleted('101'), deleted('101')], morning)
      const claims = await store.claim(morning, lease, 10)
      assert.deepEqual(claims.map(taskOf).sort(), ['delete 17.C1', 'update 17.C2 -101'])
      for (const claim of claims) await store.settle(claim, sent(morning), morning)
      await store.commit([deleted('101')], morning)
      assert.equal(await store.nextDueAt(), undefined, 'once')
    }),
  )

  test(
    'a deletion after an edit that was not shown yet is the only change',
    on(async (_, store) => {
      await shown(store)
      await store.commit([arrived(aPost('101', '105'), 'C1')], morning)
      await store.commit([deleted('105')], morning)
      assert.equal(await step(store), 'delete 17.1')
      assert.equal(await store.nextDueAt(), undefined)
    }),
  )

  test(
    'I6 a deleted post whose outcome is unknown is looked for, and taken away if it is there',
    on(async (ground, store) => {
      await store.commit([arrived(aPost('101'), 'C1')], morning)
      await claimOne(store, morning)
      const reopened = await ground.open()
      await reopened.commit([deleted('101')], morning)
      const look = await claimOne(reopened, morning)
      assert.deepEqual([look.delivery.subject.kind, look.delivery.unknown?.since], ['post', morning])
      await reopened.settle(look, sent(morning, '17.1'), morning)
      assert.equal(await step(reopened), 'delete 17.1')
    }),
  )

  test(
    'a post deleted from a catch-up message leaves the others there, the last one takes the message away',
    on(async (_, store) => {
      await shownTogether(store)
      await store.commit([arrived(aPost('104', '110'), 'C1'), deleted('102')], morning)
      assert.equal(await step(store), 'update 17.1 101 103 110 105 106')
      await store.commit(
        ['101', '103', '105', '106'].map(id => deleted(id)),
        morning,
      )
      assert.equal(await step(store), 'update 17.1 110')
      await store.commit([deleted('104')], morning)
      assert.equal(await step(store), 'delete 17.1')
    }),
  )

  test(
    'a catch-up message keeps a deleted post struck through where the channel keeps such posts',
    on(async (_, store) => {
      await strikes(store, 'C1')
      await shownTogether(store)
      await store.commit([deleted('102')], morning)
      assert.equal(await step(store), 'update 17.1 101 -102 103 104 105 106')
    }),
  )

  test(
    'a post that is taken down is out of every channel whatever they keep, its words are forgotten, and it never comes back',
    on(async (ground, store) => {
      await strikes(store, 'C1')
      await shown(store)
      const inner = { ...aPost('90', '90', 'the quoted words'), url: 'https://x.example/90' }
      const later = { ...aPost('101', '105', 'the secret words'), relation: 'quote', inner } as const
      await store.commit([arrived(later, 'C1', 'C2')], morning)
      assert.deepEqual(await store.takeDown('x', '105', morning), ['C1', 'C2'])
      assert.equal(await step(store), 'delete 17.1')
      assert.equal(await store.nextDueAt(), undefined, 'what was owed to C2 is discarded')
      const reopened = await ground.open()
      const found = await reopened.post('x', '101')
      assert.equal(found && plainText(found.post), '')
      assert.doesNotMatch(JSON.stringify(found), /secret|quoted/)
      const dead = (await reopened.dead(10)).find(({ channel }) => channel === 'C2')
      assert.equal(dead?.reason, 'discarded')
      assert.equal(await reopened.redeliver(dead?.id ?? '', morning, true), false)
      assert.deepEqual(await reopened.commit([arrived(aPost('101', '109'), 'C3')], morning), ['duplicate'])
      assert.equal(await reopened.nextDueAt(), undefined)
    }),
  )

  test(
    'a post that is taken down leaves a catch-up message, sent or owed, and what was struck through goes too',
    on(async (_, store) => {
      await strikes(store, 'C1')
      await shownTogether(store)
      await store.commit([deleted('102')], morning)
      assert.deepEqual(await store.takeDown('x', '102', morning), ['C1'])
      assert.equal(await step(store), 'update 17.1 101 103 104 105 106')
      const owed = ['201', '202', '203', '204', '205', '206'].map(id => fetched('g2', aPost(id), 'C1'))
      await store.commit([...owed, told(aGap('g2', { state: 'closed' }))], morning)
      await store.takeDown('x', '201', morning)
      assert.equal(await step(store), 'post 202 203 204 205 206')
      assert.equal(await store.takeDown('x', '999', morning), undefined)
    }),
  )

  for (const how of ['deleted', 'taken down'] as const) {
    test(
      `where a post is ${how} its reposts go with it, and quotes go on without its words`,
      on(async (_, store) => {
        const inner = { ...aPost('90', '90', 'the secret words'), url: 'https://x.example/90' }
        const repost = { ...aPost('201', '201', ''), relation: 'repost', inner } as const
        const quote = { ...aPost('202', '202', 'my own words'), relation: 'quote', inner } as const
        await store.commit([arrived(repost, 'C1'), arrived(quote, 'C1')], morning)
        assert.equal(await step(store), 'post 201')
        assert.equal(await step(store), 'post 202')
        if (how === 'deleted') await store.commit([deleted('90')], morning)
        else assert.deepEqual(await store.takeDown('x', '90', morning), ['C1'])
        assert.deepEqual([await step(store), await step(store)].toSorted(), ['delete 17.1', 'update 17.1 202'])
        const left = await store.post('x', '202')
        assert.equal(left?.post.innerMissing, how)
        assert.equal(left && plainText(left.post), 'my own words')
        assert.doesNotMatch(JSON.stringify(left), /secret/)
        assert.equal(await store.nextDueAt(), undefined)
      }),
    )
  }

  test(
    'what was taken down does not come back inside a later quote',
    on(async (_, store) => {
      await shown(store)
      await store.commit([arrived(aPost('101', '105'), 'C1')], morning)
      assert.equal(await step(store), 'update 17.1 105')
      await store.takeDown('x', '101', morning)
      assert.equal(await step(store), 'delete 17.1')
      for (const [id, version] of [
        ['203', '101'],
        ['204', '105'],
      ] as const) {
        const inner = { ...aPost('101', version, 'the secret words'), url: 'https://x.example/101' }
        await store.commit([arrived({ ...aPost(id), relation: 'quote', inner }, 'C1')], morning)
        const claim = await claimOne(store, morning)
        assert.equal(taskOf(claim), `post ${id}`)
        assert.doesNotMatch(JSON.stringify(claim), /secret/)
        await store.settle(claim, sent(morning), morning)
      }
    }),
  )

  test(
    'the posts shown are those with a message, written since, not deleted, by the version that is kept',
    on(async (_, store) => {
      const at = (id: string, createdAt: number, version = id) => arrived({ ...aPost(id, version), createdAt }, 'C1')
      await store.commit([at('101', 50), at('102', 100), at('103', 200), at('104', 300)], morning)
      assert.deepEqual(await store.shownPosts('x', 0), [])
      for (let n = 0; n < 3; n += 1) await step(store)
      await store.commit([at('103', 200, '109'), deleted('102')], morning)
      assert.deepEqual(await store.shownPosts('x', 0), ['101', '109'])
      assert.deepEqual(await store.shownPosts('x', 51), ['109'])
    }),
  )
}
