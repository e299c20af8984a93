import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bodyOf, cash, filterArb, link, mention, postArb, postOf, tag } from '../../../test/rig/filters.ts'
import { type Post, plainText, type Span } from '../post.ts'
import { type Doc, prepare } from './doc.ts'
import { explain, type Place } from './explain.ts'
import { type Filter, literals, type Term } from './filter.ts'
import { match } from './match.ts'
import { parse } from './parse.ts'

// ── A reference: slow, one rule a line, sharing nothing with what it checks ─────────────────────────────────────────

const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/u

function lettersOf(text: string): string {
  const same = text.normalize('NFKC').replaceAll('\ufe0f', '').replace(/[ßẞ]/g, 'ss').toLowerCase().replaceAll('ς', 'σ')
  return same.normalize('NFKC')
}

/** The text as words with one blank between; a middle dot, which no text here has, stands between characters of a run. */
function canonical(text: string): string {
  let out = ' '
  let last = 'gap'
  for (const char of lettersOf(text)) {
    const kind = /\p{M}/u.test(char)
      ? 'mark'
      : /[\p{L}\p{N}]/u.test(char)
        ? unspaced.test(char)
          ? 'solo'
          : 'letter'
        : /\p{S}/u.test(char) && !/[$+<=>^`|~]/.test(char)
          ? 'solo'
          : 'gap'
    if (kind === 'gap') out += last === 'gap' ? '' : ' '
    else if (kind === 'mark' || (kind === 'letter' && last === 'letter')) out += char
    else out += last === 'gap' ? char : `·${char}`
    if (kind !== 'mark') last = kind
  }
  return last === 'gap' ? out : `${out} `
}

function contains(text: string, words: string): boolean {
  const wanted = canonical(words).trim()
  const escaped = wanted.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll(' ', '[ ·]')
  return new RegExp(`[ ·]${escaped}[ ·]`, 'u').test(canonical(text))
}

function holds(filter: Filter, post: Post): boolean {
  const bodies = post.inner === undefined ? [post] : [post, post.inner]
  const spans: readonly Span[] = bodies.flatMap(body => body.text)
  switch (filter.kind) {
    case 'and':
      return filter.all.filter(part => holds(part, post)).length === filter.all.length
    case 'or':
      return filter.any.filter(branch => holds(branch, post)).length > 0
    case 'not':
      return holds(filter.of, post) === false
    case 'text':
      return bodies.some(body =>
        contains(body.text.map(span => (span.kind === 'link' ? ' ' : span.text)).join(''), filter.text),
      )
    case 'hashtag':
    case 'cashtag':
      return spans.some(
        span =>
          (span.kind === 'hashtag' || span.kind === 'cashtag') &&
          span.kind === filter.kind &&
          lettersOf(span.tag) === lettersOf(filter.name),
      )
    case 'mention':
      return spans.some(span => span.kind === 'mention' && lettersOf(span.handle) === lettersOf(filter.name))
    case 'url':
      return spans.some(
        span =>
          span.kind === 'link' && (contains(span.url, filter.text) || contains(span.expandedUrl ?? '', filter.text)),
      )
    case 'from':
      return [post.author.id, post.author.handle.toLowerCase()].includes(filter.who.toLowerCase())
    case 'lang': {
      const said = post.lang ?? (post.relation === 'repost' ? post.inner?.lang : undefined) ?? 'und'
      if (said === 'qme') return filter.lang === 'und'
      return said.toLowerCase() === filter.lang || said.toLowerCase().split('-')[0] === filter.lang
    }
    case 'has':
      return (
        bodies.some(body => body.media.length > 0) ||
        (filter.what === 'links' && spans.some(({ kind }) => kind === 'link'))
      )
    case 'is':
      if (filter.what === 'reply') return ['reply', 'thread'].includes(post.relation) || post.replyTo !== undefined
      return post.relation === filter.what
  }
}

test('a filter matches a post exactly when the reference says so', () => {
  let matched = 0
  const runs = 12_000
  fc.assert(
    fc.property(filterArb(2), postArb, (filter, post) => {
      const said = match(filter, prepare(post))
      if (said) matched++
      assert.equal(said, holds(filter, post))
    }),
    { numRuns: runs },
  )
  // Both answers have to be common, or nothing was compared.
  assert.ok(matched > runs / 10 && matched < (runs * 9) / 10, `${matched} of ${runs} matched`)
})

test('a post that matches has one of the literals of the filter', () => {
  fc.assert(
    fc.property(filterArb(2), postArb, (filter, post) => {
      const doc = prepare(post)
      const needed = literals(filter)
      if (needed !== undefined && match(filter, doc)) assert.ok(needed.some(literal => match(literal, doc)))
    }),
    { numRuns: 3000 },
  )
})

test('what explains a filter agrees with what runs it, and what it points at is there', () => {
  fc.assert(
    fc.property(filterArb(2), postArb, (filter, post) => {
      const doc = prepare(post)
      const withoutLinks = prepare({
        ...blank(post),
        ...(post.inner === undefined ? {} : { inner: blank(post.inner) }),
      })
      const why = explain(filter, doc)
      assert.equal(why.matched, match(filter, doc))
      if (!why.matched) assert.ok(why.blocked.length + why.missing.length > 0)
      for (const { term, places } of [...why.found, ...why.blocked]) {
        assert.ok(match(term, doc))
        assert.equal(places.length > 0, !['from', 'lang', 'has', 'is'].includes(term.kind))
        for (const place of places) {
          // A phrase may go on behind a link, whose own words are no words of the post.
          const words = term.kind === 'text' ? wordsAt(place, withoutLinks) : wordsAt(place, doc)
          assert.ok(standsAt(term, words), `${JSON.stringify(place)} of ${JSON.stringify(term)}`)
        }
      }
      for (const term of why.missing) assert.ok(!match(term, doc))
    }),
    { numRuns: 4000 },
  )
})

function blank<T extends Pick<Post, 'text'>>(body: T): T {
  const text = body.text.map(span => (span.kind === 'link' ? { ...span, text: ' '.repeat(span.text.length) } : span))
  return { ...body, text }
}

/** Is the place the term, no more and no less? */
function standsAt(term: Term, words: string): boolean {
  switch (term.kind) {
    case 'text':
      return canonical(words).replaceAll('·', ' ') === canonical(term.text).replaceAll('·', ' ')
    case 'hashtag':
    case 'cashtag':
    case 'mention':
      return lettersOf(words.slice(1)) === lettersOf(term.name)
    default:
      return words.length > 0
  }
}

// ── By hand ───────────────────────────────────────────────────────────────────────────────────────────────────────

const cases: readonly [filter: string, text: string | readonly Span[], matches: boolean][] = [
  ['ibm', 'News from IBM, today', true],
  ['ibm', [tag('IBM')], true],
  ['ibm', [mention('ibm')], true],
  ['ibm', 'ibmer at work', false],
  ['ibm', "IBM's lab", true],
  ['#ibm', [tag('IBM')], true],
  ['#ibm', 'IBM without a tag', false],
  ['#ibm', [tag('ibmquantum')], false],
  ['tsla', [cash('TSLA')], true],
  ['$tsla', [cash('TSLA')], true],
  ['$tsla', 'TSLA alone', false],
  ['@ibm', [mention('IBM')], true],
  ['@ibm', 'IBM alone', false],
  ['dark matter', 'matter that is dark', true],
  ['"dark matter"', 'matter that is dark', false],
  ['"dark matter"', 'Dark-Matter!', true],
  ['"dark matter"', 'dark\nmatter', true],
  ['darkmatter', 'dark matter', false],
  ['machine-learning', 'Machine Learning', true],
  ['cat', 'Concatenate', false],
  ['straße', 'HAUPT STRASSE 5', true],
  ['STRASSE', 'die Straße', true],
  ['café', 'Un CAFÉ noir', true],
  ['café', 'cafe\u0301', true],
  ['cafe', 'café', false],
  ['office', 'oﬃce hours', true],
  ['quantum', 'ｑｕａｎｔｕｍ', true],
  ['ガス', 'ｶﾞｽの話', true],
  ['量子', '新しい量子力学の本', true],
  ['量子', '量、子', false],
  ['"東京 大阪"', '東京・大阪', true],
  ['データ', 'ビッグデータ解析', true],
  ['ai', '生成AIの研究', true],
  ['한국', '한국어로', true],
  ['น้ำ', 'กินน้ำแข็ง', true],
  ['привет', 'ПРИВЕТ, мир', true],
  ['вет', 'привет', false],
  ['سلام', 'سلام، دنيا', true],
  ['οδος', 'Η ΟΔΟΣ', true],
  ['🚀', 'Lift-off🚀!', true],
  ['🚀', 'Lift-off', false],
  ['❤', 'with ❤️', true],
  ['🇦🇺', '🇺🇦🇺🇸', false],
  ['"gpt-4"', 'GPT 4 is out', true],
  ['ibm', 'IBM™ today', true],
  ['zürich', 'ZÜRICH', true],
  ['computer', 'com\u00adputer', true],
  ['arxiv', [link('arxiv.org/abs/1', 'https://arxiv.org/abs/1')], false],
  ['url:arxiv.org', [link('arxiv.org/abs/1', 'https://arxiv.org/abs/1')], true],
  ['url:abs', [link('short', 'https://arxiv.org/abs/1')], true],
  ['url:arx', [link('arxiv.org', 'https://arxiv.org/abs/1')], false],
  ['has:links', [link('a.org', 'https://a.org')], true],
  ['has:media', [link('a.org', 'https://a.org')], false],
  ['from:@MIRA_okafor', 'anything', true],
  ['from:900001', 'anything', true],
  ['from:mira', 'anything', false],
  ['ibm -giveaway', 'IBM giveaway', false],
  ['ibm -giveaway', 'IBM news', true],
  ['-(giveaway OR free)', 'free tickets', false],
  ['apple OR iphone ipad', 'apple', true],
  ['apple OR iphone ipad', 'iphone', false],
]
for (const [typed, text, matches] of cases) {
  const shown = typeof text === 'string' ? text : plainText({ text })
  test(`${typed} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(shown)}`, () => {
    const parsed = parse(typed)
    assert.ok(parsed.ok)
    assert.equal(match(parsed.filter, prepare(postOf(text))), matches)
  })
}

function matchesPost(typed: string, post: Post): boolean {
  const parsed = parse(typed)
  assert.ok(parsed.ok)
  return match(parsed.filter, prepare(post))
}

test('the quoted or reposted post is searched like the post', () => {
  const inner = bodyOf([{ kind: 'text', text: 'LIGO sees a merger ' }, tag('physics')], {
    media: [{ kind: 'photo' }],
    lang: 'en',
  })
  const quote = postOf('Look!', { relation: 'quote', inner })
  assert.ok(matchesPost('look ligo #physics has:media is:quote', quote))
  assert.ok(!matchesPost('"look ligo"', quote), 'a phrase does not run from one post into the other')
  assert.ok(!matchesPost('lang:en', quote))
  assert.ok(matchesPost('lang:en is:repost', postOf([], { relation: 'repost', inner })))
})

test('a self-thread and a quote that answers somebody are replies too', () => {
  assert.ok(matchesPost('is:reply', postOf('x', { relation: 'thread' })))
  assert.ok(matchesPost('is:reply is:quote', postOf('x', { relation: 'quote', replyTo: { postId: '2' } })))
  assert.ok(!matchesPost('is:reply', postOf('x')))
})

test('a language holds for its regions; codes for posts without words are none', () => {
  assert.ok(matchesPost('lang:en', postOf('x', { lang: 'en-GB' })))
  assert.ok(!matchesPost('lang:en-gb', postOf('x', { lang: 'en' })))
  assert.ok(matchesPost('lang:und', postOf('x')))
  assert.ok(matchesPost('lang:und', postOf('x', { lang: 'qme' })))
})

test('the end of a long post is searched', () => {
  assert.ok(matchesPost('needle', postOf(`${'hay '.repeat(6000)}needle`)))
})

test('an explanation says what was found where, what blocked and what was missing', () => {
  const inner = bodyOf([{ kind: 'text', text: 'Die Straße ist frei' }])
  const doc = prepare(postOf([{ kind: 'text', text: 'IBM and ' }, tag('ibm')], { relation: 'quote', inner }))
  const parsed = parse('ibm strasse -frei (ligo OR virgo)')
  assert.ok(parsed.ok)
  const why = explain(parsed.filter, doc)
  assert.equal(why.matched, false)
  assert.deepEqual(
    why.found.map(({ places }) => places.map(place => `${place.where} ${wordsAt(place, doc)}`)),
    [['post IBM', 'post ibm'], ['inner Straße']],
  )
  assert.deepEqual(why.blocked, [
    { term: { kind: 'text', text: 'frei' }, places: [{ where: 'inner', start: 15, end: 19 }] },
  ])
  assert.deepEqual(why.missing, [
    { kind: 'text', text: 'ligo' },
    { kind: 'text', text: 'virgo' },
  ])
})

/** The words that a place points at. */
function wordsAt(place: Place, doc: Doc): string {
  const body = doc.bodies.find(({ where }) => where === place.where)
  return body === undefined ? '' : plainText(body.body).slice(place.start, place.end)
}
