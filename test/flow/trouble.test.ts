/** Trouble at the edges of the service: it is said plainly where people look, and nothing accepted is lost. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { startSlack } from '../../sim/slack/server.ts'
import { startX } from '../../sim/x/server.ts'
import { startServiceRig, untilTrue } from '../rig/service.ts'

const channel = 'C0TROUBLE'

for (const { standing, says } of [
  { standing: 'unauthorized', says: /does not accept the token \(401\): .*Check X_BEARER_TOKEN/ },
  { standing: 'no-credits', says: /no credits left, or its spending limit is reached \(402\)\. Add credits/ },
] as const) {
  test(`X answering ${standing} is said everywhere, and heals without a restart when somebody changes a list`, {
    timeout: 60_000,
  }, async () => {
    await using rig = await startServiceRig({ channels: [channel] })
    rig.x.setStanding(standing)
    await rig.type(channel, 'topic add axion')
    await untilTrue(async () => says.test((await rig.ready()).wrong['x'] ?? ''))
    assert.equal((await rig.ready()).status, 503)
    assert.match(await rig.type(channel, 'status'), says)
    assert.match(JSON.stringify((await rig.status()).readiness), says)
    assert.match(rig.log.join(''), says)
    rig.x.setStanding('good')
    await rig.type(channel, 'topic add neutrino')
    await rig.x.connected()
    await untilTrue(async () => (await rig.ready()).status === 200)
  })
}

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

test('X out of reach while it runs is said everywhere, and what was written meanwhile is fetched', {
  timeout: 60_000,
}, async t => {
  await using rig = await startServiceRig({ channels: [channel], speed: 20 })
  const { world } = rig
  await rig.type(channel, 'follow mira_okafor')
  await rig.x.connected()
  await rig.x.rulesAre(rules => rules.length > 0)
  await rig.slack.received(1)
  await rig.x.close()
  const away = /could not be (?:reached|asked)/
  await untilTrue(async () => away.test((await rig.ready()).wrong['x'] ?? ''))
  assert.equal((await rig.ready()).status, 503)
  // Between two tries it says that it connects.
  await untilTrue(async () => away.test(await rig.type(channel, 'status')))
  await untilTrue(async () => away.test(JSON.stringify((await rig.status()).sources)))
  assert.match(rig.log.join(''), away)
  const missed = world.post({ author: 'mira_okafor', text: 'An axion while nobody could read it' })
  const back = await startX({ world, port: rig.x.port, keepAliveMs: 1000 })
  t.after(() => back.close())
  await back.connected()
  await rig.slack.received(2)
  assert.match(JSON.stringify(rig.slack.messages(channel)[1]?.blocks), new RegExp(`/status/${missed.id}\\|`))
  await untilTrue(async () => (await rig.ready()).status === 200)
})

test('Slack out of reach while it runs is said, and what is owed goes out once when it is back', {
  timeout: 60_000,
}, async t => {
  await using rig = await startServiceRig({ channels: [channel], speed: 20 })
  const { slack, x, world } = rig
  await untilTrue(async () => (await rig.ready()).wrong['slack'] === undefined)
  await rig.type(channel, 'follow mira_okafor')
  await x.connected()
  await x.rulesAre(rules => rules.length > 0)
  await slack.received(1)
  const port = Number(new URL(slack.apiUrl).port)
  const channels = [{ id: channel, name: 'trouble', bot: true }]
  await slack.close()
  const owed = [1, 2, 3].map(n => world.post({ author: 'mira_okafor', text: `An axion, number ${n}` }))
  for (const post of owed) await x.emit(post)
  await untilTrue(async () => (await rig.ready()).wrong['slack'] !== undefined)
  const away = /cannot be reached/
  assert.match((await rig.ready()).wrong['slack'] ?? '', away)
  assert.match(rig.log.join(''), away)
  const back = await startSlack({ port, channels, now: () => world.now() })
  t.after(() => back.close())
  await back.received(owed.length, channel)
  const seen = back.messages(channel).map(message => /\/status\/(\d+)\|/.exec(JSON.stringify(message.blocks))?.[1])
  assert.deepEqual(
    seen,
    owed.map(post => post.id),
    'each once, in order',
  )
  await untilTrue(async () => (await rig.ready()).status === 200)
})
