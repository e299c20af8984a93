/**
 * Goal: a stop is over within its time, whatever is under way, and leaves nothing that the next start does not know. Method: the real process between the
 * simulators, a message that Slack answers late or never, an open page and half a request of Slack's; then SIGTERM, twice.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Duplex } from 'node:stream'
import test from 'node:test'
import { WebSocketServer } from 'ws'
import { postsIn } from '../../sim/desk/shown-posts.ts'
import { createWorld } from '../../sim/world/world.ts'
import { startX } from '../../sim/x/server.ts'
import { stopMsMax } from '../../src/limits.ts'
import { tempFolder } from '../contract/sqlite-ground.ts'
import { startBirdwire } from '../crash/birdwire.ts'
import { sqlite } from '../crash/engine.ts'
import { openStage } from '../crash/stage.ts'
import { untilTrue } from '../rig/service.ts'

const channel = 'C0LAB'

/** A connection that stays as it is until the other side ends it, in whatever way. */
function open(
  port: number,
  request: string,
): { readonly answered: Promise<unknown>; readonly closed: Promise<unknown> } {
  const socket = connect(port, '127.0.0.1', () => void socket.write(request))
  const closed = new Promise(resolve => socket.on('error', () => {}).once('close', resolve))
  return { answered: new Promise(resolve => socket.on('data', resolve)), closed }
}

for (const { trouble, detail, leases, ends } of [
  { trouble: 'post:delay', detail: { ms: 1500 }, leases: 0, ends: 'is settled before the end' },
  { trouble: 'post:hang-after', detail: {}, leases: 1, ends: 'is looked for by whoever starts next' },
] as const)
  test(`SIGTERM ends all that is open within ${stopMsMax / 1000} s; a message under ${trouble} ${ends}`, {
    timeout: 150_000,
  }, async () => {
    await using stage = await openStage({ engine: sqlite, seed: 2, channels: [channel] })
    const { world, x, slack } = stage
    const shown = () => slack.messages(channel).flatMap(postsIn)
    assert.ok(await stage.start())
    await stage.type(channel, 'follow mira_okafor')
    await x.rulesAre(rules => rules.length > 0)
    await x.connected()
    await slack.received(1)
    const process = stage.process
    assert.ok(process !== undefined)
    const url = await process.url
    const port = Number(new URL(url ?? '').port)
    const page = open(port, 'GET /api/events HTTP/1.1\r\nhost: localhost\r\n\r\n')
    await page.answered
    const half = open(port, 'POST /slack/events HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\nhalf')
    slack.faults.schedule(trouble, { subject: channel, detail })
    const post = world.post({ author: 'mira_okafor', text: 'Under way' })
    await x.emit(post)
    await slack.faults.whenFired(trouble)

    const start = performance.now()
    process.signal('SIGTERM')
    await x.disconnected()
    process.signal('SIGTERM')
    assert.equal(await process.ended, 0, process.output())
    const took = performance.now() - start
    assert.ok(took < stopMsMax, `${took} ms`)
    assert.match(process.output(), /Birdwire has stopped/)
    await Promise.all([page.closed, half.closed])

    const db = new DatabaseSync(join(stage.dir, 'birdwire.sqlite'))
    assert.equal(
      db.prepare('select count(*) as leases from lane where lease_token is not null').get()?.['leases'],
      leases,
    )
    db.close()
    assert.ok(await stage.start())
    await x.connected(2)
    const next = world.post({ author: 'mira_okafor', text: 'After the stop' })
    await x.emit(next)
    await untilTrue(() => shown().includes(next.id))
    assert.deepEqual(shown(), [post.id, next.id])
  })

/** A Slack that falls silent at one step of opening Socket Mode: it takes the connection and says nothing more. */
async function silentSlack(
  step: Step,
): Promise<{ readonly url: string; readonly reached: Promise<unknown>; close(): void }> {
  const { promise: reached, resolve } = Promise.withResolvers<void>()
  const held: Duplex[] = []
  const server = createServer((request, response) => {
    if (step === 'apps.connections.open' && request.url?.endsWith(step)) return resolve()
    const url = `ws://${request.headers.host ?? ''}/link`
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ ok: true, url, user_id: 'UBOT', team: 'Lattice' }))
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    held.push(socket)
    if (step === 'upgrade') return resolve()
    sockets.handleUpgrade(request, socket, head, connection => {
      connection.send('{"type":"hello"}')
      // What is said from here on, a goodbye too, is not read.
      socket.pause()
      resolve()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return {
    url: `http://127.0.0.1:${address.port}/api/`,
    reached,
    close() {
      for (const socket of held) socket.destroy()
      server.closeAllConnections()
      server.close()
    },
  }
}

type Step = (typeof steps)[number]
const steps = ['apps.connections.open', 'upgrade', 'goodbye'] as const

for (const step of steps)
  test(`SIGTERM ends a process in Socket Mode while Slack is silent at ${step}, and nothing is an error`, {
    timeout: 60_000,
  }, async () => {
    await using ground = new AsyncDisposableStack()
    const folder = ground.adopt(tempFolder(), it => it.remove())
    const slack = ground.adopt(await silentSlack(step), it => it.close())
    const x = ground.adopt(await startX({ world: createWorld({ seed: 1, now: Date.now }), now: Date.now }), it =>
      it.close(),
    )
    const environment = {
      X_BEARER_TOKEN: x.bearer,
      X_API_URL: x.url,
      SLACK_BOT_TOKEN: 'xoxb-test',
      SLACK_APP_TOKEN: 'xapp-test',
      SLACK_API_URL: slack.url,
      BIRDWIRE_DATA: folder.dir,
      PORT: '0',
    }
    const process = ground.adopt(startBirdwire({ environment }), it => it.signal('SIGKILL'))
    assert.ok((await process.url) !== undefined, process.output())
    await slack.reached
    const start = performance.now()
    process.signal('SIGTERM')
    assert.equal(await process.ended, 0, process.output())
    const took = performance.now() - start
    assert.ok(took < stopMsMax, `${took} ms`)
    assert.match(process.output(), /Birdwire has stopped"\}\s*$/, 'and nothing after it')
    assert.doesNotMatch(process.output(), /"level":50/)
  })
