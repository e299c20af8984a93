import assert from 'node:assert/strict'
import test from 'node:test'
import { createWorld } from '../world/world.ts'
import { foundIn, postsIn } from './shown-posts.ts'

const foot = (id: string) => ({
  type: 'section',
  text: { type: 'mrkdwn', text: `today · <https://x.com/mira_okafor/status/${id}|View on X>` },
})
const entry = (id: string) => ({
  type: 'rich_text',
  elements: [
    {
      type: 'rich_text_section',
      elements: [
        { type: 'date', timestamp: 1, format: '{time}', url: `https://x.com/a/status/${id}`, fallback: 'then' },
      ],
    },
    { type: 'rich_text_quote', elements: [{ type: 'link', url: 'https://x.com/b/status/999', text: 'another' }] },
  ],
})

test('a message of one post is known by its foot, one of several by their linked moments, a plain one by its links', () => {
  assert.deepEqual(postsIn({ text: '', blocks: [foot('12')] }), ['12'])
  assert.deepEqual(postsIn({ text: '', blocks: [entry('1'), entry('2')] }), ['1', '2'])
  assert.deepEqual(postsIn({ text: '2 posts\n<https://x.com/a/status/7|A>', blocks: undefined }), ['7'])
  assert.deepEqual(postsIn({ text: 'See https://x.com/a/status/7', blocks: [{ type: 'divider' }] }), [])
})

test('a repost that is named in the message of what it reposts is found there, and only there', () => {
  const world = createWorld({ now: Date.UTC(2026, 10, 22) })
  const post = world.post({ author: 'mira_okafor', text: 'one' })
  const other = world.post({ author: 'mira_okafor', text: 'two' })
  const reposts = [
    world.post({ author: 'jonas_lindqv', repost: post.id }),
    world.post({ author: 'halden_lab', repost: post.id }),
    world.post({ author: 'jonas_lindqv', repost: other.id }),
  ]
  const also = { type: 'mrkdwn', text: '🔁 also reposted by <https://x.com/jonas_lindqv|Jonas Lindqvist>' }
  const message = { channel: 'C', text: '', blocks: [foot(post.id), { type: 'context', elements: [also] }] }
  assert.deepEqual(foundIn(world, message, reposts), [
    { channel: 'C', postId: post.id },
    { channel: 'C', postId: reposts[0]?.id, named: true },
  ])
  assert.equal(foundIn(world, { ...message, blocks: [foot(post.id)] }, reposts).length, 1)
  const nameless = { type: 'mrkdwn', text: '🔁 also reposted by Somebody' }
  const unknown = { ...message, blocks: [foot(post.id), { type: 'context', elements: [nameless] }] }
  assert.equal(foundIn(world, unknown, reposts).length, 3, 'either of the two may be meant')
})

test('a repost of what a quote shows is found in the message of the quote', () => {
  const world = createWorld({ now: Date.UTC(2026, 10, 22) })
  const post = world.post({ author: 'mira_okafor', text: 'one' })
  const quote = world.post({ author: 'halden_lab', text: 'This.', quote: post.id })
  const repost = world.post({ author: 'jonas_lindqv', repost: post.id })
  const also = { type: 'mrkdwn', text: '🔁 also reposted by <https://x.com/jonas_lindqv|Jonas Lindqvist>' }
  const message = { channel: 'C', text: '', blocks: [foot(quote.id), { type: 'context', elements: [also] }] }
  assert.deepEqual(foundIn(world, message, [repost])[1], { channel: 'C', postId: repost.id, named: true })
})
