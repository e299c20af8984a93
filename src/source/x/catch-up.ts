/**
 * Closing one gap while the stream is open again: first the posts of the followed accounts, then, because X's search knows a post only
 * some seconds after it was written, what the topics find. Runs beside the stream; whoever reads takes what is ready.
 */
import type { Route } from '../../domain/route.ts'
import { xCatchUpMsMax } from '../../limits.ts'
import { type Fetched, fetchAccounts, fetchTopics, type GapDeps, type Interval } from './gaps.ts'

export class CatchUp {
  readonly interval: Interval
  readonly why: string
  /** Posts handed out. */
  posts = 0
  readonly problems: string[] = []
  readonly #phases: Promise<Fetched>[] = []
  readonly #stop = new AbortController()

  constructor(
    deps: GapDeps & { readonly searchDelayMs: number },
    gap: Interval & { readonly why: string },
    routes: readonly Route[],
  ) {
    this.interval = { from: gap.from, to: gap.to }
    this.why = gap.why
    const { clock, searchDelayMs } = deps
    const signal = this.#stop.signal
    if (gap.from < clock.now() - xCatchUpMsMax)
      this.problems.push('The gap is longer than the 7 days that Birdwire looks back.')
    const accounts = fetchAccounts(deps, routes, this.interval, signal)
    this.#phases.push(accounts)
    if (routes.every(route => route.topics.length === 0)) return
    const topics = clock
      .sleep(Math.max(0, gap.to + searchDelayMs - clock.now()), signal)
      .then(() => fetchTopics(deps, routes, this.interval, signal))
    this.#phases.push(topics)
  }

  /** What comes next; undefined when all was handed out. Asked again before it settled, it gives the same. */
  next(): Promise<Fetched> | undefined {
    return this.#phases[0]
  }

  /** The phase that `next` gave was handed out. */
  handedOut(fetched: Fetched): void {
    this.posts += fetched.readings.filter(reading => reading.kind === 'post').length
    this.problems.push(...fetched.problems)
    this.#phases.shift()
  }

  stop(): void {
    this.#stop.abort()
  }
}
