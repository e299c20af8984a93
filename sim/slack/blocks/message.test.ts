import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeBlocks } from './message.ts'
import { sentence } from './schema.ts'
import { renderedChars, renderedCharsMax } from './size.ts'

const plain = (text: string) => ({ type: 'plain_text', text })
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text })
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) })
const button = (id: string) => ({ type: 'button', action_id: id, text: plain('Go') })
const rich = (...elements: unknown[]) => ({ type: 'rich_text', elements })
const line = (...elements: unknown[]) => ({ type: 'rich_text_section', elements })
const words = (text: string, style?: object) => ({ type: 'text', text, ...(style && { style }) })
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item)
const image = { type: 'image', image_url: 'https://pictures.example/a.png', alt_text: 'a' }

/** The verdict on these blocks, as the error code and Slack's sentences. */
function complaints(blocks: unknown): string[] {
  const verdict = judgeBlocks(blocks)
  if (verdict.ok) return []
  return verdict.problems.length > 0 ? verdict.problems.map(sentence) : [verdict.error]
}

const good: readonly (readonly [string, unknown[]])[] = [
  ['no blocks at all', []],
  ['fifty dividers', times(50, { type: 'divider' })],
  ['a section of 3,000 characters', [section('x'.repeat(3000))]],
  [
    'a section with ten fields and an overflow of five',
    [
      {
        type: 'section',
        fields: times(10, mrkdwn('f')),
        accessory: { type: 'overflow', options: [1, 2, 3, 4, 5].map(n => ({ text: plain(`${n}`), value: `${n}` })) },
      },
    ],
  ],
  ['a context with ten elements', [{ type: 'context', elements: [...times(9, mrkdwn('c')), image] }]],
  ['verbatim mrkdwn', [{ type: 'section', text: { ...mrkdwn('x'), verbatim: true }, expand: true }]],
  ['a header of 150 characters', [{ type: 'header', text: plain('h'.repeat(150)) }]],
  ['an image with a title', [{ ...image, title: plain('t') }]],
  ['25 buttons', [{ type: 'actions', elements: Array.from({ length: 25 }, (_, i) => button(`b${i}`)) }]],
  [
    'the same action_id in two blocks',
    [
      { type: 'actions', elements: [button('same')] },
      { type: 'actions', elements: [button('same')] },
    ],
  ],
  [
    'all of rich text',
    [
      rich(
        line(words('a', { bold: true, italic: true, strike: true, code: true, underline: true })),
        line(
          { type: 'link', url: 'https://x.com/a', text: 'a', style: { bold: true } },
          { type: 'emoji', name: 'wave' },
        ),
        line({ type: 'user', user_id: 'U1', style: { bold: true } }, { type: 'channel', channel_id: 'C1' }),
        line({ type: 'broadcast', range: 'here' }, { type: 'date', timestamp: 1, format: '{date}', fallback: 'x' }),
        { type: 'rich_text_list', style: 'bullet', indent: 1, border: 1, elements: [line(), line(words('i'))] },
        { type: 'rich_text_quote', border: 1, elements: [words('q')] },
        { type: 'rich_text_preformatted', elements: [words('p'), { type: 'link', url: 'https://x.com' }] },
      ),
    ],
  ],
]

for (const [name, blocks] of good) {
  test(`taken: ${name}`, () => assert.deepEqual(complaints(blocks), []))
}

const at = (message: string, pointer: string) => `${message} [json-pointer:${pointer}]`
const bad: readonly (readonly [string, unknown, string[]])[] = [
  ['no list', { blocks: [] }, ['invalid_blocks_format']],
  ['text instead of JSON', '[{', ['invalid_blocks_format']],
  ['51 blocks', times(51, { type: 'divider' }), [at('no more than 50 items allowed', '/blocks')]],
  ['an unknown type', [{ type: 'nope' }], [at('unsupported type: nope', '/blocks/0/type')]],
  ['a type of Object.prototype', [{ type: 'toString' }], [at('unsupported type: toString', '/blocks/0/type')]],
  ['a modal’s alert', [{ type: 'alert', text: plain('a') }], [at('unsupported type: alert', '/blocks/0/type')]],
  ['no type', [{}], [at('missing required field: type', '/blocks/0')]],
  ['a string as a block', ['x'], [at('must provide an object', '/blocks/0')]],
  [
    '3,001 characters',
    [section('x'.repeat(3001))],
    [
      at('failed to match all allowed schemas', '/blocks/0/text'),
      at('must be less than 3001 characters', '/blocks/0/text/text'),
    ],
  ],
  [
    'empty text',
    [section('')],
    [
      at('failed to match all allowed schemas', '/blocks/0/text'),
      at('must be more than 0 characters', '/blocks/0/text/text'),
    ],
  ],
  [
    'emoji beside mrkdwn',
    [{ type: 'section', text: { ...mrkdwn('x'), emoji: true } }],
    [
      at('failed to match all allowed schemas', '/blocks/0/text'),
      at('invalid additional property: emoji', '/blocks/0/text'),
    ],
  ],
  ['neither text nor fields', [{ type: 'section' }], [at('must define either `text` or `fields`', '/blocks/0')]],
  [
    'eleven fields',
    [{ type: 'section', fields: times(11, mrkdwn('f')) }],
    [at('no more than 10 items allowed', '/blocks/0/fields')],
  ],
  [
    'mrkdwn in a header',
    [{ type: 'header', text: mrkdwn('h') }],
    [at('unsupported type: mrkdwn', '/blocks/0/text/type')],
  ],
  [
    'a header of 151',
    [{ type: 'header', text: plain('h'.repeat(151)) }],
    [at('must be less than 151 characters', '/blocks/0/text/text')],
  ],
  [
    'an image without description',
    [{ type: 'image', image_url: 'https://a.example/a.png' }],
    [at('missing required field: alt_text', '/blocks/0')],
  ],
  [
    'a description of 2,001',
    [{ ...image, alt_text: 'a'.repeat(2001) }],
    [at('must be less than 2001 characters', '/blocks/0/alt_text')],
  ],
  [
    'an image without source',
    [{ type: 'image', alt_text: 'a' }],
    [at('missing required field: image_url', '/blocks/0')],
  ],
  ['a relative image', [{ ...image, image_url: '/a.png' }], [at('invalid_url', '/blocks/0/image_url')]],
  [
    'a Slack file nobody has',
    [{ type: 'image', alt_text: 'a', slack_file: { id: 'F1' } }],
    [at('invalid slack file', '/blocks/0/slack_file')],
  ],
  [
    'eleven context elements',
    [{ type: 'context', elements: times(11, mrkdwn('c')) }],
    [at('no more than 10 items allowed', '/blocks/0/elements')],
  ],
  [
    'a button in a context',
    [{ type: 'context', elements: [button('b')] }],
    [at('unsupported type: button', '/blocks/0/elements/0/type')],
  ],
  [
    '26 buttons',
    [{ type: 'actions', elements: Array.from({ length: 26 }, (_, i) => button(`b${i}`)) }],
    [at('no more than 25 items allowed', '/blocks/0/elements')],
  ],
  [
    'one action_id twice',
    [{ type: 'actions', elements: [button('a'), button('a')] }],
    [at('`action_id` "a" already exists', '/blocks/0/elements/1/action_id')],
  ],
  [
    'one block_id twice',
    [
      { type: 'divider', block_id: 'd' },
      { type: 'divider', block_id: 'd' },
    ],
    [at('`block_id` "d" already exists', '/blocks/1/block_id')],
  ],
  [
    'a block_id of 256',
    [{ type: 'divider', block_id: 'd'.repeat(256) }],
    [at('must be less than 256 characters', '/blocks/0/block_id')],
  ],
  [
    'a block_id on an element',
    [{ type: 'actions', elements: [{ ...button('a'), block_id: 'x' }] }],
    [at('invalid additional property: block_id', '/blocks/0/elements/0')],
  ],
  [
    'six overflow options',
    [
      section('x'),
      {
        ...section('x'),
        accessory: { type: 'overflow', options: times(6, { text: plain('o'), value: 'o' }) },
      },
    ],
    [at('no more than 5 items allowed', '/blocks/1/accessory/options')],
  ],
  ['an empty rich text', [rich()], [at('must provide at least 1 items', '/blocks/0/elements')]],
  [
    'an empty word',
    [rich(line(words('')))],
    [at('must be more than 0 characters', '/blocks/0/elements/0/elements/0/text')],
  ],
  [
    'a section in a section',
    [rich(line(line(words('a'))))],
    [at('unsupported type: rich_text_section', '/blocks/0/elements/0/elements/0/type')],
  ],
  [
    'bare text in a list',
    [rich({ type: 'rich_text_list', style: 'bullet', elements: [words('a')] })],
    [at('unsupported type: text', '/blocks/0/elements/0/elements/0/type')],
  ],
  [
    'a mention in preformatted text',
    [rich({ type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U1' }] })],
    [at('unsupported type: user', '/blocks/0/elements/0/elements/0/type')],
  ],
  [
    'a mention in code style',
    [rich(line({ type: 'user', user_id: 'U1', style: { code: true } }))],
    [at('invalid additional property: code', '/blocks/0/elements/0/elements/0/style')],
  ],
  [
    'a style on a section',
    [rich({ ...line(words('a')), style: 'x' })],
    [at('invalid additional property: style', '/blocks/0/elements/0')],
  ],
  [
    'a list without style',
    [rich({ type: 'rich_text_list', elements: [line()] })],
    [at('missing required field: style', '/blocks/0/elements/0')],
  ],
  [
    'a link without address',
    [rich(line({ type: 'link', text: 'a' }))],
    [at('missing required field: url', '/blocks/0/elements/0/elements/0')],
  ],
  [
    'a broadcast to nobody known',
    [rich(line({ type: 'broadcast', range: 'all' }))],
    [at('must be a valid enum value', '/blocks/0/elements/0/elements/0/range')],
  ],
]

for (const [name, blocks, expected] of bad) {
  test(`refused: ${name}`, () => assert.deepEqual(complaints(blocks), expected))
}

test('a message is too long by what it shows, escaped, with a hundred for each header', () => {
  const sections = (chars: number) => [
    ...times(Math.floor(chars / 3000), section('x'.repeat(3000))),
    section('x'.repeat(chars % 3000)),
  ]
  assert.deepEqual(complaints(sections(renderedCharsMax - 1)), [])
  assert.deepEqual(complaints(sections(renderedCharsMax)), ['msg_blocks_too_long'])
  assert.equal(renderedChars([section('<&>')]), '&lt;&amp;&gt;'.length)
  assert.equal(renderedChars([{ type: 'header', text: plain('four') }]), 104)
  assert.equal(renderedChars([rich(line(words('ab'), { type: 'link', url: 'https://x.com' }))]), 15)
  assert.deepEqual(complaints([rich(line(words('&'.repeat(2700))))]), ['msg_blocks_too_long'])
})

test('all markdown blocks of a message share 12,000 characters', () => {
  const markdown = (length: number) => ({ type: 'markdown', text: 'm'.repeat(length) })
  assert.deepEqual(complaints([markdown(12_000)]), [])
  assert.deepEqual(complaints([markdown(12_001)]), [at('must be less than 12001 characters', '/blocks/0/text')])
  assert.deepEqual(complaints([markdown(6000), markdown(6001)]), ['msg_blocks_too_long'])
})
