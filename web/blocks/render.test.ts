import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { renderToStaticMarkup } from 'react-dom/server'
import { renderBlocks, renderMessage } from './render.ts'
import type { BlockView } from './view.ts'

const view: BlockView = {
  date: { now: Date.UTC(2026, 10, 22, 12), timeZone: 'UTC' },
  nameOf: (of, id) => (of === 'user' && id === 'U1' ? 'mira' : undefined),
  pictureAt: url => url,
}

function html(...blocks: readonly unknown[]): string {
  return renderToStaticMarkup(renderBlocks(blocks, view))
}

/** What a reader sees of a piece of HTML: tags gone, entities decoded by HTML's own rules. */
function shown(markup: string): string {
  return markup
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&')
}

const rich = (...elements: readonly unknown[]) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
})

test('text in rich_text is literal: no markup, no entity, no page markup in it does anything', () => {
  const text = '*a* <b> &amp; 12:00:00 :tada: <!channel> <script>alert(1)</script> > quote'
  assert.equal(shown(html(rich({ type: 'text', text }))), text)
})

test('every character of every text of a rich_text block is shown, in order, whatever it is', () => {
  const style = fc.record(
    { bold: fc.boolean(), italic: fc.boolean(), strike: fc.boolean(), code: fc.boolean() },
    { requiredKeys: [] },
  )
  const element = fc.oneof(
    fc.record({ type: fc.constant('text'), text: fc.string({ unit: 'binary' }), style }),
    fc.record({
      type: fc.constant('link'),
      url: fc.webUrl(),
      text: fc.string({ unit: 'binary', minLength: 1 }),
      style,
    }),
  )
  const elements = fc.array(element, { maxLength: 6 })
  const sections = fc.array(
    elements.map(list => ({ type: 'rich_text_section', elements: list })),
    { maxLength: 3 },
  )
  const part = fc.oneof(
    fc.record({ type: fc.constantFrom('rich_text_section', 'rich_text_quote', 'rich_text_preformatted'), elements }),
    fc.record({ type: fc.constant('rich_text_list'), style: fc.constantFrom('bullet', 'ordered'), elements: sections }),
  )
  const textsOf = (value: unknown): string => {
    if (Array.isArray(value)) return value.map(textsOf).join('')
    if (typeof value !== 'object' || value === null) return ''
    if ('text' in value && typeof value.text === 'string') return value.text
    return 'elements' in value ? textsOf(value.elements) : ''
  }
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), parts => {
      assert.equal(shown(html({ type: 'rich_text', elements: parts })), textsOf(parts))
    }),
    { numRuns: 300 },
  )
})

test('plain text is decoded once and never read as markup, in every place it stands', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), text => {
      const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
      const object = { type: 'plain_text', text: escaped, emoji: false }
      const blocks = [
        { type: 'header', text: object },
        { type: 'context', elements: [object] },
        { type: 'section', text: object, fields: [object] },
        { type: 'actions', elements: [{ type: 'button', action_id: 'a', text: object }] },
        { type: 'section', text: object, accessory: { type: 'overflow', options: [{ text: object, value: 'v' }] } },
        { type: 'image', image_url: 'https://x.example/a.png', alt_text: '', title: object },
      ]
      assert.equal(shown(html(...blocks)).replace('⋯', ''), text.repeat(8))
    }),
    { numRuns: 200 },
  )
})

test('a post’s head and foot look as Birdwire means them', () => {
  const markup = html(
    {
      type: 'context',
      elements: [
        { type: 'image', image_url: 'https://x.example/a.png', alt_text: 'Mira' },
        { type: 'mrkdwn', text: '*<https://x.com/m|Mira>* <https://x.com/m|@mira> · 🧵 continues', verbatim: true },
      ],
    },
    {
      type: 'context',
      elements: [
        {
          type: 'mrkdwn',
          text: '<!date^1795348800^{date_short_pretty} {time}^https://x.com/m/1|2026> · <https://x.com/m/1|View on X>',
        },
      ],
    },
  )
  assert.equal(
    shown(markup),
    'Mira @mira · 🧵 continuestoday 12:00 · View on X'.replace('today 12:00', shown(dateOf(markup))),
  )
  assert.match(markup, /<b><a href="https:\/\/x\.com\/m"/)
  assert.match(markup, /<time dateTime="2026-11-22T/)
})

function dateOf(markup: string): string {
  return /<time[^>]*>([^<]*)<\/time>/.exec(markup)?.[1] ?? 'no date'
}

test('dates are told by the reader’s clock', () => {
  const markup = html(
    rich({ type: 'date', timestamp: 1_795_348_800, format: '{date_short_pretty} at {time}, {nonsense}' }),
  )
  assert.equal(shown(markup), 'today at 12:00, {nonsense}')
})

test('mentions show a name where it is known and the id where not', () => {
  assert.equal(shown(html(rich({ type: 'user', user_id: 'U1' }, { type: 'user', user_id: 'U2' }))), '@mira@U2')
})

test('a link that no link may be is shown as its text', () => {
  assert.doesNotMatch(html(rich({ type: 'link', url: 'javascript:alert(1)', text: 'click' })), /href/)
})

test('what cannot be drawn says so', () => {
  for (const block of [
    { type: 'hologram' },
    {},
    null,
    7,
    rich({ type: 'hologram' }),
    { type: 'actions', elements: [{}] },
  ])
    assert.match(html(block), /is not drawn here/)
})

test('no shape of input throws', () => {
  const types = ['rich_text', 'section', 'context', 'header', 'image', 'actions', 'divider', 'other']
  const block = fc.oneof(
    fc.anything(),
    fc.record({ type: fc.constantFrom(...types), elements: fc.anything(), text: fc.anything() }),
  )
  fc.assert(
    fc.property(fc.array(block, { maxLength: 4 }), blocks => html(...blocks).length >= 0),
    { numRuns: 300 },
  )
})

test('a message without blocks shows its text, literally where no markup is to be read', () => {
  const message = { text: '*a* &amp; b', blocks: [] }
  assert.equal(shown(renderToStaticMarkup(renderMessage(message, view))), 'a & b')
  assert.equal(shown(renderToStaticMarkup(renderMessage({ ...message, literal: true }, view))), '*a* & b')
})
