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
const more = (changes: Partial<Route>): Route => ({ ...route(['1'], [], ['axion']), ...changes })
const account = (id: string) => ({ source: 'x' as const, id, handle: `h${id}`, name: id })
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

test('more is wanted when a kind is switched on, a block or a mute is lifted, a language is added; less is not more', () => {
  const kinds = { ...emptyRoute('x', '').kinds, reply: true }
  assert.deepEqual(fresh([more({ kinds })], [more({})]), ['1', 'axion'])
  assert.deepEqual(fresh([more({})], [more({ kinds })]), [])
  assert.deepEqual(fresh([more({})], [more({ blocks: ['giveaway'] })]), ['1', 'axion'])
  assert.deepEqual(fresh([more({ blocks: ['giveaway'] })], [more({})]), [])
  assert.deepEqual(fresh([more({})], [more({ muted: [account('9')] })]), ['1', 'axion'])
  assert.deepEqual(fresh([more({ languages: ['en', 'de'] })], [more({ languages: ['en'] })]), ['1', 'axion'])
  assert.deepEqual(fresh([more({ languages: ['en'] })], [more({})]), [])
})

test('to read completely is to want all of the followed, and no more of topics', () => {
  assert.deepEqual(fresh([more({ reading: 'complete' })], [more({})]), ['1'])
  assert.deepEqual(fresh([more({})], [more({ reading: 'complete' })]), [])
  assert.ok(!sameWishes([more({ reading: 'complete' })], [more({})]))
})

test('what two channels wanted together is not new to a third', () => {
  const before = [route(['1'], ['a']), route(['1'], ['b'])]
  assert.deepEqual(fresh([route(['1'], ['a', 'b'])], before), [])
})
