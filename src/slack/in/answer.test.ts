/** An answer as Slack takes it: buttons within Slack's limits, no text lost. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Offer } from '../../control/control.ts'
import { slackActionsMax, slackLabelCharsMax, slackSectionCharsMax, slackValueCharsMax } from '../../limits.ts'
import { type Ephemeral, pieces, shown } from './answer.ts'

const answer = (text: string, offers: readonly Offer[]) => shown({ text, changed: false, offers })
const buttonsOf = (message: Ephemeral) =>
  (message.blocks ?? []).flatMap(block => (block.type === 'actions' ? block.elements : []))

test('an answer without offers is a text and nothing else', () => {
  assert.deepEqual(shown({ text: 'Paused.', changed: true }), { response_type: 'ephemeral', text: 'Paused.' })
  assert.deepEqual(answer('Paused.', []), { response_type: 'ephemeral', text: 'Paused.' })
})

test('offers are buttons under the text, each with what it does', () => {
  const message = answer('This would add 3.', [
    { label: 'Save', does: 'follow ibm', style: 'primary' },
    { label: 'Cancel', does: 'cancel' },
  ])
  assert.equal(message.text, 'This would add 3.')
  assert.deepEqual(message.blocks, [
    { type: 'section', text: { type: 'mrkdwn', text: 'This would add 3.', verbatim: true } },
    {
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: 'birdwire:do:0',
          text: { type: 'plain_text', text: 'Save' },
          value: 'follow ibm',
          style: 'primary',
        },
        { type: 'button', action_id: 'birdwire:do:1', text: { type: 'plain_text', text: 'Cancel' }, value: 'cancel' },
      ],
    },
  ])
})

test('what is too long for a button is said in words', () => {
  const long = `keyword add ${'x'.repeat(slackValueCharsMax)}`
  const message = answer('Add it?', [
    { label: 'Add', does: long },
    { label: 'L'.repeat(slackLabelCharsMax + 1), does: 'list' },
    { label: 'Cancel', does: 'cancel' },
  ])
  assert.equal(buttonsOf(message).length, 1)
  assert.ok(message.text.includes(`Add: type \`/birdwire ${long}\``))
  assert.match(message.text, /L: type `\/birdwire list`$/)
  const nothing = answer('Add it?', [{ label: 'Add', does: long }])
  assert.equal(nothing.blocks, undefined)
})

test('an answer that is too long for blocks loses neither its text nor its offers', () => {
  const text = 'word '.repeat(2500)
  const message = answer(text, [{ label: 'Save', does: 'follow ibm' }])
  assert.equal(message.blocks, undefined)
  assert.equal(message.text, `${text}\nSave: type \`/birdwire follow ibm\``)
})

test('however many offers and however long the text, it is within the limits and whole', () => {
  const offer = fc.record({ label: fc.string({ maxLength: 100 }), does: fc.string({ maxLength: 2100 }) })
  const text = fc.string({
    unit: fc.constantFrom('a', 'word ', '\n', '&amp;', '😀', '```', '<https://x.com/a|a>'),
    maxLength: 3000,
  })
  fc.assert(
    fc.property(text, fc.array(offer, { maxLength: 60 }), (said, offers) => {
      const message = answer(said, offers)
      assert.ok(message.text.startsWith(said))
      const ids = buttonsOf(message).map(({ action_id }) => action_id)
      assert.equal(new Set(ids).size, ids.length)
      for (const block of message.blocks ?? []) {
        if (block.type === 'section') assert.ok(block.text.text.length <= slackSectionCharsMax)
        else assert.ok(block.elements.length <= slackActionsMax)
      }
      const inWords = message.text.split(': type `/birdwire').length - 1
      const asTyped = said.split(': type `/birdwire').length - 1
      assert.ok(buttonsOf(message).length + inWords - asTyped >= offers.length)
    }),
    { numRuns: 200 },
  )
})

test('a long text is cut at the ends of lines, never inside a character, and blocks of code stay blocks', () => {
  const cut = pieces('one line\nanother line\nthird', 24)
  assert.deepEqual(cut, ['one line\n', 'another line\n', 'third'])
  for (const unit of ['&amp;', '😀']) {
    const long = pieces(unit.repeat(40), 30)
    assert.ok(long.length > 1)
    for (const piece of long) assert.equal(piece.replaceAll(unit, ''), '')
  }
  const code = pieces(`\`\`\`\n${'line\n'.repeat(10)}\`\`\``, 30)
  assert.ok(code.length > 1)
  for (const piece of code) {
    assert.ok(piece.length <= 30)
    assert.equal(piece.split('```').length, 3)
  }
})
