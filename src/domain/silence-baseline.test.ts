import assert from 'node:assert/strict'
import test from 'node:test'
import type { Account } from './account.ts'
import { emptyRoute, type Route } from './route.ts'
import { accountSince, channelSince, type RouteChange } from './silence-baseline.ts'

const ann: Account = { source: 'x', id: '1', handle: 'ann', name: 'Ann' }
const bob: Account = { source: 'x', id: '2', handle: 'bob', name: 'Bob' }
const route: Route = { ...emptyRoute('x', 'C1'), follows: [ann, bob], topics: ['dark matter'] }

const table: readonly (readonly [what: string, change: Partial<Route>, account: boolean, channel: boolean])[] = [
  ['a keyword is added', { keywords: ['ibm'] }, true, true],
  ['a kind is switched off', { kinds: { ...route.kinds, repost: false } }, true, true],
  ['it is paused', { paused: true }, true, true],
  ['a language is asked for', { languages: ['en'] }, true, true],
  ['the account is let go', { follows: [bob] }, true, true],
  ['another one is let go', { follows: [ann] }, false, true],
  ['another one is followed', { follows: [ann, bob, { ...bob, id: '3' }] }, false, false],
  ['a topic is dropped', { topics: [] }, false, true],
  ['a topic is added', { topics: ['dark matter', 'axions'] }, false, false],
  ['posts are read whole', { reading: 'complete' }, false, false],
]

for (const [what, change, account, channel] of table)
  test(`${what}: ${account || channel ? 'what came before does not compare' : 'all compares'}`, () => {
    const changes: readonly RouteChange[] = [
      { at: 50, before: route, after: { ...route, ...change } },
      { at: 40, before: route, after: { ...route, channel: 'C2' } },
    ]
    assert.equal(accountSince(changes, ann.id), account ? 50 : 0)
    assert.equal(channelSince(changes, 'C1'), channel ? 50 : 0)
    assert.equal(channelSince(changes, 'C9'), 0)
  })

test('a new channel that follows somebody brings more, not less; who is followed first is compared from then', () => {
  const first: RouteChange = { at: 50, before: undefined, after: route }
  assert.equal(channelSince([first], 'C1'), 0)
  assert.equal(accountSince([first], ann.id), 50)
  assert.equal(accountSince([first], '9'), 0)
})
