import assert from 'node:assert/strict'
import test from 'node:test'
import type { Account } from '../../domain/account.ts'
import type { Reads } from '../../domain/reads.ts'
import type { XClient, XRequest } from './client.ts'
import { newestPost } from './newest.ts'
import { snowflakeAt, snowflakeMs } from './snowflake.ts'
import { answering, never, Refusal } from './testing.ts'

const mira: Account = { source: 'x', id: '9001', handle: 'mira_okafor', name: 'Mira' }
const since = Date.UTC(2026, 10, 20, 14, 3, 21)

async function ask(client: XClient) {
  const reads: (readonly [Reads, string])[] = []
  const newest = await newestPost(client, mira, since, never, (read, via) => reads.push([read, via]))
  return { newest, reads }
}

test('what was written is told with its number and time, and was paid for', async () => {
  const asked: XRequest[] = []
  const ids = [snowflakeAt(since + 60_500), snowflakeAt(since + 5000)]
  const client = answering(() => ({ data: ids.map(id => ({ id, text: 'x' })), meta: { result_count: 2 } }), asked)
  const { newest, reads } = await ask(client)
  assert.deepEqual(newest, { kind: 'missed', posts: 2, at: since + 60_500 })
  assert.deepEqual(reads, [[{ posts: ids, inner: [], users: [] }, 'check']])
  assert.equal(asked[0]?.path, '/2/users/9001/tweets')
  assert.equal(asked[0]?.query?.['expansions'], undefined, 'nothing is bought besides')
})

test('the post that is known already is not news, though X rounds its time down', async () => {
  const asked: XRequest[] = []
  await ask(answering(() => ({ meta: { result_count: 0 } }), asked))
  const known = BigInt(snowflakeAt(since + 999))
  const next = BigInt(snowflakeAt(since + 1001))
  const sinceId = BigInt(asked[0]?.query?.['since_id'] ?? 0)
  assert.ok(known <= sinceId && next > sinceId, `${snowflakeMs(String(sinceId))}`)
})

test('nothing is free', async () => {
  const { newest, reads } = await ask(answering(() => ({ meta: { result_count: 0 } })))
  assert.deepEqual([newest, reads], [{ kind: 'nothing' }, []])
})

const because: readonly (readonly [string, object, RegExp])[] = [
  ['suspended', { detail: 'User has been suspended: [9001].', title: 'Forbidden' }, /has suspended the account @mira/],
  [
    'protected',
    {
      detail: 'Sorry, you are not authorized to see the user with id: [9001].',
      type: 'https://api.x.com/2/problems/not-authorized-for-resource',
    },
    /protected/,
  ],
  ['gone', { detail: 'Could not find user with id: [9001].', title: 'Not Found Error' }, /no longer on X/],
  ['something else', { detail: 'The moon is wrong.' }, /The moon is wrong/],
]
for (const [name, error, says] of because) {
  test(`an account that is ${name} is unavailable, with a sentence`, async () => {
    const { newest } = await ask(answering(() => ({ errors: [error] })))
    assert.equal(newest.kind, 'unavailable')
    assert.match(newest.kind === 'unavailable' ? newest.why : '', says)
  })
}

test('an error of the request is that it failed, but for an account that X does not know', async () => {
  const failed = await ask(answering(() => new Refusal({ kind: 'server', why: 'X is in trouble (503).' })))
  assert.deepEqual(failed.newest, { kind: 'failed', why: 'X is in trouble (503).' })
  const unknown = await ask(answering(() => new Refusal({ kind: 'not-found', why: '404' })))
  assert.equal(unknown.newest.kind, 'unavailable')
})
