import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { ago, code, codeBlock, counted, duration, forTerminal, listed, name, plain, signature } from './words.ts'

test('no text from outside can ping, link or leave its place', () => {
  const dangerous = fc.array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom(
        '<!channel>',
        '<@U1>',
        '@here',
        '@channel',
        '`',
        '```',
        '*',
        '&lt;',
        '<https://x.com|a>',
        '\n',
        '\u2060',
      ),
    ),
  )
  fc.assert(
    fc.property(dangerous, parts => {
      const text = parts.join('')
      for (const shown of [
        plain(text),
        name(text),
        code(text),
        codeBlock([text]),
        signature({ id: 'U1', name: text }),
      ]) {
        assert.doesNotMatch(shown, /[<>]|@(?:here|channel|everyone)\b/i)
      }
      assert.doesNotMatch(code(text).replace(/^`|`$/g, ''), /`/)
      assert.doesNotMatch(name(text), /[*~`\n]/)
    }),
  )
})

test('a mention of everybody is broken up in letters that look like it, and whatever follows', () => {
  for (const text of [
    '@here',
    '@HERE日',
    '＠ｈｅｒｅ',
    '﹫ⓒⓗⓐⓝⓝⓔⓛ',
    '@\u{1d41e}\u{1d42f}\u{1d41e}\u{1d42b}\u{1d432}\u{1d428}\u{1d427}\u{1d41e}',
  ])
    assert.equal(plain(text), text.replace(/^./u, '$&\u2060'))
  assert.equal(plain('@hereford @_sly_ @mira_okafor'), '@hereford @_sly_ @mira_okafor')
})

test('a name keeps what cannot format, and is cut where it is long', () => {
  assert.equal(name('mira_okafor'), 'mira_okafor')
  assert.equal(name('_mira_ *boss*  of\nall'), 'ˍmiraˍ ∗boss∗ of all')
  assert.equal([...name('é'.repeat(200))].length, 81)
})

test('who did it is named without a mention', () => {
  assert.equal(signature({ id: 'U0MIRA', name: 'mira' }), '*mira*')
  assert.equal(signature({ id: 'U0MIRA' }), '`U0MIRA`')
  assert.equal(signature({ id: 'command line' }), 'Somebody at the server')
})

test('lists, counts and times read as a person would say them', () => {
  assert.equal(listed(['a']), 'a')
  assert.equal(listed(['a', 'b', 'c']), 'a, b and c')
  assert.equal(listed(['a', 'b', 'c'], 2), 'a, b and 1 more')
  assert.equal(counted(1, 'post'), '1 post')
  assert.equal(counted(1200, 'post'), '1,200 posts')
  assert.equal(duration(40_000), '40 seconds')
  assert.equal(duration(3 * 3_600_000), '3 hours')
  assert.equal(duration(-5), '0 seconds')
  assert.equal(ago(10_000, 9000), 'just now')
  assert.equal(ago(10 * 86_400_000, 0), '10 days ago')
})

test('on a terminal an answer has no signs of mrkdwn', () => {
  const answer = `*Keywords* (1): ${code('"R&D" <a>')}.\n${codeBlock(['(a', '^'])}\n@\u2060here a*b*c`
  assert.equal(forTerminal(answer), 'Keywords (1): "R&D" <a>.\n(a\n^\n@here a*b*c')
})
