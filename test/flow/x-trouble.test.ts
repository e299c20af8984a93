/**
 * Goal: every way in which X can refuse is a state that a person understands and that heals by itself.
 * Method: as in x-source.test.ts.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { XOptions } from '../../sim/x/server.ts'
import { createXSource } from '../../src/source/x/source.ts'
import {
  addRules,
  fastClock,
  followed,
  has,
  type Reader,
  read,
  rememberingPeople,
  simulate,
  streaming,
  team,
  Wishes,
} from './x-rig.ts'

const standings = [
  { standing: 'unauthorized', says: /token \(401\)/ },
  { standing: 'no-credits', says: /Add credits/ },
  { standing: 'payment-required', says: /Add credits/ },
  { standing: 'not-enrolled', says: /client-not-enrolled/ },
] as const

for (const { standing, says } of standings) {
  test(`${standing} is a state with a sentence; it heals without a restart, at once when somebody changes something`, async t => {
    const reader = await streaming(t)
    const { sim, source } = reader
    sim.setStanding(standing)
    await sim.cut()
    await reader.until('blocked', () => reader.events.some(event => event.kind === 'connect-failed' && event.blocked))
    await reader.until('the state', () => source.state().state === 'blocked')
    assert.match(source.state().detail, says)
    assert.ok((source.state().until ?? 0) - reader.clock.now() > 200_000)
    const requests = sim.requests.length
    sim.setStanding('good')
    reader.wishes.set(followed('C1', sim, [...team, 'gwen_pryce']))
    await reader.until('streaming again', () => source.state().state === 'streaming')
    assert.ok(sim.requests.length > requests)
  })
}

test('a refused connect is tried again after its own wait: 5xx, 429 with a reset, another connection', async t => {
  const reader = await streaming(t)
  const { sim } = reader
  sim.faults.schedule('connect-5xx')
  sim.faults.schedule('connect-429', { detail: { resetSeconds: 30 } })
  sim.faults.schedule('connect-too-many')
  sim.faults.schedule('connect-reset')
  const from = reader.clock.now()
  await sim.cut()
  await reader.until('streaming again', () => reader.events.filter(event => event.kind === 'connected').length === 2)
  sim.faults.assertAllFired()
  const errors = reader.events.flatMap(event => (event.kind === 'connect-failed' ? [event.error] : []))
  assert.deepEqual([...errors].sort(), ['network', 'rate-limited', 'server', 'too-many-connections'])
  assert.ok(reader.clock.now() - from > 5000 + 10_000)
})

test('somebody deletes our rules: X says 409, and they are put back', async t => {
  const reader = await streaming(t)
  const { sim } = reader
  const ids = sim.rules().map(rule => rule.id)
  await fetch(`${sim.url}/2/tweets/search/stream/rules`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sim.bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ delete: { ids } }),
  })
  await sim.cut()
  await reader.until('409', () =>
    reader.events.some(event => event.kind === 'connect-failed' && event.error === 'no-rules'),
  )
  await reader.until('streaming again', () => reader.source.state().state === 'streaming')
  assert.equal(sim.rules().length, ids.length)
})

test('who wants nothing has no connection and no rules; the first wish connects', async t => {
  const clock = fastClock()
  const sim = await simulate(t, clock)
  await addRules(sim, [
    { value: 'from:42', tag: 'birdwire:accounts' },
    { value: 'from:43', tag: 'somebody' },
  ])
  const reader = read(t, sim, clock, new Wishes())
  await sim.until(() => sim.rules().length === 1)
  assert.equal(reader.source.state().state, 'idle')
  assert.equal(sim.connections.length, 0)
  reader.wishes.set(followed('C1', sim, ['mira_okafor']))
  await sim.connected()
  reader.wishes.set()
  await sim.disconnected()
  await reader.until('idle', () => reader.source.state().state === 'idle')
  // What was open is closed: nobody waits for it any more.
  assert.deepEqual(
    reader.gaps('closed').map(gap => gap.from),
    reader.gaps('open').map(gap => gap.from),
  )
})

test('a rule that X refuses is said, and its accounts are read whole', async t => {
  const reader = await streaming(t, { ruleLengthMax: 40 }, sim => [
    followed('C1', sim, ['mira_okafor'], { keywords: ['superconducting OR cryogenics OR axion OR haloscope'] }),
  ])
  assert.match(reader.source.state().problems.join(), /X refuses the keywords/)
  const { post } = await reader.sim.emit(reader.sim.world.post({ author: 'mira_okafor', text: 'anything' }))
  await reader.until('the post', () => has(reader, post))
})

test('it stops within a second from every state', async t => {
  const states: readonly {
    readonly name: string
    readonly options: XOptions
    readonly ready: (reader: Reader) => Promise<void>
  }[] = [
    {
      name: 'streaming',
      options: {},
      ready: reader => reader.until('streaming', () => reader.source.state().state === 'streaming'),
    },
    {
      name: 'connecting',
      options: { holdHeaders: true, keepAliveMs: 60_000 },
      ready: reader => reader.sim.connected(),
    },
    {
      name: 'blocked',
      options: {},
      ready: async reader => {
        await reader.sim.connected()
        reader.sim.setStanding('no-credits')
        await reader.sim.cut()
        await reader.until('blocked', () => reader.source.state().state === 'blocked')
      },
    },
  ]
  for (const { name, options, ready } of states) {
    const clock = fastClock()
    const sim = await simulate(t, clock, options)
    const reader = read(t, sim, clock, new Wishes(followed('C1', sim, team)))
    await ready(reader)
    const { ms } = await reader.stop()
    assert.ok(ms < 1000, `${name}: ${ms} ms`)
  }
})

test('handles are resolved as X knows them', async t => {
  const clock = fastClock()
  const sim = await simulate(t, clock)
  const source = createXSource({
    apiUrl: `${sim.url}/`,
    auth: { kind: 'key', key: sim.apiKey, secret: sim.apiSecret },
    mode: 'stream',
    people: rememberingPeople(),
    clock,
  })
  const inputs = ['@MIRA_okafor', 'https://x.com/gone_gareth', 'ada_shielded', 'nobody_at_all', 'not a handle']
  const answers = await source.resolve(inputs, new AbortController().signal)
  assert.deepEqual(
    answers.map(answer => answer.kind),
    ['found', 'suspended', 'protected', 'unknown', 'invalid'],
  )
})

test('a 409 just after rules were added is a short wait: X does not know them yet', async t => {
  const clock = fastClock()
  const sim = await simulate(t, clock, { propagationMs: 10_000 })
  const reader = read(t, sim, clock, new Wishes(followed('C1', sim, team)))
  await reader.until('streaming', () => reader.source.state().state === 'streaming')
  const refused = sim.requests.filter(({ path, status }) => path.includes('/search/stream?') && status === 409)
  assert.ok(refused.length >= 1 && refused.length <= 4, `${refused.length}`)
  assert.ok(reader.events.every(({ kind }) => kind !== 'connect-failed'))
})
