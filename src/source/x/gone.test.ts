import assert from 'node:assert/strict'
import test from 'node:test'
import type { Reads } from '../../domain/reads.ts'
import type { XClient, XRequest } from './client.ts'
import { gonePosts } from './gone.ts'
import { answering, never, Refusal } from './testing.ts'

const problems = 'https://api.twitter.com/2/problems'
const missing = (id: string) => ({ value: id, resource_id: id, type: `${problems}/resource-not-found` })
const hidden = (id: string) => ({ resource_id: id, type: `${problems}/not-authorized-for-resource` })

async function ask(client: XClient, ids: readonly string[]) {
  const bought: string[] = []
  const onReads = (reads: Reads, via: string) => {
    assert.equal(via, 'check')
    bought.push(...reads.posts)
  }
  return { gone: await gonePosts(client, ids, never, onReads), bought }
}

test('gone is what X says is missing or hidden; of what it says nothing it is not said', async () => {
  const errors = [missing('2'), hidden('3'), { value: '4', type: `${problems}/usage-capped` }, missing('99')]
  const { gone, bought } = await ask(
    answering(() => ({ data: [{ id: '1' }], errors })),
    ['1', '2', '3', '4', '5'],
  )
  assert.deepEqual(gone, ['2', '3'])
  assert.deepEqual(bought, ['1'])
})

test('a hundred are asked for at a time, each once, and only what can be an id', async () => {
  const asked: XRequest[] = []
  const client = answering(({ query }) => ({ errors: (query?.['ids'] ?? '').split(',').map(missing) }), asked)
  const ids = Array.from({ length: 250 }, (_, index) => String(index + 1))
  const { gone, bought } = await ask(client, [...ids, '7', 'seven', ''])
  assert.deepEqual(gone, ids)
  assert.deepEqual(bought, [])
  assert.deepEqual(
    asked.map(({ query }) => query?.['ids']?.split(',').length),
    [100, 100, 50],
  )
  assert.deepEqual((await ask(client, [])).gone, [])
})

test('what could not be asked is not gone', async () => {
  let requests = 0
  const client = answering(({ query }) => {
    requests += 1
    if (requests > 1) return new Refusal({ kind: 'server', why: '503' })
    return { data: (query?.['ids'] ?? '').split(',').map(id => ({ id })) }
  })
  const { gone, bought } = await ask(
    client,
    Array.from({ length: 150 }, (_, index) => String(index + 1)),
  )
  assert.equal(gone, undefined)
  assert.equal(bought.length, 100, 'what was read before is told all the same')
  assert.equal(
    (
      await ask(
        answering(() => 'odd'),
        ['1'],
      )
    ).gone,
    undefined,
  )
})
