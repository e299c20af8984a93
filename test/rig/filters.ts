/** Posts and random filters for the tests of filters and of matching. The words are few and alike, so that they meet often and nearly meet oftener. */
import fc from 'fast-check'
import { and, type Filter, hasWhat, isWhat, not, or, type Term } from '../../src/domain/filter/filter.ts'
import type { Post, PostBody, Relation, Span } from '../../src/domain/post.ts'

const url = 'https://x.com/mira_okafor/status/1'

export function bodyOf(text: readonly Span[], changes: Partial<PostBody> = {}): PostBody {
  const author = { id: '900001', handle: 'mira_okafor', name: 'Mira Okafor', url: 'https://x.com/mira_okafor' }
  return { version: '1', author, createdAt: 0, text, media: [], sensitive: false, url, ...changes }
}

export function postOf(text: string | readonly Span[], changes: Partial<Post> = {}): Post {
  const spans: readonly Span[] = typeof text === 'string' ? [{ kind: 'text', text }] : text
  return { ...bodyOf(spans), source: 'x', id: '1', relation: 'original', edited: false, ...changes }
}

export function tag(name: string): Span {
  return { kind: 'hashtag', text: `#${name}`, tag: name, url: `https://x.com/hashtag/${name}` }
}

export function cash(name: string): Span {
  return { kind: 'cashtag', text: `$${name}`, tag: name, url: `https://x.com/search?q=${name}` }
}

export function mention(handle: string): Span {
  return { kind: 'mention', text: `@${handle}`, handle, url: `https://x.com/${handle}` }
}

export function link(text: string, expandedUrl: string): Span {
  return { kind: 'link', text, url: 'https://t.co/Ab3dEf', expandedUrl }
}

/** Few and short, so that random filters and random posts meet often; alike, so that near misses do too. */
const words = [
  ...[
    'dark',
    'Dark',
    'matter',
    'MATTER',
    'darkmatter',
    'ibm',
    'IBM',
    'Straße',
    'STRASSE',
    'café',
    'cafe',
    'cafe\u0301',
    'a',
    'b',
  ],
  ...[
    '量子',
    '量',
    '子',
    '力学',
    'ｶﾞｽ',
    'ガス',
    '한국',
    '한국어',
    'น้ำ',
    'น้ำแข็ง',
    'кварк',
    'КВАРК',
    'ΟΔΟΣ',
    'οδος',
    'سلام',
    '🚀',
    '❤️',
    '❤',
    '👍🏽',
    '👍',
  ],
]
const handles = ['mira_okafor', 'Mira_Okafor', 'ibm', '900001', '900002', 'tomas_lindqvist']
const tags = ['ibm', 'IBM', 'dark', '量子', 'Café', 'a_b']
const langs = ['en', 'ja', 'en-gb', 'und']
const hosts = ['arxiv.org/abs/2511', 'example.org/dark-matter', 'ibm.com']

const word = fc.constantFrom(...words)
const blank = fc.constantFrom(' ', ' ', ' ', '', ', ', '-', '. ', '\n')
const spanArb: fc.Arbitrary<Span> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(word, blank).map(([text, gap]): Span => ({ kind: 'text', text: text + gap })) },
  { weight: 1, arbitrary: fc.constantFrom(...tags).map(tag) },
  { weight: 1, arbitrary: fc.constantFrom('ibm', 'TSLA').map(cash) },
  { weight: 1, arbitrary: fc.constantFrom(...handles).map(mention) },
  { weight: 1, arbitrary: fc.constantFrom(...hosts).map(host => link(host, `https://${host}`)) },
)
const authorArb = fc.constantFrom(
  { id: '900001', handle: 'mira_okafor', name: 'Mira Okafor', url },
  { id: '900002', handle: 'IBM', name: 'Invented Business Machines', url },
  { id: '900003', handle: '', name: '', url },
)
const bodyArb = fc
  .record({
    text: fc.array(spanArb, { maxLength: 8 }),
    author: authorArb,
    lang: fc.constantFrom(undefined, 'en', 'ja', 'en-GB', 'und', 'qme'),
    photo: fc.boolean(),
  })
  .map(({ text, author, lang, photo }) =>
    bodyOf(text, { author, ...(lang === undefined ? {} : { lang }), media: photo ? [{ kind: 'photo' }] : [] }),
  )

/** Random posts of every relation, from three authors. */
export const postArb: fc.Arbitrary<Post> = fc
  .record({
    body: bodyArb,
    relation: fc.constantFrom<Relation>('original', 'repost', 'quote', 'reply', 'thread'),
    inner: fc.option(bodyArb, { nil: undefined }),
    answers: fc.boolean(),
  })
  .map(({ body, relation, inner, answers }) => ({
    ...postOf(body.text, body),
    relation,
    ...(inner !== undefined && (relation === 'repost' || relation === 'quote') ? { inner } : {}),
    ...(answers && relation === 'quote' ? { replyTo: { postId: '7' } } : {}),
  }))

const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map(parts => parts.join(' '))
export const termArb: fc.Arbitrary<Term> = fc.oneof(
  { weight: 8, arbitrary: phrase.map((text): Term => ({ kind: 'text', text })) },
  fc.constantFrom(...tags).map((name): Term => ({ kind: 'hashtag', name })),
  fc.constantFrom('ibm', 'TSLA', 'tsla').map((name): Term => ({ kind: 'cashtag', name })),
  fc.constantFrom(...handles.slice(0, 3)).map((name): Term => ({ kind: 'mention', name })),
  fc.constantFrom(...handles).map((who): Term => ({ kind: 'from', who })),
  fc
    .constantFrom('arxiv', 'dark matter', 'org/abs', 'https://ibm.com', 't.co')
    .map((text): Term => ({ kind: 'url', text })),
  fc.constantFrom(...langs).map((lang): Term => ({ kind: 'lang', lang })),
  fc.constantFrom(...hasWhat).map((what): Term => ({ kind: 'has', what })),
  fc.constantFrom(...isWhat).map((what): Term => ({ kind: 'is', what })),
)

/** Random filters up to `depth` groups inside one another, in normal form. */
export function filterArb(depth: number, term: fc.Arbitrary<Filter> = termArb): fc.Arbitrary<Filter> {
  const leaf: fc.Arbitrary<Filter> = fc.oneof({ weight: 3, arbitrary: term }, { weight: 1, arbitrary: term.map(not) })
  if (depth === 0) return leaf
  const parts = fc.array(filterArb(depth - 1, term), { minLength: 2, maxLength: 3 })
  return fc.oneof(
    { weight: 2, arbitrary: leaf },
    parts.map(and),
    parts.map(or),
    parts.map(list => not(and(list))),
  )
}
