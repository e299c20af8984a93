import assert from 'node:assert/strict'
import test from 'node:test'
import { parse } from '../../../domain/filter/parse.ts'
import { type Aim, compile } from './compile.ts'

function compiled(filter: string, aim: Aim = 'surely'): string | undefined {
  const parsed = parse(filter)
  assert.ok(parsed.ok, filter)
  return compile(parsed.filter, aim)?.text
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
  // A minus would also drop quotes of somebody who said the word.
  ['muon -giveaway', 'muon'],
  ['muon -is:reply', 'muon'],
  ['-giveaway', undefined],
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
  // X may tell a language of a repost differently: left out, which is broader.
  ['muon lang:en', 'muon'],
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
