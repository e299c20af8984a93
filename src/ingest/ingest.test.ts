import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Arrival } from '../domain/arrival.ts'
import type { Post } from '../domain/post.ts'
import { ManualClock } from '../kit/clock.ts'
import { commitArrivalsMax } from '../limits.ts'
import type { Intake, IntakeResult } from '../store/store.ts'
import { createIngest, type IngestEvent, type IngestOptions } from './ingest.ts'

function post(n: number): Post {
  return {
    source: 'x',
    id: `${n}`,
    version: `${n}`,
    author: { id: '7', handle: 'mira_okafor', name: 'Mira Okafor', url: 'https://x.com/mira_okafor' },
    createdAt: 1,
    text: [],
    media: [],
    sensitive: false,
    url: `https://x.com/mira_okafor/status/${n}`,
    relation: 'original',
    edited: false,
  }
}

const arrival = (n: number): Arrival => ({ kind: 'post', post: post(n), via: 'stream', at: 1, cursor: `c${n}` })

/** A source whose arrivals the test hands over, and which tells how many were asked for. */
class HandSource {
  readonly name = 'x'
  readonly since: (string | undefined)[] = []
  asked = 0
  readonly #ready: Arrival[] = []
  #bell = Promise.withResolvers<void>()

  give(...arrivals: readonly Arrival[]): void {
    this.#ready.push(...arrivals)
    this.#bell.resolve()
  }

  async *stream(_wanted: unknown, since: string | undefined, signal: AbortSignal): AsyncGenerator<Arrival> {
    this.since.push(since)
    signal.addEventListener('abort', () => this.#bell.resolve())
    for (;;) {
      this.asked += 1
      while (this.#ready.length === 0) {
        if (signal.aborted) return
        await this.#bell.promise
        this.#bell = Promise.withResolvers()
      }
      const next = this.#ready.shift()
      if (next !== undefined) yield next
    }
  }
}

/** A store that remembers what was committed; a commit can be held back or made to fail. */
class HandStore {
  readonly batches: (readonly Intake[])[] = []
  /** Runs before each commit. */
  before: () => Promise<void> = async () => undefined
  #committed = Promise.withResolvers<void>()

  async cursor(): Promise<string> {
    return 'c0'
  }

  async commit(intakes: readonly Intake[]): Promise<readonly IntakeResult[]> {
    await this.before()
    this.batches.push(intakes)
    this.#committed.resolve()
    this.#committed = Promise.withResolvers()
    return intakes.map(() => 'stored' as const)
  }

  async until(posts: number): Promise<void> {
    while (this.ids().length < posts) await this.#committed.promise
  }

  ids(): string[] {
    return this.batches.flat().flatMap(({ arrival }) => (arrival.kind === 'post' ? [arrival.post.id] : []))
  }
}

const wantedOf = (changes: Partial<IngestOptions['wanted']>): IngestOptions['wanted'] => ({
  current: () => [],
  changed: () => new Promise(() => undefined),
  held: () => undefined,
  rates: () => new Map(),
  gapAllowance: () => undefined,
  follows: () => false,
  charge: () => undefined,
  meet: async () => undefined,
  ...changes,
})

function bench(overrides: Partial<IngestOptions> = {}) {
  const source = new HandSource()
  const store = new HandStore()
  const clock = new ManualClock()
  const events: IngestEvent[] = []
  const stop = new AbortController()
  const ingest = createIngest({
    source,
    store,
    matcher: { match: () => ({ deliver: [], rejected: [] }), route: () => undefined },
    wanted: wantedOf({}),
    clock,
    onCommitted: () => undefined,
    onEvent: event => events.push(event),
    ...overrides,
  })
  return { source, store, clock, events, stop, ingest, running: ingest.run(stop.signal) }
}

class DiskFullError extends Error {
  shouldRetry(): boolean {
    return true
  }
}

const numbers = (count: number, first = 1) => Array.from({ length: count }, (_, n) => first + n)

test('arrivals are committed in order, from the cursor that was durable', async () => {
  const { source, store, stop, running } = bench()
  source.give(...numbers(5).map(arrival))
  await store.until(5)
  stop.abort()
  await running
  assert.deepEqual(source.since, ['c0'])
  assert.deepEqual(store.ids(), ['1', '2', '3', '4', '5'])
})

test('what has queued up is committed together, within the limit, and nothing waits for more', async () => {
  const { source, store, stop, running } = bench()
  source.give(arrival(1))
  await store.until(1)
  source.give(...numbers(commitArrivalsMax + 10, 2).map(arrival))
  await store.until(commitArrivalsMax + 11)
  stop.abort()
  await running
  assert.deepEqual(
    store.batches.map(batch => batch.length),
    [1, commitArrivalsMax, 10],
  )
})

test('I1 while a batch is not durable, no more than one further arrival is asked for', async () => {
  const { source, store, stop, running } = bench()
  const gate = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  store.before = () => {
    reached.resolve()
    return gate.promise
  }
  source.give(...numbers(commitArrivalsMax * 3).map(arrival))
  await reached.promise
  for (const _ of numbers(20)) await new Promise(setImmediate)
  assert.equal(source.asked, commitArrivalsMax + 1)
  gate.resolve()
  await store.until(commitArrivalsMax * 3)
  stop.abort()
  await running
})

test('what matching said goes with the post, in words', async () => {
  const { source, store, stop, running } = bench({
    matcher: {
      route: () => undefined,
      match: () => ({
        deliver: [{ channel: 'C1', because: { kind: 'topic', topic: 'ligo' } }],
        rejected: [{ channel: 'C2', because: 'paused', detail: '' }],
      }),
    },
  })
  source.give(arrival(1), { kind: 'mark', at: 1, cursor: 'm' })
  await store.until(1)
  stop.abort()
  await running
  const [first, mark] = store.batches.flat()
  assert.deepEqual(first?.deliver, [{ channel: 'C1', because: 'the topic ligo matched' }])
  assert.deepEqual(first?.rejected, [{ channel: 'C2', because: 'the channel was paused' }])
  assert.deepEqual(mark?.deliver, [])
})

test('a full disk costs nothing: the batch is offered again, it is said why, and it goes on when there is space', async () => {
  const { source, store, clock, events, stop, ingest, running } = bench()
  let full = true
  store.before = async () => {
    if (full) throw new DiskFullError('no space left')
  }
  source.give(arrival(1))
  while (clock.sleeping === 0) await new Promise(setImmediate)
  assert.equal(ingest.trouble(), 'store: no space left')
  source.give(arrival(2))
  await clock.advance(1000)
  assert.deepEqual(
    events.map(event => event.kind === 'store-refused' && event.retryInMs),
    [1000, 2000],
  )
  full = false
  await clock.advance(2000)
  await store.until(2)
  assert.deepEqual(events.at(-1), { kind: 'store-healed', afterMs: 3000 })
  assert.equal(ingest.trouble(), undefined)
  assert.deepEqual(store.ids(), ['1', '2'])
  stop.abort()
  await running
})

test('I1 stopped while the disk is full, nothing after the batch that was refused is committed', async () => {
  const { source, store, clock, stop, running } = bench()
  let refused = 0
  store.before = async () => {
    refused += 1
    if (refused === 1) throw new DiskFullError('no space left')
  }
  source.give(arrival(1))
  while (clock.sleeping === 0) await new Promise(setImmediate)
  source.give(arrival(2))
  stop.abort()
  await running
  assert.deepEqual(store.ids(), [])
})

test('a broken store ends the loop and the stream', async () => {
  const { source, store, running } = bench()
  store.before = async () => {
    throw new Error('damaged')
  }
  source.give(arrival(1))
  await assert.rejects(running, /damaged/)
})

test('the source says that it has ended, and so does the loop', async () => {
  const source = {
    name: 'x',
    async *stream() {
      yield arrival(1)
    },
  } as const
  const { store, running } = bench({ source })
  await running
  assert.deepEqual(store.ids(), ['1'])
})

test('what was paid for an arrival is told before it is durable, and goes with it', async () => {
  const told: string[] = []
  const reads = { posts: ['1'], inner: [], users: [] }
  const { source, store, stop, running } = bench({
    wanted: wantedOf({
      charge: purchases => {
        for (const { via, channels } of purchases)
          told.push(`${via} for ${channels.join()}, ${store.ids().length} stored`)
      },
    }),
    matcher: {
      route: () => undefined,
      match: () => ({ deliver: [{ channel: 'C1', because: { kind: 'topic', topic: 'ligo' } }], rejected: [] }),
    },
  })
  source.give(
    { kind: 'post', post: post(1), via: 'stream', at: 1, cursor: 'c1', reads },
    { kind: 'mark', at: 1, cursor: 'm' },
  )
  await store.until(1)
  stop.abort()
  await running
  assert.deepEqual(told, ['stream for C1, 0 stored'])
  const [first, mark] = store.batches.flat()
  assert.deepEqual(first?.purchase?.reads, reads)
  assert.equal(first?.purchase?.by, 'topic')
  assert.equal(mark?.purchase, undefined)
})
