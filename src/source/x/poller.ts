/**
 * Reading X without its stream: round after round of timelines and searches. Looks like a connection to whoever reads: pulled, with an end
 * that is a value. A round asks each account for what is newer than its newest post known, and the searches for what was written since the
 * last whole round. What a round does not get the next one asks for again; a round is whole when nothing is left of it.
 *
 * It ends by itself when X refuses in a way that no account escapes, and when no round has been whole for too long: then there is a gap.
 * docs.x.com/x-api/posts/timelines/introduction, docs.x.com/x-api/posts/search-recent-posts
 */
import type { Route } from '../../domain/route.ts'
import { xPollLateMs, xSearchCharsMax } from '../../limits.ts'
import type { Wanted } from '../source.ts'
import type { XError } from './errors.ts'
import { type Fetched, fetchAccounts, fetchTopics, merge, nothing } from './gaps.ts'
import { brisk, isHopeless, type PageDeps } from './pages.ts'
import { type PollPlan, planPolls } from './poll-plan.ts'
import { Purse } from './purse.ts'
import { pack } from './rules/packing.ts'
import { topicTexts } from './rules/topics.ts'

/** What one round brought. `upTo`: everything up to this time (epoch ms) has come; undefined when something has to be asked for again. */
export interface Round extends Pick<Fetched, 'readings' | 'lookups' | 'losses'> {
  readonly kind: 'round'
  readonly from: number
  readonly at: number
  readonly upTo?: number
  readonly trouble?: XError
  readonly plan: PollPlan
}

export interface PollEnd {
  readonly kind: 'end'
  readonly why: string
  /** X refuses; only waiting or a person helps. */
  readonly error?: XError
}

export interface PollerDeps extends PageDeps {
  readonly wanted: Wanted
  readonly pollMs: number
  readonly searchDelayMs: number
}

export class Poller {
  readonly openedAt: number
  readonly #deps: PollerDeps
  readonly #closed = new AbortController()
  /** Posts of all accounts before this have come, epoch ms. */
  #from: number
  #wholeAt: number
  #began: number | undefined
  #everyMs: number
  /** Why the rounds since the last whole one were not whole. */
  #trouble: string | undefined
  readonly #newest = new Map<string, string>()
  /** What becomes known when the round before has been handed out. */
  #handed = () => {}
  #end: PollEnd | undefined

  constructor(deps: PollerDeps) {
    this.#deps = deps
    this.openedAt = deps.clock.now()
    this.#from = this.openedAt
    this.#wholeAt = this.openedAt
    this.#everyMs = deps.pollMs
  }

  /** Aborts when it is closed. */
  get signal(): AbortSignal {
    return this.#closed.signal
  }

  /** The next round; asking for it says that the one before is durable. */
  async next(): Promise<Round | PollEnd> {
    const { clock } = this.#deps
    const { signal } = this
    this.#handed()
    if (this.#end === undefined && this.#began !== undefined) {
      const elapsedMs = Math.min(this.#everyMs, Math.max(0, clock.now() - this.#began))
      await clock.sleep(this.#everyMs - elapsedMs, signal)
    }
    if (this.#end !== undefined) return this.#end
    const now = clock.now()
    // A clock that was set back: a round that is asked for twice costs nothing.
    if (now < this.#from || now < this.#wholeAt) {
      this.#from = now - this.#everyMs
      this.#wholeAt = now
    }
    const lateMs = Math.max(xPollLateMs, 5 * this.#everyMs)
    if (now - this.#wholeAt > lateMs) {
      const why = this.#trouble ?? `nothing was asked of X for ${Math.round((now - this.#wholeAt) / 60_000)} minutes`
      this.#end ??= { kind: 'end', why }
      return this.#end
    }
    this.#began = now
    const round = await this.#round(now, this.#deps.wanted.current())
    // What was bought is handed out, also when it has been closed meanwhile.
    return round.readings.length + round.lookups.length > 0 ? round : (this.#end ?? round)
  }

  close(why: string): void {
    this.#end ??= { kind: 'end', why }
    this.#closed.abort()
  }

  async #round(now: number, routes: readonly Route[]): Promise<Round> {
    const { wanted, ...deps } = this.#deps
    const { signal } = this
    const follows = new Set(routes.flatMap(route => route.follows.map(({ id }) => id)))
    const searches = pack(topicTexts(routes, xSearchCharsMax).texts, xSearchCharsMax).length
    for (const id of this.#newest.keys()) if (!follows.has(id)) this.#newest.delete(id)
    const plan = planPolls(follows.size, searches, deps.pollMs)
    this.#everyMs = plan.everyMs
    const asking = { routes, from: this.#from, to: now, purse: new Purse(undefined), patience: brisk }
    const accounts = await fetchAccounts(deps, { ...asking, newest: this.#newest }, signal)
    // A topic may be anybody's: one search can cost more than all who are followed in a day.
    const searched = { ...asking, to: now - deps.searchDelayMs, purse: new Purse(wanted.gapAllowance()) }
    const refused = accounts.trouble !== undefined && isHopeless(accounts.trouble.kind)
    const topics = searches === 0 || refused ? nothing : await fetchTopics(deps, searched, signal)
    const trouble = accounts.trouble ?? topics.trouble
    if (trouble !== undefined && isHopeless(trouble.kind))
      this.#end ??= { kind: 'end', why: trouble.why, error: trouble }
    const { readings, lookups, losses, again } = merge(
      [accounts, topics],
      [...accounts.again, ...topics.again],
      trouble,
    )
    const whole = again.length === 0 && !signal.aborted
    this.#trouble = trouble?.why ?? this.#trouble
    const upTo = searches === 0 ? now : now - deps.searchDelayMs
    this.#handed = () => {
      this.#handed = () => {}
      const failed = new Set(accounts.again.flatMap(route => route.follows.map(({ id }) => id)))
      this.#learn(accounts, follows, failed)
      if (!whole) return
      this.#from = Math.max(this.#from, upTo)
      this.#wholeAt = now
      this.#trouble = undefined
    }
    return {
      kind: 'round',
      from: this.#from,
      at: now,
      readings,
      lookups,
      losses,
      plan,
      ...(whole ? { upTo } : {}),
      ...(trouble === undefined ? {} : { trouble }),
    }
  }

  #learn({ readings }: Fetched, follows: ReadonlySet<string>, failed: ReadonlySet<string>): void {
    for (const reading of readings) {
      if (reading.kind === 'drop') continue
      const { version, author } = reading.post
      if (!follows.has(author.id) || failed.has(author.id)) continue
      const known = this.#newest.get(author.id)
      if (known === undefined || BigInt(known) < BigInt(version)) this.#newest.set(author.id, version)
    }
  }
}
