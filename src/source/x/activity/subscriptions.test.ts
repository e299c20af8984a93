/** Whose deletions are asked for, and how X's many ways of saying no are read; X is a function here. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { z } from 'zod'
import { emptyRoute, type Route } from '../../../domain/route.ts'
import { xActivitySubscriptionsMax } from '../../../limits.ts'
import type { XClient, XRequest } from '../client.ts'
import type { Answer } from '../errors.ts'
import { deletedPost } from './schema.ts'
import { inOrder, syncSubscriptions } from './subscriptions.ts'

const route = (channel: string, ...ids: string[]): Route => ({
  ...emptyRoute('x', channel),
  follows: ids.map(id => ({ source: 'x', id, handle: `h${id}`, name: '' })),
})

/** X as a function from a request to the JSON of its answer; keeps what was asked. */
function fake(answer: (request: XRequest) => unknown): { client: XClient; asked: XRequest[] } {
  const asked: XRequest[] = []
  const client: XClient = {
    apiUrl: 'https://x.test',
    bearer: { token: async () => ({ ok: true, value: 't' }), rejected: () => false },
    async ask<T extends z.ZodType>(request: XRequest, schema: T): Promise<Answer<z.output<T>>> {
      asked.push(request)
      return { ok: true, value: schema.parse(answer(request)) }
    },
  }
  return { client, asked }
}

const go = (client: XClient, wanted: readonly string[], refused = new Map<string, string>()) =>
  syncSubscriptions(client, wanted, refused, new AbortController().signal)
const ours = (user: string, more: object = {}) => ({
  subscription_id: `s${user}`,
  event_type: 'post.delete',
  filter: { user_id: user },
  tag: 'birdwire:deletions',
  ...more,
})

test('everybody who is followed, once, those who post most first, the unknown last and always in the same order', () => {
  const rates = new Map([
    ['3', 0.5],
    ['1', 9],
  ])
  assert.deepEqual(inOrder([route('C1', '5', '3'), route('C2', '3', '1', '4')], rates), ['1', '3', '4', '5'])
})

test('only the difference is asked for: ours that nobody wants and doubles go, what others have serves too and stays', async () => {
  const { client, asked } = fake(({ method }) =>
    method === undefined
      ? {
          data: [
            ours('1'),
            ours('1', { subscription_id: 'double' }),
            ours('2'),
            ours('3', { tag: 'somebody' }),
            ours('4', { tag: 'somebody', webhook_id: '9' }),
            'odd',
          ],
        }
      : { data: {} },
  )
  assert.deepEqual(await go(client, ['1', '3', '4']), { heard: 3, left: 0 })
  assert.deepEqual(
    asked.slice(1).map(({ method, path, json }) => [method, path, json]),
    [
      ['DELETE', '/2/activity/subscriptions/double', undefined],
      ['DELETE', '/2/activity/subscriptions/s2', undefined],
      [
        'POST',
        '/2/activity/subscriptions',
        { event_type: 'post.delete', filter: { user_id: '4' }, tag: 'birdwire:deletions' },
      ],
    ],
  )
})

test('no more are asked for than an app may have, others counted in; the rest is told', async () => {
  const others = [ours('1', { event_type: 'post.create', tag: 'x' })]
  const { client, asked } = fake(({ method }) => (method === undefined ? { data: others } : { data: {} }))
  const wanted = Array.from({ length: xActivitySubscriptionsMax + 4 }, (_, i) => String(i + 1))
  assert.deepEqual(await go(client, wanted), { heard: xActivitySubscriptionsMax - 1, left: 5 })
  assert.equal(asked.length, xActivitySubscriptionsMax)
})

for (const [what, answer, heard, why] of [
  ['a duplicate', { errors: [{ message: 'DuplicateSubscription' }] }, 1, undefined],
  ['one that exists', { title: 'Conflict', detail: 'This subscription already exists.' }, 1, undefined],
  ['no room', { detail: 'You have exceeded the maximum of subscriptions' }, 0, undefined],
  ['another no', { errors: [null, { detail: 'This user is protected.' }] }, 0, 'This user is protected.'],
  ['a no without words', {}, 0, 'X gives no reason.'],
] as const) {
  test(`X's answer to a new subscription is read from its words: ${what}`, async () => {
    const { client, asked } = fake(({ method }) => (method === undefined ? { data: [] } : answer))
    const refused = new Map<string, string>()
    assert.equal((await go(client, ['7'], refused)).heard, heard)
    assert.equal(refused.get('7'), why)
    if (why === undefined) return
    await go(client, ['7'], refused)
    assert.equal(asked.filter(request => request.method === 'POST').length, 1, 'not asked for again')
  })
}

test('only a deletion with an id is one; anything else on the stream is passed over', () => {
  const line = (data: unknown) => JSON.stringify({ data })
  assert.equal(deletedPost(line({ event_type: 'post.delete', payload: { id: '12', author_id: '3' } })), '12')
  assert.equal(deletedPost(line({ event_type: 'post.delete', payload: { id: 12, id_str: '12' } })), '12')
  for (const other of [
    line({ event_type: 'post.create', payload: { id: '12' } }),
    line({ event_type: 'post.delete', payload: { id: 12 } }),
    line({ event_type: 'post.delete' }),
    '{"errors":[{"title":"operational-disconnect"}]}',
    '{"data":',
    '[]',
    'null',
  ])
    assert.equal(deletedPost(other), undefined, other)
})
