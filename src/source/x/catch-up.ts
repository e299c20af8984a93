/**
 * Closing one gap while X is being read again: of each part of it first the posts of the followed accounts, then, because X's search knows
 * a post only some seconds after it was written, what the topics find. Runs beside the reading; whoever reads takes what is ready.
 * What X does not give now is asked for again, ever more slowly, for as long as X would still have it; what the purse does not pay for is
 * not asked for.
 */
import { utcMinute } from '../../domain/day.ts'
import type { Route } from '../../domain/route.ts'
import { doubling } from '../../kit/backoff.ts'
import { xCatchUpMsMax, xCatchUpRetryFirstMs, xCatchUpRetryMsMax } from '../../limits.ts'
import { channelsOf, type Fetched, fetchAccounts, fetchTopics, type Interval, type Loss, nothing } from './gaps.ts'
import { type PageDeps, patient } from './pages.ts'
import type { Purse } from './purse.ts'

/** Part of a gap: what was not read of these routes. It is fetched when its end has passed. */
export interface Part extends Interval {
  readonly routes: readonly Route[]
}

/** Something that did not come, because its rules were new or nobody knows why. `whole`: of everything that is wanted. */
export interface Missed extends Part {
  readonly whole: boolean
  readonly why: string
}

export interface CatchUpDeps extends PageDeps {
  readonly searchDelayMs: number
  /** There is something to take, or everything is done. */
  readonly onReady: () => void
}

/** A part ends at most this far ahead, when new rules work and the search knows; a longer wait is a clock that was set back. */
const aheadMsMax = 120_000

export class CatchUp {
  /** Epoch ms: the latest end of its parts. */
  to = Number.NEGATIVE_INFINITY
  /** Up to here nothing of any route is missing once all is done; undefined when only some routes are caught up. */
  readTo: number | undefined
  /** Posts handed out, and how often something was. */
  posts = 0
  taken = 0
  readonly losses: Loss[] = []
  readonly notes = new Set<string>()
  readonly #deps: CatchUpDeps
  readonly #purse: Purse
  readonly #ready: Fetched[] = []
  readonly #troubles = new Map<number, string>()
  readonly #stop = new AbortController()
  #working = 0
  #begun = 0

  constructor(deps: CatchUpDeps, purse: Purse) {
    this.#deps = deps
    this.#purse = purse
  }

  /** Something more belongs to this gap. */
  add(part: Part): void {
    const { clock, searchDelayMs } = this.#deps
    this.to = Math.max(this.to, part.to)
    const oldest = clock.now() - xCatchUpMsMax
    if (part.from < oldest) {
      const why = `What was written before ${utcMinute(oldest)} is lost, because X is asked for the last 7 days only.`
      this.losses.push({ why, channels: channelsOf(part.routes) })
    }
    const { routes } = part
    if (routes.some(route => route.follows.length > 0)) void this.#fetch(fetchAccounts, part, part.to)
    if (routes.some(route => route.topics.length > 0)) void this.#fetch(fetchTopics, part, part.to + searchDelayMs)
  }

  /** What is ready to be handed out; undefined when nothing is at the moment. */
  take(): Fetched | undefined {
    const fetched = this.#ready.shift()
    if (fetched === undefined) return undefined
    this.taken += 1
    this.posts += fetched.readings.filter(reading => reading.kind === 'post').length
    this.losses.push(...fetched.losses)
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

  /** Nothing more is asked for; what was bought by then can still be taken, until it is `done`. */
  stop(): void {
    this.#stop.abort()
  }

  async #fetch(fetch: typeof fetchAccounts, part: Part, startAt: number): Promise<void> {
    const { clock, random, onReady } = this.#deps
    const { signal } = this.#stop
    const name = this.#begun
    this.#begun += 1
    this.#working += 1
    let left = part.routes
    let waitMs = Math.min(startAt - clock.now(), aheadMsMax)
    for (let tries = 1; left.length > 0; tries += 1) {
      if (waitMs > 0) await clock.sleep(waitMs, signal)
      const asking = { ...part, routes: left, purse: this.#purse, patience: patient }
      const fetched = await fetch(this.#deps, asking, signal)
      if (signal.aborted) {
        // It is all asked for again on the next connection; what was bought is worth having.
        this.#working -= 1
        this.#ready.push({ ...nothing, readings: fetched.readings, lookups: fetched.lookups })
        onReady()
        return
      }
      left = fetched.again
      const why = fetched.trouble?.why ?? 'X could not be asked.'
      if (left.length > 0 && part.to < clock.now() - xCatchUpMsMax) {
        this.losses.push({ why: `X did not give the posts within 7 days: ${why}`, channels: channelsOf(left) })
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
