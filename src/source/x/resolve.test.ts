import assert from 'node:assert/strict'
import test from 'node:test'
import type { Reads } from '../../domain/reads.ts'
import { ManualClock } from '../../kit/clock.ts'
import type { XRequest } from './client.ts'
import { handleIn, resolveAccounts } from './resolve.ts'
import { answering, never, rememberedPeople } from './testing.ts'

const typed: readonly (readonly [string, string | undefined])[] = [
  ['mira_okafor', 'mira_okafor'],
  ['  @Mira_Okafor ', 'Mira_Okafor'],
  ['https://x.com/mira_okafor', 'mira_okafor'],
  ['x.com/mira_okafor/', 'mira_okafor'],
  ['https://twitter.com/mira_okafor?s=20&t=abc', 'mira_okafor'],
  ['https://mobile.twitter.com/mira_okafor/status/123', 'mira_okafor'],
  ['http://www.x.com/@mira_okafor', 'mira_okafor'],
  ['<https://x.com/mira_okafor|x.com/mira_okafor>', 'mira_okafor'],
  ['<https://x.com/mira_okafor>', 'mira_okafor'],
  ['Mira Okafor (@mira_okafor)', 'mira_okafor'],
  ['Mira Okafor @mira_okafor', 'mira_okafor'],
  ['＠mira_okafor', 'mira_okafor'],
  ['https://x.com/home', undefined],
  ['https://x.com/i/lists/1', undefined],
  ['https://example.com/mira_okafor', undefined],
  ['mira okafor', undefined],
  ['sixteen_letters_', undefined],
  ['', undefined],
  ['@', undefined],
]

for (const [input, handle] of typed) {
  test(`${JSON.stringify(input)} ${handle === undefined ? 'is no handle' : `means @${handle}`}`, () => {
    assert.equal(handleIn(input), handle)
  })
}

test('each input has its own answer, in order', async () => {
  const client = answering(() => ({
    data: [
      { id: '1', username: 'Mira_Okafor', name: 'Mira', profile_image_url: 'https://a.example/1.jpg' },
      { id: '2', username: 'closed_one', name: 'C', protected: true },
    ],
    errors: [
      { value: 'gone', detail: 'Could not find user with usernames: [gone].', title: 'Not Found Error' },
      { value: 'banned', detail: 'User has been suspended: [banned].', title: 'Forbidden' },
    ],
  }))
  const inputs = ['@banned', 'mira_okafor', 'no handle!', 'gone', 'https://x.com/closed_one', 'MIRA_OKAFOR']
  const answers = await resolveAccounts(client, inputs, never)
  assert.deepEqual(
    answers.map(answer => [answer.input, answer.kind]),
    [
      ['@banned', 'suspended'],
      ['mira_okafor', 'found'],
      ['no handle!', 'invalid'],
      ['gone', 'unknown'],
      ['https://x.com/closed_one', 'protected'],
      ['MIRA_OKAFOR', 'found'],
    ],
  )
  const found = answers[1]
  assert.deepEqual(found?.kind === 'found' && found.account, {
    source: 'x',
    id: '1',
    handle: 'Mira_Okafor',
    name: 'Mira',
    avatarUrl: 'https://a.example/1.jpg',
  })
})

test('a hundred handles go into one request, and each only once', async () => {
  const asked: XRequest[] = []
  const inputs = Array.from({ length: 250 }, (_, n) => `user${n % 220}`)
  const answers = await resolveAccounts(
    answering(() => ({}), asked),
    inputs,
    never,
  )
  assert.deepEqual(
    asked.map(request => request.query?.['usernames']?.split(',').length),
    [100, 100, 20],
  )
  assert.ok(answers.every(answer => answer.kind === 'unknown'))
})

test('where X cannot be asked, everyone is told why', async () => {
  const answers = await resolveAccounts(
    answering(() => 'nonsense'),
    ['mira_okafor', '!'],
    never,
  )
  assert.deepEqual(
    answers.map(answer => answer.kind),
    ['failed', 'invalid'],
  )
})

test('what is found is paid for, remembered, and says how much it writes', async () => {
  const clock = new ManualClock(Date.UTC(2026, 10, 22))
  const client = answering(() => ({
    data: [
      {
        id: '1',
        username: 'mira',
        name: 'Mira',
        created_at: '2026-11-12T00:00:00.000Z',
        public_metrics: { tweet_count: 123 },
      },
      {
        id: '2',
        username: 'jonas',
        name: 'Jonas',
        created_at: '2026-11-20T00:00:00.000Z',
        public_metrics: { post_count: '7' },
      },
      { id: '3', username: 'newborn', created_at: '2026-11-21T23:59:00.000Z', public_metrics: { tweet_count: 4 } },
      { id: '4', username: 'silent', public_metrics: { tweet_count: 'many' } },
      { id: '5', username: 'locked', protected: true },
    ],
  }))
  const people = rememberedPeople()
  const reads: [Reads, string][] = []
  const inputs = ['mira', 'jonas', 'newborn', 'silent', 'locked', 'nobody']
  const onReads = (read: Reads, via: string) => reads.push([read, via])
  const answers = await resolveAccounts(client, inputs, never, { clock, people, onReads })
  assert.deepEqual(
    answers.map(answer => (answer.kind === 'found' ? answer.account.postsPerDay : answer.kind)),
    [12.3, 3.5, 4, undefined, 'protected', 'unknown'],
  )
  assert.deepEqual(reads, [[{ posts: [], inner: [], users: ['1', '2', '3', '4', '5'] }, 'lookup']])
  assert.deepEqual([...people.store.keys()], ['1', '2', '3', '4'])
})

test('nothing found costs nothing', async () => {
  const onReads = () => assert.fail('nothing was read')
  const answers = await resolveAccounts(
    answering(() => ({ errors: [] })),
    ['mira', '!'],
    never,
    { onReads },
  )
  assert.deepEqual(
    answers.map(answer => answer.kind),
    ['unknown', 'invalid'],
  )
})
