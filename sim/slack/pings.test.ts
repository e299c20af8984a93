import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pings, type Sent, unfurls } from './pings.ts'

const quiet = { parse: undefined, linkNames: false, mrkdwn: true, unfurlLinks: false, unfurlMedia: false }
const said = (text: string, sentAs: Partial<Sent['sentAs']> = {}): Sent => ({
  text,
  blocks: undefined,
  sentAs: { ...quiet, ...sentAs },
})
const shown = (...blocks: Record<string, unknown>[]): Sent => ({ ...said(''), blocks })
const mrkdwn = (text: string, verbatim?: boolean) =>
  shown({ type: 'section', text: { type: 'mrkdwn', text, ...(verbatim !== undefined && { verbatim }) } })
const rich = (element: Record<string, unknown>) =>
  shown({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [element] }] })

const loud: readonly (readonly [string, Sent])[] = [
  ['<!channel> in the text', said('now <!channel>!')],
  ['<!here|here> in the text', said('<!here|here>')],
  ['a person in the text', said('thanks <@U0MIRA>')],
  ['a group in the text', said('<!subteam^S1>')],
  ['@here where names are linked', said('@here look', { linkNames: true })],
  ['a person where everything is parsed', said('cc @mira_okafor', { parse: 'full' })],
  ['@everyone in mrkdwn that is parsed', mrkdwn('hello @everyone')],
  ['<!channel> in verbatim mrkdwn', mrkdwn('<!channel>', true)],
  ['a broadcast in rich text', rich({ type: 'broadcast', range: 'here' })],
  ['a person in rich text', rich({ type: 'user', user_id: 'U0MIRA' })],
  ['a group in rich text', rich({ type: 'usergroup', usergroup_id: 'S1' })],
]
const silent: readonly (readonly [string, Sent])[] = [
  ['escaped markup', said('&lt;!channel&gt; and &lt;@U0MIRA&gt;')],
  ['@here where nothing is parsed', said('@here')],
  ['@here in verbatim mrkdwn', mrkdwn('@here', true)],
  ['markup as rich text', rich({ type: 'text', text: '<!channel> @here <@U0MIRA>' })],
  ['a channel, a date and an address', said('<#C0DARK> <!date^1^{date}|x> <https://x.com|x>')],
  ['an e-mail address', mrkdwn('write to someone@here.example')],
  ['plain text', shown({ type: 'header', text: { type: 'plain_text', text: '@channel' } })],
]

for (const [name, message] of loud) test(`notifies: ${name}`, () => assert.equal(pings(message).length, 1))
for (const [name, message] of silent) test(`does not notify: ${name}`, () => assert.deepEqual(pings(message), []))

test('posts on X are unfurled as media unless that is switched off; other links only when asked for', () => {
  const text = 'see <https://x.com/mira/status/1> and https://example.org/paper'
  assert.deepEqual(unfurls(said(text)), [])
  assert.deepEqual(unfurls(said(text, { unfurlMedia: undefined })), ['https://x.com/mira/status/1'])
  assert.deepEqual(unfurls(said(text, { unfurlLinks: true })), ['https://example.org/paper'])
})
