/**
 * Goal: what the simulator sends to a Request URL is what Slack sends. Method: Slack's published signature vector, and Bolt's HTTPReceiver,
 * which checks signatures and content types for itself and which we did not write.
 */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { App, HTTPReceiver, LogLevel } from '@slack/bolt'
import { type SlackSim, startSlack, type Tampering } from './server.ts'
import { sign } from './signature.ts'

let sim: SlackSim
const heard: string[] = []
const bolt: { receiver?: HTTPReceiver } = {}
const server = createServer((request, response) => bolt.receiver?.requestListener(request, response))

before(async () => {
  sim = await startSlack({ eventRetryDelaysMs: [0, 0, 0], ackMs: 1000 })
  const receiver = new HTTPReceiver({ signingSecret: sim.signingSecret, logLevel: LogLevel.ERROR })
  bolt.receiver = receiver
  const app = new App({
    receiver,
    token: sim.botToken,
    clientOptions: { slackApiUrl: sim.apiUrl },
    deferInitialization: true,
    logLevel: LogLevel.ERROR,
  })
  await app.init()
  app.command('/birdwire', async ({ ack, command, respond }) => {
    heard.push(command.text)
    await ack({ response_type: 'in_channel', text: 'done' })
    for (let i = 0; i < 6; i++) await respond(`answer ${i}`).catch((error: Error) => heard.push(error.name))
  })
  app.event('app_home_opened', async ({ event }) => void heard.push(event.type))
  server.listen(0, '127.0.0.1')
  await new Promise(done => server.once('listening', done))
  const { port } = server.address() as AddressInfo // A TCP server that listens has this address.
  sim.requestUrl = `http://127.0.0.1:${port}/slack/events`
})
after(async () => {
  server.closeAllConnections()
  server.close()
  await sim.close()
})

test('the signature is the one that Slack publishes as its example', () => {
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
  assert.equal(
    sign('8f742231b10e8888abcd99yyyzzz85a5', '1531420618', body),
    'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  )
})

test('Bolt takes a signed command, and a response_url is good for five answers', async () => {
  const done = await sim.command({
    user: 'mira_okafor',
    channel: 'council',
    command: '/birdwire',
    text: 'follow @tomas_lind in #qubits & #council',
  })
  assert.equal(done.ack.status, 200)
  assert.equal(heard[0], 'follow <@U0TOMAS|tomas_lind> in <#C0QUBITS|qubits> &amp; <#G0COUNCIL|>')
  assert.equal(sim.messages('council')[0]?.text, 'done')
  const uses = await done.later(6)
  assert.deepEqual(
    uses.map(use => use.status),
    [200, 200, 200, 200, 200, 404],
  )
  assert.equal(sim.ephemerals('U0MIRA').length, 5)
})

test('Bolt refuses every request that is not rightly signed', async () => {
  const wrong: Tampering[] = ['forged', 'other-body', 'stale', 'no-signature', 'no-timestamp', 'no-headers', 'garbled']
  const commands = () => heard.filter(text => text.startsWith('follow')).length
  const before = commands()
  for (const tampering of wrong) {
    const { ack } = await sim.command({
      user: 'mira_okafor',
      channel: 'council',
      command: '/birdwire',
      text: 'follow x',
      tampering,
    })
    assert.equal(ack.status, 401, tampering)
  }
  assert.equal(commands(), before)
})

test('Bolt answers url_verification and ssl_check, and takes events', async () => {
  assert.equal((await sim.verifyUrl()).verified, true)
  assert.equal((await sim.sslCheck()).status, 200)
  const event = await sim.event({ type: 'app_home_opened', user: 'U0MIRA', channel: 'D1', tab: 'home' })
  assert.equal(event.delivered, true)
  assert.equal(event.attempts.length, 1)
  assert.equal(heard.at(-1), 'app_home_opened')
})

test('an event that is refused comes three times more, with number and reason', async () => {
  const seen: string[] = []
  const refusing = createServer((request, response) => {
    seen.push(`${request.headers['x-slack-retry-num'] ?? '-'} ${request.headers['x-slack-retry-reason'] ?? '-'}`)
    response.writeHead(500).end()
  }).listen(0, '127.0.0.1')
  await new Promise(done => refusing.once('listening', done))
  const good = sim.requestUrl
  const { port } = refusing.address() as AddressInfo // A TCP server that listens has this address.
  sim.requestUrl = `http://127.0.0.1:${port}/`
  const result = await sim.event({ type: 'app_home_opened' })
  sim.requestUrl = good
  refusing.closeAllConnections()
  refusing.close()
  assert.equal(result.delivered, false)
  assert.deepEqual(seen, ['- -', '1 http_error', '2 http_error', '3 http_error'])
})
