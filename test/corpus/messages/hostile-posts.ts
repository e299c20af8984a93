/** Posts made of hostile pieces, for tests. */
import fc from 'fast-check'
import type { Media, Post, PostBody, Relation, Span } from '../../../src/domain/post.ts'

/** What texts are made of that want to format, to ping, to reorder, to break. */
export const pieces = [
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
/** A text that means harm. */
export const hostile = fc.oneof(
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
export const moment = fc.oneof(fc.constant(Date.UTC(2026, 10, 20)), fc.double(), fc.constantFrom(-1, 9e15, Number.NaN))
export const span: fc.Arbitrary<Span> = fc.oneof(
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
/** A post that may hold anything anywhere. */
export const post: fc.Arbitrary<Post> = fc
  .tuple(body, extra, relation, fc.boolean())
  .map(([own, more, kind, edited]) => ({ ...own, ...more, source: 'x', id: '1', relation: kind, edited }))
