/**
 * The loop behind `stream()`: wait for a reason to read, read, hand out what comes, and again. It decides nothing by itself: when to
 * connect is the ladder's (reconnect.ts), what is asked of X the keeper's and the poller's, how a gap is closed catch-up's, what the
 * cursor may say Progress's.
 *
 *   stream  the filtered stream, and nothing else
 *   poll    rounds of timelines and searches, and no rules at X
 *   auto    the stream; where X refuses it or it keeps failing, rounds, while the stream is tried again from time to time
 */
import type { Arrival, Cursor } from '../../domain/arrival.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Random } from '../../kit/random.ts'
import { xClockCheckMs, xHealthyMs, xNoRulesYetMs } from '../../limits.ts'
import type { Wanted } from '../source.ts'
import type { Authors } from './authors.ts'
import { Bell } from './bell.ts'
import { address, withToken, type XClient } from './client.ts'
import { watchClock } from './clock-watch.ts'
import { type Connection, connect } from './connection.ts'
import type { XError } from './errors.ts'
import type { OnXEvent } from './events.ts'
import { handOut, type Live } from './live.ts'
import { Poller } from './poller.ts'
import { type Offer, Progress } from './progress.ts'
import { allowedAt, connecting, type Ending, ended, freshLadder, type Ladder, type Next } from './reconnect.ts'
import { RuleKeeper } from './rules/keeper.ts'
import type { Status } from './status.ts'
import { StreamTrouble } from './stream-trouble.ts'
import { notAllowed, Wants } from './wants.ts'

/** Waits and bounds that a test may want shorter. Defaults and reasons: limits.ts. */
export interface XLimits {
  readonly headersMs: number
  readonly stallMs: number
  readonly markMs: number
  readonly holdMs: number
  readonly searchDelayMs: number
  readonly rulesEffectMs: number
  readonly rulesCheckMs: number
  readonly lineBytesMax: number
  readonly pollMs: number
  readonly pollAfterMs: number
  readonly streamRetryMs: number
}

export type XMode = 'stream' | 'poll' | 'auto'

export interface ReadingDeps {
  readonly client: XClient
  readonly clock: Clock
  readonly random: Random
  readonly status: Status
  readonly limits: XLimits
  readonly onEvent: OnXEvent
  readonly authors: Pick<Authors, 'read' | 'readPage' | 'takeLookups'>
  /** Fields and expansions of every post. */
  readonly postQuery: Readonly<Record<string, string>>
  readonly mode: XMode
}

export class Reading {
  readonly #deps: ReadingDeps
  readonly #wanted: Wanted
  readonly #wants: Wants
  readonly #keeper: RuleKeeper
  readonly #progress: Progress
  readonly #trouble: StreamTrouble
  readonly #bell = new Bell()
  readonly #stop = new AbortController()
  #ladder: Ladder = freshLadder
  #live: Live | undefined
  #polling = false
  /** Polling was refused: the stream has its turn. */
  #streamNext = false

  constructor(deps: ReadingDeps, wanted: Wanted) {
    const { clock, limits, status } = deps
    this.#deps = deps
    this.#wanted = wanted
    this.#wants = new Wants(wanted, clock, () => {
      if (this.#wants?.against !== undefined) this.#live?.close(this.#wants.against)
      this.#bell.ring()
    })
    this.#trouble = new StreamTrouble(deps.mode === 'auto', this.#bell, clock, limits.pollAfterMs)
    this.#keeper = new RuleKeeper({
      ...deps,
      effectMs: limits.rulesEffectMs,
      checkMs: limits.rulesCheckMs,
      startedAt: clock.now(),
      onMissed: missed => {
        if (this.#polling) this.#progress.noteForStream(missed)
        else this.#progress.note(missed)
      },
    })
    this.#progress = new Progress({
      ...deps,
      searchDelayMs: limits.searchDelayMs,
      wanted,
      status,
      bell: this.#bell,
      unservedSince: () => (this.#polling || deps.mode === 'poll' ? undefined : this.#keeper.unservedSince),
    })
  }

  /** The rules at X that are there for what is wanted; undefined while X has not been asked, or is not asked by rules. */
  get rules(): readonly string[] | undefined {
    return this.#polling || this.#wants.held !== undefined ? undefined : this.#keeper.rules
  }

  /** Hands something of another part of the source out with the next arrivals; kept until somebody pulls. */
  offer(offer: Offer): void {
    this.#progress.offer(offer)
  }

  async *run(since: Cursor | undefined, signal: AbortSignal): AsyncGenerator<Arrival> {
    const { mode, clock } = this.#deps
    const abort = () => this.#stop.abort()
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    if (since !== undefined) this.#progress.resume(since)
    // What is wanted from the start is wanted before the first connect, too.
    else if (mode !== 'poll') this.#progress.missing('connecting')
    const beside = [
      this.#wants.run(this.#stop.signal),
      watchClock(clock, xClockCheckMs, byMs => this.#progress.setBack(byMs), this.#stop.signal),
      ...(mode === 'poll' ? [] : [this.#keeper.run(this.#wanted, this.#stop.signal), this.#watchRules()]),
    ]
    try {
      while (!this.#stop.signal.aborted) {
        yield* this.#progress.handOut()
        if (this.#wants.held !== undefined) yield* this.#held()
        else if (this.#wants.nothing) yield* this.#idle()
        else if (mode === 'poll' || (this.#trouble.mayPoll && !this.#streamNext)) yield* this.#poll()
        else if (yield* this.#ready()) yield* this.#connectOnce()
      }
    } finally {
      abort()
      this.#trouble.over()
      signal.removeEventListener('abort', abort)
      await Promise.all(beside)
    }
  }

  /** Nobody wants anything: nothing can be missed either, so the cursor goes with the time. */
  async *#idle(): AsyncGenerator<Arrival> {
    const wants = this.#wants
    this.#deps.status.say('idle', 'No channel wants anything from X.')
    yield* this.#progress.unwanted(undefined)
    while (wants.nothing && wants.held === undefined && !this.#stop.signal.aborted) yield* this.#rest()
    if (wants.nothing) return
    yield* this.#progress.unwanted(wants.wishedAt)
    if (this.#deps.mode !== 'poll') this.#progress.missing('connecting')
  }

  /** Nothing may be read: the cursor stands, and what is missed is fetched afterwards. */
  async *#held(): AsyncGenerator<Arrival> {
    this.#progress.missing(notAllowed)
    while (this.#wants.held !== undefined && !this.#stop.signal.aborted) {
      this.#deps.status.say('blocked', this.#wants.held)
      yield* this.#rest()
    }
  }

  /** True when there are rules to read by and the ladder allows a connect. */
  async *#ready(): AsyncGenerator<Arrival, boolean> {
    const { status, clock, random } = this.#deps
    const { report, failure } = this.#keeper
    if (report === undefined || report.serving === 0) {
      if (failure !== undefined) {
        this.#streamNext = false
        this.#progress.missing(failure.error.why)
        this.#trouble.failed(failure.error)
        if (this.#trouble.mayPoll) return false
        status.say(failure.blocked ? 'blocked' : 'waiting', failure.error.why, failure.until)
      } else if (report !== undefined) {
        const { cap, others } = report
        const why =
          others >= cap
            ? `X allows this app ${cap} rules, and rules that somebody else made with it take all of them, so nothing can be streamed. Delete some of theirs.`
            : 'X has none of the rules that are needed, so nothing can be read.'
        if (others >= cap) this.#trouble.failed(undefined, why)
        if (this.#trouble.mayPoll) return false
        status.say('blocked', why)
      } else status.say('connecting', 'Asking X for its rules.')
      yield* this.#rest()
      return false
    }
    const until = allowedAt(this.#ladder, clock.now(), random)
    if (until > clock.now()) {
      status.say('waiting', 'X allows 50 connects in 15 minutes, and they are used up.', until)
      yield* this.#pause(until - clock.now(), () => this.#wants.against !== undefined)
    }
    return !this.#stop.signal.aborted && this.#wants.against === undefined
  }

  async *#connectOnce(): AsyncGenerator<Arrival> {
    this.#deps.status.connecting()
    const opened = yield* this.#during(this.#open())
    if (opened.kind === 'open') yield* this.#read(opened.connection)
    else if (opened.kind === 'refused') {
      this.#progress.missing(opened.error.why)
      yield* this.#wait(opened.next)
    }
  }

  /** One connect, and what the ladder says when it fails. Says nothing to anybody by arrivals or status. */
  async #open(): Promise<Opened> {
    const { client, clock, limits, onEvent, postQuery } = this.#deps
    this.#streamNext = false
    const url = address(client.apiUrl, '/2/tweets/search/stream', postQuery)
    const { headersMs, stallMs, lineBytesMax } = limits
    const opened = await withToken(client.bearer, this.#stop.signal, token => {
      this.#ladder = connecting(this.#ladder, clock.now())
      return connect({ url, token, headersMs, stallMs, lineBytesMax, clock }, this.#stop.signal)
    })
    if (opened.ok) {
      onEvent({ kind: 'connected' })
      return { kind: 'open', connection: opened.value }
    }
    if (this.#stop.signal.aborted) return { kind: 'stopped' }
    const { error } = opened
    const step = this.#climb({ kind: 'failed', error })
    this.#trouble.failed(error)
    const { kind, why } = error
    if (kind === 'no-rules') this.#keeper.nudge()
    if (kind === 'no-rules' && this.#keeper.addedJustNow) {
      // Part of every first start, and no trouble.
      const until = clock.now() + xNoRulesYetMs
      return { kind: 'refused', error, next: { kind: 'wait', until, why: 'X does not know its new rules yet.' } }
    }
    onEvent({ kind: 'connect-failed', error: kind, why, blocked: step.kind === 'blocked', until: step.until })
    return { kind: 'refused', error, next: step }
  }

  async *#read(connection: Connection): AsyncGenerator<Arrival> {
    const { clock, status, onEvent } = this.#deps
    status.opened(connection)
    const { why } = yield* this.#handOut(connection)
    const openMs = clock.now() - connection.openedAt
    onEvent({ kind: 'disconnected', why, openMs })
    if (openMs >= xHealthyMs) this.#trouble.over()
    this.#progress.missing(why)
    if (this.#stop.signal.aborted || this.#wants.against !== undefined) return
    this.#trouble.failed(undefined, `The stream broke off: ${why}.`)
    yield* this.#wait(this.#climb({ kind: 'dropped', openedAt: connection.openedAt, why }))
  }

  /** Rounds, and in `auto` the stream tried beside them: as soon as it opens it is read. */
  async *#poll(): AsyncGenerator<Arrival> {
    const { mode, status, limits } = this.#deps
    const poller = new Poller({ ...this.#deps, ...limits, wanted: this.#wanted })
    this.#polling = true
    status.polling(mode === 'poll' ? undefined : this.#trouble.why)
    const trying = mode === 'poll' ? Promise.resolve(undefined) : this.#tryStream(poller)
    try {
      const { why, error } = yield* this.#handOut(poller)
      this.#progress.missing(why)
      const connection = yield* this.#during(trying)
      if (connection !== undefined) {
        this.#polling = false
        yield* this.#read(connection)
      } else if (!this.#stop.signal.aborted && this.#wants.against === undefined && error !== undefined) {
        this.#streamNext = mode === 'auto'
        yield* this.#wait(this.#climb({ kind: 'failed', error }))
      }
    } finally {
      this.#polling = false
      poller.close('stopped')
    }
  }

  async #tryStream(poller: Poller): Promise<Connection | undefined> {
    const { clock, limits, random, status } = this.#deps
    let waitMs = limits.streamRetryMs
    for (;;) {
      await clock.sleep(waitMs, AbortSignal.any([poller.signal, this.#stop.signal]))
      if (poller.signal.aborted || this.#stop.signal.aborted) return undefined
      waitMs = limits.streamRetryMs
      const now = clock.now()
      if ((this.#keeper.report?.serving ?? 0) === 0 || allowedAt(this.#ladder, now, random) > now) continue
      const opened = await this.#open()
      if (opened.kind === 'open') {
        if (!poller.signal.aborted) poller.close('polled until the stream opened again')
        return opened.connection
      }
      if (opened.kind === 'stopped') return undefined
      status.stillPolling(opened.error.why)
      waitMs = Math.max(waitMs, opened.next.until - clock.now())
    }
  }

  async *#handOut(live: Live): AsyncGenerator<Arrival, { readonly why: string; readonly error?: XError }> {
    const { status, limits } = this.#deps
    this.#live = live
    if (this.#wants.against !== undefined) live.close(this.#wants.against)
    const abort = () => live.close('stopped')
    this.#stop.signal.addEventListener('abort', abort, { once: true })
    try {
      return yield* handOut(live, {
        ...this.#deps,
        limits,
        bell: this.#bell,
        progress: this.#progress,
        signal: this.#stop.signal,
      })
    } finally {
      this.#stop.signal.removeEventListener('abort', abort)
      this.#live = undefined
      live.close('stopped')
      this.#progress.end()
      status.closed()
    }
  }

  #climb(ending: Ending): Next {
    const { clock, random } = this.#deps
    const step = ended(this.#ladder, ending, clock.now(), random)
    this.#ladder = step.ladder
    return step.next
  }

  /** Until the ladder says so. News of the rules or of what is wanted cuts a blocked wait short: a person may have helped. */
  async *#wait(next: Next): AsyncGenerator<Arrival> {
    const { clock, status } = this.#deps
    if (next.until <= clock.now()) return
    status.say(next.kind === 'blocked' ? 'blocked' : 'waiting', next.why, next.until)
    const news = this.#news
    yield* this.#pause(
      next.until - clock.now(),
      () =>
        this.#wants.against !== undefined ||
        (this.#trouble.mayPoll && !this.#streamNext) ||
        (next.kind === 'blocked' && this.#news !== news),
    )
  }

  get #news(): number {
    return this.#keeper.news + this.#wants.news
  }

  /** Hands out what there is, until something happens. */
  async *#rest(): AsyncGenerator<Arrival> {
    yield* this.#progress.handOut()
    await this.#bell.heard(this.#stop.signal)
    yield* this.#progress.handOut()
  }

  /** The same for so long, or until it is over. */
  async *#pause(ms: number, over: () => boolean): AsyncGenerator<Arrival> {
    const alarm = this.#bell.after(ms, this.#deps.clock)
    while (!this.#stop.signal.aborted && !alarm.over && !over()) yield* this.#rest()
    alarm.cancel()
  }

  async *#during<T>(promise: Promise<T>): AsyncGenerator<Arrival, T> {
    let pending = true
    void promise.finally(() => {
      pending = false
      this.#bell.ring()
    })
    while (pending) {
      yield* this.#progress.handOut()
      if (pending) await this.#bell.heard(new AbortController().signal)
    }
    return promise
  }

  /** What the rules are doing goes into the status. */
  async #watchRules(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#keeper.changed()
      this.#deps.status.rules(this.#keeper.report, this.#keeper.failure?.error.why)
      this.#bell.ring()
    }
  }
}

type Opened =
  | { readonly kind: 'open'; readonly connection: Connection }
  | { readonly kind: 'refused'; readonly error: XError; readonly next: Next }
  | { readonly kind: 'stopped' }
