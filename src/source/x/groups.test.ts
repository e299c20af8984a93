import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../kit/clock.ts'
import type { Group, GroupPrice } from '../source.ts'
import type { XRequest } from './client.ts'
import { members, priceOf } from './groups.ts'
import { answering, never, Refusal, rememberedPeople } from './testing.ts'

const list: Group = { kind: 'list', id: '1600' }
const following: Group = { kind: 'following', handle: 'mira_okafor' }
const price: GroupPrice = { id: '1600', name: 'the list “Labs”', accounts: 250, microsEach: 10_000 }

function rig(reply: (request: XRequest) => unknown) {
  const asked: XRequest[] = []
  const reads: string[] = []
  const people = rememberedPeople()
  const deps = {
    client: answering(reply, asked),
    clock: new ManualClock(),
    people,
    onReads: ({ users, inner }: { users: readonly string[]; inner: readonly string[] }) => {
      reads.push(...inner, ...users)
    },
  }
  return { deps, asked, reads, people }
}

const user = (n: number, more = {}) => ({ id: String(n), username: `u${n}`, name: `U ${n}`, ...more })

test('a list is priced by its count, and the question itself is in the ledger', async () => {
  const { deps, asked, reads } = rig(() => ({ data: { id: '1600', name: 'Labs', member_count: 412 } }))
  assert.deepEqual(await priceOf(deps, list, never), {
    id: '1600',
    name: 'the list “Labs”',
    accounts: 412,
    microsEach: 10_000,
  })
  assert.equal(asked[0]?.path, '/2/lists/1600')
  assert.deepEqual(reads, ['list:1600'])
})

test('an account is priced by whom it follows; who is protected, gone or suspended is answered in words', async () => {
  const found = rig(() => ({ data: [{ ...user(7), public_metrics: { following_count: 99 } }] }))
  const told = await priceOf(found.deps, following, never)
  assert.deepEqual(typeof told === 'string' ? told : [told.id, told.accounts], ['7', 99])
  assert.deepEqual(found.reads, ['7'])
  const say = (reply: unknown) => priceOf(rig(() => reply).deps, following, never)
  assert.match(String(await say({ data: [user(7, { protected: true })] })), /protected/)
  assert.match(String(await say({ errors: [{ detail: 'User has been suspended: [mira_okafor].' }] })), /suspended/)
  assert.match(String(await say({ errors: [{ detail: 'Could not find user' }] })), /no account @mira_okafor/)
  assert.match(String(await say({ data: [user(7)] })), /does not say how many/)
  assert.match(String(await priceOf(rig(() => ({})).deps, list, never)), /no list there/)
})

test('pages are read to their end, but never one account more than agreed on', async () => {
  const page = ({ query }: XRequest) => {
    const from = Number(query?.['pagination_token'] ?? 0)
    const size = Number(query?.['max_results'])
    const data = Array.from({ length: Math.min(size, 250 - from) }, (_, i) => user(from + i))
    return { data, meta: from + size < 250 ? { next_token: String(from + size) } : {} }
  }
  const whole = rig(page)
  assert.equal((await members(whole.deps, list, price, 1000, never)).accounts.length, 250)
  assert.deepEqual(
    whole.asked.map(({ query }) => query?.['max_results']),
    ['100', '100', '100'],
  )
  assert.equal(whole.people.store.size, 250)
  const some = rig(page)
  assert.equal((await members(some.deps, list, price, 130, never)).accounts.length, 130)
  assert.equal(some.reads.length, 130, 'and no more is paid for')
})

test('who is protected is told apart, and what was read before an error is kept', async () => {
  let calls = 0
  const { deps, reads } = rig(() => {
    if (calls++ > 0) return new Refusal({ kind: 'rate-limited', why: 'X asks to slow down (429).' })
    return { data: [user(1), user(2, { protected: true })], meta: { next_token: 'more' } }
  })
  const got = await members(deps, following, { ...price, id: '7' }, 500, never)
  assert.deepEqual(
    got.accounts.map(({ handle }) => handle),
    ['u1'],
  )
  assert.deepEqual(got.protectedHandles, ['u2'])
  assert.equal(got.why, 'X asks to slow down (429).')
  assert.deepEqual(reads, ['1', '2'])
})
