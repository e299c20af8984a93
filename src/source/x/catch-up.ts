/**
 * Closing one gap while the stream is open: of each part of it first the posts of the followed accounts, then, because X's search knows a
 * post only some seconds after it was written, what the topics find. Runs beside the stream; whoever reads takes what is ready.
 * What X does not give now is asked for again, ever more slowly, for as long as X would still have it.
 */
import type { Route } from '../../domain/route.ts'
import { doubling } from '../../kit/backoff.ts'
import { xCatchUpMsMax, xCatchUpRetryFirstMs, xCatchUpRetryMsMax } from '../../limits.ts'
import { type Fetched, fetchAccounts, fetchTopics, type GapDeps, type Interval } from './gaps.ts'

/** Part of a gap: what was not read of these routes. It is fetched when its end has passed. */
export interface Part extends Interval {
  readonly routes: readonly Route[]
}

/** What new rules let pass by. `whole`: of everything that is wanted. */
export interface Missed extends Part {
  readonly whole: boolean
  readonly why: string
}

export interface CatchUpDeps extends GapDeps {
  readonly searchDelayMs: number
  /** There is something to take, or everything is done. */
  readonly onReady: () => void
}

type Fetch = typeof fetchAccounts

export class CatchUp {
  readonly from: number
  readonly why: string
  /** Epoch ms: the latest end of its parts. */
  to: number
  /** Up to here nothing of any route is missing once all is done; undefined when only some routes are caught up. */
  readTo: number | undefined
  /** Posts handed out. */
  posts = 0
  readonly problems = new Set<string>()
  readonly notes = new Set<string>()
  readonly #deps: CatchUpDeps
  readonly #ready: Fetched[] = []
  readonly #troubles = new Map<number, string>()
  readonly #stop = new AbortController()
  #working = 0
  #begun = 0

  constructor(deps: CatchUpDeps, from: number, why: string) {
    this.#deps = deps
    this.from = from
    this.to = from
    this.why = why
  }

  /** Something more belongs to this gap. `whole`: of everything that is wanted. */
  add(missed: Part): void {
    const { clock, searchDelayMs } = this.#deps
    this.to = Math.max(this.to, missed.to)
    if (missed.from < clock.now() - xCatchUpMsMax)
      this.problems.add('The gap is longer than the 7 days that Birdwire looks back.')
    if (missed.routes.some(route => route.follows.length > 0)) void this.#fetch(fetchAccounts, missed, missed.to)
    if (missed.routes.some(route => route.topics.length > 0))
      void this.#fetch(fetchTopics, missed, missed.to + searchDelayMs)
  }

  /** What is ready to be handed out; undefined when nothing is at the moment. */
  take(): Fetched | undefined {
    const fetched = this.#ready.shift()
    if (fetched === undefined) return undefined
    this.posts += fetched.readings.filter(reading => reading.kind === 'post').length
    for (const problem of fetched.problems) this.problems.add(problem)
    for (const note of fetched.notes) this.notes.add(note)
    return fetched
  }

  /** Everything was fetched and taken. */
  get done(): boolean {
    return this.#working === 0 && this.#ready.length === 0
  }

  /** Why something has to be asked for again; undefined when nothing has. */
  get trouble(): string | undefined {
    return [...this.#troubles.values()][0]
  }

  stop(): void {
    this.#stop.abort()
  }

  async #fetch(fetch: Fetch, missed: Part, startAt: number): Promise<void> {
    const { clock, random, onReady } = this.#deps
    const { signal } = this.#stop
    const name = this.#begun
    this.#begun += 1
    this.#working += 1
    let left = missed.routes
    let waitMs = startAt - clock.now()
    for (let tries = 1; left.length > 0; tries += 1) {
      if (waitMs > 0) await clock.sleep(waitMs, signal)
      const fetched = await fetch(this.#deps, left, missed, signal)
      if (signal.aborted) return
      left = fetched.again
      const why = fetched.trouble?.why ?? 'X could not be asked.'
      if (left.length > 0 && missed.to < clock.now() - xCatchUpMsMax) {
        this.problems.add(`X did not give the posts within 7 days: ${why}`)
        left = []
      }
      if (left.length === 0) {
        this.#troubles.delete(name)
        this.#working -= 1
      } else this.#troubles.set(name, why)
      waitMs = Math.max(
        doubling(tries, xCatchUpRetryFirstMs, xCatchUpRetryMsMax, random),
        (fetched.trouble?.retryAt ?? 0) - clock.now(),
      )
      this.#ready.push(fetched)
      onReady()
    }
  }
}
