/** Expressions as people type them: read, printed and read again they are the same, and X takes what is made of them. */
import fc from 'fast-check'
import { parseRule } from '../../../sim/x/grammar.ts'
import { expressions, tidy } from '../../../src/control/args.ts'
import { prepare } from '../../../src/domain/filter/doc.ts'
import { explain } from '../../../src/domain/filter/explain.ts'
import { literals } from '../../../src/domain/filter/filter.ts'
import { match } from '../../../src/domain/filter/match.ts'
import { parse } from '../../../src/domain/filter/parse.ts'
import { keyOf, print } from '../../../src/domain/filter/print.ts'
import { compileAlone } from '../../../src/source/x/rules/compile.ts'
import { filterArb, postOf, tag } from '../../rig/filters.ts'
import { must, type Target } from '../target.ts'
import { mustBeSentence } from './said.ts'

const aims = (['surely', 'nearest'] as const).flatMap(words =>
  (['own', 'any', 'search'] as const).map(posts => ({ words, posts })),
)
const docs = [
  postOf('Dark matter, IBM and 量子力学 in a café 🚀'),
  postOf([{ kind: 'text', text: 'a b ' }, tag('ibm'), { kind: 'text', text: ' STRASSE' }], {
    lang: 'en',
    media: [{ kind: 'photo' }],
  }),
].map(prepare)
/** X's longest rule; a longer one is cut into several, which is not this reader's matter. docs.x.com/x-api/posts/filtered-stream */
const ruleCharsMax = 1024

export const filter: Target = {
  name: 'filter',
  shape: 'text',
  share: 170,
  charsMax: 10_000,
  seeds: [
    'dark matter',
    '"dark matter" OR (quantum -giveaway)',
    '#physics $TSLA @mira_okafor',
    'from:mira_okafor lang:en has:links -is:reply',
    'url:"arxiv.org" (量子 OR "café noir") -(a OR b)',
    '“dark” –matter （a OR b） ＃tag',
    '"or" "" $BRK.B 🚀',
  ],
  words: [
    'OR',
    'AND',
    '-',
    '(',
    ')',
    '"',
    'from:',
    'lang:',
    'has:',
    'is:',
    'url:',
    'url:"',
    'is:repost',
    'has:media',
    'lang:en-GB',
    '#',
    '$',
    '@',
    '~10',
    'ß',
    'ss',
    '\\',
  ],
  fresh: filterArb(3)
    .map(print)
    .chain(text => fc.constantFrom(text, text.replaceAll(' ', '\u3000'), `(${text})`, `-(${text})`)),
  open: () => ({
    run(input) {
      const parsed = parse(input)
      if (!parsed.ok) {
        expressions(input)
        return () => {
          must(parsed.at >= 0 && parsed.at <= input.length, 'the place of a fault is outside of the text', parsed)
          mustBeSentence(parsed.sentence, input.length * 2 + 400)
        }
      }
      const printed = print(parsed.filter)
      const again = parse(printed)
      const rules = aims.map(aim => compileAlone(parsed.filter, aim))
      const said = docs.map(doc => ({ is: match(parsed.filter, doc), why: explain(parsed.filter, doc) }))
      literals(parsed.filter)
      return () => {
        must(again.ok, 'what was printed cannot be read', { printed, again })
        must(
          JSON.stringify(again.filter) === JSON.stringify(parsed.filter),
          'what was printed is read as something else',
          { printed },
        )
        must(keyOf(again.filter) === keyOf(parsed.filter), 'what was printed has another key', printed)
        must(printed.length <= 4 * input.length + 20, 'what is printed is much longer than what was typed', printed)
        must(
          said.every(({ is, why }) => is === why.matched),
          'matching and explaining disagree',
          printed,
        )
        for (const [i, rule] of rules.entries()) {
          if (rule === undefined || !rule.standalone || rule.text.length > ruleCharsMax) continue
          const read = parseRule(rule.text, aims[i]?.posts === 'search' ? 'search' : 'stream')
          // Which words are too common to be looked for alone X does not document; a rule of nothing else it refuses, and that is told.
          const tooCommon =
            ('details' in read && read.details.every(why => why.includes('stopword'))) ||
            /(?:^|[\s(])"?(?:an?|and|the|is|i[nst]|to|of|for|from|on|or)"?(?=[\s)]|$)/i.test(rule.text)
          // Nor what becomes of what is no word and no picture: half a flag, a mark without its letter. Refused, it is told too.
          const wordless = /"[^"\p{L}\p{N}\p{Extended_Pictographic}]*"/u.test(rule.text)
          must('tree' in read || tooCommon || wordless, 'X does not take the rule', { rule: rule.text, read })
        }
        // What a command stores is tidied first: that must not make it another one.
        const [first] = expressions(printed)
        must(
          first === undefined || first.includes(',') || parse(tidy(printed)).ok,
          'what was printed cannot be typed',
          printed,
        )
      }
    },
  }),
}
