/**
 * Goal: the official client, which we did not write, finds a Slack it knows. Method: @slack/web-api with the options of a careful poster
 * (no retries, 429 as an error) and with its own defaults, over real HTTP.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { LogLevel, WebClient, type WebClientOptions } from '@slack/web-api'
import { type SlackSim, startSlack } from './server.ts'

let sim: SlackSim
let clock = Date.UTC(2026, 10, 22, 12)

before(async () => {
  sim = await startSlack({ now: () => clock })
})
after(() => sim.close())

function client(token = sim.botToken, more: WebClientOptions = {}): WebClient {
  return new WebClient(token, {
    slackApiUrl: sim.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 5000,
    logLevel: LogLevel.ERROR,
    logger: {
      setLevel: () => {},
      getLevel: () => LogLevel.ERROR,
      setName: () => {},
      error: () => {},
      warn: () => {},
      info: () => {},
      debug: () => {},
    },
    ...more,
  })
}

/** A minute later: all rate limits are full again. */
function later(): void {
  clock += 60_000
}

interface Thrown {
  readonly code?: string
  readonly retryAfter?: number
  readonly data?: Record<string, unknown>
}

/** What the client throws, as far as a caller looks at it. */
async function failure(promise: Promise<unknown>): Promise<Thrown> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof Error, 'the call should have failed')
  return Object.assign<Thrown, Error>({}, error)
}

const divider = { type: 'divider' } as const

test('auth.test tells who the bot is and which scopes it has', async () => {
  const who = await client().auth.test()
  assert.equal(who.user_id, sim.workspace.app.botUser)
  assert.equal(who.bot_id, sim.workspace.app.botId)
  assert.ok(who.response_metadata?.scopes?.includes('chat:write'))
})

test('a posted message comes back from history, with its metadata only when asked for', async () => {
  later()
  const web = client()
  const metadata = { event_type: 'delivery', event_payload: { delivery_id: 'd1', attempt: 1 } }
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'A *new* bound' } }, divider]
  const sent = await web.chat.postMessage({ channel: 'C0DARK', text: 'A new bound', blocks, metadata })
  assert.match(sent.ts ?? '', /^\d{10}\.\d{6}$/)
  assert.match(String(sent.message?.blocks?.[0]?.block_id), /^\w{5}$/)
  const oldest = String(clock / 1000 - 30)
  const plain = await web.conversations.history({ channel: 'C0DARK', oldest, limit: 15 })
  assert.deepEqual(plain.messages?.[0]?.metadata, { event_type: 'delivery' })
  const whole = await web.conversations.history({ channel: 'C0DARK', oldest, limit: 15, include_all_metadata: true })
  assert.deepEqual(whole.messages?.[0]?.metadata, metadata)
  assert.equal(whole.messages?.[0]?.app_id, sim.workspace.app.id)
  assert.equal(whole.messages?.[0]?.ts, sent.ts)
})

test('an update keeps metadata, and text alone takes the blocks away', async () => {
  later()
  const web = client()
  const metadata = { event_type: 'delivery', event_payload: { delivery_id: 'd2' } }
  const { ts = '' } = await web.chat.postMessage({ channel: 'C0QUBITS', text: 'one', blocks: [divider], metadata })
  await web.chat.update({ channel: 'C0QUBITS', ts, text: 'two', blocks: [divider, divider] })
  assert.equal(sim.messages('C0QUBITS').at(-1)?.blocks?.length, 2)
  await web.chat.update({ channel: 'C0QUBITS', ts, text: 'three' })
  const now = sim.messages('C0QUBITS').at(-1)
  assert.equal(now?.text, 'three')
  assert.equal(now?.blocks, undefined)
  assert.deepEqual(now?.metadata, metadata)
  const long = await failure(web.chat.update({ channel: 'C0QUBITS', ts, text: 'é'.repeat(2001) }))
  assert.equal(long.data?.['error'], 'msg_too_long')
  await web.chat.delete({ channel: 'C0QUBITS', ts })
  assert.equal(
    (await failure(web.chat.update({ channel: 'C0QUBITS', ts, text: 'x' }))).data?.['error'],
    'message_not_found',
  )
})

test('too many messages to one channel are refused with a whole number of seconds, other channels are not', async () => {
  later()
  const web = client()
  for (let i = 0; i < 5; i++) await web.chat.postMessage({ channel: 'C0DARK', text: `burst ${i}` })
  const error = await failure(web.chat.postMessage({ channel: 'C0DARK', text: 'one too many' }))
  assert.equal(error.code, 'slack_webapi_rate_limited_error')
  assert.equal(error.retryAfter, 1)
  await client().chat.postMessage({ channel: 'C0QUBITS', text: 'elsewhere' })
  clock += 1000
  await client().chat.postMessage({ channel: 'C0DARK', text: 'a second later' })
  assert.equal(sim.posts().at(-1)?.error, undefined)
})

test('bad blocks are refused with the pointer to the fault, in both places where clients look', async () => {
  later()
  const blocks = Array.from({ length: 51 }, () => divider)
  const error = await failure(client().chat.postMessage({ channel: 'C0DARK', text: 'x', blocks }))
  assert.deepEqual(error.data?.['error'], 'invalid_blocks')
  assert.deepEqual(error.data?.['errors'], ['no more than 50 items allowed [json-pointer:/blocks]'])
  assert.match(JSON.stringify(error.data?.['response_metadata']), /\[ERROR\] no more than 50 items allowed/)
})

test('a picture that cannot be fetched fails the whole message, until it can', async () => {
  later()
  const url = 'https://pictures.example/plot.png'
  const blocks = [divider, { type: 'image', image_url: url, alt_text: 'a plot' }]
  sim.images.break(url)
  const error = await failure(client().chat.postMessage({ channel: 'C0DARK', text: 'x', blocks }))
  assert.deepEqual(error.data?.['errors'], ['downloading image failed [json-pointer:/blocks/1/image_url]'])
  sim.images.mend(url)
  await client().chat.postMessage({ channel: 'C0DARK', text: 'x', blocks })
})

test('the states of a channel have the errors that Slack gives them', async () => {
  later()
  const web = client()
  const posting = async (channel: string) =>
    (await failure(web.chat.postMessage({ channel, text: 'x' }))).data?.['error']
  assert.equal(await posting('C0SEMINAR'), 'not_in_channel')
  assert.equal(await posting('G0HIRING'), 'channel_not_found')
  assert.equal(await posting('C0OLDLAB'), 'is_archived')
  assert.equal(await posting('C0NOTICES'), 'restricted_action_read_only_channel')
  assert.equal(await posting('C0NOWHERE'), 'channel_not_found')
  await web.conversations.join({ channel: 'C0SEMINAR' })
  const again = await web.conversations.join({ channel: 'C0SEMINAR' })
  assert.equal(again['warning'], 'already_in_channel')
  await web.chat.postMessage({ channel: 'C0SEMINAR', text: 'now in' })
  const nothing = await failure(web.chat.postMessage({ channel: 'C0SEMINAR', text: '' }))
  assert.equal(nothing.data?.['error'], 'no_text')
})

test('tokens: none, unknown, the wrong kind, revoked, and without the scope', async () => {
  const other = await startSlack({
    tokens: [{ token: 'xoxb-poor', kind: 'bot', scopes: ['channels:read'] }],
  })
  try {
    const poor = new WebClient('xoxb-poor', {
      slackApiUrl: other.apiUrl,
      retryConfig: { retries: 0 },
      logLevel: LogLevel.ERROR,
    })
    const missing = await failure(poor.chat.postMessage({ channel: 'C0DARK', text: 'x' }))
    assert.deepEqual(
      [missing.data?.['error'], missing.data?.['needed'], missing.data?.['provided']],
      ['missing_scope', 'chat:write', 'channels:read'],
    )
    other.workspace.refuseToken('xoxb-poor', 'token_revoked')
    assert.equal((await failure(poor.auth.test())).data?.['error'], 'token_revoked')
  } finally {
    await other.close()
  }
  assert.equal((await failure(client('xoxb-nobody').auth.test())).data?.['error'], 'invalid_auth')
  assert.equal((await failure(client(sim.appToken).auth.test())).data?.['error'], 'not_allowed_token_type')
  const anonymous = new WebClient(undefined, {
    slackApiUrl: sim.apiUrl,
    retryConfig: { retries: 0 },
    logLevel: LogLevel.ERROR,
  })
  assert.equal((await failure(anonymous.auth.test())).data?.['error'], 'not_authed')
  assert.equal((await failure(client().apiCall('no.such.method'))).data?.['error'], 'unknown_method')
})

test('the client with its own defaults doubles a message whose answer was lost: the trap is really there', async () => {
  later()
  sim.faults.schedule('post:drop-after', { subject: 'G0COUNCIL' })
  const retrying = client(sim.botToken, { retryConfig: { retries: 1, minTimeout: 1, maxTimeout: 2 } })
  await retrying.chat.postMessage({ channel: 'G0COUNCIL', text: 'told twice' })
  sim.faults.assertAllFired()
  assert.deepEqual(
    sim.messages('council').map(message => message.text),
    ['told twice', 'told twice'],
  )
})

test('history pages backwards without losing or repeating a message', async () => {
  later()
  const many = await startSlack({ rates: { on: false } })
  try {
    const web = new WebClient(many.botToken, { slackApiUrl: many.apiUrl })
    for (let i = 0; i < 25; i++) await web.chat.postMessage({ channel: 'C0DARK', text: `n${i}` })
    const seen: string[] = []
    for await (const page of web.paginate('conversations.history', { channel: 'C0DARK', limit: 10 })) {
      const messages: unknown = 'messages' in page ? page.messages : undefined
      assert.ok(Array.isArray(messages))
      seen.push(...messages.map(message => String(message.text)))
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 25 }, (_, i) => `n${24 - i}`),
    )
  } finally {
    await many.close()
  }
})
