import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sentence } from './schema.ts'
import { judgeView } from './view.ts'

const plain = (text: string) => ({ type: 'plain_text', text })
const input = {
  type: 'input',
  label: plain('Name'),
  element: { type: 'plain_text_input', action_id: 'name', max_length: 80 },
}
const modal = { type: 'modal', title: plain('Follow'), submit: plain('Add'), blocks: [input] }

function complaints(view: unknown, surface: 'modal' | 'home'): string[] {
  return judgeView(view, surface).map(sentence)
}

test('a modal with an input and a button to send it is taken, and so is an App Home', () => {
  assert.deepEqual(complaints(modal, 'modal'), [])
  assert.deepEqual(complaints({ type: 'home', blocks: [{ type: 'divider' }] }, 'home'), [])
})

test('a modal is refused with the sentences that Slack writes', () => {
  const { submit: _, ...unsendable } = modal
  const cases: readonly (readonly [unknown, string])[] = [
    [{ ...modal, title: plain('x'.repeat(25)) }, 'must be less than 25 characters [json-pointer:/view/title/text]'],
    [unsendable, 'must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]'],
    [
      { ...modal, blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) },
      'no more than 100 items allowed [json-pointer:/view/blocks]',
    ],
    [{ ...modal, submit_disabled: true }, 'invalid additional property: submit_disabled [json-pointer:/view]'],
    [
      { ...modal, private_metadata: 'x'.repeat(3001) },
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ],
    [{ type: 'home', blocks: [] }, 'unsupported type: home [json-pointer:/view/type]'],
  ]
  for (const [view, expected] of cases) assert.deepEqual(complaints(view, 'modal'), [expected])
})

test('an option that says more than a menu shows is refused', () => {
  const menu = { type: 'static_select', action_id: 'm', options: [{ text: plain('x'.repeat(76)), value: 'v' }] }
  assert.deepEqual(complaints({ ...modal, blocks: [{ ...input, element: menu }] }, 'modal'), [
    'must be less than 76 characters [json-pointer:/view/blocks/0/element/options/0/text/text]',
  ])
  const both = { ...menu, options: [], option_groups: [] }
  assert.match(complaints({ ...modal, blocks: [{ ...input, element: both }] }, 'modal').join(), /exactly one of/)
})
