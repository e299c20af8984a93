/** Goal: the methods that the official client's test does not reach, over plain HTTP in every way that arguments can come. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type SlackSim, startSlack } from '../server.ts'

let sim: SlackSim
let now = Date.UTC(2026, 10, 22)
before(async () => {
  sim = await startSlack({ now: () => now, rates: { on: false }, quirks: { clientMsgId: 'dedupe' } })
})
after(() => sim.close())

type Answer = Record<string, unknown>

async function call(
  method: string,
  body: Record<string, unknown>,
  how: 'json' | 'form' | 'get' | 'multipart' = 'json',
): Promise<Answer> {
  const headers: Record<string, string> = { authorization: `Bearer ${sim.botToken}` }
  const texts = Object.entries(body).map(([k, v]): [string, string] => [
    k,
    typeof v === 'string' ? v : JSON.stringify(v),
  ])
  const url = `${sim.apiUrl}${method}${how === 'get' ? `?${new URLSearchParams(texts)}` : ''}`
  const init: RequestInit = { method: how === 'get' ? 'GET' : 'POST', headers }
  if (how === 'json') {
    headers['content-type'] = 'application/json; charset=utf-8'
    init.body = JSON.stringify(body)
  } else if (how === 'form') {
    headers['content-type'] = 'application/x-www-form-urlencoded'
    init.body = new URLSearchParams(texts).toString()
  } else if (how === 'multipart') {
    const form = new FormData()
    for (const [key, value] of texts) form.set(key, value)
    init.body = form
  }
  const response = await fetch(url, init)
  const answer: unknown = await response.json()
  assert.ok(typeof answer === 'object' && answer !== null)
  return { ...answer }
}

test('arguments are understood from JSON, a form, a multipart form and a query', async () => {
  const blocks = [{ type: 'divider', block_id: 'b' }]
  for (const how of ['json', 'form', 'get', 'multipart'] as const) {
    const answer = await call(
      'chat.postMessage',
      { channel: '#dark-matter', text: how, blocks, unfurl_links: false },
      how,
    )
    assert.equal(answer['ok'], true, how)
    const message = sim.messages('dark-matter').at(-1)
    assert.deepEqual([message?.text, message?.blocks, message?.sentAs.unfurlLinks], [how, blocks, false])
  }
})

test('bodies that cannot be read have their errors, and JSON without a charset a warning', async () => {
  const send = async (contentType: string, body: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${sim.botToken}`, 'content-type': contentType }
    return (await fetch(`${sim.apiUrl}auth.test`, { method: 'POST', headers, body })).json()
  }
  assert.deepEqual(await send('application/json', '{'), { ok: false, error: 'invalid_json' })
  assert.deepEqual(await send('image/png', 'x'), { ok: false, error: 'invalid_post_type' })
  assert.match(JSON.stringify(await send('application/json', '{}')), /"warning":"missing_charset"/)
})

test('text of more than 40,000 characters is cut without an error', async () => {
  const answer = await call('chat.postMessage', { channel: 'C0DARK', text: 'x'.repeat(40_001) })
  assert.equal(answer['warning'], 'message_truncated')
  assert.equal(sim.messages('dark-matter').at(-1)?.text.length, 40_000)
})

test('a permalink names domain, channel and time without the dot', async () => {
  const { ts } = await call('chat.postMessage', { channel: 'C0DARK', text: 'x' })
  const answer = await call('chat.getPermalink', { channel: 'C0DARK', message_ts: ts })
  assert.equal(answer['permalink'], `https://lattice-group.slack.com/archives/C0DARK/p${String(ts).replace('.', '')}`)
})

test('a thread is read whole and stays out of the channel’s history', async () => {
  const { ts } = await call('chat.postMessage', { channel: 'C0GENERAL', text: 'parent' })
  await call('chat.postMessage', { channel: 'C0GENERAL', text: 'reply', thread_ts: ts })
  const texts = (answer: Answer) => JSON.stringify(answer['messages']).match(/"text":"\w+"/g)
  assert.deepEqual(texts(await call('conversations.replies', { channel: 'C0GENERAL', ts })), [
    '"text":"parent"',
    '"text":"reply"',
  ])
  assert.deepEqual(texts(await call('conversations.history', { channel: 'C0GENERAL' })), ['"text":"parent"'])
})

test('history refuses times and cursors that it never gave out, and channels that the bot is not in', async () => {
  const error = async (more: Answer) => (await call('conversations.history', { channel: 'C0DARK', ...more }))['error']
  assert.equal(await error({ oldest: 'yesterday' }), 'invalid_ts_oldest')
  assert.equal(await error({ latest: '12.x' }), 'invalid_ts_latest')
  assert.equal(await error({ cursor: 'abc' }), 'invalid_cursor')
  assert.equal(await error({ channel: 'C0SEMINAR' }), 'not_in_channel')
  assert.equal(await error({ channel: 'G0HIRING' }), 'channel_not_found')
})

test('a list shows public channels and the private ones that the bot is in, page by page', async () => {
  const ids: string[] = []
  let cursor = ''
  do {
    const page = await call(
      'conversations.list',
      { types: 'public_channel,private_channel', limit: 3, exclude_archived: true, cursor },
      'form',
    )
    ids.push(...(JSON.stringify(page['channels']).match(/"id":"\w+"/g) ?? []))
    cursor = /"next_cursor":"([^"]*)"/.exec(JSON.stringify(page))?.[1] ?? ''
  } while (cursor !== '')
  assert.deepEqual(
    ids.map(id => id.slice(6, -1)),
    ['C0GENERAL', 'C0DARK', 'C0QUBITS', 'C0SEMINAR', 'G0COUNCIL', 'C0NOTICES'],
  )
})

test('one person is shown a message alone; someone outside the channel is not', async () => {
  await call('chat.postEphemeral', { channel: 'C0DARK', user: 'U0JUNO', text: 'psst' })
  assert.deepEqual(
    sim.ephemerals('U0JUNO').map(shown => shown.text),
    ['psst'],
  )
  const other = await call('chat.postEphemeral', { channel: 'C0DARK', user: 'U0NOBODY', text: 'psst' })
  assert.equal(other['error'], 'user_not_in_channel')
})

test('a message to a person goes into the direct conversation with the app', async () => {
  const { channel } = await call('chat.postMessage', { channel: 'U0IDRIS', text: 'your channel was archived' })
  assert.match(String(channel), /^D/)
  const { user } = await call('users.info', { user: 'U0IDRIS' })
  assert.match(JSON.stringify(user), /idris_vantongeren/)
})

test('a repeated client_msg_id gets the first message back where the switch is on', async () => {
  const first = await call('chat.postMessage', { channel: 'C0QUBITS', text: 'once', client_msg_id: 'u1' })
  const second = await call('chat.postMessage', { channel: 'C0QUBITS', text: 'once', client_msg_id: 'u1' })
  assert.deepEqual([second['ts'], second['is_duplicate']], [first['ts'], true])
  assert.equal(sim.messages('qubits').length, 1)
})

test('an app may not touch other people’s messages', async () => {
  const { ts } = sim.say('U0MIRA', 'dark-matter', 'mine')
  assert.equal((await call('chat.update', { channel: 'C0DARK', ts, text: 'x' }))['error'], 'cant_update_message')
  assert.equal((await call('chat.delete', { channel: 'C0DARK', ts }))['error'], 'cant_delete_message')
})

test('a trigger opens one modal within three seconds, and three modals are the most', async () => {
  const view = { type: 'modal', title: { type: 'plain_text', text: 'M' }, blocks: [] }
  const open = async (trigger_id: string, method = 'views.open') => (await call(method, { trigger_id, view }))['error']
  const first = sim.views.trigger('U0TOMAS')
  assert.equal(await open(first), undefined)
  assert.equal(await open(first), 'exchanged_trigger_id')
  assert.equal(await open('1.2.x'), 'invalid_trigger_id')
  const late = sim.views.trigger('U0TOMAS')
  now += 3001
  assert.equal(await open(late), 'expired_trigger_id')
  assert.equal(await open(sim.views.trigger('U0TOMAS'), 'views.push'), undefined)
  assert.equal(await open(sim.views.trigger('U0TOMAS'), 'views.push'), undefined)
  assert.equal(await open(sim.views.trigger('U0TOMAS'), 'views.push'), 'push_limit_reached')
})

test('a Home is published for a person, and a stale hash does not overwrite it', async () => {
  const view = { type: 'home', blocks: [{ type: 'divider' }] }
  await call('views.publish', { user_id: 'U0MIRA', view })
  const hash = sim.views.home('U0MIRA')?.hash
  await call('views.publish', { user_id: 'U0MIRA', view, hash })
  assert.equal((await call('views.publish', { user_id: 'U0MIRA', view, hash }))['error'], 'hash_conflict')
  const bad = await call('views.publish', { user_id: 'U0MIRA', view: { ...view, blocks: [{ type: 'nope' }] } })
  assert.equal(bad['error'], 'invalid_arguments')
  assert.match(
    JSON.stringify(bad['response_metadata']),
    /\[ERROR\] unsupported type: nope \[json-pointer:\/view\/blocks\/0\/type\]/,
  )
})

test('an update keeps the time, the metadata and the unfurling of the post, and a deletion leaves nothing in history', async () => {
  const metadata = { event_type: 'a_post', event_payload: { id: 'd1' } }
  const blocks = [{ type: 'divider', block_id: 'b' }]
  const posted = await call('chat.postMessage', {
    channel: 'C0DARK',
    text: 'one',
    blocks,
    metadata,
    unfurl_links: false,
  })
  const { ts } = posted
  assert.equal((await call('chat.update', { channel: 'C0DARK', ts, text: 'two', blocks }))['ts'], ts)
  const updated = sim.messages('dark-matter').find(message => message.ts === ts)
  assert.deepEqual(
    [updated?.text, updated?.metadata, updated?.sentAs.unfurlLinks, updated?.blocks],
    ['two', metadata, false, blocks],
  )
  assert.notEqual(updated?.edited, undefined)
  assert.equal((await call('chat.update', { channel: 'C0DARK', ts, text: 'é'.repeat(2001) }))['error'], 'msg_too_long')
  assert.equal(
    (await call('chat.update', { channel: 'C0DARK', ts, text: 'x', blocks: [{ type: 'nope' }] }))['error'],
    'invalid_blocks',
  )
  await call('chat.update', { channel: 'C0DARK', ts, text: 'three' })
  assert.equal(
    sim.messages('dark-matter').find(message => message.ts === ts)?.blocks,
    undefined,
    'text alone takes them away',
  )
  assert.equal((await call('chat.delete', { channel: 'C0DARK', ts }))['ok'], true)
  for (const method of ['chat.delete', 'chat.update'])
    assert.equal((await call(method, { channel: 'C0DARK', ts, text: 'x' }))['error'], 'message_not_found')
  const history = await call('conversations.history', { channel: 'C0DARK' })
  assert.equal(JSON.stringify(history['messages']).includes(String(ts)), false)
})
