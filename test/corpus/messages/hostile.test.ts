/**
 * Goal: whatever a post holds, its message is one that Slack takes, shows everything there is room for, and pings nobody (I8).
 * Method: posts made of hostile pieces, judged by the simulator's validator and by a reader that knows nothing of how messages are made.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { pings } from '../../../sim/slack/pings.ts'
import type { Content } from '../../../src/domain/content.ts'
import type { Post, PostBody } from '../../../src/domain/post.ts'
import { slackFallbackBytesMax } from '../../../src/limits.ts'
import { compose, composeNotice, composePlain, composePost } from '../../../src/slack/out/compose.ts'
import { hostile, moment, post, span } from './hostile-posts.ts'
import { decode, sentAs, shownText } from './shown.ts'
import { assertSound, ink, inkOf } from './sound.ts'

test('I8 whatever a post holds, its message is within every limit and pings nobody', () => {
  fc.assert(
    fc.property(post, fc.boolean(), (given, imagesDropped) => {
      assertSound(composePost(given, { imagesDropped, deliveryId: 'd' }))
      const plain = composePlain({ kind: 'post', post: given, struck: false })
      assert.deepEqual(plain.blocks, [])
      assert.ok(Buffer.byteLength(plain.text) <= slackFallbackBytesMax)
      assert.deepEqual(pings({ text: plain.text, blocks: [], sentAs: sentAs(plain) }), [])
      assertSound(composePost(given, { imagesDropped: true }))
    }),
    { numRuns: 120 },
  )
})

test('everything at its most expensive at once still fits, and leaves room for text', () => {
  for (const chars of [30, 280, 2900]) {
    const url = `https://a.example/${'&'.repeat(chars)}`
    const costly: PostBody = {
      version: '1',
      author: { id: '1', handle: '&'.repeat(500), name: '&'.repeat(500), avatarUrl: url, url },
      createdAt: Date.UTC(2026, 10, 20),
      text: [{ kind: 'text', text: '&'.repeat(25_000) }],
      media: Array.from({ length: 6 }, () => ({ kind: 'video' as const, alt: '&'.repeat(3000), imageUrl: url })),
      poll: { options: Array.from({ length: 40 }, () => ({ label: '&'.repeat(200), votes: 1e9 })), open: true },
      sensitive: true,
      url,
    }
    for (const imagesDropped of [true, false]) {
      const message = composePost(
        { ...costly, source: 'x', id: '1', relation: 'quote', edited: true, inner: costly },
        { imagesDropped },
      )
      assertSound(message)
      assert.match(shownText(message.blocks), /&{90}/, 'longer than any name: the text itself')
    }
  }
})

test('no visible character of a post or of what it quotes is lost below the limit', () => {
  const small = fc
    .array(span, { maxLength: 6 })
    .filter(list => list.reduce((sum, { text }) => sum + text.length, 0) < 800)
  fc.assert(
    fc.property(post, small, small, (given, own, quoted) => {
      const { inner, ...rest } = given
      const whole: Post = {
        ...rest,
        text: own,
        media: [],
        ...(inner === undefined ? {} : { inner: { ...inner, text: quoted, media: [] } }),
      }
      const shown = ink(shownText(composePost(whole).blocks))
      if (whole.relation !== 'repost' || whole.inner === undefined) {
        assert.ok(shown.includes(inkOf(own)), 'its own text is there')
      }
      if (whole.inner !== undefined) {
        assert.ok(shown.includes(inkOf(quoted)), 'the quoted text is there')
      }
    }),
    { numRuns: 100 },
  )
})

test('a 25,000-character post is cut at a character, says so, and links to the rest', () => {
  const url = 'https://x.com/mira_okafor/status/1'
  const author = { id: '1', handle: 'mira_okafor', name: 'Mira Okafor', url: 'https://x.com/mira_okafor' }
  const text = '👩🏽‍🔬 measured it again. '.repeat(1000)
  const message = composePost({
    ...{ source: 'x', id: '1', version: '1', relation: 'original', edited: false, sensitive: false, url, author },
    createdAt: 0,
    text: [{ kind: 'text', text }],
    media: [],
  })
  assertSound(message)
  const shown = shownText(message.blocks)
  assert.match(shown, /… read the rest on X/)
  const part = ink(shown.slice(0, shown.indexOf('\n… read the rest')).replace(/^.*?@mira_okafor/s, ''))
  assert.ok(part.length > 8000, 'most of the allowance is used')
  assert.ok(ink(text).startsWith(part))
  assert.doesNotMatch(part, /\u200d$/)
})

test('a notice is our own mrkdwn, within the limits however long, and is not cut inside a link', () => {
  const long = composeNotice(`${'word '.repeat(590)}<https://x.com/mira_okafor|${'Mira '.repeat(300)}> followed`)
  const [block] = long.blocks
  assert.equal(block?.type, 'context')
  const shown = block?.type === 'context' && block.elements[0]?.type === 'mrkdwn' ? block.elements[0].text : ''
  assert.ok(shown.length <= 3000)
  assert.equal((shown.match(/</g) ?? []).length, (shown.match(/>/g) ?? []).length)
  assertSound(composeNotice('<@U0MIRA|mira> followed *@jonas*'.replace('<@U0MIRA|mira>', 'Mira')))
  assert.equal(decode(composeNotice('a &amp; b').text), 'a & b')
  assert.notEqual(composeNotice('').text, '')
})

const gap = fc.record({ kind: fc.constant('gap' as const), from: fc.constant(0), to: moment, why: hostile })
const catchUp: fc.Arbitrary<Content> = fc
  .tuple(
    fc.array(fc.record({ post, struck: fc.boolean() }), { maxLength: 8 }),
    fc.integer({ min: 1, max: 8 }),
    fc.option(gap, { nil: undefined }),
  )
  .map(([few, times, known]) => ({
    kind: 'catch-up',
    posts: Array.from({ length: few.length * times }, (_, i) => few[i % few.length]).filter(each => each !== undefined),
    ...(known === undefined ? {} : { occasion: known }),
  }))

test('I8 whatever the posts of a gap hold, and however many, their message is within every limit and pings nobody', () => {
  fc.assert(
    fc.property(catchUp, given => {
      assertSound(compose(given, { deliveryId: 'd' }))
      const plain = composePlain(given)
      assert.ok(Buffer.byteLength(plain.text) <= slackFallbackBytesMax)
      assert.deepEqual(pings({ text: plain.text, blocks: [], sentAs: sentAs(plain) }), [])
    }),
    { numRuns: 25 },
  )
})

test('a deleted quote of the longest post fits with the line that leads to the rest', () => {
  const author = { id: '1', handle: '', name: '', url: '' }
  const body: PostBody = { version: '1', author, createdAt: -1, text: [], media: [], sensitive: false, url: '' }
  const inner: PostBody = { ...body, text: [{ kind: 'text', text: 'x'.repeat(25_000) }] }
  const given: Post = { ...body, source: 'x', id: '1', relation: 'quote', edited: false, inner }
  assertSound(compose({ kind: 'post', post: given, struck: true }))
})

test('I8 a post that was deleted is struck through within every limit, and pings nobody', () => {
  fc.assert(
    fc.property(post, given => {
      assertSound(compose({ kind: 'post', post: given, struck: true }))
    }),
    { numRuns: 60 },
  )
})

/** Forty ordinary posts: people with long names, quotes among them, and some texts as long as X allows. */
const ordinary = fc.array(
  fc.record({ words: fc.string({ unit: 'grapheme', maxLength: 60 }), long: fc.boolean(), quote: fc.boolean() }),
  { minLength: 1, maxLength: 40 },
)

test('in a catch-up message each post has its link, and no visible character of a short one is lost', () => {
  fc.assert(
    fc.property(ordinary, given => {
      const author = { id: '1', handle: 'mira_okafor', name: 'Mira Okafor of the Cavity Group', url: 'https://x.com/m' }
      const bodyOf = (text: string, i: number): PostBody => ({
        version: String(i),
        author,
        createdAt: Date.UTC(2026, 10, 20),
        text: [{ kind: 'text', text }],
        media: [],
        sensitive: false,
        url: `https://x.com/mira_okafor/status/18572290112334${10_000 + i}`,
      })
      const posts = given.map(({ words, long, quote }, i) => ({
        struck: false,
        post: {
          ...bodyOf(long ? 'long '.repeat(900) : words, i),
          ...(quote
            ? { relation: 'quote' as const, inner: bodyOf('quoted '.repeat(50), i) }
            : { relation: 'original' as const }),
          source: 'x' as const,
          id: String(i),
          edited: false,
        },
      }))
      const content: Content = { kind: 'catch-up', posts }
      const message = compose(content)
      const wire = JSON.stringify(message.blocks)
      const seen = (text: string) => text.replace(/[\s\p{Cc}]+/gu, '')
      const shown = seen(shownText(message.blocks))
      const plain = composePlain(content).text
      for (const [i, { words, long }] of given.entries()) {
        const { url } = posts[i]?.post ?? assert.fail()
        assert.ok(wire.includes(`"url":"${url}"`) && plain.includes(url))
        if (!long) assert.ok(shown.includes(seen(words.toWellFormed())))
      }
    }),
    { numRuns: 40 },
  )
})
