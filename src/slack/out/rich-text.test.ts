import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Span } from '../../domain/post.ts'
import { fit, inlineCost, inlinesOf, portions, textOf } from './rich-text.ts'
import { cutWhere, inline, shorten } from './text.ts'

const shown = (elements: readonly { readonly text: string }[]) => elements.map(element => element.text).join('')

test('spans become literal text and links; a link that may not be one stays as text', () => {
  const spans: Span[] = [
    { kind: 'text', text: '*hi* <!here> ' },
    { kind: 'mention', text: '@jonas', handle: 'jonas', url: 'https://x.com/jonas' },
    { kind: 'text', text: ' ' },
    { kind: 'link', text: 'click', url: 'javascript:alert(1)' },
  ]
  assert.deepEqual(inlinesOf(spans), [
    { type: 'text', text: '*hi* <!here> ' },
    { type: 'link', url: 'https://x.com/jonas', text: '@jonas' },
    { type: 'text', text: ' click' },
  ])
})

test('text that fits is kept whole even where its addresses do not: links give way first', () => {
  const link = { type: 'link', url: `https://a.example/${'x'.repeat(50)}`, text: 'a.example' } as const
  const { elements, cut } = fit([textOf('see '), link, textOf(' and '), link], 110)
  assert.equal(cut, false)
  assert.equal(shown(elements), 'see a.example and a.example')
  assert.deepEqual(
    elements.map(element => element.type),
    ['text', 'link', 'text'],
  )
})

test('too long a text is cut between the characters people see', () => {
  const family = '👩‍👩‍👧‍👦'
  const { elements, cut } = fit([textOf(`ab${family}`)], 8)
  assert.equal(cut, true)
  assert.equal(shown(elements), 'ab')
  assert.equal(
    cutWhere(`e\u0301${'x'.repeat(5)}`, 1, piece => piece.length),
    '',
  )
  const heap = `a${'\u0301'.repeat(100)}`
  assert.equal(cutWhere(heap, 50, piece => piece.length).length, 50, 'a heap of marks is no character to keep together')
})

const texts = fc.array(
  fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }).map(text => textOf(text || 'x')),
    fc.string({ maxLength: 50 }).map(text => ({ type: 'link', url: 'https://a.example/', text: text || 'x' }) as const),
    fc.constantFrom(' ', '\n', '\n\n', '&&&<<<').map(text => textOf(text)),
  ),
  { maxLength: 40 },
)

test('what fit keeps never costs more than allowed, and is a beginning of what came in', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: -5, max: 3000 }), (elements, max) => {
      const result = fit(elements, max)
      assert.ok(result.elements.reduce((sum, element) => sum + inlineCost(element), 0) <= Math.max(0, max))
      assert.ok(shown(elements).startsWith(shown(result.elements)))
      assert.equal(result.cut, shown(result.elements) !== shown(elements))
    }),
  )
})

test('portions are within the limit, never empty, and lose nothing but line ends where they are split', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 500 }), (elements, max) => {
      const split = portions(elements, max)
      for (const portion of split) {
        assert.ok(portion.length > 0 && portion.every(element => element.text !== ''))
        assert.ok(shown(portion).length <= max)
      }
      const visible = (text: string) => text.replaceAll('\n', '')
      assert.equal(visible(split.map(shown).join('')), visible(shown(elements)))
    }),
  )
})

test('a foreign name is one line, and a right-to-left one cannot reorder the words around it', () => {
  assert.equal(inline(' Mira\n\u202eOkafor\u0000 '), 'Mira Okafor')
  assert.equal(inline('\u202eليلى'), '\u2068ليلى\u2069')
  assert.equal(inline('\ud800x'), '\ufffdx')
  assert.equal(shorten('abcdef', 4), 'abc…')
})
