/**
 * Goal: Bolt in Socket Mode, which we did not write, connects, takes commands, clicks and forms, and obeys a disconnect.
 * (It comes back after five seconds of its own, too long for a test.)
 * Method: Bolt's App with its own SocketModeReceiver against the simulator.
 */
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { App, LogLevel } from '@slack/bolt'
import { WebSocket } from 'ws'
import { type SlackOptions, type SlackSim, startSlack } from './server.ts'

let running: { sim: SlackSim; app: App | undefined } | undefined

afterEach(async () => {
  await running?.app?.stop()
  await running?.sim.close()
  running = undefined
})

/** A simulator and a Bolt app that is connected to it. */
async function connected(prepare: (app: App) => void, options: SlackOptions = {}): Promise<SlackSim> {
  const sim = await startSlack(options)
  const app = new App({
    socketMode: true,
    token: sim.botToken,
    appToken: sim.appToken,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: sim.apiUrl },
  })
  running = { sim, app }
  prepare(app)
  await app.start()
  await sim.sockets.connected(1)
  return sim
}

test('a slash command reaches Bolt over the socket and its acknowledgement is shown to the person alone', async () => {
  const sim = await connected(app => {
    app.command('/birdwire', async ({ ack, command, respond }) => {
      await ack(`heard: ${command.text}`)
      await respond('and later')
    })
  })
  const done = await sim.command({
    user: 'mira_okafor',
    channel: 'dark-matter',
    command: '/birdwire',
    text: 'follow @nobody',
  })
  assert.equal(done.ack.ok, true)
  assert.equal(done.shown?.text, 'heard: follow @nobody')
  const [use] = await done.later(1)
  assert.equal(use?.answer, 'ok')
  assert.deepEqual(
    sim.ephemerals('U0MIRA').map(shown => [shown.from, shown.text]),
    [
      ['ack', 'heard: follow @nobody'],
      ['response_url', 'and later'],
    ],
  )
  assert.deepEqual(sim.messages(), [])
})

test('a click on a button of a message, and a modal opened, filled in and sent', async () => {
  const sim = await connected(app => {
    app.action('mute', async ({ ack, body, client }) => {
      await ack()
      const trigger = 'trigger_id' in body ? body.trigger_id : ''
      const element = { type: 'plain_text_input', action_id: 'why' } as const
      const label = { type: 'plain_text', text: 'Why' } as const
      await client.views.open({
        trigger_id: trigger,
        view: {
          type: 'modal',
          callback_id: 'muting',
          title: { type: 'plain_text', text: 'Mute' },
          submit: { type: 'plain_text', text: 'Mute' },
          blocks: [{ type: 'input', block_id: 'reason', label, element }],
        },
      })
    })
    app.view('muting', async ({ ack, view }) => {
      const why = view.state.values['reason']?.['why']?.value
      if (why === 'no') await ack({ response_action: 'errors', errors: { reason: 'A real reason, please.' } })
      else await ack()
    })
  })
  const button = { type: 'button', action_id: 'mute', text: { type: 'plain_text', text: 'Mute' } } as const
  await running?.app?.client.chat.postMessage({
    channel: 'C0DARK',
    text: 'x',
    blocks: [{ type: 'actions', elements: [button] }],
  })
  const [message] = await sim.received(1)
  assert.ok(message)
  await Promise.all([
    sim.until('view', () => sim.views.stack('U0MIRA').length === 1),
    sim.action({ user: 'mira_okafor', on: message, actionId: 'mute' }),
  ])
  const refused = await sim.submit('mira_okafor', { why: 'no' })
  assert.deepEqual(refused.errors, { reason: 'A real reason, please.' })
  assert.equal(sim.views.stack('U0MIRA').length, 1)
  await sim.submit('mira_okafor', { why: 'too loud' })
  assert.equal(sim.views.stack('U0MIRA').length, 0)
})

test('a shortcut in the menu of anybody’s message is told with the message; an answer to one person is replaced and taken away', async () => {
  const told: unknown[] = []
  const sim = await connected(app => {
    app.shortcut('why', async ({ ack, body, respond }) => {
      told.push(body.type === 'message_action' ? body.message.text : body.type)
      await ack()
      const button = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } } as const
      await respond({ text: 'because', blocks: [{ type: 'actions', elements: [button] }] })
    })
    app.action('go', async ({ ack, body, respond }) => {
      await ack()
      const again = sim.ephemerals('U0TOMAS').some(({ text }) => text === 'replaced')
      told.push(body.user)
      await respond(
        again
          ? { delete_original: true }
          : { replace_original: true, text: 'replaced', blocks: body.type === 'block_actions' ? buttons : [] },
      )
    })
  })
  const buttons = [
    { type: 'actions', elements: [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }] },
  ]
  const message = sim.say('juno_albright', 'dark-matter', 'look at <https://x.com/a/status/1>')
  const asked = await sim.shortcut({ user: 'tomas_lind', on: message, callbackId: 'why' })
  await asked.later(1)
  const [shown] = sim.ephemerals('U0TOMAS')
  assert.ok(shown)
  const pressed = await sim.action({ user: 'tomas_lind', on: shown, actionId: 'go' })
  await pressed.later(1)
  const [changed, ...more] = sim.ephemerals('U0TOMAS')
  assert.deepEqual([changed?.ts, changed?.text, more], [shown.ts, 'replaced', []])
  assert.ok(changed)
  const gone = await sim.action({ user: 'tomas_lind', on: changed, actionId: 'go' })
  await gone.later(1)
  assert.deepEqual(sim.ephemerals('U0TOMAS'), [])
  assert.equal(told[0], 'look at <https://x.com/a/status/1>')
})

test('what a person leaves alone in a form is sent as the app had set it', async () => {
  const option = (value: string) => ({ text: { type: 'plain_text', text: value }, value })
  const sent: unknown[] = []
  const sim = await connected(app => {
    app.command('/form', async ({ ack, body, client }) => {
      await ack()
      const label = { type: 'plain_text', text: 'L' } as const
      const elements = [
        { type: 'plain_text_input', action_id: 'name', initial_value: 'as it was' },
        { type: 'checkboxes', action_id: 'kinds', options: [option('a'), option('b')], initial_options: [option('b')] },
        {
          type: 'static_select',
          action_id: 'mode',
          options: [option('live'), option('digest')],
          initial_option: option('live'),
        },
        { type: 'timepicker', action_id: 'at', initial_time: '09:00' },
      ]
      const blocks = elements.map(element => ({ type: 'input', block_id: element.action_id, label, element }))
      await client.apiCall('views.open', {
        trigger_id: body.trigger_id,
        view: { type: 'modal', callback_id: 'form', title: label, submit: label, blocks },
      })
    })
    app.view('form', async ({ ack, view }) => {
      const { name, kinds, mode, at } = view.state.values
      sent.push([
        name?.['name']?.value,
        kinds?.['kinds']?.selected_options?.map(({ value }) => value),
        mode?.['mode']?.selected_option?.value,
        at?.['at']?.selected_time,
      ])
      await ack()
    })
  })
  for (const values of [{}, { name: 'new', kinds: [] }]) {
    await Promise.all([
      sim.until('view', () => sim.views.stack('U0MIRA').length === 1),
      sim.command({ user: 'mira_okafor', channel: 'dark-matter', command: '/form' }),
    ])
    await sim.submit('mira_okafor', values)
  }
  assert.deepEqual(sent, [
    ['as it was', ['b'], 'live', '09:00'],
    ['new', [], 'live', '09:00'],
  ])
})

test('a guest and somebody of another organisation are told apart from members', async () => {
  const sim = await connected(() => {})
  const client = running?.app?.client
  const who = async (user: string) => {
    const { user: told } = (await client?.users.info({ user })) ?? {}
    return [told?.is_restricted, told?.is_ultra_restricted, told?.team_id === sim.workspace.team.id]
  }
  assert.deepEqual(await who('U0JUNO'), [false, false, true])
  assert.deepEqual(await who('U0GUEST'), [true, false, true])
  assert.deepEqual(await who('U0OUTSIDE'), [false, false, false])
})

test('an event that nobody acknowledges is sent again with the attempt told, and a command without a connection fails', async () => {
  const sim = await startSlack({ ackMs: 50, eventRetryDelaysMs: [0, 0] })
  running = { sim, app: undefined }
  const none = await sim.command({ user: 'mira_okafor', channel: 'dark-matter', command: '/birdwire' })
  assert.equal(none.ack.error, 'dispatch_failed')
  const attempts: unknown[] = []
  await rawSocket(sim, frame => {
    if (frame['type'] !== 'events_api') return undefined
    attempts.push([frame['retry_attempt'], frame['retry_reason']])
    return attempts.length === 3 ? { envelope_id: frame['envelope_id'] } : undefined
  })
  const result = await sim.event({ type: 'app_home_opened', user: 'U0MIRA', tab: 'home' })
  assert.equal(result.delivered, true)
  assert.deepEqual(attempts, [
    [0, ''],
    [1, 'http_timeout'],
    [2, 'http_timeout'],
  ])
})

test('every connection greets, a ticket is good for one, and the eleventh is sent away', async () => {
  const sim = await startSlack()
  running = { sim, app: undefined }
  const frames: unknown[] = []
  for (let i = 0; i < 10; i++) await rawSocket(sim, frame => void frames.push(frame['type']))
  assert.equal(sim.sockets.connections, 10)
  const { promise, resolve } = Promise.withResolvers<unknown>()
  await rawSocket(sim, frame => resolve(frame['reason']))
  assert.equal(await promise, 'too_many_websockets')
  assert.deepEqual(new Set(frames), new Set(['hello']))
  const used = await ticket(sim)
  const first = new WebSocket(used)
  await new Promise(done => first.once('message', done))
  const second = new WebSocket(used)
  const refused = await new Promise<Error>(done => second.once('error', done))
  assert.match(refused.message, /401/)
})

test('Bolt closes its connection when Slack asks it to refresh', async () => {
  const sim = await connected(() => {})
  const gone = sim.until('sockets', () => sim.sockets.connections === 0)
  sim.sockets.disconnect('refresh_requested')
  await gone
})

async function ticket(sim: SlackSim): Promise<string> {
  const response = await fetch(`${sim.apiUrl}apps.connections.open`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sim.appToken}` },
  })
  const answer: unknown = await response.json()
  assert.ok(typeof answer === 'object' && answer !== null && 'url' in answer)
  return String(answer.url)
}

/** A bare connection that answers each frame with what `answer` gives. Resolves after the first frame. */
async function rawSocket(sim: SlackSim, answer: (frame: Record<string, unknown>) => unknown): Promise<void> {
  const socket = new WebSocket(await ticket(sim))
  const { promise, resolve } = Promise.withResolvers<void>()
  socket.on('message', data => {
    const reply = answer(JSON.parse(String(data)))
    if (reply !== undefined) socket.send(JSON.stringify(reply))
    resolve()
  })
  await promise
}
