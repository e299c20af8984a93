import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { typed } from './typed.ts'

test('what Slack escaped and linked is what was typed again', () => {
  assert.equal(typed('follow <https://x.com/mira_okafor> now'), 'follow https://x.com/mira_okafor now')
  assert.equal(typed('follow <http://x.com/ibm|x.com/ibm>'), 'follow x.com/ibm')
  assert.equal(typed('<https://x.com/ibm|our friends>'), 'https://x.com/ibm')
  assert.equal(typed('keyword R&amp;D, a &lt; b'), 'keyword R&D, a < b')
  assert.equal(typed('&amp;lt;'), '&lt;')
  assert.equal(typed('keyword <#C0123|physics>'), 'keyword #physics')
})

test('people, groups and nameless channels stay recognisable', () => {
  for (const text of ['<@U012|ann lee>', '<@U012>', '<!here>', '<!subteam^S1|team>', '<#C0123|>', '<#C0123>'])
    assert.equal(typed(text), text)
})

test('any text comes through without a crash, plain text unchanged', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), text => typeof typed(text) === 'string'))
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }).filter(text => !/[<>&]/.test(text)),
      text => {
        assert.equal(typed(text), text)
      },
    ),
  )
})
