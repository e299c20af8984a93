/** Goal: what was found is shown where it stands, and nothing in a foreign text formats, links or pings. Method: examples, and random hostile texts. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { bodyOf, link, postOf, tag } from '../../../test/rig/filters.ts'
import { forTerminal } from '../words.ts'
import { hits, snippet } from './hits.ts'

const seam = '\u200b'

test('the word is bold in its surroundings, cut to a line', () => {
  assert.equal(hits('"dark matter"', postOf('All about Dark Matter, today')), `“All about *Dark Matter*${seam}, today”`)
  const long = hits('axion', postOf(`${'before '.repeat(30)}axion${' after'.repeat(30)}`))
  assert.match(long, /^“….{40}\*axion\*.{40}…”$/u)
  assert.equal(hits('量子', postOf('新しい量子力学')), `“新しい${seam}*量子*${seam}力学”`)
  assert.equal(hits('a b', postOf('b or a')), '“b or *a*” and “*b* or a”')
  assert.equal(hits('#ligo', postOf([{ kind: 'text', text: 'Run ' }, tag('LIGO')])), '“Run *#LIGO*”')
  assert.equal(forTerminal(hits('axion', postOf('an axion here'))), '“an axion here”')
})

test('a hit in the other post is said to be there', () => {
  const inner = bodyOf([{ kind: 'text', text: 'an axion' }])
  assert.equal(hits('axion', postOf('Look', { relation: 'quote', inner })), '“an *axion*” (in the quoted post)')
  assert.equal(hits('axion', postOf('', { relation: 'repost', inner })), '“an *axion*” (in the reposted post)')
})

test('what has no place in the text is named, what does not match is not shown', () => {
  assert.equal(hits('from:mira_okafor', postOf('x')), '`from:mira_okafor` holds')
  assert.equal(hits('axion', postOf('nothing')), '')
  assert.equal(hits('(((', postOf('nothing')), '')
  const shared = postOf([link('arxiv.org/abs/2511…', 'https://arxiv.org/abs/2511.00001')])
  assert.match(hits('url:arxiv', shared), /^“\*arxiv\.org/)
})

const hostile = fc.array(
  fc.constantFrom(
    ...[
      '<!channel>',
      '<!here|x>',
      '@here',
      '@channel',
      '<@U0JUNO>',
      '<https://evil.example|x>',
      'https://evil.example',
      '*',
      '_',
      '~',
      '`',
    ],
    ...[
      '```',
      '&amp;',
      '&',
      '<',
      '>',
      '\n',
      '\n>',
      ' ',
      'a',
      'b',
      '\u202e',
      '\u200b',
      '\ud800',
      '\u{f0000}',
      '\u{f0001}',
      '👩‍🚀',
      '🇩',
      '量',
    ],
  ),
  { maxLength: 20 },
)

test('nothing in the text formats, links or pings', () => {
  const bold = /^“(.*?)\*(.*?)\*(.*)”$/s
  fc.assert(
    fc.property(hostile, hostile, fc.constantFrom('axion', '@here', '*axion*', '<!here>'), (before, after, found) => {
      const [head, tail] = [before.join(''), after.join('')]
      const start = head.length
      const shown = snippet(postOf(head + found + tail), { where: 'post', start, end: start + found.length })
      const parts = bold.exec(shown)?.slice(1)
      assert.ok(parts !== undefined, shown)
      for (const part of parts) {
        assert.doesNotMatch(part, /[<>*~`\n\u202e\u{f0000}\u{f0001}]/u, shown)
        assert.doesNotMatch(part, /@(?:here|channel)\b|:\/\/|&(?!amp;|lt;|gt;)|(?<![\p{L}\p{N}])_/u, shown)
      }
      assert.ok([...shown].length < 800)
    }),
    { numRuns: 1000 },
  )
})
