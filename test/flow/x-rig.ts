/**
 * A rig for reading X against the simulated X. Source and simulator share a clock that runs a hundred times too fast, so that the real
 * waits (45 s of silence, 20 s for a rule, 12 s for a search) take fractions of a second; whatever a test waits for is a fact.
 */

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { createWorld, type WorldPost } from '../../sim/world/world.ts'
import { startX, type XOptions, type XSim } from '../../sim/x/server.ts'
import type { Account } from '../../src/domain/account.ts'
import type { Arrival, Cursor, Gap } from '../../src/domain/arrival.ts'
import type { Post } from '../../src/domain/post.ts'
import type { Reads, ReadVia } from '../../src/domain/reads.ts'
import { emptyRoute, type Route } from '../../src/domain/route.ts'
import type { Clock } from '../../src/kit/clock.ts'
import { seededRandom } from '../../src/kit/random.ts'
import type { People, Source, Wanted } from '../../src/source/source.ts'
import type { XEvent } from '../../src/source/x/events.ts'
import type { XLimits, XMode } from '../../src/source/x/reading.ts'
import { createXSource } from '../../src/source/x/source.ts'
import { leapClock } from '../rig/leap-clock.ts'

const speed = 100

/** The machine's clock, a hundred times as fast. */
export const fastClock = (): Clock => leapClock(speed)

/** A clock that can be set. `by`: ms ahead of the other. */
export class SetClock implements Clock {
  by = 0
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now() + this.by
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#clock.sleep(ms, signal)
  }
}

/** Remembers for as long as the test runs. */
export function rememberingPeople(): People {
  const known = new Map<string, Account>()
  return {
    known: async ids => ids.flatMap(id => known.get(id) ?? []),
    remember: async accounts => {
      for (const account of accounts) known.set(account.id, account)
    },
  }
}

/** What channels want and what may be spent, changeable. */
export class Wishes implements Wanted {
  #routes: readonly Route[]
  #held: string | undefined
  /** Millionths of a dollar that closing one gap may cost. */
  allowance: number | undefined
  #change = Promise.withResolvers<void>()

  constructor(...routes: Route[]) {
    this.#routes = routes
  }

  set(...routes: Route[]): void {
    this.#routes = routes
    this.#changed()
  }

  /** Nothing may be read from now on, for this reason; undefined: read. */
  hold(why: string | undefined): void {
    this.#held = why
    this.#changed()
  }

  held(): string | undefined {
    return this.#held
  }

  rates(): ReadonlyMap<string, number> {
    return new Map()
  }

  gapAllowance(): number | undefined {
    return this.allowance
  }

  #changed(): void {
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

export interface Reader {
  readonly sim: XSim
  readonly source: Source
  readonly wishes: Wishes
  readonly arrivals: Arrival[]
  readonly events: XEvent[]
  /** What was read outside the stream. */
  readonly bought: readonly { readonly reads: Reads; readonly via: ReadVia }[]
  readonly clock: Clock
  posts(): readonly Post[]
  gaps(state: Gap['state']): readonly Gap[]
  /** Resolves when it is true; looked at after each arrival and event, and now and then. */
  until(what: string, isTrue: () => boolean): Promise<void>
  /** Ends the reading; gives the cursor of the last arrival and how long stopping took, in real ms. */
  stop(): Promise<{ cursor: Cursor | undefined; ms: number }>
}

interface Setup {
  readonly clock?: Clock
  readonly since?: Cursor
  readonly sim?: XSim
  readonly bearer?: string
  /** Between two looks at the rules, ms of the clock. */
  readonly rulesCheckMs?: number
  /** Default `stream`. */
  readonly mode?: XMode
  readonly activity?: boolean
  readonly limits?: Partial<XLimits>
}

export function followed(channel: string, sim: XSim, handles: readonly string[], more: Partial<Route> = {}): Route {
  const follows = handles.map(handle => {
    const user = sim.world.someone(handle)
    return { source: 'x' as const, id: user.id, handle: user.handle, name: user.name }
  })
  return { ...emptyRoute('x', channel), follows, ...more }
}

export async function simulate(t: TestContext, clock: Clock, options: XOptions = {}): Promise<XSim> {
  const sim = await startX({ world: createWorld({ now: () => clock.now() }), keepAliveMs: 20_000 / speed, ...options })
  t.after(() => sim.close())
  return sim
}

/** Starts to read; stops with the test. */
export function read(t: TestContext, sim: XSim, clock: Clock, wishes: Wishes, setup: Setup = {}): Reader {
  const arrivals: Arrival[] = []
  const events: XEvent[] = []
  const bought: { reads: Reads; via: ReadVia }[] = []
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
    mode: setup.mode ?? 'stream',
    activity: setup.activity ?? false,
    people: rememberingPeople(),
    onReads: (reads, via) => bought.push({ reads, via }),
    limits: {
      ...(setup.rulesCheckMs === undefined ? {} : { rulesCheckMs: setup.rulesCheckMs }),
      ...setup.limits,
    },
    onEvent: event => {
      events.push(event)
      setImmediate(look)
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
    bought,
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
      // A state may change without an arrival or an event.
      const again = setInterval(look, 20)
      waiters.push({ isTrue, resolve })
      look()
      await promise
      clearInterval(again)
      clearTimeout(timer)
      assert.ok(isTrue(), `waited for: ${what}`)
    },
    stop,
  }
}

export const team = ['mira_okafor', 'jonas_lindqv', 'zoe_marchand', 'h_takamori', 'layla_nasser_', 'halden_lab']

export async function streaming(
  t: TestContext,
  options: XOptions = {},
  routes?: (sim: XSim) => Route[],
): Promise<Reader> {
  const clock = fastClock()
  const sim = await simulate(t, clock, options)
  const reader = read(t, sim, clock, new Wishes(...(routes?.(sim) ?? [followed('C1', sim, team)])))
  await sim.connected()
  await reader.until('streaming', () => reader.source.state().state === 'streaming')
  // The time before the first connect is a gap; tests begin after it.
  await reader.until('the first gap to be closed', () => reader.gaps('closed').length === 1)
  reader.arrivals.length = 0
  return reader
}

export const has = (reader: Reader, post: WorldPost) => reader.posts().some(each => each.version === post.id)

export function addRules(sim: XSim, add: readonly { value: string; tag: string }[]): Promise<void> {
  return changeRules(sim, { add })
}

/** As somebody else with the same app would. */
export function deleteRules(sim: XSim, ids: readonly string[]): Promise<void> {
  return changeRules(sim, { delete: { ids } })
}

async function changeRules(sim: XSim, change: object): Promise<void> {
  const response = await fetch(`${sim.url}/2/tweets/search/stream/rules`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sim.bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify(change),
  })
  assert.ok(response.ok)
}

/** I1: from the opening of a gap to its end no arrival carries a cursor beyond its beginning. */
export function cursorsWaitForTheGap(reader: Reader): void {
  let from: number | undefined
  let last = 0
  for (const arrival of reader.arrivals) {
    const { at } = JSON.parse(arrival.cursor) as { at: number }
    // Only a gap that was found in hindsight takes it back.
    assert.ok(at >= last || arrival.kind === 'gap', 'a cursor went back')
    last = at
    if (arrival.kind === 'gap') from = arrival.gap.state === 'open' ? arrival.gap.from : undefined
    if (from !== undefined) assert.ok(at <= from, `${arrival.kind} at ${at} is beyond ${from}`)
  }
}
