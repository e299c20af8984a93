/** Frames of Socket Mode over a real connection: whatever comes, the connection stays, and the command after it is heard. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { seededRandom } from '../../../src/kit/random.ts'
import { createSlackIn } from '../../../src/slack/in/slack-in.ts'
import { controlsRig } from '../../rig/controls.ts'
import { must, type Target } from '../target.ts'

const payload = {
  command: '/birdwire',
  text: 'list',
  channel_id: 'C0PAPERS',
  channel_name: 'papers',
  user_id: 'U0NELL',
  user_name: 'nell',
  team_id: 'T1',
}
const user = { id: 'U0NELL', name: 'nell', team_id: 'T1' }
const frames = [
  { type: 'hello', num_connections: 1, connection_info: { app_id: 'A1' }, debug_info: { host: 'h' } },
  { type: 'slash_commands', envelope_id: 'e1', accepts_response_payload: true, payload },
  {
    type: 'interactive',
    envelope_id: 'e2',
    accepts_response_payload: false,
    payload: {
      type: 'block_actions',
      user,
      team: { id: 'T1' },
      channel: { id: 'C0PAPERS', name: 'papers' },
      container: { is_ephemeral: true },
      actions: [{ action_id: 'birdwire:do:0', type: 'button', value: 'list' }],
    },
  },
  {
    type: 'events_api',
    envelope_id: 'e3',
    retry_attempt: 0,
    retry_reason: '',
    payload: {
      type: 'event_callback',
      team_id: 'T1',
      event_id: 'Ev1',
      event: { type: 'channel_archive', channel: 'C0PAPERS', user: 'U0NELL' },
    },
  },
].map(frame => JSON.stringify(frame))

export const slackSocket: Target = {
  name: 'slack-socket',
  shape: 'json',
  share: 5,
  charsMax: 20_000,
  seeds: frames,
  words: [
    'type',
    'hello',
    'slash_commands',
    'interactive',
    'events_api',
    'envelope_id',
    'payload',
    'event',
    'reason',
    'refresh_requested',
    'retry_attempt',
    'ping',
    'close',
    'error',
    'connected',
  ],
  async open() {
    const rig = await controlsRig()
    const sockets = new WebSocketServer({ noServer: true })
    const connected = Promise.withResolvers<WebSocket>()
    const heard = new Map<string, () => void>()
    let connections = 0
    sockets.on('connection', socket => {
      connections++
      connected.resolve(socket)
      socket.send('{"type":"hello"}')
      socket.on('message', data => {
        for (const [id, resolve] of heard) if (String(data).includes(`"${id}"`)) resolve()
      })
    })
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({
          ok: true,
          url: `ws://${request.headers.host ?? ''}/link`,
          user_id: 'UBOT',
          team: 'Lattice',
          user,
        }),
      )
    })
    server.on('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, accepted => sockets.emit('connection', accepted)),
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const slackIn = createSlackIn({
      inbound: { kind: 'socket', appToken: 'xapp-fuzz' },
      botToken: 'xoxb-fuzz',
      apiUrl: `http://127.0.0.1:${address.port}/api/`,
      admins: [],
      controls: rig.controls,
      clock: rig.clock,
      random: seededRandom(1),
      hooks: { refused() {}, failed() {}, stateChanged() {} },
    })
    slackIn.start()
    const socket = await connected.promise
    let sent = 0
    return {
      async run(input) {
        // Slack ends a connection with this one, and rightly so.
        if (/"disconnect"|\\u/.test(input)) return undefined
        const id = `sure-${++sent}`
        const answered = new Promise<void>(resolve => heard.set(id, resolve))
        socket.send(input.toWellFormed())
        socket.send(JSON.stringify({ type: 'slash_commands', envelope_id: id, payload }))
        const late = AbortSignal.timeout(10_000)
        await Promise.race([answered, once(late, 'abort')])
        heard.delete(id)
        return () => {
          must(!late.aborted, 'a command after it is not heard within ten seconds')
          must(connections === 1, 'the connection is lost')
        }
      },
      async close() {
        await slackIn.stop()
        server.closeAllConnections()
        server.close()
        await rig[Symbol.asyncDispose]()
      },
    }
  },
}
