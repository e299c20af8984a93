/**
 * The loop between a source and the store: pull, match, commit. What has queued up is committed together, waiting for none, so a
 * quiet stream has the latency of one commit and a burst the throughput of many in one. While a batch is not durable at most one
 * more arrival is asked for: the pull is the backpressure, and the cursor never leaves a post behind (I1).
 * A store that cannot take a batch now (a full disk) is offered it again; a store that is broken ends the loop.
 */
import type { Arrival } from '../domain/arrival.ts'
import { groupingOf } from '../domain/grouping.ts'
import type { Post } from '../domain/post.ts'
import type { Purchase } from '../domain/reads.ts'
import { becauseInWords, refusalInWords } from '../domain/reasons.ts'
import type { Clock } from '../kit/clock.ts'
import { crashPoint } from '../kit/crash-point.ts'
import { type InsistEvent, insistence } from '../kit/insist.ts'
import { commitArrivalsMax, commitRetryMsMax } from '../limits.ts'
import type { Source, Wanted } from '../source/source.ts'
import type { Intake, IntakeResult, Owed, Store } from '../store/store.ts'
import { holdOf } from './hours.ts'
import { purchaseOf } from './ledger-purchase.ts'
import type { Matcher, MatchResult } from './match.ts'

export interface Committed {
  readonly intakes: readonly Intake[]
  /** One for each intake, in order. */
  readonly results: readonly IntakeResult[]
}

export type IngestEvent = InsistEvent

/** What else whoever knows the wishes is told of what arrives: `Economy`. */
export interface Keeper {
  /** Whether any channel follows the account. */
  follows(account: string): boolean
  /** X has charged this. Told before it is durable, so that a flood is stopped before the disk has taken it. */
  charge(purchases: readonly Purchase[]): void
  /** Posts are durable: their authors may have renamed themselves. */
  meet(posts: readonly Post[]): Promise<void>
}

export interface IngestOptions {
  readonly source: Pick<Source, 'name' | 'stream'>
  readonly store: Pick<Store, 'cursor' | 'commit'>
  readonly matcher: Pick<Matcher, 'match' | 'route'>
  readonly wanted: Wanted & Keeper
  readonly clock: Clock
  /** After each commit, before the next: wakes whoever delivers. */
  readonly onCommitted: (committed: Committed) => void
  readonly onEvent: (event: IngestEvent) => void
}

export interface Ingest {
  /** Reads until the signal aborts or the source ends. Rejects only when the store is broken, or we are. Call it once. */
  run(signal: AbortSignal): Promise<void>
  /** Why nothing is being stored at the moment, in one sentence; undefined when all is well. */
  trouble(): string | undefined
}

export function createIngest(options: IngestOptions): Ingest {
  const { source, store, matcher, wanted, clock, onCommitted, onEvent } = options
  const { insist, trouble } = insistence({ clock, retryMsMax: commitRetryMsMax, onEvent })

  async function commit(arrivals: readonly Arrival[], signal: AbortSignal): Promise<void> {
    const intakes = arrivals.map(intakeOf)
    wanted.charge(intakes.flatMap(({ purchase }) => purchase ?? []))
    crashPoint('after-pull-before-commit')
    const committed = await insist(() => store.commit(intakes, clock.now()), signal)
    if (committed === undefined) return
    crashPoint('after-commit-before-pull')
    onCommitted({ intakes, results: committed.value })
    const posts = arrivals.flatMap(arrival => (arrival.kind === 'post' ? [arrival.post] : []))
    await insist(() => wanted.meet(posts), signal)
  }

  function intakeOf(arrival: Arrival): Intake {
    const matched = arrival.kind === 'post' ? matcher.match(arrival.post) : nobody
    const { deliver, rejected } = matched
    const purchase = purchaseOf(source.name, arrival, matched, account => wanted.follows(account))
    return {
      source: source.name,
      arrival,
      deliver: deliver.map(({ channel, because }) => ({
        channel,
        because: becauseInWords(because),
        ...(arrival.kind === 'post' ? placed(arrival.post, channel) : {}),
      })),
      rejected: rejected.map(refusal => ({ channel: refusal.channel, because: refusalInWords(refusal) })),
      ...(purchase === undefined ? {} : { purchase }),
    }
  }

  /** When it may come into the channel, and where it goes beside what the channel has been shown. */
  function placed(post: Post, channel: string): Pick<Owed, 'grouping' | 'hold'> {
    const route = matcher.route(channel, post.source)
    if (route === undefined) return {}
    const grouping = groupingOf(post, route)
    const hold = holdOf(route.pace, clock.now())
    return { ...(grouping === undefined ? {} : { grouping }), ...(hold === undefined ? {} : { hold }) }
  }

  async function run(signal: AbortSignal): Promise<void> {
    const cursor = await insist(() => store.cursor(source.name), signal)
    if (cursor === undefined) return
    const stop = new AbortController()
    const arrivals = source.stream(wanted, cursor.value, AbortSignal.any([signal, stop.signal]))
    const pull = new Pull(arrivals[Symbol.asyncIterator]())
    try {
      for (let batch = await pull.some(); batch.length > 0; batch = await pull.some()) {
        await commit(batch, signal)
        // Not durable, so nothing after it may be either: a later cursor would leave it behind.
        if (trouble() !== undefined) return
      }
    } finally {
      stop.abort()
      await pull.end()
    }
  }

  return { run, trouble }
}

const nobody: MatchResult = { deliver: [], rejected: [] }

/** Takes arrivals in order; one is always asked for ahead, so that what is there already can be told from what is still to come. */
class Pull {
  readonly #arrivals: AsyncIterator<Arrival>
  #next: Promise<IteratorResult<Arrival>>

  constructor(arrivals: AsyncIterator<Arrival>) {
    this.#arrivals = arrivals
    this.#next = this.#ask()
  }

  /** Waits for one arrival and takes what is there with it; empty when there will be no more. */
  async some(): Promise<readonly Arrival[]> {
    const batch: Arrival[] = []
    let result = await this.#next
    const now = new Promise<undefined>(resolve => setImmediate(resolve, undefined))
    while (result.done !== true) {
      batch.push(result.value)
      this.#next = this.#ask()
      if (batch.length === commitArrivalsMax) break
      const ready = await Promise.race([this.#next, now])
      if (ready === undefined) break
      result = ready
    }
    return batch
  }

  async end(): Promise<void> {
    await this.#next.catch(() => undefined)
    await this.#arrivals.return?.()
  }

  #ask(): Promise<IteratorResult<Arrival>> {
    const next = this.#arrivals.next()
    // It is awaited later, when the batch before it is durable; until then a rejection is not unhandled.
    next.catch(() => undefined)
    return next
  }
}
