/**
 * Goal: whatever a post holds, its message is one that Slack takes, shows everything there is room for, and pings nobody (I8).
 * Method: posts made of hostile pieces, judged by the simulator's validator and by a reader that knows nothing of how messages are made.
 */
import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import test from 'node:test'
import fc from 'fast-check'
import { judgeBlocks } from '../../../sim/slack/blocks/message.ts'
import { renderedChars } from '../../../sim/slack/blocks/size.ts'
import { pictures, walk } from '../../../sim/slack/blocks/walk.ts'
import { pings, unfurls } from '../../../sim/slack/pings.ts'
import type { Content } from '../../../src/domain/content.ts'
import type { Media, Post, PostBody, Relation, Span } from '../../../src/domain/post.ts'
import { slackFallbackBytesMax } from '../../../src/limits.ts'
import type { Message } from '../../../src/slack/out/blocks.ts'
import { compose, composeNotice, composePlain, composePost } from '../../../src/slack/out/compose.ts'
import { decode, sentAs, shownText } from './shown.ts'

const pieces = [
  '<!channel>',
  '<!here|here>',
  '<!everyone>',
  '<@U0MIRA>',
  '<#C0DARK>',
  '<!subteam^S1>',
  '&lt;!channel&gt;',
  '@here',
  '@channel',
  '@EVERYONE',
  '＠here',
  '@\u200bchannel',
  '@\u2060everyone',
  '*b*',
  '_i_',
  '~s~',
  '`c`',
  '```',
  '> quote',
  ':tada:',
  '|',
  '^',
  '&',
  '&&&&&&&&&&&&&&&&',
  '<<<<>>>>',
  '<https://evil.example|bank>',
  'https://x.com/mira_okafor/status/1',
  'http://10.0.0.1/',
  'javascript:alert(1)',
  '\u202e',
  '\u2066',
  '\u2069\u2069',
  '\u200b',
  '\ufeff',
  '\u0000\u0007\u001b[31m',
  '\ud800',
  '\udc00',
  '\n',
  '\n\n\n',
  '\r\n',
  '\u2028',
  '👨‍👩‍👧‍👦',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  'e\u0301',
  'ﷺ',
  'שלום',
  '日本語',
  ' ',
  'word',
]
const hostile = fc.oneof(
  { weight: 6, arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map(parts => parts.join('')) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...pieces), fc.integer({ min: 100, max: 25_000 }))
      .map(([piece, chars]) => piece.repeat(Math.ceil(chars / piece.length)).slice(0, chars)),
  },
)
const address = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('https://t.co/Ab3dE5gH7j', 'https://pictures.example/1.jpg') },
  fc.constantFrom(
    '',
    'javascript:alert(1)',
    'data:text/html,<b>',
    'http://127.0.0.1:80/x.png',
    'http://[::1]/x.png',
    'http://localhost/x.png',
    'https://a.example/|>< ^&',
    'https://\ud800.example/',
    `https://a.example/${'y'.repeat(280)}`,
    `https://a.example/${'y'.repeat(2900)}`,
    `https://a.example/${'y'.repeat(3000)}`,
    'https://pictures.example:99999/x',
  ),
  hostile,
)
const moment = fc.oneof(fc.constant(Date.UTC(2026, 10, 20)), fc.double(), fc.constantFrom(-1, 9e15, Number.NaN))
const span: fc.Arbitrary<Span> = fc.oneof(
  hostile.map(text => ({ kind: 'text', text }) as const),
  fc.record({ kind: fc.constant('link' as const), text: hostile, url: address }),
  fc.record({ kind: fc.constant('mention' as const), text: hostile, handle: hostile, url: address }),
  fc.record({
    kind: fc.constantFrom('hashtag' as const, 'cashtag' as const),
    text: hostile,
    tag: hostile,
    url: address,
  }),
)
const spans = fc.oneof(
  fc.array(span, { maxLength: 8 }),
  fc
    .tuple(fc.integer({ min: 0, max: 300 }), address)
    .map(([count, url]) => Array.from({ length: count }, (_, i): Span => ({ kind: 'link', text: `link ${i} `, url }))),
)
const media: fc.Arbitrary<Media> = fc.record(
  {
    kind: fc.constantFrom('photo' as const, 'video' as const, 'gif' as const),
    imageUrl: address,
    alt: hostile,
    durationMs: fc.oneof(fc.integer({ min: 0 }), fc.double()),
  },
  { requiredKeys: ['kind'] },
)
const body: fc.Arbitrary<PostBody> = fc.record(
  {
    version: fc.constant('1'),
    author: fc.record(
      { id: fc.constant('1'), handle: hostile, name: hostile, avatarUrl: address, url: address },
      { requiredKeys: ['id', 'handle', 'name', 'url'] },
    ),
    createdAt: moment,
    text: spans,
    media: fc.array(media, { maxLength: 6 }),
    poll: fc.record({
      options: fc.array(fc.record({ label: hostile, votes: fc.integer() }, { requiredKeys: ['label'] }), {
        maxLength: 40,
      }),
      open: fc.boolean(),
      endsAt: moment,
    }),
    sensitive: fc.boolean(),
    url: address,
  },
  { requiredKeys: ['version', 'author', 'createdAt', 'text', 'media', 'sensitive', 'url'] },
)
const relation = fc.constantFrom<Relation>('original', 'repost', 'quote', 'reply', 'thread')
const extra = fc.record(
  {
    inner: body,
    innerMissing: hostile,
    replyTo: fc.record({ postId: fc.constant('1'), handle: hostile }, { requiredKeys: ['postId'] }),
  },
  { requiredKeys: [] },
)
const post: fc.Arbitrary<Post> = fc
  .tuple(body, extra, relation, fc.boolean())
  .map(([own, more, kind, edited]) => ({ ...own, ...more, source: 'x', id: '1', relation: kind, edited }))

/** Everything that must hold for any message. */
function assertSound(message: Message): void {
  const blocks: unknown = JSON.parse(JSON.stringify(message.blocks))
  const verdict = judgeBlocks(blocks)
  assert.ok(verdict.ok, JSON.stringify(verdict).slice(0, 2000))
  const sent = { text: message.text, blocks: verdict.blocks, sentAs: sentAs(message) }
  assert.deepEqual(pings(sent), [])
  assert.deepEqual(unfurls(sent), [])
  assert.ok(renderedChars(verdict.blocks) <= 12_000)
  assert.ok(message.text.trim() !== '' && Buffer.byteLength(message.text) <= slackFallbackBytesMax)
  assert.doesNotMatch(message.text, /[@＠](?:here|channel|everyone|group)\b/i)
  for (const { value } of walk({ text: message.text, blocks }, '')) {
    for (const [key, entry] of Object.entries(value)) {
      if (typeof entry === 'string') assert.ok(entry.isWellFormed(), 'no half of a character is left')
      if (key === 'url' || key === 'image_url') assert.match(String(entry), /^https?:\/\//)
    }
  }
  for (const { url } of pictures(blocks)) {
    const host = new URL(url).hostname
    assert.ok(isIP(host.replace(/[[\]]/g, '')) === 0 && host.includes('.'), `${url} is public`)
  }
}

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

/** Characters that leave ink: no white space, no controls, no marks of direction. */
function ink(text: string): string {
  return text.toWellFormed().replace(/[\s\p{Cc}\u2028\u2029]/gu, '')
}

/** The ink of a text span by span: two halves of a character in different spans are not one character. */
function inkOf(spans: readonly { text: string }[]): string {
  return spans.map(({ text }) => ink(text)).join('')
}

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
