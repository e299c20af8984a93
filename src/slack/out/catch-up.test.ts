/**
 * Several posts in one message: what it says of why they come together, in which order, and that every post can be reached. That no text breaks
 * a limit or pings is shown for hostile ones here and in test/corpus/messages; that Slack takes it, by the simulator's own rules.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { judgeBlocks } from '../../../sim/slack/blocks/message.ts'
import { pings } from '../../../sim/slack/pings.ts'
import { sentAs, shownText } from '../../../test/corpus/messages/shown.ts'
import type { Content, Occasion, Shown } from '../../domain/content.ts'
import type { Author, Post, Relation } from '../../domain/post.ts'
import { digestPostsMax, digestTextsMax, slackBlockTextCharsMax, slackFallbackBytesMax } from '../../limits.ts'
import { compose, composePlain } from './compose.ts'

const at = Date.UTC(2026, 10, 20, 14, 5)
const mira: Author = { id: '1', handle: 'mira_okafor', name: 'Mira Okafor', url: 'https://x.com/mira_okafor' }
const tomas: Author = { id: '2', handle: 'tomas_lind', name: 'Tomás Lind', url: 'https://x.com/tomas_lind' }

function post(n: number, relation: Relation = 'original', words = `Reading number ${n}.`): Post {
  const body = {
    version: `${n}`,
    author: mira,
    createdAt: at + n * 60_000,
    text: [{ kind: 'text' as const, text: words }],
    media: [],
    sensitive: false,
    url: `https://x.com/mira_okafor/status/18572290112334${10_000 + n}`,
  }
  return { ...body, source: 'x', id: `${n}`, relation, edited: false }
}

const shown = (n: number, relation?: Relation): Shown => ({ post: post(n, relation), struck: false })
const some = (count: number) => Array.from({ length: count }, (_, n) => shown(n))
const content = (posts: readonly Shown[], occasion?: Occasion): Content => ({
  kind: 'catch-up',
  posts,
  ...(occasion === undefined ? {} : { occasion }),
})

/** As Slack takes it; what a reader sees, in lines. */
function read(given: Content): readonly string[] {
  const message = compose(given)
  const verdict = judgeBlocks(JSON.parse(JSON.stringify(message.blocks)))
  assert.ok(verdict.ok, JSON.stringify(verdict))
  assert.deepEqual(pings({ text: message.text, blocks: verdict.blocks, sentAs: sentAs(message) }), [])
  assert.ok(Buffer.byteLength(message.text) <= slackFallbackBytesMax)
  const plain = composePlain(given)
  assert.ok(Buffer.byteLength(plain.text) <= slackFallbackBytesMax)
  assert.deepEqual(pings({ text: plain.text, blocks: undefined, sentAs: sentAs(plain) }), [])
  return shownText(message.blocks).split('\n')
}

test('its first line says how many, and why they come together', () => {
  for (const [occasion, title, plain] of [
    [
      { kind: 'digest' },
      '🗞 *Digest: 3 posts* since 2026-11-20 14:05 UTC',
      'Digest: 3 posts since 2026-11-20 14:05 UTC:',
    ],
    [{ kind: 'digest', continued: true }, '🗞 *3 more posts* of this digest', '3 more posts of this digest:'],
    [{ kind: 'quiet' }, '🌙 *3 posts* from the quiet hours', '3 posts from the quiet hours:'],
    [{ kind: 'hour' }, '⏱ *3 more posts* of the last hour', '3 more posts of the last hour:'],
    [{ kind: 'burst' }, '⏩ *3 posts* that came at once', '3 posts that came at once:'],
    [undefined, '⏪ *3 posts* together', '3 posts together:'],
  ] as const) {
    const given = content(some(3), occasion)
    assert.equal(read(given)[0], title)
    assert.equal(compose(given).text.split('\n')[0], plain)
    assert.equal(composePlain(given).text.split('\n')[0], plain)
  }
})

test('who has no message but this one is named, or counted, in its plainest form too', () => {
  const reposted = (author: Author) => ({ relation: 'repost', author }) as const
  const quoted = { relation: 'quote', author: mira } as const
  const plain = (posts: readonly Shown[]) =>
    composePlain(content(posts, { kind: 'burst' }))
      .text.split('\n')
      .slice(1)
  const [one, two] = plain([{ ...shown(1), also: [reposted(tomas), quoted] }, shown(2)])
  assert.match(
    one ?? '',
    /\|Mira Okafor @mira_okafor> · 🔁 also reposted by Tomás Lind · 💬 also quoted by Mira Okafor$/,
  )
  assert.match(two ?? '', />$/)
  const pinging = { ...tomas, name: '@channel' }
  assert.match(plain([{ ...shown(1), also: [reposted(pinging)] }])[0] ?? '', /> · 🔁 1$/)
  const many = Array.from({ length: 40 }, (_, n) => ({ ...shown(n), also: [reposted(tomas), reposted(mira)] }))
  const lines = plain(many)
  assert.equal(lines.length, 40)
  for (const each of lines) assert.match(each, / 🔁 (?:2$|also reposted by )/)
  read(content(many))
})

test('a burst is told in order, oldest first', () => {
  const lines = read(content(some(20), { kind: 'burst' })).join('\n')
  const places = some(20).map(({ post: { id } }) => lines.indexOf(`Reading number ${id}.`))
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  )
  assert.ok(places.every(place => place > 0))
})

test('a digest is told best first: shared by most, then own words before passed on, then the newest', () => {
  const also = [{ relation: 'repost' as const, author: tomas }]
  const posts = [
    shown(0),
    shown(1, 'thread'),
    { ...shown(2, 'repost'), also },
    shown(3),
    shown(4, 'quote'),
    shown(5, 'repost'),
  ]
  const lines = read(content(posts, { kind: 'digest' })).join('\n')
  const found = [...lines.matchAll(/Reading number (\d)/g)].map(match => match[1])
  assert.deepEqual(found, ['2', '4', '3', '0', '5', '1'])
})

test('of a long digest the best have their text, the others a line with their link each; none is left out', () => {
  const posts = some(digestPostsMax)
  const given = content(posts, { kind: 'digest' })
  const { blocks } = compose(given)
  read(given)
  const quotes = JSON.stringify(blocks).match(/"rich_text_quote"/g) ?? []
  assert.equal(quotes.length, digestTextsMax)
  const wire = JSON.stringify(blocks)
  for (const { post: one } of posts) {
    assert.ok(wire.includes(`"url":"${one.url}"`))
    assert.ok(wire.includes(`Reading number ${one.id}.`))
  }
})

test('who else shared a post stands under it, by name; a name is only words', () => {
  const also = [
    { relation: 'repost' as const, author: tomas },
    { relation: 'quote' as const, author: { ...mira, name: '<!channel> *boss*' } },
    { relation: 'repost' as const, author: { ...mira, name: 'LIGO Lab' } },
  ]
  const lines = read(content([{ ...shown(1), also }, shown(2)], { kind: 'burst' }))
  assert.ok(lines.includes('🔁 also reposted by Tomás Lind and LIGO Lab · 💬 also quoted by <!channel> *boss*'))
  const many = Array.from({ length: 12 }, () => ({ relation: 'repost' as const, author: tomas }))
  assert.ok(read(content([{ ...shown(1), also: many }, shown(2)])).some(each => each.endsWith('and 8 others')))
})

test('I8 whatever the posts of a digest hold, it is within every limit, and nothing pings', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.constantFrom(
      '<!channel>',
      '@here '.repeat(200),
      '&<>'.repeat(900),
      '👩🏽‍🔬'.repeat(300),
      '\u202e*_~`',
      'x'.repeat(25_000),
    ),
  )
  const author = fc.record({
    id: fc.constant('1'),
    handle: text,
    name: text,
    url: fc.constantFrom(mira.url, 'javascript:0'),
  })
  const url = fc.oneof(
    fc.constant('https://x.com/mira_okafor/status/1'),
    text.map(end => `https://x.com/${end}`),
  )
  const entry = fc
    .record({
      author,
      url,
      words: text,
      relation: fc.constantFrom<Relation>('original', 'repost', 'quote', 'thread', 'reply'),
      struck: fc.boolean(),
      also: fc.array(fc.record({ relation: fc.constantFrom('repost' as const, 'quote' as const), author }), {
        maxLength: 5,
      }),
    })
    .map(({ words, relation, struck, also, ...rest }): Shown => {
      const one = { ...post(1, relation, words), ...rest }
      return { post: relation === 'repost' || relation === 'quote' ? { ...one, inner: one } : one, struck, also }
    })
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 20 }), (few, times) => {
      const posts = Array.from({ length: times }, () => few).flat()
      const given = content(posts, { kind: 'digest' })
      read(given)
      const { blocks } = compose(given)
      assert.ok(shownText(blocks).length <= slackBlockTextCharsMax && blocks.length <= 50)
    }),
    { numRuns: 25 },
  )
})
