/** What Slack sends, signed: commands, presses, shortcuts, forms and events through the real receiver and Bolt. Answered each time, and nothing of ours fails. */
import { createHmac } from 'node:crypto'
import { seededRandom } from '../../../src/kit/random.ts'
import { slackAckMs } from '../../../src/limits.ts'
import { createSlackIn } from '../../../src/slack/in/slack-in.ts'
import { verify } from '../../../src/slack/in/verify.ts'
import { controlsRig } from '../../rig/controls.ts'
import { must, type Target } from '../target.ts'
import { mustBeSafe } from './said.ts'
import { isRecord, jsonIn, stubFetch, textOf } from './stub-fetch.ts'

const secret = '8f742231b10e8888abcd99yyyzzz85a5'
const botToken = 'xoxb-fuzz-0123456789'
/** Turns of the loop of events within which an answer must be there: nothing here waits for a clock. */
const turnsMax = 3000
/** Inputs on one database: each leaves a little in it. */
const inputsPerRig = 400

const who = { id: 'U0NELL', username: 'nell', name: 'nell', team_id: 'T1' }
const envelope = {
  token: 'x',
  team: { id: 'T1', domain: 'lattice' },
  user: who,
  api_app_id: 'A1',
  trigger_id: '1.2.abc',
}
const hook = { response_url: 'https://hooks.slack.test/1' }
const channel = { id: 'C0PAPERS', name: 'papers' }
const message = {
  ts: '1767603600.000100',
  bot_id: 'B1',
  app_id: 'A1',
  text: 'see https://x.com/mira_okafor/status/1857229011233410001',
}
const command = (text: string, name = '/birdwire') => ({
  form: {
    command: name,
    text,
    channel_id: 'C0PAPERS',
    channel_name: 'papers',
    user_id: 'U0NELL',
    user_name: 'nell',
    team_id: 'T1',
    trigger_id: '1.2.abc',
    ...hook,
  },
})
const payload = (body: object) => ({ payload: { ...envelope, ...body } })
const event = (body: object) => ({
  json: { type: 'event_callback', team_id: 'T1', event_id: 'Ev1', event: body, api_app_id: 'A1', event_time: 1 },
})
const values = {
  'followed:0': { 'view:followed': { type: 'plain_text_input', value: 'mira_okafor\ntomas_lind' } },
  'keywords:0': { 'view:keywords': { value: '"dark matter"' } },
  'kinds:0': { 'view:kinds': { selected_options: [{ value: 'quote' }] } },
  'paused:0': { 'view:paused': { selected_options: [] } },
  'reading:0': { 'view:reading': { selected_option: { value: 'cheap' } } },
}
const view = {
  id: 'V1',
  type: 'modal',
  callback_id: 'view:channel',
  private_metadata: '{"channel":"C0PAPERS","round":0,"here":true}',
  state: { values },
}

const requests = [
  command('follow mira_okafor'),
  command(''),
  command('keyword add "dark matter", #physics'),
  command('mira_okafor', '/add_user'),
  payload({
    type: 'block_actions',
    ...hook,
    channel,
    message,
    container: { message_ts: message.ts, is_ephemeral: false },
    actions: [{ action_id: 'birdwire:post', block_id: 'b', type: 'overflow', selected_option: { value: 'why' } }],
  }),
  payload({
    type: 'block_actions',
    ...hook,
    channel,
    container: { is_ephemeral: true },
    actions: [{ action_id: 'birdwire:do:0', block_id: 'b', type: 'button', value: 'undo' }],
  }),
  payload({ type: 'message_action', callback_id: 'why_message', ...hook, channel, message_ts: message.ts, message }),
  payload({ type: 'view_submission', view, response_urls: [] }),
  payload({
    type: 'block_actions',
    view,
    container: { type: 'view', view_id: 'V1' },
    actions: [{ action_id: 'view:do:1', block_id: 'b', type: 'button', value: 'list' }],
  }),
  payload({
    type: 'block_actions',
    view: { id: 'V2', type: 'home' },
    container: { type: 'view' },
    actions: [{ action_id: 'view:open', block_id: 'b', type: 'button', value: 'C0PAPERS' }],
  }),
  event({ type: 'app_home_opened', user: 'U0NELL', tab: 'home' }),
  event({ type: 'channel_archive', channel: 'C0PAPERS', user: 'U0NELL' }),
  event({ type: 'channel_rename', channel: { id: 'C0PAPERS', name: 'preprints', created: 1 } }),
  event({ type: 'member_joined_channel', channel: 'C0PAPERS', user: 'UBOT' }),
  event({ type: 'tokens_revoked', tokens: { oauth: [], bot: ['UBOT'] } }),
  { json: { type: 'url_verification', challenge: 'abc' } },
  { form: { ssl_check: '1' } },
  { raw: 'a=1&a=2&payload=%7B', headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' } },
]

/** What Slack says when it is asked in between; `users` is the part of an input. */
const slackSays = {
  ok: true,
  user_id: 'UBOT',
  bot_id: 'B1',
  team: 'Lattice',
  team_id: 'T1',
  url: 'https://lattice.slack.com/',
  view: { id: 'V1' },
  channels: [{ id: 'C0PAPERS' }],
  user: { id: 'U0NELL', name: 'nell', team_id: 'T1', is_admin: true },
}

export const slackInbound: Target = {
  name: 'slack-inbound',
  shape: 'json',
  share: 30,
  charsMax: 60_000,
  seeds: requests.map(request => JSON.stringify({ ...request, says: slackSays })),
  words: [
    'form',
    'payload',
    'json',
    'raw',
    'says',
    'headers',
    'type',
    'user',
    'channel',
    'actions',
    'action_id',
    'value',
    'view',
    'private_metadata',
    'state',
    'values',
    'event',
    'callback_id',
    'message',
    'response_url',
    'trigger_id',
    'is_ephemeral',
    'directmessage',
    'privategroup',
    'is_restricted',
    'is_stranger',
    'view:pasted',
    'view:retry',
    'view:refresh',
    '<!channel>',
    '<@U1>',
    'C0OTHER d1',
  ],
  async open() {
    const network = stubFetch()
    let bench = await anew(network)
    let left = inputsPerRig
    return {
      async run(input) {
        if (left-- === 0) {
          await bench.close()
          bench = await anew(network)
          left = inputsPerRig
        }
        return bench.run(input)
      },
      async close() {
        await bench.close()
        network[Symbol.dispose]()
      },
    }
  },
}

async function anew(network: ReturnType<typeof stubFetch>) {
  const rig = await controlsRig()
  const failures: unknown[] = []
  const slackIn = createSlackIn({
    inbound: { kind: 'http', signingSecret: secret },
    botToken,
    apiUrl: 'https://slack.test/api/',
    admins: [],
    controls: rig.controls,
    clock: rig.clock,
    random: seededRandom(1),
    hooks: { refused() {}, failed: error => failures.push(error), stateChanged() {} },
  })
  network.answer = () => ({ status: 200, headers: {}, body: JSON.stringify(slackSays) })
  slackIn.start()
  while (slackIn.state().state !== 'ready') await new Promise(setImmediate)
  let unique = 0
  return {
    async run(input: string) {
      const { says, signed } = requestIn(jsonIn(input), rig.clock.now(), ++unique)
      network.answer = () => ({ status: 200, headers: {}, body: says })
      failures.length = 0
      const right = verify(signed, secret, rig.clock.now()).ok
      let answer: Awaited<ReturnType<NonNullable<typeof slackIn.handle>>> | undefined
      const answering = slackIn.handle?.(signed).then(said => {
        answer = said
      })
      for (let turn = 0; answer === undefined && turn < turnsMax; turn++) await new Promise(setImmediate)
      must(answer !== undefined, 'a request is never answered')
      await answering
      // What is done after the answer.
      for (let turn = 0; turn < 6; turn++) await new Promise(setImmediate)
      const { status, body } = answer
      const ours = failures.find(isOurs)
      if (ours !== undefined) throw ours
      return () => {
        must(
          [200, 400, 401, 404, 405, 413, 415].includes(status),
          'an answer has a status that nobody planned',
          String(status),
        )
        must(body.length <= 200_000, 'an answer is very long')
        must(!body.includes(secret) && !body.includes(botToken), 'a secret is in an answer')
        const said = jsonIn(body)
        if (status === 200 && right && isRecord(said) && typeof said['text'] === 'string')
          mustBeSafe(said['text'].slice(0, 39_000))
      }
    },
    async close() {
      const stopping = slackIn.stop()
      await rig.clock.advance(slackAckMs)
      await stopping
      await rig[Symbol.asyncDispose]()
    },
  }
}

/** An error that only a mistake of ours makes: it arises in our own code. What Bolt throws at is answered with a 400. */
const isOurs = (error: unknown): error is Error =>
  error instanceof Error &&
  mistakes.includes(error.name) &&
  /^\s*at [^\n]*\/src\//m.test((error.stack ?? '').split('\n').find(line => /^\s+at /.test(line)) ?? '')
const mistakes = ['TypeError', 'RangeError', 'ReferenceError', 'ZodError', 'Violation', 'StoreError']

/** Signed as Slack would, unless the input has signature headers of its own; ids of repetition are made new, so that nothing is passed over. */
function requestIn(json: unknown, now: number, unique: number) {
  const all = isRecord(json) ? json : { raw: textOf(json) }
  const rawBody = Buffer.from(bodyIn(all, unique))
  const timestamp = String(Math.floor(now / 1000))
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(rawBody).digest('hex')}`
  const type = 'json' in all ? 'application/json' : 'application/x-www-form-urlencoded'
  const extra = isRecord(all['headers'])
    ? Object.entries(all['headers']).map(([name, value]) => [name.toLowerCase(), textOf(value)])
    : []
  const headers = {
    'content-type': type,
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signature,
    ...Object.fromEntries(extra),
  }
  return { says: textOf(all['says'] ?? slackSays), signed: { method: 'POST', headers, rawBody } }
}

function bodyIn({ form, payload, json, raw }: Readonly<Record<string, unknown>>, unique: number): string {
  if (form !== undefined) {
    const fields = isRecord(form) ? Object.entries(form) : []
    return new URLSearchParams(
      fields.map(([name, value]): [string, string] => [
        name,
        name === 'trigger_id' ? `${textOf(value)}${unique}` : textOf(value),
      ]),
    ).toString()
  }
  if (payload !== undefined)
    return new URLSearchParams({
      payload: textOf(
        isRecord(payload) && typeof payload['trigger_id'] === 'string'
          ? { ...payload, trigger_id: `1.${unique}` }
          : payload,
      ),
    }).toString()
  if (json !== undefined)
    return textOf(isRecord(json) && typeof json['event_id'] === 'string' ? { ...json, event_id: `Ev${unique}` } : json)
  return textOf(raw)
}
