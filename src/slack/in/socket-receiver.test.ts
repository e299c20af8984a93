/** Frames that no simulator of Slack would send: the connection survives them, and what comes after is still heard. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import test from 'node:test'
import { WebSocketServer } from 'ws'
import { controlsRig } from '../../../test/rig/controls.ts'
import { seededRandom } from '../../kit/random.ts'
import { createSlackIn } from './slack-in.ts'

test('frames that are garbage neither end the process nor the connection', async t => {
  const unhandled = t.mock.fn()
  process.on('unhandledRejection', unhandled)
  await using rig = await controlsRig()
  const { promise: acked, resolve } = Promise.withResolvers<string>()
  let connects = 0
  const sockets = new WebSocketServer({ noServer: true })
  sockets.on('connection', socket => {
    connects++
    socket.on('message', data => resolve(String(data)))
    const frames = [
      'not JSON',
      'null',
      '[]',
      '{"type":"hello"}',
      '{"type":"events_api","envelope_id":"1"}',
      '{"type":"events_api","envelope_id":"2","payload":{}}',
      '{"type":"events_api","envelope_id":"3","payload":{"event":null}}',
      '{"type":"error"}',
      '{"type":"close"}',
      '{"type":"slash_commands"}',
      '{"type":"interactive","envelope_id":"4","payload":{"actions":null}}',
    ]
    for (const frame of frames) socket.send(frame)
    socket.send(Buffer.from([0, 255]))
    const payload = { command: '/birdwire', text: 'list', channel_id: 'C1', user_id: 'U1', team_id: 'T1' }
    socket.send(JSON.stringify({ type: 'slash_commands', envelope_id: 'last', payload }))
  })
  const server = createServer((request, response) => {
    const url = `ws://${request.headers.host ?? ''}/link`
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ ok: true, url, user_id: 'UBOT', team: 'Lattice' }))
  })
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, accepted => sockets.emit('connection', accepted)),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)

  const slackIn = createSlackIn({
    inbound: { kind: 'socket', appToken: 'xapp-test' },
    botToken: 'xoxb-test',
    apiUrl: `http://127.0.0.1:${address.port}/api/`,
    admins: [],
    controls: rig.controls,
    clock: rig.clock,
    random: seededRandom(1),
    hooks: { refused() {}, failed() {}, stateChanged() {} },
  })
  slackIn.start()
  const ack = await acked
  assert.match(ack, /"envelope_id":"last".*Nothing is wanted here yet/)
  assert.equal(connects, 1)
  await slackIn.stop()
  server.closeAllConnections()
  server.close()
  process.off('unhandledRejection', unhandled)
  assert.equal(unhandled.mock.callCount(), 0)
})
