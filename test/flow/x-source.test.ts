/**
 * Goal: reading X as a whole (rules, stream, reconnects, catching up) against the simulated X, with its faults.
 * Method: a real source over loopback HTTP on a clock that runs a hundred times too fast, shared with the simulator, so that the real
 * waits (45 s of silence, 20 s for a rule, 12 s for a search) take fractions of a second. Everything is awaited as a fact.
 */
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { createWorld, shownText, type WorldPost } from '../../sim/world/world.ts'
import { startX, type XOptions, type XSim } from '../../sim/x/server.ts'
import type { Arrival, Cursor, Gap } from '../../src/domain/arrival.ts'
import { type Post, plainText } from '../../src/domain/post.ts'
import { emptyRoute, type Route } from '../../src/domain/route.ts'
import type { Clock } from '../../src/kit/clock.ts'
import { systemClock } from '../../src/kit/clock.ts'
import { seededRandom } from '../../src/kit/random.ts'
import type { Source, Wanted } from '../../src/source/source.ts'
import type { XEvent } from '../../src/source/x/events.ts'
import { createXSource } from '../../src/source/x/source.ts'

const speed = 100

/** The machine's clock, a hundred times as fast. */
function fastClock(): Clock {
  const start = Date.now()
  return {
    now: () => start + (performance.now() - startedAt) * speed,
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  }
}
const startedAt = performance.now()

/** What channels want, changeable. */
class Wishes implements Wanted {
  #routes: readonly Route[]
  #change = Promise.withResolvers<void>()

  constructor(...routes: Route[]) {
    this.#routes = routes
  }

  set(...routes: Route[]): void {
    this.#routes = routes
    this.#change.resolve()
    this.#change = Promise.withResolvers<void>()
  }

  current(): readonly Route[] {
    return this.#routes
  }

  async changed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
    await Promise.race([this.#change.promise, aborted])
  }
}

interface Reader {
  readonly sim: XSim
  readonly source: Source
  readonly wishes: Wishes
  readonly arrivals: Arrival[]
  readonly events: XEvent[]
  readonly clock: Clock
  posts(): readonly Post[]
  gaps(state: Gap['state']): readonly Gap[]
  /** Resolves when it is true; looked at after each arrival and event. */
  until(what: string, isTrue: () => boolean): Promise<void>
  /** Ends the reading; gives the cursor of the last arrival and how long stopping took, in real ms. */
  stop(): Promise<{ cursor: Cursor | undefined; ms: number }>
}

interface Setup {
  readonly clock?: Clock
  readonly since?: Cursor
  readonly sim?: XSim
  readonly bearer?: string
}

function followed(channel: string, sim: XSim, handles: readonly string[], more: Partial<Route> = {}): Route {
  const follows = handles.map(handle => {
    const user = sim.world.someone(handle)
    return { source: 'x' as const, id: user.id, handle: user.handle, name: user.name }
  })
  return { ...emptyRoute('x', channel), follows, ...more }
}

async function simulate(t: TestContext, clock: Clock, options: XOptions = {}): Promise<XSim> {
  const sim = await startX({ world: createWorld({ now: () => clock.now() }), keepAliveMs: 20_000 / speed, ...options })
  t.after(() => sim.close())
  return sim
}

/** Starts to read; stops with the test. */
function read(t: TestContext, sim: XSim, clock: Clock, wishes: Wishes, setup: Setup = {}): Reader {
  const arrivals: Arrival[] = []
  const events: XEvent[] = []
  let waiters: { readonly isTrue: () => boolean; readonly resolve: () => void }[] = []
  const look = () => {
    const due = waiters.filter(waiter => waiter.isTrue())
    waiters = waiters.filter(waiter => !due.includes(waiter))
    for (const waiter of due) waiter.resolve()
  }
  const source = createXSource({
    apiUrl: sim.url,
    auth: { kind: 'bearer', token: setup.bearer ?? sim.bearer },
    clock,
    random: seededRandom(7),
    onEvent: event => {
      events.push(event)
      queueMicrotask(look)
    },
  })
  const stopping = new AbortController()
  const done = (async () => {
    for await (const arrival of source.stream(wishes, setup.since, stopping.signal)) {
      arrivals.push(arrival)
      look()
    }
  })()
  const stop = async () => {
    const from = performance.now()
    stopping.abort()
    await done
    return { cursor: arrivals.at(-1)?.cursor, ms: performance.now() - from }
  }
  t.after(stop)
  return {
    sim,
    source,
    wishes,
    arrivals,
    events,
    clock,
    posts: () => arrivals.flatMap(arrival => (arrival.kind === 'post' ? [arrival.post] : [])),
    gaps: state =>
      arrivals.flatMap(arrival => (arrival.kind === 'gap' && arrival.gap.state === state ? [arrival.gap] : [])),
    until: async (what, isTrue) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(() => {
        console.error(`still waiting for: ${what}`, source.state(), events.slice(-5))
        resolve()
      }, 8000)
      waiters.push({ isTrue, resolve })
      look()
      await promise
      clearTimeout(timer)
      assert.ok(isTrue(), `waited for: ${what}`)
    },
    stop,
  }
}

const team = ['mira_okafor', 'jonas_lindqv', 'zoe_marchand', 'h_takamori', 'layla_nasser_', 'halden_lab']

async function streaming(t: TestContext, options: XOptions = {}, routes?: (sim: XSim) => Route[]): Promise<Reader> {
  const clock = fastClock()
  const sim = await simulate(t, clock, options)
  const reader = read(t, sim, clock, new Wishes(...(routes?.(sim) ?? [followed('C1', sim, team)])))
  await sim.connected()
  await reader.until('streaming', () => reader.source.state().state === 'streaming')
  return reader
}

const has = (reader: Reader, post: WorldPost) => reader.posts().some(each => each.version === post.id)

test('posts come whole, once and in order, however their bytes are cut', async t => {
  const reader = await streaming(t, { chunks: 'mixed' }, sim => [
    followed(
      'C1',
      sim,
      sim.world.users().map(user => user.handle),
    ),
  ])
  const { sim } = reader
  for (let turn = 0; turn < 150; turn += 1) await sim.emitNext()
  await reader.until('all posts', () => reader.posts().length === sim.wire.length)
  assert.deepEqual(
    reader.posts().map(post => post.version),
    sim.wire.map(entry => entry.id),
  )
  assert.ok(sim.wire.length > 100)
  for (const post of reader.posts()) {
    const truth = sim.world.lookup(post.version)
    assert.ok(truth !== undefined)
    // X writes the names of those who are answered before a reply.
    const text = plainText(post)
    const expected = shownText(truth)
    assert.ok(truth.replyTo ? text.endsWith(expected) : text === expected, `${text} ≠ ${expected}`)
    assert.equal(post.id, truth.history[0])
    assert.equal(post.edited, truth.history.length > 1)
    assert.equal(post.relation, truth.kind === 'reply' && truth.innerId ? 'quote' : truth.kind)
    assert.equal(post.author.handle, sim.world.someone(truth.authorId).handle)
    assert.deepEqual(
      post.media.map(media => media.alt),
      truth.media.map(media => media.alt),
    )
    assert.deepEqual(
      post.poll?.options.map(option => option.label),
      truth.poll?.options.map(option => option.label),
    )
    const inner = truth.innerId === undefined ? undefined : sim.world.lookup(truth.innerId)
    if (inner !== undefined && sim.world.someone(inner.authorId).state === 'active') {
      assert.ok(post.inner !== undefined, JSON.stringify(post))
      assert.ok(plainText(post.inner).endsWith(shownText(inner)), `${plainText(post.inner)} ≠ ${shownText(inner)}`)
      assert.equal(post.inner.media.length, inner.media.length)
    }
  }
})

test('a follow reaches the open stream; what is no longer wanted is deleted only when the new rule works; others are left alone', async t => {
  const clock = fastClock()
  const sim = await simulate(t, clock)
  const foreign = { value: 'cat has:images', tag: 'somebody' }
  const twin = { value: `from:${sim.world.someone('gwen_pryce').id}`, tag: 'somebody' }
  await addRules(sim, [foreign, twin])
  const reader = read(t, sim, clock, new Wishes(followed('C1', sim, ['mira_okafor'])))
  await sim.connected()
  assert.ok(sim.wasOnWire((await sim.emit(sim.world.post({ author: 'mira_okafor', text: 'one' }))).post.id))
  reader.wishes.set(followed('C1', sim, ['mira_okafor', 'zoe_marchand']))
  await sim.until(() => sim.rules().length === 4)
  const emission = await sim.emit(sim.world.post({ author: 'zoe_marchand', text: 'deux' }))
  await reader.until('the post of the new account', () => has(reader, emission.post))
  await sim.until(() => sim.rules().length === 3)
  const [added, deleted] = ['POST', 'POST'].length === 2 ? reader.events.filter(event => event.kind === 'rules') : []
  assert.ok(added !== undefined && deleted !== undefined)
  // Somebody else's rule with the value we want serves us too and stays theirs.
  reader.wishes.set(followed('C1', sim, ['gwen_pryce']))
  await sim.until(() => sim.rules().length === 2)
  assert.deepEqual(
    sim.rules().map(rule => rule.value),
    [foreign.value, twin.value],
  )
  reader.wishes.set(followed('C1', sim, ['halden_lab']))
  await sim.until(() => sim.rules().length === 3)
  assert.deepEqual(
    sim
      .rules()
      .filter(rule => rule.tag === 'somebody')
      .map(rule => rule.value),
    [foreign.value, twin.value],
  )
  assert.equal(sim.connections.length, 1)
  assert.deepEqual(reader.source.state().rules, { ours: 1, others: 2, cap: 1000 })
})

async function addRules(sim: XSim, add: readonly { value: string; tag: string }[]): Promise<void> {
  const response = await fetch(`${sim.url}/2/tweets/search/stream/rules`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sim.bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ add }),
  })
  assert.ok(response.ok)
}

const breaks: readonly {
  readonly name: string
  readonly strike: (sim: XSim) => Promise<void>
  readonly why: RegExp
}[] = [
  { name: 'a reset', strike: sim => sim.cut(), why: /reset|closed/ },
  { name: 'a clean end', strike: sim => sim.end(), why: /closed/ },
  { name: 'a line cut in half', strike: sim => sim.endMidLine(), why: /reset|closed/ },
  { name: 'silence', strike: sim => sim.stall(), why: /no byte for 45 s/ },
  { name: 'an operational disconnect', strike: sim => sim.disconnectOperationally(), why: /operational-disconnect/ },
]

for (const { name, strike, why } of breaks) {
  test(`after ${name} it reads on, and what was written meanwhile is fetched`, async t => {
    const reader = await streaming(t)
    const { sim } = reader
    const before = await sim.emit(sim.world.post({ author: 'mira_okafor', text: 'before' }))
    await reader.until('the post before', () => has(reader, before.post))
    sim.faults.schedule('connect-reset', { times: 2 })
    await strike(sim)
    const missed = [1, 2, 3].map(n => sim.world.post({ author: 'jonas_lindqv', text: `meanwhile ${n}` }))
    await reader.until('the gap to be closed', () => reader.gaps('closed').length === 1)
    const after = await sim.emit(sim.world.post({ author: 'zoe_marchand', text: 'after' }))
    await reader.until('the post after', () => has(reader, after.post))
    sim.faults.assertAllFired()
    const [gap] = reader.gaps('open')
    assert.match(gap?.why ?? '', why)
    for (const post of missed) {
      const arrival = reader.arrivals.find(each => each.kind === 'post' && each.post.version === post.id)
      assert.equal(arrival?.kind === 'post' && arrival.via, 'catch-up')
    }
    const order = reader.posts().map(post => post.version)
    assert.deepEqual(
      missed.map(post => order.indexOf(post.id)).toSorted((a, b) => a - b),
      missed.map(post => order.indexOf(post.id)),
    )
    if (name === 'an operational disconnect') {
      assert.ok(reader.arrivals.some(arrival => arrival.kind === 'drop' && arrival.reason === 'stream-error'))
    }
    cursorsWaitForTheGap(reader)
  })
}

/** I1: from the opening of a gap to its end no arrival carries a cursor beyond its beginning. */
function cursorsWaitForTheGap(reader: Reader): void {
  let from: number | undefined
  let last = 0
  for (const arrival of reader.arrivals) {
    const { at } = JSON.parse(arrival.cursor) as { at: number }
    assert.ok(at >= last, 'a cursor went back')
    last = at
    if (arrival.kind === 'gap') from = arrival.gap.state === 'open' ? arrival.gap.from : undefined
    if (from !== undefined) assert.ok(at <= from, `${arrival.kind} at ${at} is beyond ${from}`)
  }
}

test('half a line at the end is a drop of its own', async t => {
  const reader = await streaming(t)
  await reader.sim.endMidLine()
  await reader.until('the cut line', () =>
    reader.arrivals.some(arrival => arrival.kind === 'drop' && arrival.reason === 'cut'),
  )
})

test('garbage, unknown messages and lines that are too long are drops; the stream goes on', async t => {
  const reader = await streaming(t)
  const { sim } = reader
  await sim.sendRaw('{"data":\r\n')
  await sim.sendRaw('{"notice":{}}\r\n')
  await sim.sendRaw(`{"data":"${'x'.repeat(1024 * 1024)}"}\r\n`)
  await sim.sendRaw('{"data":{"id":"1"}}\r\n')
  const { post } = await sim.emit(sim.world.post({ author: 'mira_okafor', text: 'still here' }))
  await reader.until('the post', () => has(reader, post))
  const reasons = reader.arrivals.flatMap(arrival => (arrival.kind === 'drop' ? [arrival.reason] : []))
  assert.deepEqual(reasons, ['not-json', 'unknown-message', 'too-long', 'bad-shape'])
  assert.equal(sim.connections.length, 1)
})

test('after a gap topics are searched for, too', async t => {
  const reader = await streaming(t, {}, sim => [followed('C1', sim, ['mira_okafor'], { topics: ['haloscope'] })])
  const { sim } = reader
  sim.faults.schedule('connect-reset', { times: 2 })
  await sim.cut()
  const found = sim.world.post({ author: 'gwen_pryce', text: 'The haloscope hears nothing, loudly' })
  const other = sim.world.post({ author: 'gwen_pryce', text: 'Lunch' })
  await reader.until('the gap to be closed', () => reader.gaps('closed').length === 1)
  assert.ok(has(reader, found))
  assert.ok(!has(reader, other))
})

test('it resumes from a cursor, and without one starts now', async t => {
  const reader = await streaming(t)
  const { sim, clock } = reader
  const old = sim.world.post({ author: 'mira_okafor', text: 'unseen', at: clock.now() - 3_600_000 })
  const { post } = await sim.emit(sim.world.post({ author: 'mira_okafor', text: 'seen' }))
  await reader.until('the post', () => has(reader, post))
  const { cursor } = await reader.stop()
  assert.ok(cursor !== undefined)
  await sim.disconnected()
  const missed = sim.world.post({ author: 'mira_okafor', text: 'while away' })
  const again = read(t, sim, clock, reader.wishes, { since: cursor })
  await again.until('the gap to be closed', () => again.gaps('closed').length === 1)
  assert.ok(has(again, missed))
  assert.ok(!has(again, old))
  assert.equal(again.gaps('closed')[0]?.why, 'not running')
})

test('a gap that cannot be closed is declared lost with the reason, and the cursor goes on', async t => {
  const reader = await streaming(t)
  const { sim } = reader
  sim.faults.schedule('rest-5xx', { times: 1000, subject: /users/ })
  await sim.cut()
  await reader.until('the gap to be lost', () => reader.gaps('lost').length === 1)
  assert.match(reader.gaps('lost')[0]?.how ?? '', /X is in trouble \(50\d\)/)
  cursorsWaitForTheGap(reader)
})

test('a quiet stream moves its cursor', async t => {
  const reader = await streaming(t)
  await reader.until('two marks', () => reader.arrivals.filter(arrival => arrival.kind === 'mark').length >= 2)
  cursorsWaitForTheGap(reader)
})

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
  assert.equal(sim.rules().length, 1)
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
  assert.deepEqual(reader.gaps('open'), [])
})

test('a rule that X refuses is said, and its accounts are read whole', async t => {
  const reader = await streaming(t, { ruleLengthMax: 40 }, sim => [
    followed('C1', sim, ['mira_okafor'], { keywords: ['superconducting OR cryogenics OR axion OR haloscope'] }),
  ])
  assert.match(reader.source.state().detail, /X refuses the keywords/)
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
        reader.sim.setStanding('no-credits')
        await reader.sim.connected()
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
    clock,
  })
  const inputs = ['@MIRA_okafor', 'https://x.com/gone_gareth', 'ada_shielded', 'nobody_at_all', 'not a handle']
  const answers = await source.resolve(inputs, new AbortController().signal)
  assert.deepEqual(
    answers.map(answer => answer.kind),
    ['found', 'suspended', 'protected', 'unknown', 'invalid'],
  )
})
