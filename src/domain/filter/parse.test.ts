import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { filterArb, termArb } from '../../../test/rig/filters.ts'
import type { Filter } from './filter.ts'
import { parse } from './parse.ts'
import { keyOf, print } from './print.ts'

function filterOf(text: string): Filter {
  const parsed = parse(text)
  assert.ok(parsed.ok, `${text}: ${JSON.stringify(parsed)}`)
  return parsed.filter
}

/** Any words at all, as they may stand between quotation marks. */
const anyWords = fc
  .string({ unit: 'binary', maxLength: 12 })
  .map(text => `a${text.replace(/["“”„‟«»＂–—−‑－（）：＃＄＠]/g, '')}`.trim().replace(/\s+/g, ' '))

test('a printed filter is read back as the same filter', () => {
  const anyTerm: fc.Arbitrary<Filter> = fc.oneof(
    termArb,
    anyWords.map(text => ({ kind: 'text' as const, text })),
  )
  fc.assert(
    fc.property(filterArb(3, anyTerm), filter => {
      assert.deepEqual(parse(print(filter)), { ok: true, filter })
    }),
    { numRuns: 3000 },
  )
})

test('no text makes the reader throw, what it accepts is in printed form a fixed point, and a fault is inside the text', () => {
  const piece = fc.constantFrom(
    '(',
    ')',
    '"',
    ' ',
    '-',
    'OR',
    'or',
    'and',
    '#a',
    '$b',
    '@c',
    'from:',
    'lang:en',
    'is:',
    'x',
    '~2',
    '：',
    '“',
    '量',
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map(parts => parts.join('')),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(
    fc.property(text, typed => {
      const parsed = parse(typed)
      if (parsed.ok) assert.deepEqual(parse(print(parsed.filter)), parsed)
      else assert.ok(parsed.at >= 0 && parsed.at <= typed.length && parsed.sentence.length > 10)
    }),
    { numRuns: 5000 },
  )
})

test('a blank binds tighter than OR', () => {
  assert.deepEqual(filterOf('apple OR iphone ipad'), filterOf('apple OR (iphone ipad)'))
  assert.equal(print(filterOf('(apple OR iphone)  ipad')), '(apple OR iphone) ipad')
})

test('a minus before a group is moved to its terms', () => {
  assert.equal(print(filterOf('quantum -(giveaway OR "free tickets")')), 'quantum -giveaway -"free tickets"')
  assert.equal(print(filterOf('-(a b)')), '-a OR -b')
  assert.equal(print(filterOf('-(a -(b OR c))')), '-a OR b OR c')
})

const printed: readonly [string, string][] = [
  ['  IBM ', 'IBM'],
  ['dark matter', 'dark matter'],
  ['"dark   matter"', '"dark matter"'],
  ['“dark matter”', '"dark matter"'],
  ['"ibm"', 'ibm'],
  ['coca-cola', '"coca-cola"'],
  ['"and"', '"and"'],
  ['(ibm)', 'ibm'],
  ['＃量子 －猫', '#量子 -猫'],
  ['–giveaway ibm', '-giveaway ibm'],
  ['from:@Mira_Okafor', 'from:Mira_Okafor'],
  ['LANG:EN Has:Links IS:Quote', 'lang:en has:links is:quote'],
  ['url:arxiv', 'url:arxiv'],
  ['url:https://arxiv.org/abs', 'url:"https://arxiv.org/abs"'],
  ['url:"arxiv.org"', 'url:"arxiv.org"'],
  ['🚀 $TSLA @ibm', '🚀 $TSLA @ibm'],
  ['$BRK.B', '$BRK.B'],
  ['"👍🏽"', '"👍🏽"'],
  ['ORANGE oracle', 'ORANGE oracle'],
  ['a(b OR c)', 'a (b OR c)'],
]
for (const [typed, canonical] of printed) {
  test(`${typed} is kept as ${canonical}`, () => assert.equal(print(filterOf(typed)), canonical))
}

const faults: readonly [string, number, RegExp][] = [
  ['', 0, /nothing to look for/],
  ['   ', 0, /nothing to look for/],
  ['ibm "dark matter', 4, /never closed.*another "/],
  ['ibm ""', 4, /no word between/],
  ['OR ibm', 0, /something before it/],
  ['ibm OR', 6, /both sides/],
  ['ibm OR OR ligo', 7, /both sides/],
  ['ibm and ligo', 4, /Leave out and.*"and" in quotation marks/],
  ['ibm or ligo', 4, /OR in capital letters/],
  ['ibm NOT ligo', 4, /minus/],
  ['ibm langg:en', 4, /Did you mean lang:en\?/],
  ['fron:ibm', 0, /Did you mean from:ibm\?/],
  ['to:ibm', 0, /"to:ibm" with the quotation marks/],
  ['https://arxiv.org', 0, /url:"https:\/\/arxiv.org"/],
  ['is:retweet', 0, /Write is:repost/],
  ['has:images', 0, /Write has:media/],
  ['is:quotes', 0, /Did you mean is:quote\?/],
  ['has:polls', 0, /has:links or has:media/],
  ['lang:english', 0, /lang:en for English/],
  ['from:', 0, /directly/],
  ['from:mira!', 0, /cannot be an account/],
  ['url:///', 0, /no word behind url/],
  ['ibm (ligo', 4, /never closed.*Add \)/],
  ['ibm) ligo', 3, /no opening one/],
  ['ibm ()', 5, /nothing between/],
  ['ibm - ligo', 4, /touch the word/],
  ['--ibm', 0, /One minus/],
  ['#', 0, /A hashtag is/],
  ['#1', 0, /not digits alone/],
  ['$5', 0, /A cashtag is/],
  ['@', 0, /A mention is/],
  ['!!!', 0, /Punctuation alone/],
  ['"dark matter"~3', 13, /near each other/],
  ['url:"x', 4, /never closed/],
  [`${'('.repeat(25)}a${')'.repeat(25)}`, 20, /too many brackets/],
]
for (const [typed, at, sentence] of faults) {
  test(`${JSON.stringify(typed).slice(0, 40)} is refused at ${at} with a way out`, () => {
    const parsed = parse(typed)
    assert.ok(!parsed.ok)
    assert.match(parsed.sentence, sentence)
    assert.equal(parsed.at, at)
  })
}

test('filters that look for the same words have the same key, others do not', () => {
  const same = (a: string, b: string) => keyOf(filterOf(a)) === keyOf(filterOf(b))
  assert.ok(same('IBM', 'ibm'))
  assert.ok(same('"Dark, Matter"', '"dark matter"'))
  assert.ok(same('Straße', 'STRASSE'))
  assert.ok(same('#IBM from:Mira', '#ibm from:mira'))
  assert.ok(!same('#ibm', 'ibm'))
  assert.ok(!same('"dark matter"', 'dark matter'))
  assert.ok(!same('量子', '"量 子"'))
  assert.ok(!same('café', 'cafe'))
})
