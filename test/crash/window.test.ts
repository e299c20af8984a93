/**
 * The one window in which a post may come twice (README, "What it promises"): Slack took the message, nobody could write that down, and Slack's history
 * does not show it in three looks over 78 seconds. Here it is opened on purpose after a crash, from both its sides: the double comes once and never again.
 */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import { reconcileWaitsMs } from '../../src/limits.ts'
import { compose } from '../../src/slack/out/compose.ts'
import { slackOut } from '../../src/slack/out/send.ts'
import { type DeliverRig, deliverRig } from '../flow/deliver-rig.ts'

const channel = 'C0DARK'
const waitsMs = reconcileWaitsMs.reduce((sum, ms) => sum + ms, 0)
const wellAfterwardsMs = 900_000

/** One post is owed, and a process has sent it and died before it could settle it; the next one is not there yet. */
async function sentByTheDead(rig: DeliverRig): Promise<{ readonly ts: string }> {
  await rig.owe(['p1'], [channel])
  const [claim] = await rig.store.claim(rig.clock.now(), 60_000, 1)
  assert.ok(claim !== undefined)
  const slack = slackOut({ token: rig.sim.botToken, apiUrl: rig.sim.apiUrl })
  await slack.send(channel, compose(claim.content, { deliveryId: claim.delivery.id }))
  const [message] = rig.sim.messages(channel)
  assert.ok(message !== undefined)
  return message
}

describe('the one window for a double', () => {
  test('the history shows the message only after all looks: it comes twice, and never more often', async () => {
    await using rig = await deliverRig({ historyLagMs: 60_000 + waitsMs + 60_000 })
    await sentByTheDead(rig)
    rig.start()
    await rig.pass(wellAfterwardsMs)
    assert.deepEqual(rig.shown(channel), ['p1', 'p1'])
    assert.equal(rig.sim.calls('conversations.history').length, reconcileWaitsMs.length)
  })

  test('the history shows it at the last look: it comes once', async () => {
    await using rig = await deliverRig({ historyLagMs: 60_000 + waitsMs - 5000 })
    await sentByTheDead(rig)
    rig.start()
    await rig.pass(wellAfterwardsMs)
    assert.deepEqual(rig.shown(channel), ['p1'])
    assert.equal(rig.sim.posts().length, 1)
  })

  test('somebody deletes it before the first look: it comes again once', async () => {
    await using rig = await deliverRig()
    const { ts } = await sentByTheDead(rig)
    const gone = await fetch(`${rig.sim.apiUrl}chat.delete`, {
      method: 'POST',
      headers: { authorization: `Bearer ${rig.sim.botToken}` },
      body: new URLSearchParams({ channel, ts }),
    })
    assert.equal(gone.status, 200)
    assert.deepEqual(rig.shown(channel), [])
    rig.start()
    await rig.pass(wellAfterwardsMs)
    assert.deepEqual(rig.shown(channel), ['p1'])
    assert.equal(rig.sim.posts().length, 2)
  })
})
