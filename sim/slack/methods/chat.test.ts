/** Goal: threads, messages in somebody else's name, and a person's conversations, as Slack treats them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SlackSim, startSlack } from '../server.ts'

type Answer = Readonly<Record<string, unknown>>
const scopes = ['chat:write', 'channels:history', 'channels:read', 'groups:read']

/** Something that asks a fresh Slack, which is closed at the end. */
async function asking(more: readonly string[] = []) {
  const sim = await startSlack({
    tokens: [{ token: 'xoxb-t', kind: 'bot', scopes: [...scopes, ...more] }],
    rates: { on: false },
  })
  const call = async (method: string, body: Answer): Promise<Answer> => {
    const response = await fetch(`${sim.apiUrl}${method}`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-t', 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
    })
    const answer: unknown = await response.json()
    assert.ok(typeof answer === 'object' && answer !== null)
    return { ...answer }
  }
  return { sim, call, [Symbol.asyncDispose]: () => sim.close() }
}

const firstOf = (answer: Answer): Answer => {
  const [first]: Answer[] = Array.isArray(answer['messages']) ? answer['messages'] : []
  assert.ok(first)
  return first
}

test('the first message of a thread says so itself, as long as there are replies, and a reply is no place for another', async () => {
  await using rig = await asking()
  const { call } = rig
  const post = (text: string, thread_ts?: unknown) => call('chat.postMessage', { channel: 'C0DARK', text, thread_ts })
  const { ts } = await post('first')
  const history = async () => firstOf(await call('conversations.history', { channel: 'C0DARK' }))
  assert.equal('reply_count' in (await history()), false)
  const one = await post('one', ts)
  const two = await post('two', ts)
  const told = await history()
  assert.deepEqual([told['thread_ts'], told['reply_count'], told['latest_reply']], [ts, 2, two['ts']])
  assert.equal(firstOf(await call('conversations.replies', { channel: 'C0DARK', ts }))['reply_count'], 2)
  assert.equal((await post('three', one['ts']))['error'], 'cannot_reply_to_message')
  for (const reply of [one, two]) await call('chat.delete', { channel: 'C0DARK', ts: reply['ts'] })
  assert.equal('reply_count' in (await history()), false)
})

test('another name needs its scope; such a message can be edited, and not deleted', async () => {
  await using without = await asking()
  const named = { channel: 'C0DARK', text: 'x', username: 'Mira Okafor' }
  const refused = await without.call('chat.postMessage', named)
  assert.deepEqual([refused['error'], refused['needed']], ['missing_scope', 'chat:write.customize'])
  await using rig = await asking(['chat:write.customize'])
  const { call } = rig
  for (const identity of [{ username: 'Mira Okafor' }, { icon_url: 'https://pictures.invalid/a.png' }]) {
    const { ts } = await call('chat.postMessage', { channel: 'C0DARK', text: 'x', ...identity })
    assert.equal((await call('chat.update', { channel: 'C0DARK', ts, text: 'y' }))['ok'], true)
    assert.equal((await call('chat.delete', { channel: 'C0DARK', ts }))['error'], 'cant_delete_message')
  }
  assert.deepEqual(namesOf(rig.sim), ['Mira Okafor y', 'undefined y'])
})

const namesOf = (sim: SlackSim) => sim.messages('C0DARK').map(({ username, text }) => `${username} ${text}`)

test('a person’s conversations: theirs alone, private ones only with the bot, and each kind by its scope', async () => {
  await using rig = await asking()
  const { call, sim } = rig
  sim.workspace.setMember('C0QUBITS', 'U0JUNO', false)
  const ids = (answer: Answer) => JSON.stringify(answer['channels']).match(/(?<="id":")\w+/g)
  const types = 'public_channel,private_channel'
  const juno = ids(await call('users.conversations', { user: 'U0JUNO', types, exclude_archived: true }))
  assert.deepEqual(juno, ['C0GENERAL', 'C0DARK', 'C0SEMINAR', 'G0COUNCIL', 'C0NOTICES'])
  assert.equal((await call('users.conversations', { user: 'U0NOBODY' }))['error'], 'user_not_found')
  assert.equal((await call('users.conversations', { types: 'public_channel,im' }))['needed'], 'im:read')
})
