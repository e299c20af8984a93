import assert from 'node:assert/strict'
import test from 'node:test'
import { createWorld, type WorldPost } from '../world/world.ts'
import { Director } from './director.ts'
import { Book } from './ledger.ts'
import { demoSetUp, demoWorkspace } from './scenario.ts'
import { script } from './script.ts'

/** The first `count` posts of a demo, and a book with its set-up. */
function afternoon(count: number) {
  const world = createWorld({ now: 1_000_000_000_000 })
  const names = new Map<string, string>(demoWorkspace.channels.map(({ id, name }) => [id, name]))
  const book = new Book(world, names, () => world.now())
  for (const { channel, text } of demoSetUp) book.typed(channel, text, true)
  const posts: WorldPost[] = []
  const director = new Director({
    world,
    wrote: post => {
      posts.push(post)
      book.wrote(post)
    },
  })
  for (let i = 0; i < count; i++) director.write()
  const channelsOf = (post: WorldPost) => [...names.keys()].filter(id => book.isFor(id, post))
  return { posts, channelsOf, names, book }
}

test('the first round shows every kind of post, pictures, a video, a poll, a long text and one that means harm', () => {
  const { posts } = afternoon(script.length)
  assert.deepEqual([...new Set(posts.map(post => post.kind))].sort(), [
    'original',
    'quote',
    'reply',
    'repost',
    'thread',
  ])
  const media = posts.flatMap(post => post.media.map(({ kind }) => kind))
  assert.ok(media.includes('photo') && media.includes('video'))
  assert.ok(posts.some(post => post.poll !== undefined) && posts.some(post => post.long))
  assert.ok(posts.some(post => JSON.stringify(post.spans).includes('<!channel>')))
})

test('the first post belongs in two channels, every set-up channel gets some, and some posts belong nowhere', () => {
  const { posts, channelsOf, book } = afternoon(script.length)
  const where = posts.map(channelsOf)
  assert.equal(where[0]?.length, 2)
  for (const { channel } of demoSetUp)
    assert.ok(where.filter(channels => channels.includes(channel)).length >= 4, channel)
  assert.ok(where.some(channels => channels.length === 0))
  assert.deepEqual(book.prove([], undefined).unjudged, [])
})

test('it goes on for ever, and mixes the world’s own life in from the second round', () => {
  const { posts } = afternoon(script.length * 4)
  assert.equal(posts.length, script.length * 4)
  const handles = new Set(posts.slice(script.length).map(post => post.authorId))
  assert.ok(handles.size > new Set(posts.slice(0, script.length).map(post => post.authorId)).size)
})
