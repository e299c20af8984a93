/** What somebody changed in a file and what somebody changed in Slack meanwhile are put together, whatever they are. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Account } from '../../domain/account.ts'
import { emptyRoute, type Route } from '../../domain/route.ts'
import { listsOf, merged } from './lists.ts'

const account = (n: number): Account => ({ source: 'x', id: `${n}`, handle: `person_${n}`, name: `Person ${n}` })
const people = fc.uniqueArray(fc.nat(6), { maxLength: 6 }).map(all => all.map(account))
const words = fc.uniqueArray(fc.constantFrom('ibm', '"dark matter"', '#axion', 'lisa', 'cern OR ligo'), {
  maxLength: 5,
})
const route: fc.Arbitrary<Route> = fc
  .record({
    people,
    words,
    blocks: words,
    reading: fc.constantFrom('cheap' as const, 'complete' as const),
    paused: fc.boolean(),
  })
  .map(({ people: follows, words: keywords, ...rest }) => ({ ...emptyRoute('x', 'C1'), follows, keywords, ...rest }))
const find = ({ id, handle }: { id?: string; handle: string }) => ({
  source: 'x' as const,
  id: id ?? handle,
  handle,
  name: handle,
})
const said = (lists: Route) =>
  JSON.parse(
    JSON.stringify(lists, (_, each: unknown) =>
      Array.isArray(each) ? each.map(x => JSON.stringify(x)).toSorted() : each,
    ),
  )
const shown = (r: Route) => said({ ...r, follows: r.follows.map(({ id }) => account(Number(id))) })

test('a file that nobody changed changes nothing; one that nobody else has changed is as it says', () => {
  fc.assert(
    fc.property(route, route, (now, other) => {
      assert.deepEqual(merged(now, listsOf(other), listsOf(other), find), now)
      assert.deepEqual(shown(merged(now, listsOf(now), listsOf(other), find)), shown(other))
      assert.deepEqual(shown(merged(now, undefined, listsOf(other), find)), shown(other))
    }),
  )
})

test('both sides keep what they changed', () => {
  fc.assert(
    fc.property(route, route, route, (base, file, now) => {
      const result = merged(now, listsOf(base), listsOf(file), find)
      const ids = (r: Route) => new Set(r.follows.map(({ id }) => id))
      const [was, wanted, is, got] = [ids(base), ids(file), ids(now), ids(result)]
      for (const id of wanted) if (!was.has(id)) assert.ok(got.has(id), 'what the file added is there')
      for (const id of was) if (!wanted.has(id)) assert.ok(!got.has(id), 'what the file took out is gone')
      for (const id of is) if (!was.has(id)) assert.ok(got.has(id), 'what Slack added is there')
      for (const id of was) if (!is.has(id) && wanted.has(id)) assert.ok(!got.has(id), 'what Slack took out is gone')
      if (file.reading === base.reading) assert.equal(result.reading, now.reading)
      else assert.equal(result.reading, file.reading)
    }),
  )
})

test('what is not in the file at all is not its business', () => {
  const now: Route = { ...emptyRoute('x', 'C1'), follows: [account(1)], topics: ['lisa'], paused: true }
  const result = merged(
    now,
    undefined,
    { follow: [{ handle: 'PERSON_1' }, { handle: 'person_2' }], keywords: ['ibm'] },
    () => account(2),
  )
  assert.deepEqual(result, { ...now, follows: [account(1), account(2)], keywords: ['ibm'] })
})
