/** Trouble at the edges of the service: it is said plainly where people look, and nothing accepted is lost. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { startServiceRig, untilTrue } from '../rig/service.ts'

const channel = 'C0TROUBLE'

test('X refusing the token is said in /readyz and status, and heals without a restart when somebody changes a list', {
  timeout: 60_000,
}, async () => {
  await using rig = await startServiceRig({ channels: [channel] })
  rig.x.setStanding('no-credits')
  await rig.type(channel, 'topic add axion')
  await untilTrue(async () => (await rig.ready()).wrong['x'] !== undefined)
  const { status, wrong } = await rig.ready()
  assert.equal(status, 503)
  assert.match(wrong['x'] ?? '', /credit/i)
  assert.match(await rig.type(channel, 'status'), /credit/i)
  rig.x.setStanding('good')
  await rig.type(channel, 'topic add neutrino')
  await rig.x.connected()
  await untilTrue(async () => (await rig.ready()).status === 200)
})

test('a revoked Slack token loses nothing: what is owed waits, and goes out when the token is good again', {
  timeout: 90_000,
}, async () => {
  await using rig = await startServiceRig({ channels: [channel], speed: 20 })
  await rig.type(channel, 'topic add axion')
  await rig.x.connected()
  await rig.slack.received(1)
  rig.slack.workspace.refuseToken(rig.slack.botToken, 'token_revoked')
  await rig.x.emit(rig.world.post({ author: 'mira_okafor', text: 'An axion while Slack says no' }))
  await untilTrue(async () => (await rig.ready()).wrong['slack'] !== undefined)
  assert.match((await rig.ready()).wrong['slack'] ?? '', /token/i)
  assert.equal((await rig.status()).lanes.find(lane => lane.channel === channel)?.pending, 1)
  rig.slack.workspace.acceptToken(rig.slack.botToken)
  await rig.slack.received(2)
  assert.equal(rig.slack.messages(channel).filter(message => message.text.includes('while Slack says no')).length, 1)
})

test('Slack and X out of reach at the start stop nothing: both are said, and commands in the database survive', {
  timeout: 60_000,
}, async () => {
  const nobody = 'http://127.0.0.1:9'
  await using rig = await startServiceRig({
    channels: [channel],
    environment: { X_API_URL: nobody, SLACK_API_URL: `${nobody}/api/` },
  })
  await untilTrue(async () => (await rig.ready()).wrong['slack'] !== undefined)
  assert.match((await rig.ready()).wrong['slack'] ?? '', /cannot be reached/)
  assert.match(await rig.type(channel, 'topic add axion'), /axion/)
  await untilTrue(async () => (await rig.ready()).wrong['x'] !== undefined)
  assert.match(await rig.type(channel, 'list'), /axion/)
})
