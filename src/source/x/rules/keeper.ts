/**
 * Keeps the rules at X in step with what the channels want, while the stream stays open. One pass at a time; a change during a pass
 * starts the next one. After a failure it tries again by itself, and sooner when something changes; a state that needs a person is
 * looked at again every five minutes.
 *
 * A rule that replaces another takes effect within 20 s, so the old one is deleted only in a pass after that. What a rule that nothing
 * stood in for lets pass by until then is told to whoever reads, to be fetched.
 */
import type { Route } from '../../../domain/route.ts'
import { doubling, jittered } from '../../../kit/backoff.ts'
import type { Clock } from '../../../kit/clock.ts'
import type { Random } from '../../../kit/random.ts'
import { xRefusedMs, xRuleCharsMax } from '../../../limits.ts'
import type { Wanted } from '../../source.ts'
import type { Missed } from '../catch-up.ts'
import type { XClient } from '../client.ts'
import type { XError } from '../errors.ts'
import type { OnXEvent } from '../events.ts'
import { reprobeMs, unauthorizedInARowMax } from '../reconnect.ts'
import { planRules } from './plan.ts'
import { freshMemory, type RulesReport, syncRules } from './sync.ts'
import { newlyWanted, sameWishes } from './wishes.ts'

const retryFirstMs = 2000
const retryMaxMs = 320_000
const ratesMs = 24 * 3_600_000

export interface KeeperDeps {
  readonly client: XClient
  readonly clock: Clock
  readonly random: Random
  readonly onEvent: OnXEvent
  /** Epoch ms: since when what is wanted at first has been wanted. */
  readonly startedAt: number
  /** Rules were added, and until they work these posts do not come. */
  readonly onMissed: (missed: Missed) => void
  /** How soon a rule takes effect, and how often rules are compared without a change. */
  readonly effectMs: number
  readonly checkMs: number
}

export class RuleKeeper {
  /** The last pass that succeeded. */
  report: RulesReport | undefined
  /** Why the last pass failed; undefined after one that succeeded. */
  failure: { readonly error: XError; readonly blocked: boolean; readonly until: number } | undefined
  /** Counts changes of what is wanted and rules added: whatever might heal a connect that was refused. */
  news = 0
  readonly #deps: KeeperDeps
  readonly #memory = freshMemory()
  /** Since when refusals have been remembered. */
  #refusedSince: number
  #failures = 0
  /** By which the present wishes are planned: rates change all the time, and rules should not change with them. */
  #rates: { readonly of: ReadonlyMap<string, number>; readonly at: number } | undefined
  /** The earliest wish that no pass has served yet, and the one that the running pass is to serve; epoch ms. */
  #wishedAt: number | undefined
  #servingSince: number | undefined
  /** What the last good pass served, and when it began. */
  #served: readonly Route[] | undefined
  #servedAt: number
  #addedAt = Number.NEGATIVE_INFINITY
  #change = Promise.withResolvers<void>()
  #nudge = Promise.withResolvers<void>()

  constructor(deps: KeeperDeps) {
    this.#deps = deps
    this.#refusedSince = deps.startedAt
    this.#wishedAt = deps.startedAt
    this.#servedAt = deps.startedAt
  }

  /** Since when something has been wanted that X has not been asked for yet, epoch ms. */
  get unservedSince(): number | undefined {
    return this.#servingSince ?? this.#wishedAt
  }

  /** Rules were added so recently that X may not know them yet. */
  get addedJustNow(): boolean {
    return this.#deps.clock.now() - this.#addedAt < this.#deps.effectMs
  }

  /** The rules at X that serve what is wanted, after the last pass that succeeded; undefined before the first. */
  get rules(): readonly string[] | undefined {
    if (this.report === undefined) return undefined
    return [...new Set([...this.#memory.standing, ...this.#memory.duplicates])]
  }

  /** Settles after the next pass, and when something else is wanted. */
  changed(): Promise<void> {
    return this.#change.promise
  }

  /** X says something that does not fit what we know of its rules: look again at once. */
  nudge(): void {
    this.#nudge.resolve()
  }

  async run(wanted: Wanted, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waiting = new AbortController()
      const abort = () => waiting.abort()
      signal.addEventListener('abort', abort, { once: true })
      this.#nudge = Promise.withResolvers<void>()
      // Asked for before the routes are read, so that no change falls between.
      const change = wanted.changed(waiting.signal)
      const waitMs = await this.#pass(wanted, signal)
      void change.then(() => {
        if (waiting.signal.aborted) return
        this.news += 1
        this.#wishedAt ??= this.#deps.clock.now()
        this.#tell()
      })
      await Promise.race([change, this.#nudge.promise, this.#deps.clock.sleep(waitMs, waiting.signal)])
      waiting.abort()
      signal.removeEventListener('abort', abort)
    }
    this.#tell()
  }

  /** Returns after how long the next pass is due if nothing changes. */
  async #pass(wanted: Wanted, signal: AbortSignal): Promise<number> {
    const routes = wanted.current()
    const { client, clock, effectMs, checkMs, onEvent } = this.#deps
    if (clock.now() - this.#refusedSince >= xRefusedMs) {
      this.#memory.refused.clear()
      this.#memory.charsMax = xRuleCharsMax
      this.#refusedSince = clock.now()
    }
    this.#servingSince = this.#wishedAt
    this.#wishedAt = undefined
    const passAt = clock.now()
    // A clock that was set back must not keep what is obsolete for hours.
    this.#addedAt = Math.min(this.#addedAt, passAt)
    const mayDelete = passAt - this.#addedAt >= effectMs
    const rates = this.#ratesFor(routes, wanted)
    const answer = await syncRules(
      client,
      limits => planRules(routes, { ...limits, rates }),
      { memory: this.#memory, mayDelete },
      signal,
    )
    if (signal.aborted) return 0
    if (!answer.ok) return this.#failed(answer.error)
    const report = answer.value
    const news = report.added + report.deleted > 0 || report.problems.join() !== (this.report?.problems ?? []).join()
    this.report = report
    if (report.fresh) {
      this.#addedAt = clock.now()
      this.news += 1
      this.#tellMissed(routes, passAt, report)
    }
    this.failure = undefined
    this.#failures = 0
    this.#served = routes
    this.#servedAt = passAt
    this.#servingSince = undefined
    if (news) {
      const { added, deleted, ours, others, problems } = report
      onEvent({ kind: 'rules', added, deleted, ours, others, problems })
    }
    this.#tell()
    return report.waiting > 0 ? Math.min(effectMs, Math.max(0, this.#addedAt + effectMs - clock.now())) : checkMs
  }

  /** New rates make new plans only with new wishes, or once a day. */
  #ratesFor(routes: readonly Route[], wanted: Wanted): ReadonlyMap<string, number> {
    const now = this.#deps.clock.now()
    const known = this.#rates
    if (
      known !== undefined &&
      now - known.at < ratesMs &&
      this.#served !== undefined &&
      sameWishes(routes, this.#served)
    )
      return known.of
    this.#rates = { of: wanted.rates(), at: now }
    return this.#rates.of
  }

  /**
   * A rule that only repacks old wishes misses nothing: what it replaces stays until it works. One that somebody deleted does, and so does one
   * that was deleted because X had no room for both.
   */
  #tellMissed(routes: readonly Route[], passAt: number, { vanished, early }: RulesReport): void {
    const { onMissed, effectMs } = this.#deps
    const to = this.#addedAt + effectMs
    const before = this.#served
    if (before !== undefined && vanished > 0) {
      onMissed({ routes, whole: true, from: this.#servedAt, to, why: 'rules had been deleted at X' })
      return
    }
    if (before !== undefined && early) {
      // When a pass that failed has deleted them is not known.
      const from = this.#failures > 0 ? this.#servedAt : (this.#servingSince ?? passAt)
      onMissed({ routes, whole: true, from, to, why: 'rules had to make room at X for new ones' })
      return
    }
    const fresh = before === undefined ? routes : newlyWanted(routes, before)
    const from = this.#servingSince ?? passAt
    const whole = before === undefined || before.length === 0
    if (fresh.length > 0) onMissed({ routes: fresh, whole, from, to, why: 'new rules at X' })
  }

  #failed(error: XError): number {
    const { clock, random, onEvent } = this.#deps
    this.#failures += 1
    this.#wishedAt = this.#servingSince ?? this.#wishedAt
    this.#servingSince = undefined
    const blocked =
      needsPerson.has(error.kind) || (error.kind === 'unauthorized' && this.#failures >= unauthorizedInARowMax)
    const waitMs = blocked
      ? jittered(reprobeMs, random)
      : Math.max(doubling(this.#failures, retryFirstMs, retryMaxMs, random), (error.retryAt ?? 0) - clock.now())
    this.failure = { error, blocked, until: clock.now() + waitMs }
    onEvent({ kind: 'rules-failed', error: error.kind, why: error.why })
    this.#tell()
    return waitMs
  }

  #tell(): void {
    this.#change.resolve()
    this.#change = Promise.withResolvers<void>()
  }
}

const needsPerson: ReadonlySet<XError['kind']> = new Set(['no-credits', 'forbidden', 'usage-cap'])
