import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { type Inline, parseMrkdwn } from './mrkdwn.ts'

/** What a reader sees of a text, styles forgotten. */
function shown(source: string): string {
  return parseMrkdwn(source)
    .map(part => (part.kind === 'pre' ? part.text : part.children.map(textOf).join('')))
    .join('\n')
}

function textOf(inline: Inline): string {
  switch (inline.kind) {
    case 'style':
      return inline.children.map(textOf).join('')
    case 'mention':
      return inline.label || inline.id
    case 'broadcast':
      return inline.range
    case 'date':
      return inline.fallback
    case 'emoji':
      return inline.glyph
    case 'text':
    case 'code':
    case 'link':
      return inline.text
  }
}

/** The shape of one line, for reading in a test. */
function shape(source: string): unknown {
  return parseMrkdwn(source).map(part => (part.kind === 'pre' ? ['pre', part.text] : part.children.map(shapeOf)))
}

function shapeOf(inline: Inline): unknown {
  if (inline.kind === 'text') return inline.text
  if (inline.kind === 'style') return { [inline.style]: inline.children.map(shapeOf) }
  if (inline.kind === 'code') return { code: inline.text }
  if (inline.kind === 'link') return { link: inline.url, text: inline.text }
  return inline.kind
}

test('styles, links and code are read, and may hold each other', () => {
  assert.deepEqual(shape('*<https://x.com/a|Mira & co>* said _so ~not~_ `a*b*c`'), [
    [
      { bold: [{ link: 'https://x.com/a', text: 'Mira & co' }] },
      ' said ',
      { italic: ['so ', { strike: ['not'] }] },
      ' ',
      { code: 'a*b*c' },
    ],
  ])
})

test('what only looks like markup is text', () => {
  for (const text of [
    '2*3*4',
    'snake_case_name',
    '12:00:00',
    ':no_such_emoji:',
    '* a *',
    '**',
    '~',
    '<',
    'a < b',
    '``',
  ])
    assert.deepEqual(shape(text), [[text]], text)
})

test('an unclosed or unknown angle bracket stays, and what it holds', () => {
  assert.equal(shown('<https://x.com/a'), '<https://x.com/a')
  assert.equal(shown('<javascript:alert(1)|click>'), '<javascript:alert(1)|click>')
})

test('entities are decoded once', () => {
  assert.equal(shown('&amp;lt;b&amp;gt; &lt;b&gt; &quot;'), '&lt;b&gt; <b> &quot;')
})

test('a label may hold decoded angle brackets', () => {
  assert.deepEqual(shape('<https://x.com/a|a &lt;x&gt; b>'), [[{ link: 'https://x.com/a', text: 'a <x> b' }]])
})

test('quotes and blocks of code take whole lines', () => {
  assert.deepEqual(
    parseMrkdwn('a\n> b\n>c\nd\n```\nx\n  y\n```\ne').map(part => part.kind),
    ['lines', 'quote', 'lines', 'pre', 'lines'],
  )
  assert.equal(shown('```\nx\n  y\n```'), 'x\n  y')
})

test('mentions and dates are read with and without a label', () => {
  assert.deepEqual(
    parseMrkdwn('<@U1> <#C1|papers> <!here> <!date^1700000000^{date}^https://x.com/a|then>').flatMap(part =>
      part.kind === 'pre' ? [] : part.children.map(child => child.kind),
    ),
    ['mention', 'text', 'mention', 'text', 'broadcast', 'text', 'date'],
  )
})

test('no visible character is lost or made up, whatever the text', () => {
  const markup = /[*_~`>\n ]/g
  // No `<…>` (its target is rightly hidden) and no known shortcode; all else, markup and entities included.
  const piece = fc.oneof(
    fc.constantFrom('*', '_', '~', '`', '```', '>', '\n', ' ', '&amp;', '&lt;', '&gt;', '&', ':', 'a', 'é', '暗', '🦉'),
    fc.string({ unit: 'grapheme', maxLength: 4 }).map(text => text.replaceAll('<', '')),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
      const source = pieces.join('')
      const decoded = source
        .replace(markup, '')
        .replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: '&', lt: '<', gt: '' })[name as 'amp' | 'lt' | 'gt'])
      fc.pre(!/:[a-z0-9_+-]+:/.test(source))
      assert.equal(shown(source).replace(markup, ''), decoded)
    }),
    { numRuns: 500 },
  )
})

/** Trees whose printed form is unambiguous: a tree → mrkdwn → what is shown is the tree's own text. */
const word = fc.stringMatching(/^[a-z0-9&.]{1,6}$/)
const escaped = (text: string) => text.replaceAll('&', '&amp;')
const leaf = fc.oneof(
  word.map(text => ({ source: escaped(text), text })),
  word.map(text => ({ source: `\`${escaped(text)}\``, text })),
  word.map(text => ({ source: `<https://x.com/1?a=b&amp;c=d|${escaped(text)}>`, text })),
)
const tree = fc.letrec<{ node: { source: string; text: string } }>(tie => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom('*', '_', '~'), fc.array(tie('node'), { minLength: 1, maxLength: 3 }))
      .map(([mark, kids]) => {
        // A style does not open inside itself, so a mark within its own kind stays text.
        const plain = kids.map(kid => ({ source: kid.source.replaceAll(mark, ''), text: kid.text }))
        return {
          source: `${mark}${plain.map(kid => kid.source).join(' ')}${mark}`,
          text: plain.map(kid => kid.text).join(' '),
        }
      }),
  ),
})).node

test('markup that does its work leaves exactly the text it holds', () => {
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 5 }), nodes => {
      assert.equal(shown(nodes.map(node => node.source).join(' ')), nodes.map(node => node.text).join(' '))
    }),
    { numRuns: 500 },
  )
})

test('a long line of marks is read in reasonable time', () => {
  const started = performance.now()
  parseMrkdwn('*_~'.repeat(1000))
  assert.ok(performance.now() - started < 2000)
})
