import assert from 'node:assert/strict'
import test from 'node:test'
import { emptyRoute, type Route } from '../../../domain/route.ts'
import { newlyWanted, sameWishes } from './wishes.ts'

const route = (ids: readonly string[], keywords: readonly string[] = [], topics: readonly string[] = []): Route => ({
  ...emptyRoute('x', 'C1'),
  follows: ids.map(id => ({ source: 'x' as const, id, handle: `h${id}`, name: id })),
  keywords,
  topics,
})
const fresh = (now: readonly Route[], before: readonly Route[]) =>
  newlyWanted(now, before).flatMap(({ follows, topics }) => [...follows.map(({ id }) => id), ...topics])

test('only what was not wanted before is new: accounts, topics, another keyword, an account now wanted whole', () => {
  assert.deepEqual(fresh([route(['1', '2'], [], ['axion', 'muon'])], [route(['1'], [], ['axion'])]), ['2', 'muon'])
  assert.deepEqual(fresh([route(['1'], ['a', 'b'])], [route(['1'], ['a'])]), ['1'])
  assert.deepEqual(fresh([route(['1'])], [route(['1'], ['a'])]), ['1'])
  assert.deepEqual(fresh([route(['1'], ['a'])], [route(['1'])]), [])
})

test('wishes are the same however they are spread over channels', () => {
  assert.ok(sameWishes([route(['1', '2'])], [route(['2']), route(['1'])]))
  assert.ok(!sameWishes([route(['1', '2'])], [route(['1'])]))
})
