/**
 * Goal: whatever X refuses is said where people look, in a sentence that names the way out, and nothing is lost by it. Method: the real service;
 * the simulated X treats the app as X would.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createWorld } from '../../sim/world/world.ts'
import type { Standing } from '../../sim/x/server.ts'
import { type ServiceRig, type ServiceRigOptions, startServiceRig, untilTrue } from '../rig/service.ts'

const lab = 'C0LAB'
const timeout = { timeout: 25_000 }
const rigOf = (options: Partial<ServiceRigOptions> = {}) => startServiceRig({ channels: [lab], speed: 20, ...options })
const saying = (rig: ServiceRig, text: string) => rig.slack.messages(lab).filter(message => message.text.includes(text))
const comes = (rig: ServiceRig, text: string) => untilTrue(() => saying(rig, text).length === 1)

/** It is said by `/readyz` and by `status`; with what is logged, in all. */
async function says(rig: ServiceRig, what: RegExp): Promise<void> {
  await untilTrue(async () => what.test((await rig.ready()).wrong['x'] ?? ''))
  assert.equal((await rig.ready()).status, 503)
  assert.match(await rig.type(lab, 'status'), what)
}

/** A request to X by somebody else with the same app. */
const elsewhere = (rig: ServiceRig, path: string, body?: object) =>
  fetch(`${rig.x.url}/2/tweets/search/stream${path}`, {
    headers: { authorization: `Bearer ${rig.x.bearer}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })

/** The stream is tried again. */
async function streamsWithin(rig: ServiceRig, hoursMax: number): Promise<void> {
  for (let hours = 0; rig.x.connections.length === 0; hours++) {
    assert.ok(hours <= hoursMax, `no stream after ${hoursMax} hours`)
    rig.leap(3_600_000)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  await rig.reading()
  await untilTrue(async () => (await rig.status()).sources[0]?.mode === 'stream')
}

const refusals: readonly (readonly [Standing, RegExp])[] = [
  ['unauthorized', /X does not accept the token \(401\).+ Check X_BEARER_TOKEN, or X_API_KEY and X_API_SECRET/],
  ['no-credits', /no credits left, .+ \(402\)\. Add credits at console\.x\.com/],
  ['payment-required', /no credits left, .+ \(402\)\. Add credits at console\.x\.com.+ X says: "credits depleted"/],
  [
    'usage-capped',
    /usage cap for the month is reached \(429\)\. Raise it at console\.x\.com, or wait for the next cycle/,
  ],
  ['not-enrolled', /not attached to a project .+\(403, client-not-enrolled\)\. Attach it at console\.x\.com/],
]

suite('what X refuses', { concurrency: 4 }, () => {
  for (const [standing, what] of refusals) {
    test(
      `${standing} while it is read is said; what was written meanwhile comes when a person has helped`,
      timeout,
      async () => {
        await using rig = await rigOf()
        await rig.type(lab, 'follow mira_okafor')
        await rig.reading()
        rig.x.setStanding(standing)
        await rig.x.end()
        await says(rig, what)
        rig.world.post({ author: 'mira_okafor', text: 'Meanwhile' })
        rig.x.setStanding('good')
        await rig.type(lab, 'topic add axion')
        await comes(rig, 'Meanwhile')
        await rig.reading()
      },
    )
  }

  test('a wrong token at the start is said by the first command, and everywhere', timeout, async () => {
    await using rig = await rigOf({ environment: { X_BEARER_TOKEN: 'wrong' } })
    const what = /X does not accept the token \(401\).+ Check X_BEARER_TOKEN/
    assert.match(await rig.type(lab, 'follow mira_okafor'), what)
    await rig.type(lab, 'topic add axion')
    await says(rig, what)
    assert.match(rig.log.join(''), what)
  })

  test('a free app has five rules, and sixty accounts fit into them', timeout, async () => {
    await using rig = await rigOf({
      x: { profile: 'free', ruleLengthMax: 512 },
      world: now => createWorld({ seed: 11, now, neighbours: true }),
    })
    const all = rig.world.users().filter(({ state }) => state === 'active')
    const some = all.slice(0, 60).map(({ handle }) => handle)
    await rig.type(lab, `follow ${some.join(' ')}`)
    await rig.reading()
    assert.ok(rig.x.rulesInForce().length <= 5)
    assert.match(await rig.type(lab, 'status'), /\d rules of at most 5\./)
    for (const author of [some[0], some[59]]) {
      const emission = await rig.x.emit(rig.world.post({ author: author ?? '', text: `A word of ${author}` }))
      assert.ok(emission.onWire)
      await comes(rig, `A word of ${author}`)
    }
  })

  test('where others have taken all rules it says so, polls, and streams when there is room', timeout, async () => {
    await using rig = await rigOf({ x: { profile: 'free' } })
    const theirs = Array.from({ length: 5 }, (_, n) => ({ value: `theirs${n}`, tag: 'theirs' }))
    await elsewhere(rig, '/rules', { add: theirs })
    await rig.type(lab, 'follow mira_okafor')
    const taken =
      /X allows this app 5 rules, and rules that somebody else made with it take all of them, so nothing can be streamed\. Delete some of theirs\./
    await says(rig, taken)
    rig.leap(200_000)
    await untilTrue(async () => (await rig.status()).sources[0]?.mode === 'poll')
    rig.world.post({ author: 'mira_okafor', text: 'By another way' })
    rig.leap(60_000)
    await comes(rig, 'By another way')
    const status = await rig.type(lab, 'status')
    assert.match(
      status,
      new RegExp(`asked on a schedule.+Polling X every minute, because the stream does not work: ${taken.source}`),
    )
    assert.doesNotMatch(status, /do not come/, 'polled, they do')
    await elsewhere(rig, '/rules', { delete: { ids: rig.x.rules().map(({ id }) => id) } })
    await streamsWithin(rig, 24)
  })

  test('a rule that X refuses is said; its accounts are read whole', timeout, async () => {
    await using rig = await rigOf({ x: { ruleLengthMax: 40 } })
    await rig.type(lab, 'follow mira_okafor')
    await rig.type(lab, 'keyword add superconducting, cryogenics, axion, haloscope')
    await says(rig, /X refuses the keywords/)
    await rig.x.emit(rig.world.post({ author: 'mira_okafor', text: 'An axion, perhaps' }))
    await comes(rig, 'An axion, perhaps')
  })

  test(
    'a second instance on the same app is told of, and `/birdwire reconnect` frees the stream',
    timeout,
    async () => {
      await using rig = await rigOf()
      await elsewhere(rig, '/rules', { add: [{ value: 'theirs' }] })
      const theirs = await elsewhere(rig, '')
      const ended = theirs.text().catch(() => 'ended')
      await rig.type(lab, 'follow mira_okafor')
      await says(
        rig,
        /Another connection of this X app is open \(429\), and X allows one\. Is a second Birdwire running .+ `?\/birdwire reconnect`? ends all of them/,
      )
      assert.match(
        await rig.type(lab, 'reconnect'),
        /^X ended one connection of this app\.\nBirdwire connects again by itself/,
      )
      await ended
      await rig.reading()
      assert.equal(rig.x.connections.length, 2)
    },
  )

  test('an app without the stream is polled, which is said; it is streamed when X gives it', timeout, async () => {
    await using rig = await rigOf()
    rig.x.setStanding('no-stream')
    await rig.type(lab, 'follow mira_okafor')
    await rig.reading()
    assert.equal(rig.x.connections.length, 0)
    const because =
      /asked on a schedule .+ because the stream does not work: .+\(403, client-not-enrolled\)\. Attach it at console\.x\.com/
    assert.match(await rig.type(lab, 'status'), because)
    rig.world.post({ author: 'mira_okafor', text: 'Asked for' })
    rig.leap(60_000)
    await comes(rig, 'Asked for')
    rig.x.setStanding('good')
    await streamsWithin(rig, 24)
    const live = rig.world.post({ author: 'mira_okafor', text: 'As it happens' })
    await rig.x.emit(live)
    await comes(rig, 'As it happens')
    assert.equal(saying(rig, 'Asked for').length, 1)
  })

  test('X_MODE=poll reads follows and topics without stream and rules; the ledger of it shows', timeout, async () => {
    await using rig = await rigOf({ environment: { X_MODE: 'poll' } })
    await rig.type(lab, 'follow mira_okafor')
    await rig.type(lab, 'topic add axion')
    await rig.reading()
    rig.world.post({ author: 'mira_okafor', text: 'A note' })
    rig.world.post({ author: 'zoe_marchand', text: 'Un axion' })
    // A search is asked for what is some time old.
    for (const text of ['A note', 'Un axion']) {
      await untilTrue(() => {
        rig.leap(10_000)
        return saying(rig, text).length === 1
      })
    }
    assert.match(await rig.type(lab, 'status'), /\*X\*: asked on a schedule .+ Polling X every minute/)
    assert.deepEqual([rig.x.connections.length, rig.x.rules().length], [0, 0])
    // It goes on asking meanwhile.
    await untilTrue(async () => {
      const { usd } = rig.x.bill.total()
      return (await rig.type(lab, 'cost')).includes(`: $${usd.toFixed(2)} spent`)
    })
  })
})
