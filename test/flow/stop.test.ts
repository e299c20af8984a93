/**
 * Goal: a stop is over within its time, whatever is under way, and leaves nothing that the next start does not know. Method: the real process between the
 * simulators, a message that Slack answers late or never, an open page and half a request of Slack's; then SIGTERM, twice.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
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

for (const { trouble, detail, leases, ends } of [
  { trouble: 'post:delay', detail: { ms: 1500 }, leases: 0, ends: 'is settled before the end' },
  { trouble: 'post:hang-after', detail: {}, leases: 1, ends: 'is looked for by whoever starts next' },
] as const)
  test(`SIGTERM ends all that is open within ${stopMsMax / 1000} s; a message under ${trouble} ${ends}`, {
    timeout: 60_000,
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
    const page = await fetch(`${url}/api/events`)
    const pageEnded = page.text().catch(() => 'cut')
    const socket = connect(Number(new URL(url ?? '').port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write('POST /slack/events HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\nhalf')
    const socketEnded = once(socket, 'close')
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
    await pageEnded
    await socketEnded

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
