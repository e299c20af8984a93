import assert from 'node:assert/strict'
import { test } from 'node:test'
import { channelFrom, defaultApp, defaultChannels, defaultUsers, userFrom } from '../seed.ts'
import { chosen } from './choose.ts'
import { escapeCommandText } from './escape.ts'

const users = defaultUsers.map(userFrom)
const channels = defaultChannels.map(seed => channelFrom(seed, defaultApp, [], 0))

const cases: readonly (readonly [string, string])[] = [
  ['follow @nasa', 'follow @nasa'],
  ['ask @mira_okafor', 'ask <@U0MIRA|mira_okafor>'],
  ['into #dark-matter now', 'into <#C0DARK|dark-matter> now'],
  ['into #council', 'into <#G0COUNCIL|>'],
  ['keyword #darkmatter', 'keyword #darkmatter'],
  ['a & b <c>', 'a &amp; b &lt;c&gt;'],
  ['follow https://x.com/nasa?a=1&b=2', 'follow <https://x.com/nasa?a=1&amp;b=2>'],
  ['follow x.com/nasa', 'follow <http://x.com/nasa|x.com/nasa>'],
  ['"dark matter" OR axion', '"dark matter" OR axion'],
  ['', ''],
]

for (const [typed, sent] of cases) {
  test(`the command text "${typed}" is sent as "${sent}"`, () => {
    assert.equal(escapeCommandText(typed, users, channels), sent)
  })
}

test('a choice is told under the name that its element has for it', () => {
  const option = { text: { type: 'plain_text', text: 'One' }, value: '1' }
  const options = [option]
  assert.deepEqual(chosen({ type: 'static_select', options }, '1'), { type: 'static_select', selected_option: option })
  assert.deepEqual(chosen({ type: 'checkboxes', options }, ['1']), { type: 'checkboxes', selected_options: [option] })
  assert.deepEqual(chosen({ type: 'conversations_select' }, 'C1'), {
    type: 'conversations_select',
    selected_conversation: 'C1',
  })
  assert.deepEqual(chosen({ type: 'multi_users_select' }, ['U1']), {
    type: 'multi_users_select',
    selected_users: ['U1'],
  })
  assert.deepEqual(chosen({ type: 'plain_text_input' }, null), { type: 'plain_text_input', value: null })
  assert.throws(() => chosen({ type: 'static_select', options }, '2'), /no option "2"/)
})
