/**
 * What the channels want, as far as the month's budget allows it to be read. Guarantees: the budget is never passed, since reading ends while the
 * price of what may already be on its way is still left; before that things are given up in a fixed order (`domain/money/levels.ts`), and the
 * channels that lose something are told once. Matching is not touched: what arrives all the same is delivered.
 *
 * `charge` counts in memory, at once; `run` looks every hour, when the month ends and when money goes fast: at the store's ledger, at X's own count,
 * and at how much everybody posts. Without a budget it only knows the rates.
 */
import { dayMs, utcDay } from '../domain/day.ts'
import type { Finding } from '../domain/finding.ts'
import { everything, type Level, levelFrom, projectedAt, restricted, type Situation } from '../domain/money/levels.ts'
import { dayPlus, monthOf } from '../domain/money/month.ts'
import { ratesOf, type Seen } from '../domain/money/rates.ts'
import { microsOf, type Spent } from '../domain/money/spent.ts'
import type { Standing } from '../domain/money/standing.ts'
import type { Post, SourceName } from '../domain/post.ts'
import { type RateCard, xRateCard } from '../domain/rate-card.ts'
import type { Purchase } from '../domain/reads.ts'
import type { Route } from '../domain/route.ts'
import type { Clock } from '../kit/clock.ts'
import { type InsistEvent, insistence } from '../kit/insist.ts'
import { budgetGapShare, budgetStepsAt, commitRetryMsMax, moneyLookMs, ratesDays } from '../limits.ts'
import type { Source, Wanted } from '../source/source.ts'
import type { Announcement, Store } from '../store/store.ts'
import { heldLines, heldSentence, overLines, stepLines } from './economy-words.ts'
import type { Keeper } from './ingest.ts'
import { Ledger } from './ledger.ts'
import { compared, type DayCount, unaccounted, usageFindings } from './reconcile-usage.ts'

/** While money goes fast, a look at the levels for each such part of the budget. */
const lookShare = 0.01
/** Reading goes on within the month only when so much is left beyond what is kept back: it must not stop again at once. */
const releaseShare = 0.98
/** UTC days that X is asked about: today and yesterday, which may still grow. */
const usageDays = 2

export interface EconomyOptions {
  readonly source: SourceName
  /** What is wanted, and who waits for it: `RouteBook`. */
  readonly book: Pick<Wanted, 'current' | 'changed'> & Pick<Keeper, 'follows' | 'meet'> & { wake(): void }
  readonly store: Pick<Store, 'spending' | 'purchase' | 'usage' | 'noteUsage' | 'accountFlows' | 'announce'>
  /** X's own count. */
  readonly usage: Source['usage']
  readonly clock: Clock
  /** Millionths of a dollar a calendar month; absent: no bound. */
  readonly budgetMicros?: number
  readonly rateCard?: RateCard
  /** Lines were left in channels: whoever delivers has something to do. */
  readonly onAnnounced: (lines: readonly Announcement[]) => void
  readonly onEvent: (event: InsistEvent) => void
}

/** What holds for one month. Each begins with nothing given up. */
interface MonthState {
  /** YYYY-MM. */
  readonly month: string
  level: Level
  held: boolean
  /** Millionths of a dollar. */
  unaccounted: number
  /** Spent at the last look. */
  lookedAt: number
  /** Channels that were told that something is not read. */
  readonly told: Set<string>
}

const monthState = (month: string): MonthState => ({
  month,
  level: everything,
  held: false,
  unaccounted: 0,
  lookedAt: 0,
  told: new Set(),
})

export class Economy implements Wanted, Keeper {
  readonly #options: EconomyOptions
  readonly #card: RateCard
  readonly #ledger: Ledger
  #state: MonthState = monthState('')
  #counts: readonly DayCount[] = []
  #usageTrouble: string | undefined
  #seen: readonly Seen[] = []
  /** When the hourly things were asked for. */
  #askedAt = Number.NEGATIVE_INFINITY
  /** Told, in a month that is over, that something is not read: they hear that it is over. */
  #toldBefore: ReadonlySet<string> = new Set()
  /** Lines that the store does not have yet. */
  #owed: Announcement[] = []
  #nap = new AbortController()
  #current: { readonly of: readonly Route[]; readonly level: Level; readonly routes: readonly Route[] } | undefined

  constructor(options: EconomyOptions) {
    this.#options = options
    this.#card = options.rateCard ?? xRateCard
    this.#ledger = new Ledger(this.#card)
  }

  /** Reads what was spent so far. To be awaited before anything is read; rejects when the store does. */
  async open(): Promise<void> {
    await this.#learnRates()
    await this.#takeStock()
  }

  current(): readonly Route[] {
    const of = this.#options.book.current()
    const { level } = this.#now()
    if (this.#current?.of !== of || this.#current.level !== level)
      this.#current = { of, level, routes: restricted(of, level) }
    return this.#current.routes
  }

  changed(signal: AbortSignal): Promise<void> {
    return this.#options.book.changed(signal)
  }

  held(): string | undefined {
    const { budgetMicros: budget, clock } = this.#options
    if (budget === undefined || !this.#now().held) return undefined
    const now = clock.now()
    return heldSentence({ spent: this.#spent(), budget, kept: this.#ledger.kept(now), now })
  }

  rates(): ReadonlyMap<string, number> {
    return ratesOf(this.#options.book.current(), this.#seen, this.#options.clock.now())
  }

  gapAllowance(): number | undefined {
    const { budgetMicros: budget, clock } = this.#options
    if (budget === undefined) return undefined
    const left = budget - this.#spent() - this.#ledger.reserve(clock.now())
    return Math.max(0, Math.floor(Math.min(budgetGapShare * budget, left)))
  }

  follows(account: string): boolean {
    return this.#options.book.follows(account)
  }

  meet(posts: readonly Post[]): Promise<void> {
    return this.#options.book.meet(posts)
  }

  charge(purchases: readonly Purchase[]): void {
    const { budgetMicros: budget, clock } = this.#options
    if (budget === undefined || purchases.length === 0) return
    const now = clock.now()
    for (const purchase of purchases) this.#ledger.charge(purchase, now)
    this.#holdIfNeeded(budget)
    const spent = this.#spent()
    const near = spent >= budgetStepsAt[0] * (budget - this.#ledger.kept(now))
    if (near && spent - this.#now().lookedAt >= lookShare * budget) this.#nap.abort()
  }

  /** Channels want something else: who wants something for the first time is told if nothing is read. */
  wishesChanged(): void {
    if (this.held() !== undefined) this.#nap.abort()
  }

  /** Others have spent or changed something: what the store knows counts. */
  lookAgain(): void {
    this.#nap.abort()
  }

  /** Something was read outside of arrivals: counted at once, then durable. */
  async bought(purchases: readonly Purchase[]): Promise<void> {
    this.charge(purchases)
    await this.#options.store.purchase(purchases)
  }

  standing(): Standing {
    const { budgetMicros } = this.#options
    const { level, unaccounted } = this.#now()
    const held = this.held()
    return {
      spent: this.#spent(),
      unaccounted,
      level,
      ...(budgetMicros === undefined ? {} : { budget: budgetMicros }),
      ...(held === undefined ? {} : { held }),
      ...(this.#usageTrouble === undefined ? {} : { usageTrouble: this.#usageTrouble }),
    }
  }

  /** What a person should know. Not ok: nothing is read at all. Reading less is what the budget is for, and a count of X's that is far from ours may be another app's. */
  findings(): readonly Finding[] {
    const { level, held } = this.standing()
    const given = ['', 'topics', 'topics and reposts', 'topics, reposts and the dearest accounts'][level.step]
    const detail = held ?? (given === '' ? '' : `To stay within the budget, ${given} are not read this month.`)
    return [
      ...(detail === '' ? [] : [{ name: 'budget', ok: held === undefined, detail }]),
      ...usageFindings(this.#counts),
    ]
  }

  /** Until the signal aborts. Rejects only when the store is broken. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, onEvent } = this.#options
    const { insist } = insistence({ clock, retryMsMax: commitRetryMsMax, onEvent })
    while (!signal.aborted) {
      this.#nap = new AbortController()
      await insist(() => this.#look(signal), signal)
      const now = clock.now()
      const ms = Math.min(moneyLookMs, monthOf(now).endsAt - now)
      await clock.sleep(ms, AbortSignal.any([signal, this.#nap.signal]))
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { store, source, clock, usage } = this.#options
    const now = clock.now()
    if (Math.abs(now - this.#askedAt) >= moneyLookMs) {
      const answer = await usage(usageDays, signal)
      this.#usageTrouble = typeof answer === 'string' ? answer : undefined
      if (typeof answer !== 'string')
        await store.noteUsage(
          source,
          answer.map(({ day, posts }) => ({ day, posts, at: now })),
        )
      await this.#learnRates()
      this.#askedAt = now
    }
    await this.#takeStock()
  }

  async #learnRates(): Promise<void> {
    const { store, source, clock } = this.#options
    this.#seen = await store.accountFlows(source, clock.now() - ratesDays * dayMs)
  }

  /** What the store knows, and what follows from it. */
  async #takeStock(): Promise<void> {
    const { store, source, clock, budgetMicros: budget, onAnnounced } = this.#options
    const now = clock.now()
    const month = monthOf(now)
    const today = utcDay(now)
    const before = dayPlus(today, -ratesDays)
    const all = await store.spending(before < month.from ? before : month.from, today)
    const rows = all.filter(row => row.source === source)
    const ofMonth = rows.filter(({ day }) => day >= month.from)
    const counts = compared(ofMonth, await store.usage(source, month.from, today))
    this.#counts = counts.filter(({ day }) => day >= dayPlus(today, 1 - usageDays))
    this.#ledger.atLeast(now, microsOf(ofMonth))
    const state = this.#now()
    if (state.month === month.key) state.unaccounted = unaccounted(counts, this.#card)
    if (budget === undefined) return
    const over = overLines(this.#toldBefore, { budget, now })
    this.#toldBefore = new Set()
    this.#owed.push(...over, ...this.#decide(rows, budget, now))
    const said = this.#owed.length === 0 ? [] : await store.announce(this.#owed, now)
    this.#owed = []
    if (said.length > 0) onAnnounced(said)
  }

  /** Moves to the level that is due; what to tell the channels. */
  #decide(rows: readonly Spent[], budget: number, now: number): readonly Announcement[] {
    const { book } = this.#options
    const routes = book.current()
    const state = this.#now()
    const spent = this.#spent()
    const kept = this.#ledger.kept(now)
    const situation: Situation = { budget: Math.max(0, budget - kept), spent, now, rows, routes }
    const before = state.level
    state.lookedAt = spent
    state.level = levelFrom(before, situation)
    const projected = projectedAt(before, situation)
    const lines = [...stepLines(before, state.level, routes, { spent, projected, budget, kept, now })]
    const released = state.held && spent + this.#ledger.reserve(now) < releaseShare * budget
    if (released) state.held = false
    this.#holdIfNeeded(budget)
    if (state.held) lines.push(...heldLines(routes, { spent, budget, kept, now }))
    for (const { channel } of lines) state.told.add(channel)
    if (released || state.level !== before) book.wake()
    return lines
  }

  /** Stops all reading when what is left is needed for what may be on its way. */
  #holdIfNeeded(budget: number): void {
    const { clock, book } = this.#options
    const state = this.#now()
    if (state.held || this.#spent() + this.#ledger.reserve(clock.now()) < budget) return
    state.held = true
    book.wake()
    this.#nap.abort()
  }

  #spent(): number {
    return this.#ledger.spent(this.#options.clock.now()) + this.#now().unaccounted
  }

  /** The state of the month that it is. A new month begins with the first question in it, even if nobody could look yet. */
  #now(): MonthState {
    const { key } = monthOf(this.#options.clock.now())
    if (this.#state.month === key) return this.#state
    if (this.#state.told.size > 0) this.#toldBefore = this.#state.told
    this.#state = monthState(key)
    // What waits for a change was asked to wait in the old month.
    queueMicrotask(() => this.#options.book.wake())
    return this.#state
  }
}
