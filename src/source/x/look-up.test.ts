import assert from 'node:assert/strict'
import test from 'node:test'
import type { Reads } from '../../domain/reads.ts'
import { ManualClock } from '../../kit/clock.ts'
import { Authors } from './authors.ts'
import { postFields, type XClient, type XRequest } from './client.ts'
import { lookUpPost } from './look-up.ts'
import { snowflakeAt, snowflakeWritten } from './snowflake.ts'
import { answering, never, Refusal, rememberedPeople } from './testing.ts'

const at = Date.UTC(2026, 10, 20, 14, 3, 21)
const id = snowflakeAt(at)
const post = { id, text: 'Squeezed light at last', author_id: '9001', created_at: new Date(at).toISOString() }
const mira = { id: '9001', username: 'mira_okafor', name: 'Mira Okafor' }

async function lookUp(client: XClient, postId = id) {
  const clock = new ManualClock(at)
  const authors = new Authors({ client, people: rememberedPeople(), clock, mode: 'always' })
  const reads: (readonly [Reads, string])[] = []
  const onReads = (read: Reads, via: string) => reads.push([read, via])
  return { found: await lookUpPost({ client, authors, postQuery: postFields, onReads }, postId, never), reads }
}

test('one post is asked for, read like any other, and paid for', async () => {
  const asked: XRequest[] = []
  const { found, reads } = await lookUp(answering(() => ({ data: [post], includes: { users: [mira] } }), asked))
  assert.ok(found.kind === 'found')
  assert.deepEqual([found.post.id, found.post.author.handle, found.post.createdAt], [id, 'mira_okafor', at])
  assert.deepEqual(reads, [[{ posts: [id], inner: [], users: ['9001'] }, 'check']])
  assert.deepEqual([asked.length, asked[0]?.path, asked[0]?.query?.['ids']], [1, '/2/tweets', id])
})

const reasons: readonly (readonly [string, object, RegExp])[] = [
  [
    'deleted',
    { type: 'https://api.x.com/2/problems/resource-not-found', detail: 'Could not find tweet' },
    /was deleted/,
  ],
  [
    'protected',
    { type: 'https://api.x.com/2/problems/not-authorized-for-resource', title: 'Authorization Error' },
    /protected/,
  ],
  ['suspended', { detail: 'User has been suspended: [9001].' }, /suspended/],
  ['odd', { detail: 'The moon is wrong.' }, /The moon is wrong/],
]
for (const [name, error, says] of reasons) {
  test(`a post that is ${name} is said to be so, and costs nothing`, async () => {
    const { found, reads } = await lookUp(answering(() => ({ errors: [error] })))
    assert.ok(found.kind === 'gone')
    assert.match(found.why, says)
    assert.deepEqual(reads, [])
  })
}

test('what X does not answer, or answers with something else, has failed', async () => {
  const refused = await lookUp(answering(() => new Refusal({ kind: 'server', why: 'X is in trouble (503).' })))
  assert.deepEqual(refused.found, { kind: 'failed', why: 'X is in trouble (503).' })
  const odd = await lookUp(answering(() => ({ data: [{ id }] })))
  assert.equal(odd.found.kind, 'failed')
  assert.deepEqual(odd.reads, [[{ posts: [id], inner: [], users: [] }, 'check']])
  const asked: XRequest[] = []
  assert.equal(
    (
      await lookUp(
        answering(() => ({}), asked),
        '1?x=2',
      )
    ).found.kind,
    'failed',
  )
  assert.deepEqual(asked, [])
})

test('ids say when they were given, but for those from before they did', () => {
  assert.equal(snowflakeWritten(id), at)
  assert.equal(snowflakeWritten('20'), undefined)
  assert.equal(snowflakeWritten('pizza'), undefined)
  assert.equal(snowflakeWritten('9'.repeat(30)), undefined)
})
