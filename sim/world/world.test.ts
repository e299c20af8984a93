import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { avatarPng, photoPng } from './pictures.ts'
import { toSpans } from './spans.ts'
import { createWorld, shownText, snowflake, snowflakeTime, type WorldKind } from './world.ts'

const start = Date.UTC(2026, 10, 20, 14)
const write = (seed: number, count: number) => {
  const world = createWorld({ seed, now: start })
  return Array.from({ length: count }, () => world.next())
}

test('the same seed and start give the same posts to the last id, another seed gives others', () => {
  assert.deepEqual(write(3, 300), write(3, 300))
  assert.notDeepEqual(write(3, 300), write(4, 300))
})

test('a long enough life contains every kind of post and every hard case', () => {
  const world = createWorld({ seed: 1, now: start })
  const posts = Array.from({ length: 1500 }, () => world.next())
  const kinds = new Set<WorldKind>(posts.map(post => post.kind))
  assert.deepEqual([...kinds].sort(), ['original', 'quote', 'reply', 'repost', 'thread'])
  const some = (what: string, is: (post: (typeof posts)[number]) => boolean) => assert.ok(posts.some(is), what)
  some('an edit', post => post.history.length > 1)
  some('a long post', post => post.long)
  some('a poll', post => post.poll !== undefined)
  some('four images', post => post.media.length === 4)
  some('a video', post => post.media[0]?.kind === 'video')
  some('a gif', post => post.media[0]?.kind === 'gif')
  some('a quoted reply', post => {
    const inner = post.innerId === undefined ? undefined : world.lookup(post.innerId)
    return post.kind === 'quote' && inner?.kind === 'reply'
  })
  some('a ping', post => shownText(post).includes('<!channel>'))
  some('Arabic', post => /\p{Script=Arabic}/u.test(shownText(post)))
  some('Cyrillic', post => /\p{Script=Cyrillic}/u.test(shownText(post)))
  some('Han', post => /\p{Script=Han}/u.test(shownText(post)))
  for (const kind of ['link', 'mention', 'hashtag', 'cashtag']) {
    some(kind, post => post.spans.some(span => span.kind === kind))
  }
})

test('typed text splits into spans as X splits it, and the spans give the text back', () => {
  const text = 'x@mira_okafor @mira_okafor, see https://a.example/b?c=d. #σκότος #12 $QCRY $5 @here'
  const spans = toSpans(text, handle => (handle === 'mira_okafor' ? '1' : undefined))
  assert.deepEqual(
    spans.map(span => span.kind),
    ['text', 'mention', 'text', 'link', 'text', 'hashtag', 'text', 'cashtag', 'text'],
  )
  assert.equal(shownText({ spans }), text.replace('https://', ''))
})

test('an edit keeps its identity, kind and inner post, and the timeline shows only the newest version', () => {
  const world = createWorld({ now: start })
  const inner = world.post({ author: 'gwen_pryce', text: 'first' })
  const quote = world.post({ author: 'mira_okafor', text: 'well', quote: inner.id })
  const edited = world.post({ author: 'mira_okafor', text: 'very well', editOf: quote.id })
  assert.deepEqual(edited.history, [quote.id, edited.id])
  assert.deepEqual([edited.kind, edited.innerId], ['quote', inner.id])
  assert.deepEqual(
    world.timeline(world.someone('mira_okafor').id).map(post => post.id),
    [edited.id],
  )
  assert.equal(world.wholeText(edited), 'very well\nfirst')
})

test('a reply to oneself is a thread, to another a reply, and both keep the conversation', () => {
  const world = createWorld({ now: start })
  const first = world.post({ author: 'mira_okafor', text: '1/2' })
  const second = world.post({ author: 'mira_okafor', text: '2/2', replyTo: first.id })
  const answer = world.post({ author: 'gwen_pryce', text: 'why?', replyTo: second.id })
  assert.deepEqual([second.kind, answer.kind], ['thread', 'reply'])
  assert.deepEqual([second.conversationId, answer.conversationId], [first.id, first.id])
})

test('a rename keeps the id and frees the old handle; a removed post is gone with all its versions', () => {
  const world = createWorld({ now: start })
  const { id } = world.someone('mira_okafor')
  const post = world.post({ author: id, text: 'hello' })
  const edited = world.post({ author: id, text: 'hello!', editOf: post.id })
  world.rename('Mira_Okafor', 'mira_at_halden')
  assert.equal(world.user('mira_okafor'), undefined)
  assert.equal(world.user('MIRA_at_halden')?.id, id)
  world.remove(post.id)
  assert.equal(world.lookup(edited.id), undefined)
  assert.equal(world.lookupEver(edited.id), edited)
  assert.equal(world.posts().length, 0)
})

test('ids carry their time and sort by it, also for posts written into the past', () => {
  assert.equal(snowflakeTime(snowflake(start, 17)), start)
  const world = createWorld({ now: start })
  const later = world.post({ author: 'mira_okafor', text: 'now' })
  const earlier = world.post({ author: 'mira_okafor', text: 'before', at: start - 86_400_000 })
  const sameMoment = world.post({ author: 'mira_okafor', text: 'too', at: start - 86_400_000 })
  assert.deepEqual(
    world.posts().map(post => post.id),
    [earlier.id, sameMoment.id, later.id],
  )
})

test('pictures are whole PNGs of the promised size, the same for the same id', () => {
  for (const [bytes, width, height] of [
    [avatarPng('1'), 96, 96],
    [photoPng('3_1'), 480, 270],
  ] as const) {
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG')
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [width, height])
    const data = bytes.indexOf('IDAT')
    const pixels = inflateSync(bytes.subarray(data + 4, data + 4 + bytes.readUInt32BE(data - 4)))
    assert.equal(pixels.length, height * (width * 3 + 1))
  }
  assert.deepEqual(avatarPng('1'), avatarPng('1'))
  assert.notDeepEqual(avatarPng('1'), avatarPng('2'))
})
