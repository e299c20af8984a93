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
