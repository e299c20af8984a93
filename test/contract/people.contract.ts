/** What every store must remember of people and channels: who they are, how much comes of them, and what a channel was told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Ground, onGround } from './ground.ts'
import { anAccount, aPost, arrived, claimOne, morning, taskOf } from './samples.ts'

export function peopleContract(make: () => Promise<Ground>): void {
  const on = (use: Parameters<typeof onGround>[1]) => () => onGround(make, use)

  test(
    'people who were looked up are remembered as they are now, with when; nobody else is',
    on(async (ground, store) => {
      const first = { ...anAccount('1'), avatarUrl: 'https://a.example/1', postsPerDay: 2.25 }
      await store.rememberPeople([first, anAccount('2')], morning)
      await store.rememberPeople([anAccount('1', 'lena_brandt')], morning + 5)
      const found = await (await ground.open()).people('x', ['1', '2', '3'])
      assert.deepEqual(
        found.toSorted((a, b) => a.account.id.localeCompare(b.account.id)),
        [
          { account: { ...first, handle: 'lena_brandt' }, at: morning + 5 },
          { account: anAccount('2'), at: morning },
        ],
      )
    }),
  )

  test(
    'somebody whom a channel follows was never looked up for this, and stays as looked up when followed',
    on(async (_, store) => {
      const follow = (id: string) =>
        store.change({ source: 'x', channel: 'C1' }, 'U1', morning, route => ({
          route: { ...route, follows: [...route.follows, anAccount(id)] },
          what: 'followed',
        }))
      await store.rememberPeople([anAccount('1')], morning)
      await follow('1')
      await follow('2')
      const found = await store.people('x', ['1', '2'])
      assert.deepEqual(
        new Map(found.map(({ account, at }) => [account.id, at])),
        new Map([
          ['1', morning],
          ['2', 0],
        ]),
      )
    }),
  )

  test(
    'how much comes of whom is counted by when it was written',
    on(async (_, store) => {
      const by = (id: string, author: string, createdAt: number) =>
        arrived({ ...aPost(id), author: { ...aPost(id).author, id: author }, createdAt })
      await store.commit([by('101', '1', 10), by('102', '1', 30), by('103', '1', 20), by('104', '2', 40)], morning)
      assert.deepEqual(await store.accountFlows('x', 20), [
        { id: '1', posts: 2, firstAt: 20, newestAt: 30 },
        { id: '2', posts: 1, firstAt: 40, newestAt: 40 },
      ])
      assert.deepEqual(await store.accountFlows('x', 41), [])
    }),
  )

  test(
    'how much comes into a channel is counted by when it was stored for it, posts only',
    on(async (_, store) => {
      await store.announce([{ channel: 'C1', text: 'a line', key: 'k' }], morning)
      await store.commit([arrived(aPost('101'), 'C1', 'C2')], morning)
      await store.commit([arrived(aPost('102'), 'C1')], morning + 5)
      assert.deepEqual(await store.channelFlows('x', morning), [
        { id: 'C1', posts: 2, firstAt: morning, newestAt: morning + 5 },
        { id: 'C2', posts: 1, firstAt: morning, newestAt: morning },
      ])
      assert.deepEqual(await store.channelFlows('x', morning + 1), [
        { id: 'C1', posts: 1, firstAt: morning + 5, newestAt: morning + 5 },
      ])
    }),
  )

  test(
    'a line is left once in a channel for each key, until what it speaks of is over',
    on(async (ground, store) => {
      const line = (channel: string, key: string, text = `about ${key}`) => ({ channel, text, key })
      const both = [line('C1', 'quiet:1'), line('C2', 'quiet:1')]
      assert.deepEqual(await store.announce([...both, line('C1', 'quiet:1')], morning), both)
      const reopened = await ground.open()
      const more = line('C1', 'quiet:2')
      assert.deepEqual(await reopened.announce([line('C1', 'quiet:1', 'other words'), more], morning + 1), [more])
      await reopened.retract('quiet:2')
      assert.deepEqual(await reopened.announce([more], morning + 2), [more])
      const claims = await reopened.claim(morning + 9, 1000, 10)
      assert.deepEqual(claims.map(taskOf), ['post about quiet:1', 'post about quiet:1'])
    }),
  )

  test(
    'what was said can be asked for by how its key begins, in which nothing is a pattern',
    on(async (_, store) => {
      const said = (key: string, at: number) => store.announce([{ channel: 'C1', text: 'a line', key }], at)
      for (const [n, key] of ['a%:1', 'a%:😀', 'ab:2', 'b'].entries()) await said(key, morning + n)
      assert.deepEqual(
        (await store.said('a%:')).toSorted((a, b) => a.at - b.at),
        [
          { key: 'a%:1', channel: 'C1', at: morning },
          { key: 'a%:😀', channel: 'C1', at: morning + 1 },
        ],
      )
      assert.equal((await store.said('')).length, 4)
      await store.retract('a%:1')
      assert.equal((await store.said('a%:1')).length, 0)
      assert.equal(taskOf(await claimOne(store, morning + 9)), 'post a line')
    }),
  )
}
