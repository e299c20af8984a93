/**
 * Goal: ten thousand hostile texts, each in every place of a message that foreign words get into, ping nobody, break no limit of
 * Slack's, and lose no visible character where there is room. Method: texts drawn from a seed, judged by the simulator.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { code, name, person, plain } from '../../../src/control/words.ts'
import type { Content } from '../../../src/domain/content.ts'
import { type Author, type Post, type PostBody, relations, type Span } from '../../../src/domain/post.ts'
import { compose, composePlain } from '../../../src/slack/out/compose.ts'
import { pieces } from './hostile-posts.ts'
import { shownText } from './shown.ts'
import { assertPlainSound, assertSound, ink, inkOf } from './sound.ts'

const textsCount = 10_000
/** Texts up to this are shown whole wherever they are the text of a post. */
const roomyChars = 800

const everybody = ['here', 'channel', 'everyone', 'group']
const ats = [
  '@',
  '＠',
  '﹫',
  '@\u200b',
  '@\u2060',
  '@\u00ad',
  '@\u202e',
  '@@',
  '.@',
  'a@',
  '日本@',
  '<!',
  '<@',
  '&lt;!',
  '<!subteam^',
]
const hidden = ['\u200b', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u034f', '\ufe0f', '\u202e', '\u2066']
const spellings: readonly ((word: string) => string)[] = [
  word => word,
  word => word.toUpperCase(),
  word => `${word[0]?.toUpperCase()}${word.slice(1)}`,
  word => shifted(word, 0xff41),
  word => shifted(word, 0x24d0),
  word => shifted(word, 0x1d41a),
  word => word.replaceAll('e', 'е').replaceAll('o', 'ο'),
  word => [...word].map(letter => `${letter}\u0301`).join(''),
  ...hidden.map(mark => (word: string) => [...word].join(mark)),
]
const ends = ['', '>', '|here>', '日', '_', '!', 's', '\u0301', '@example.org', '\ud800', '\n']

/** Each letter as the same one of another alphabet that begins at `first`. */
function shifted(word: string, first: number): string {
  return [...word].map(letter => String.fromCodePoint(first + letter.charCodeAt(0) - 97)).join('')
}

/** A mention of everybody, in one of its spellings. */
const massMention = fc
  .tuple(
    fc.constantFrom(...ats),
    fc.constantFrom(...everybody),
    fc.constantFrom(...spellings),
    fc.constantFrom(...ends),
  )
  .map(([at, word, spelled, end]) => `${at}${spelled(word)}${end}`)
const piece = fc.oneof(massMention, fc.constantFrom(...pieces))
const hostileText = fc.oneof(
  { weight: 60, arbitrary: fc.array(piece, { minLength: 1, maxLength: 20 }).map(parts => parts.join('')) },
  { weight: 20, arbitrary: massMention },
  { weight: 15, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(piece, fc.constantFrom(281, 3000, 12_000, 25_000))
      .map(([part, chars]) => part.repeat(Math.ceil(chars / part.length)).slice(0, chars)),
  },
)

const page = 'https://x.com/mira_okafor/status/2123779230004150272'

function authorOf(text: string): Author {
  return {
    id: '1',
    handle: text,
    name: text,
    url: 'https://x.com/mira_okafor',
    avatarUrl: 'https://pictures.example/a.png',
  }
}

/** The text as X would give it, in one piece or in pieces of every kind; now and then as 300 links. */
function spansOf(text: string, i: number): readonly Span[] {
  if (i % 100 === 7)
    return Array.from({ length: 300 }, (_, n) => ({
      kind: 'link',
      text: `${text.slice(0, 20)}${n} `,
      url: `https://t.co/Ab3dE5g${n}`,
    }))
  if (i % 3 > 0) return [{ kind: 'text', text }]
  const third = Math.ceil(text.length / 3)
  return [
    { kind: 'text', text: text.slice(0, third) },
    { kind: 'mention', text: text.slice(third, 2 * third), handle: text, url: 'https://x.com/mira_okafor' },
    { kind: 'link', text: text.slice(2 * third), url: `https://t.co/${text}`, expandedUrl: text },
  ]
}

function postOf(text: string, i: number): Post {
  const body: PostBody = {
    version: '1',
    author: authorOf(text),
    createdAt: Date.UTC(2026, 10, 20),
    text: spansOf(text, i),
    media:
      i % 4 === 0
        ? [
            { kind: 'photo', alt: text, imageUrl: 'https://pictures.example/1.jpg' },
            { kind: 'gif', alt: text },
          ]
        : [],
    ...(i % 5 === 0 ? { poll: { options: [{ label: text, votes: 1 }, { label: text }], open: true } } : {}),
    sensitive: i % 7 === 0,
    url: page,
  }
  const relation = relations[i % relations.length] ?? 'original'
  const whole = relation === 'quote' || (relation === 'repost' && i % 2 === 0)
  return {
    ...body,
    source: 'x',
    id: '1',
    relation,
    edited: i % 6 === 0,
    ...(whole ? { inner: body } : { innerMissing: text }),
    ...(relation === 'reply' ? { replyTo: { postId: '2', handle: text } } : {}),
  }
}

/** What a text comes into: in turn a post, a shared one, one in its author's name, one of several, a line of ours. */
function contentOf(text: string, i: number): Content {
  const post = postOf(text, i)
  const also = [
    { relation: 'repost', author: authorOf(text) },
    { relation: 'quote', author: authorOf(text) },
  ] as const
  switch (i % 6) {
    case 0:
      return { kind: 'post', post, struck: false, also }
    case 1:
      return { kind: 'post', post, struck: false, identity: 'author' }
    case 2: {
      const account = { source: 'x', id: '1', handle: text, name: text } as const
      return {
        kind: 'notice',
        text: `*${name(text)}* followed ${person(account)}: ${plain(text)}, ${code(text)}.`,
        change: 'a1',
      }
    }
    case 3:
      return {
        kind: 'catch-up',
        posts: [
          { post, struck: false, also },
          { post, struck: true },
        ],
        occasion: i % 2 === 0 ? { kind: 'gap', from: 0, to: 1, why: text } : { kind: 'digest' },
      }
    case 4:
      return { kind: 'post', post, struck: true, also }
    default:
      return { kind: 'post', post, struck: false }
  }
}

/** Slack shows a name as it is: it must be one line, not empty, not long, and turn nothing around that is not its own. */
function assertName(username: string): void {
  assert.ok(username.trim() !== '' && username.length <= 82 && username.isWellFormed())
  assert.doesNotMatch(username, /[\n\p{Cc}\u202a-\u202e]/u)
}

test(`I8 ${textsCount.toLocaleString('en')} hostile texts: none pings, none breaks a limit, none loses a visible character where there is room`, () => {
  const texts = fc.sample(hostileText, textsCount)
  for (const [i, text] of texts.entries()) {
    const content = contentOf(text, i)
    const message = compose(content, { deliveryId: 'd' })
    try {
      assertSound(message)
      assertPlainSound(composePlain(content))
      if (message.username !== undefined) assertName(message.username)
      if (content.kind !== 'post' || text.length > roomyChars || i % 100 === 7) continue
      const shown = ink(shownText(message.blocks))
      const { post } = content
      const visible = inkOf(post.relation === 'repost' && post.inner !== undefined ? post.inner.text : post.text)
      assert.ok(shown.includes(visible), 'the whole text is shown')
    } catch (error) {
      throw new Error(`text ${i}, ${JSON.stringify(text.slice(0, 300))}, in a ${content.kind}`, { cause: error })
    }
  }
  assert.equal(texts.length, textsCount)
})
