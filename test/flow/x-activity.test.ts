/**
 * Goal: a post that its author deletes is heard of, and what cannot be heard is said. Method: the real listener over loopback HTTP against
 * the simulated Activity API; where a day has to pass, on a clock moved by hand.
 */
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { createWorld } from '../../sim/world/world.ts'
import { startX, type XOptions, type XSim } from '../../sim/x/server.ts'
import type { Arrival } from '../../src/domain/arrival.ts'
import { emptyRoute, type Route } from '../../src/domain/route.ts'
import { type Clock, ManualClock } from '../../src/kit/clock.ts'
import { seededRandom } from '../../src/kit/random.ts'
import { xHeadersMs, xLineBytesMax, xStallMs } from '../../src/limits.ts'
import type { Wanted } from '../../src/source/source.ts'
import { runActivity } from '../../src/source/x/activity/activity.ts'
import { createBearer } from '../../src/source/x/bearer.ts'
import { createClient } from '../../src/source/x/client.ts'
import { createXSource } from '../../src/source/x/source.ts'
import { leapClock } from '../rig/leap-clock.ts'

const hour = 3_600_000
const speed = 100

/** What is wanted, by handle, changeable. */
class Wish implements Wanted {
  readonly #sim: XSim
  #routes: readonly Route[] = []
  #held: string | undefined
  #change = Promise.withResolvers<void>()
  rate: ReadonlyMap<string, number> = new Map()

  constructor(sim: XSim, handles: readonly string[]) {
    this.#sim = sim
    this.follow(...handles)
  }

  follow(...handles: string[]): void {
    const follows = handles.map(handle => ({ ...this.#sim.world.someone(handle), source: 'x' as const }))
    this.#routes = [{ ...emptyRoute('x', 'C1'), follows }]
    this.#tell()
  }

  hold(why: string | undefined): void {
    this.#held = why
    this.#tell()
  }

  #tell(): void {
    this.#change.resolve()
    this.#change = Promise.withResolvers<void>()
  }

  current = () => this.#routes
  held = () => this.#held
  rates = () => this.rate
  gapAllowance = () => undefined

  async changed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
    await Promise.race([this.#change.promise, aborted])
  }
}

interface Setup extends XOptions {
  readonly clock?: Clock
  readonly handles?: readonly string[]
  readonly prepare?: (sim: XSim, wish: Wish) => unknown
}

/** A listener that stops with the test. `news` resolves at its next word, of a deletion or of a problem. */
async function listener(t: TestContext, setup: Setup = {}) {
  const { clock = leapClock(speed), handles = ['mira_okafor', 'zoe_marchand'], prepare, ...options } = setup
  const world = createWorld({ now: () => clock.now() })
  const sim = await startX({ world, keepAliveMs: 20_000 / speed, ...options })
  t.after(() => sim.close())
  const wish = new Wish(sim, handles)
  await prepare?.(sim, wish)
  const deleted: string[] = []
  const problems: (string | undefined)[] = []
  let news = Promise.withResolvers<void>()
  const tell = () => {
    news.resolve()
    news = Promise.withResolvers<void>()
  }
  const stop = new AbortController()
  const running = runActivity(
    {
      client: createClient({
        apiUrl: sim.url,
        bearer: createBearer({ kind: 'bearer', token: sim.bearer }, sim.url, clock),
        clock,
      }),
      clock,
      random: seededRandom(3),
      // A clock that is moved by hand leaves the network behind.
      limits:
        clock instanceof ManualClock
          ? { headersMs: 100 * hour, stallMs: 100 * hour, lineBytesMax: xLineBytesMax }
          : { headersMs: xHeadersMs, stallMs: xStallMs, lineBytesMax: xLineBytesMax },
      onProblem: sentence => {
        problems.push(sentence)
        tell()
      },
    },
    wish,
    postId => {
      deleted.push(postId)
      tell()
    },
    stop.signal,
  )
  const end = async () => {
    stop.abort()
    await running
  }
  t.after(end)
  const users = () => sim.activity.subscriptions().map(each => each.userId)
  return {
    sim,
    wish,
    deleted,
    problems,
    end,
    users,
    id: (handle: string) => sim.world.someone(handle).id,
    until: async (isTrue: () => boolean) => {
      while (!isTrue()) await news.promise
    },
    listening: (connects = 1) =>
      sim.until(() => sim.activity.open().length === 1 && sim.activity.connections.length >= connects),
    /** Writes a post and deletes it. */
    gone: async (author: string) => {
      const post = sim.world.post({ author, text: 'I should not have said that' })
      await sim.deletePost(post.id)
      return post.id
    },
  }
}

for (const answer of ['list', 'plain', 'wrapped'] as const) {
  test(`deletions of everybody who is followed are heard, where X answers in the shape "${answer}"`, async t => {
    const rig = await listener(t, { activity: { answer } })
    await rig.listening()
    await rig.sim.until(() => rig.users().length === 2)
    const ids = [await rig.gone('mira_okafor'), await rig.gone('zoe_marchand')]
    await rig.gone('jonas_lindqv')
    ids.push(await rig.gone('mira_okafor'))
    await rig.until(() => rig.deleted.length === 3)
    assert.deepEqual(rig.deleted, ids)
    assert.deepEqual(rig.problems, [])
    assert.ok(rig.sim.activity.subscriptions().every(each => each.tag === 'birdwire:deletions'))
    const from = performance.now()
    await rig.end()
    assert.ok(performance.now() - from < 1000, 'stops at once')
  })
}

test('subscriptions follow the wishes; those of others serve too and are left alone; without wishes nobody listens', async t => {
  const rig = await listener(t, {
    handles: ['mira_okafor', 'zoe_marchand'],
    prepare: sim =>
      subscribe(sim, sim.world.someone('zoe_marchand').id, 'somebody').then(() =>
        subscribe(sim, sim.world.someone('halden_lab').id, 'somebody'),
      ),
  })
  await rig.listening()
  const set = () => rig.users().toSorted().join()
  const are = (...handles: string[]) => handles.map(rig.id).toSorted().join()
  await rig.sim.until(() => set() === are('zoe_marchand', 'halden_lab', 'mira_okafor'))
  rig.wish.follow('zoe_marchand', 'jonas_lindqv')
  await rig.sim.until(() => set() === are('zoe_marchand', 'halden_lab', 'jonas_lindqv'))
  const post = await rig.gone('zoe_marchand')
  await rig.until(() => rig.deleted.length === 1)
  assert.deepEqual(rig.deleted, [post])
  rig.wish.follow()
  await rig.sim.until(() => set() === are('zoe_marchand', 'halden_lab') && rig.sim.activity.open().length === 0)
})

test('after a cut it listens again; what was deleted meanwhile is not heard of', async t => {
  const rig = await listener(t)
  await rig.listening()
  await rig.sim.until(() => rig.users().length === 2)
  const before = await rig.gone('mira_okafor')
  await rig.until(() => rig.deleted.length === 1)
  await rig.sim.activity.cut()
  await rig.gone('mira_okafor')
  await rig.listening(2)
  const after = await rig.gone('mira_okafor')
  await rig.until(() => rig.deleted.length === 2)
  assert.deepEqual(rig.deleted, [before, after])
  assert.deepEqual(rig.problems, [])
})

test('unknown events, garbage and lines that are too long are passed over', async t => {
  const rig = await listener(t)
  await rig.listening()
  await rig.sim.until(() => rig.users().length === 2)
  const raw = (text: string) => rig.sim.activity.sendRaw(`${text}\r\n`)
  await raw('{"data":{"event_type":"profile.update.bio","payload":{"id":"1"}}}')
  await raw('{"data":{"event_type":"post.delete","payload":{}}}')
  await raw('{"data":')
  await raw('x'.repeat(xLineBytesMax + 1))
  const post = await rig.gone('mira_okafor')
  await rig.until(() => rig.deleted.length === 1)
  assert.deepEqual(rig.deleted, [post])
  assert.equal(rig.sim.activity.connections.length, 1)
})

test('while nothing may be read there is no connection, and afterwards there is one again', async t => {
  const rig = await listener(t)
  await rig.listening()
  rig.wish.hold('The budget is used up.')
  await rig.sim.until(() => rig.sim.activity.open().length === 0)
  await rig.gone('mira_okafor')
  assert.deepEqual(rig.sim.activity.told, [])
  rig.wish.hold(undefined)
  await rig.listening(2)
  assert.equal(rig.users().length, 2, 'the subscriptions stayed')
  const post = await rig.gone('mira_okafor')
  await rig.until(() => rig.deleted.length === 1)
  assert.deepEqual(rig.deleted, [post])
})

test('an app without access is told so in one sentence, and asked for again after a day', async t => {
  const clock = new ManualClock()
  const rig = await listener(t, { clock, activity: { access: false } })
  await rig.until(() => rig.problems.length === 1)
  assert.match(rig.problems[0] ?? '', /^Deletions are not heard of: this app has no access .* X_ACTIVITY=off/)
  rig.sim.activity.access = true
  const asked = () => rig.sim.requests.length
  const before = asked()
  rig.wish.follow('mira_okafor')
  await clock.advance(23 * hour)
  assert.equal(asked(), before, 'not asked meanwhile, whatever is wanted')
  await clock.advance(hour)
  await rig.listening()
  assert.deepEqual(rig.users(), [rig.id('mira_okafor')])
  assert.equal(rig.problems.at(-1), undefined)
})

test('where X has no room for all, those who post most are heard, and the rest is said', async t => {
  const rig = await listener(t, {
    handles: ['mira_okafor', 'zoe_marchand', 'jonas_lindqv'],
    activity: { subscriptionsMax: 2 },
    prepare: (sim, wish) => {
      const rates = [1, 7, 3].map((n, i) => [
        sim.world.someone(['mira_okafor', 'zoe_marchand', 'jonas_lindqv'][i] ?? '').id,
        n,
      ])
      wish.rate = new Map(rates as [string, number][])
    },
  })
  await rig.until(() => rig.problems.length === 1)
  assert.deepEqual(rig.users(), [rig.id('zoe_marchand'), rig.id('jonas_lindqv')])
  assert.match(rig.problems[0] ?? '', /no room for the deletions of 1 of the accounts/)
  rig.wish.follow('mira_okafor', 'zoe_marchand')
  await rig.until(() => rig.problems.length === 2)
  assert.equal(rig.problems[1], undefined)
  assert.deepEqual(new Set(rig.users()), new Set([rig.id('zoe_marchand'), rig.id('mira_okafor')]))
})

test('too many wishes at once wait for the end of the rate limit; those that are there are heard meanwhile', async t => {
  const clock = new ManualClock()
  const rig = await listener(t, {
    clock,
    handles: ['mira_okafor', 'zoe_marchand', 'jonas_lindqv'],
    rateLimits: { 'POST /2/activity/subscriptions': 2 },
  })
  await rig.until(() => rig.problems.length === 1)
  assert.match(rig.problems[0] ?? '', /^X could not be told whose deletions are wanted: X asks to slow down/)
  await rig.listening()
  const [first = ''] = rig.users()
  const post = await rig.gone(rig.sim.world.someone(first).handle)
  await rig.until(() => rig.deleted.length === 1)
  assert.deepEqual(rig.deleted, [post])
  await clock.advance(hour / 4)
  await rig.until(() => rig.problems.length === 2)
  assert.equal(rig.problems[1], undefined)
  assert.equal(rig.users().length, 3)
})

test('two other connections of the same app are said, and it goes on when one is free', async t => {
  const others = new AbortController()
  const rig = await listener(t, {
    prepare: async sim => {
      const request = { headers: { authorization: `Bearer ${sim.bearer}` }, signal: others.signal }
      for (let n = 0; n < 2; n += 1) fetch(`${sim.url}/2/activity/stream`, request).catch(() => undefined)
      await sim.until(() => sim.activity.open().length === 2)
    },
  })
  await rig.until(() => rig.problems.length === 1)
  assert.match(rig.problems[0] ?? '', /^Deletions are not heard of at the moment\. X allows an app two connections/)
  rig.wish.hold('The budget is used up.')
  await rig.until(() => rig.problems.length === 2)
  assert.equal(rig.problems[1], undefined, 'what is not to be heard is not missed')
  rig.wish.hold(undefined)
  await rig.until(() => rig.problems.length === 3)
  assert.equal(rig.problems[2], rig.problems[0])
  others.abort()
  await rig.until(() => rig.problems.length === 4)
  assert.equal(rig.problems[3], undefined)
  assert.equal(rig.sim.activity.open().length, 1)
})

test('through the source a deletion is an arrival among the others, and what cannot be heard is in its state', async t => {
  const clock = leapClock(speed)
  const sim = await startX({ world: createWorld({ now: () => clock.now() }), keepAliveMs: 20_000 / speed })
  t.after(() => sim.close())
  const source = createXSource({
    apiUrl: sim.url,
    auth: { kind: 'bearer', token: sim.bearer },
    mode: 'stream',
    people: { known: async () => [], remember: async () => {} },
    activity: true,
    clock,
    random: seededRandom(3),
  })
  const stop = new AbortController()
  const arrivals: Arrival[] = []
  let news = Promise.withResolvers<void>()
  const reading = (async () => {
    for await (const arrival of source.stream(new Wish(sim, ['mira_okafor']), undefined, stop.signal)) {
      arrivals.push(arrival)
      news.resolve()
      news = Promise.withResolvers<void>()
    }
  })()
  t.after(async () => {
    stop.abort()
    await reading
  })
  await Promise.all([sim.connected(), sim.until(() => sim.activity.open().length === 1)])
  const { post } = await sim.emit(sim.world.post({ author: 'mira_okafor', text: 'said' }))
  await sim.deletePost(post.id)
  const kinds = () => arrivals.flatMap(each => (each.kind === 'post' || each.kind === 'delete' ? [each.kind] : []))
  while (!kinds().includes('delete') || !kinds().includes('post')) await news.promise
  const deletion = arrivals.find(each => each.kind === 'delete')
  assert.equal(deletion?.postId, post.id)
  assert.equal(deletion?.source, 'x')
  assert.deepEqual(source.state().problems, [])
  sim.activity.access = false
  await sim.activity.cut()
  // Nothing tells of a change of the state: it is looked at.
  while (source.state().problems.length === 0) await clock.sleep(1000)
  assert.match(source.state().problems.join(), /no access to X's Activity API/)
  assert.equal(source.state().state, 'streaming', 'posts are read all the same')
})

function subscribe(sim: XSim, userId: string, tag: string): Promise<Response> {
  return fetch(`${sim.url}/2/activity/subscriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sim.bearer}` },
    body: JSON.stringify({ event_type: 'post.delete', filter: { user_id: userId }, tag }),
  })
}
