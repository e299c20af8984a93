import assert from 'node:assert/strict'
import test from 'node:test'
import { parse } from '../../../domain/filter/parse.ts'
import { type Aim, compileAlone, minus } from './compile.ts'

function compiled(filter: string, words: Aim['words'] = 'surely', posts: Aim['posts'] = 'own'): string | undefined {
  const parsed = parse(filter)
  assert.ok(parsed.ok, filter)
  return compileAlone(parsed.filter, { words, posts })?.text
}

/** What is asked of X for a keyword of followed accounts; undefined: the accounts are asked for whole. */
const surely: readonly (readonly [filter: string, rule: string | undefined])[] = [
  ['muon', 'muon'],
  ['dark matter', 'dark matter'],
  ['"dark matter"', '"dark matter"'],
  ['axion OR "dark matter" wimp', 'axion OR "dark matter" wimp'],
  ['(axion OR wimp) limit', '(axion OR wimp) limit'],
  ['#LatticeQCD', '#LatticeQCD'],
  ['$ABC', '$ABC'],
  ['@mira_okafor', '@mira_okafor'],
  ['from:jonas_weil', 'from:jonas_weil'],
  ['"n-body"', '"n-body"'],
  ['Müller', 'Müller'],
  ['"or"', '"or"'],
  ['muon -giveaway', 'muon -giveaway'],
  ['muon -"free giveaway" OR axion', 'muon -"free giveaway" OR axion'],
  ['muon -straße', 'muon -straße -strasse'],
  ['muon -#spam -$ABC -@mira_okafor -from:42', 'muon -#spam -$ABC -@mira_okafor -from:42'],
  ['muon -is:repost -is:quote -lang:ja', 'muon -is:retweet -is:quote -lang:ja'],
  // X finds these in posts in which they are not found here: answers that are quoted, addresses, authors whose name is not known here.
  ['muon -is:reply', 'muon'],
  ['muon -com', 'muon'],
  ['muon -from:mira_okafor', 'muon'],
  ['muon -has:links', 'muon'],
  ['muon -中性子', 'muon'],
  // Nothing but minuses is refused by X, and so is a minus as a side of an OR.
  ['-giveaway', undefined],
  ['-giveaway -muon', undefined],
  ['muon OR -giveaway', undefined],
  // Here "Masse" finds "Maße"; X does not.
  ['masse', 'masse OR maße'],
  ['Straße', 'Straße OR Strasse'],
  ['(masse OR x) y', '(masse OR maße OR x) y'],
  // Scripts without blanks, emoji and letters that fold otherwise are matched here.
  ['中性子', undefined],
  ['🚀', undefined],
  ['λόγος', undefined],
  ['muon OR 中性子', undefined],
  ['muon 中性子', 'muon'],
  ['has:links', undefined],
  ['muon has:links', 'muon'],
  ['muon has:media', 'muon has:media'],
  ['muon is:repost', 'muon is:retweet'],
  ['muon lang:en', 'muon lang:en'],
  ['muon lang:zh', 'muon (lang:zh OR lang:zh-CN OR lang:zh-TW)'],
  // Not a code of X's.
  ['muon lang:gsw', 'muon'],
  ['url:"arxiv.org"', undefined],
]

for (const [filter, rule] of surely) {
  test(`the keyword ${filter} is ${rule === undefined ? 'not asked of X' : `asked as ${rule}`}`, () => {
    assert.equal(compiled(filter), rule)
  })
}

test('a topic is asked for as nearly as X can, for want of authors to fall back on', () => {
  assert.equal(compiled('中性子 lang:ja', 'nearest'), '"中性子" lang:ja')
  assert.equal(compiled('url:"arxiv.org" muon', 'nearest'), 'url:"arxiv.org" muon')
  assert.equal(compiled('batik lang:id', 'nearest'), 'batik lang:in')
})

test('a word that nearly every post has is no rule by itself, and X would refuse it: what is asked for besides narrows it', () => {
  const alone = (text: string) => {
    const parsed = parse(text)
    assert.ok(parsed.ok, text)
    return compileAlone(parsed.filter, { words: 'nearest', posts: 'search' })?.standalone
  }
  assert.deepEqual(['the', 'A', 'the OR muon', 'the lang:en'].map(alone), [false, false, false, false])
  assert.deepEqual(['the muon', '"to be"', 'the from:mira_okafor', 'them'].map(alone), [true, true, true, true])
})

test('a rule on reposts keeps no words out and asks for no language: X reads "RT @name:" with them, and may tell their language otherwise', () => {
  assert.equal(compiled('muon -giveaway -@mira_okafor -#spam -is:quote', 'surely', 'any'), 'muon -#spam')
  assert.equal(compiled('muon lang:en', 'surely', 'any'), 'muon')
  assert.equal(compiled('muon -lang:ja', 'surely', 'any'), 'muon -lang:ja')
})

test('recent search is asked without a minus: it folds accents, so that it would keep out too much', () => {
  assert.equal(compiled('muon -cafe -#spam lang:de', 'nearest', 'search'), 'muon lang:de')
})

test('a term that X may find elsewhere than we do is not kept out', () => {
  assert.equal(minus({ kind: 'url', text: 'arxiv' }, true), undefined)
  assert.equal(minus({ kind: 'hashtag', name: '量子' }, true), undefined)
})
