/**
 * Goal: a stop is over within its time, whatever is under way, and leaves nothing that the next start does not know. Method: the real process between the
 * simulators, a message that Slack answers late or never, an open page and half a request of Slack's; then SIGTERM, twice.
 */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test from 'node:test'
import { postsIn } from '../../sim/desk/shown-posts.ts'
import { stopMsMax } from '../../src/limits.ts'
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
