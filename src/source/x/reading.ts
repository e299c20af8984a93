/**
 * The loop behind `stream()`: wait for a reason to connect, connect, hand out what comes, and again. It decides nothing by itself: when to
 * connect is the ladder's (reconnect.ts), what a line is to-post's, what is asked of X the keeper's, how a gap is closed catch-up's.
 */
import type { Arrival, Cursor, Gap } from '../../domain/arrival.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Random } from '../../kit/random.ts'
import { xNoRulesYetMs, xRawCharsMax } from '../../limits.ts'
import type { Wanted } from '../source.ts'
import { CatchUp, type Missed } from './catch-up.ts'
import { address, postFields, withToken, type XClient } from './client.ts'
import { type Connection, connect, type StreamEvent } from './connection.ts'
import { readCursor, writeCursor } from './cursor.ts'
import type { OnXEvent } from './events.ts'
import { allowedAt, connecting, ended, freshLadder, type Ladder, type Next } from './reconnect.ts'
import { RuleKeeper } from './rules/keeper.ts'
import type { Status } from './status.ts'
import { toPost } from './to-post.ts'

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
}

export interface ReadingDeps {
  readonly client: XClient
  readonly clock: Clock
  readonly random: Random
  readonly status: Status
  readonly limits: XLimits
  readonly onEvent: OnXEvent
}

export class Reading {
  readonly #deps: ReadingDeps
  readonly #wanted: Wanted
  readonly #keeper: RuleKeeper
  readonly #stop = new AbortController()
  #ladder: Ladder = freshLadder
  /** Everything up to here has been handed out, epoch ms. */
  #readUntil: number
  /** Set while something since `#readUntil` has not been read, and why. */
  #gapWhy: string | undefined
  /** What new rules let pass by: fetched when they work, on whatever connection there is then. */
  #missed: Missed[] = []
  #catchUp: CatchUp | undefined
  /** A gap was said to be open and has not been said to be anything else. */
  #opened: CatchUp | undefined
  #bell = Promise.withResolvers<void>()
  #markedAt = 0
  #connection: Connection | undefined

  constructor(deps: ReadingDeps, wanted: Wanted) {
    this.#deps = deps
    this.#wanted = wanted
    this.#readUntil = deps.clock.now()
    const { rulesEffectMs, rulesCheckMs } = deps.limits
    this.#keeper = new RuleKeeper({
      ...deps,
      effectMs: rulesEffectMs,
      checkMs: rulesCheckMs,
      startedAt: this.#readUntil,
      onMissed: missed => this.#note(missed),
    })
  }

  async *run(since: Cursor | undefined, signal: AbortSignal): AsyncGenerator<Arrival> {
    const abort = () => this.#stop.abort()
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    // What is wanted from the start is wanted before the first connect, too.
    this.#gapWhy = since === undefined ? 'connecting' : 'not running'
    if (since !== undefined) this.#readUntil = Math.min(readCursor(since), this.#deps.clock.now())
    const keeping = this.#keeper.run(this.#wanted, this.#stop.signal)
    const watching = this.#watchRules()
    try {
      while (!this.#stop.signal.aborted) {
        if (this.#keeper.nothingWanted) yield* this.#idle()
        else if (await this.#ready()) yield* this.#connectOnce()
      }
    } finally {
      abort()
      signal.removeEventListener('abort', abort)
      await Promise.all([keeping, watching])
    }
  }

  /** Nobody wants anything: nothing can be missed either, so the cursor goes with the time. */
  async *#idle(): AsyncGenerator<Arrival> {
    const { status, clock } = this.#deps
    status.say('idle', 'No channel wants anything from X.')
    const mark = (): Arrival => {
      this.#readUntil = Math.max(this.#readUntil, Math.min(clock.now(), this.#keeper.unservedSince ?? clock.now()))
      return { kind: 'mark', at: clock.now(), cursor: this.#cursor() }
    }
    if (this.#opened !== undefined) yield this.#gap(this.#opened, 'closed', 'Nothing is wanted from X any more.')
    this.#gapWhy = undefined
    this.#missed = []
    yield mark()
    while (this.#keeper.nothingWanted && !this.#stop.signal.aborted) await this.#keeper.changed()
    yield mark()
    this.#gapWhy = 'connecting'
  }

  /** True when there are rules to read by and the ladder allows a connect. */
  async #ready(): Promise<boolean> {
    const { status, clock, random } = this.#deps
    const { report, failure } = this.#keeper
    if (report === undefined || report.serving === 0) {
      if (failure !== undefined) status.say(failure.blocked ? 'blocked' : 'waiting', failure.error.why, failure.until)
      else if (report !== undefined)
        status.say('blocked', 'X has none of the rules that are needed, so nothing can be read.')
      else status.say('connecting', 'Asking X for its rules.')
      await this.#keeper.changed()
      return false
    }
    const until = allowedAt(this.#ladder, clock.now(), random)
    if (until > clock.now()) {
      status.say('waiting', 'X allows 50 connects in 15 minutes, and they are used up.', until)
      await clock.sleep(until - clock.now(), this.#stop.signal)
    }
    return !this.#stop.signal.aborted
  }

  async *#connectOnce(): AsyncGenerator<Arrival> {
    const { client, clock, random, limits, status, onEvent } = this.#deps
    status.connecting()
    const url = address(client.apiUrl, '/2/tweets/search/stream', postFields)
    const { headersMs, stallMs, lineBytesMax } = limits
    const opened = await withToken(client.bearer, this.#stop.signal, token => {
      this.#ladder = connecting(this.#ladder, clock.now())
      return connect({ url, token, headersMs, stallMs, lineBytesMax, clock }, this.#stop.signal)
    })
    if (this.#stop.signal.aborted) {
      if (opened.ok) opened.value.close('stopped')
      return
    }
    if (opened.ok) {
      yield* this.#read(opened.value)
      return
    }
    const { error } = opened
    const step = ended(this.#ladder, { kind: 'failed', error }, clock.now(), random)
    this.#ladder = step.ladder
    this.#gapWhy ??= error.why
    onEvent({
      kind: 'connect-failed',
      error: error.kind,
      why: error.why,
      blocked: step.next.kind === 'blocked',
      until: step.next.until,
    })
    if (error.kind === 'no-rules') this.#keeper.nudge()
    const soon = error.kind === 'no-rules' && this.#keeper.addedJustNow
    await this.#wait(
      soon
        ? { kind: 'wait', until: clock.now() + xNoRulesYetMs, why: 'X does not know its new rules yet.' }
        : step.next,
    )
  }

  async *#read(connection: Connection): AsyncGenerator<Arrival> {
    const { clock, random, status, onEvent } = this.#deps
    this.#connection = connection
    status.opened(connection)
    onEvent({ kind: 'connected' })
    const waits = this.#gapWhy !== undefined && this.#catchUpSince(connection.openedAt, this.#gapWhy)
    let why = 'stopped'
    try {
      why = yield* this.#lines(connection, waits ? clock.now() + this.#deps.limits.holdMs : undefined)
    } finally {
      this.#catchUp?.stop()
      this.#catchUp = undefined
      status.catchingUp(undefined)
      connection.close('stopped')
      this.#connection = undefined
      status.closed()
    }
    onEvent({ kind: 'disconnected', why, openMs: clock.now() - connection.openedAt })
    if (this.#stop.signal.aborted || this.#keeper.nothingWanted) return
    this.#gapWhy ??= why
    const step = ended(this.#ladder, { kind: 'dropped', openedAt: connection.openedAt, why }, clock.now(), random)
    this.#ladder = step.ladder
    await this.#wait(step.next)
  }

  /** Hands out what the connection and the catch-up give; until `holdUntil` newer posts wait behind those of the gap. Returns why the connection ended. */
  async *#lines(connection: Connection, holdUntil: number | undefined): AsyncGenerator<Arrival, string> {
    let said: string | undefined
    const inbox: { event?: StreamEvent | undefined } = {}
    const ask = () => {
      inbox.event = undefined
      void connection.next().then(next => {
        inbox.event = next
        this.#bell.resolve()
      })
    }
    this.#bell = Promise.withResolvers<void>()
    yield* this.#caughtUp()
    if (holdUntil !== undefined && this.#catchUp !== undefined) await this.#within(this.#bell.promise, holdUntil)
    ask()
    for (;;) {
      // Everything that rings is looked at below before the bell is heard again.
      this.#bell = Promise.withResolvers<void>()
      yield* this.#caughtUp()
      const next = inbox.event
      if (next === undefined) {
        await this.#bell.promise
        continue
      }
      if (next.kind === 'end') return said ?? next.why
      const arrival = this.#arrival(next)
      if (arrival !== undefined) {
        if (arrival.kind === 'drop' && arrival.reason === 'stream-error') said = arrival.detail
        yield arrival
      }
      ask()
    }
  }

  #arrival(event: Exclude<StreamEvent, { kind: 'end' }>): Arrival | undefined {
    const { at } = event
    if (event.kind === 'alive') return this.#alive(at, event.fresh)
    const raw = event.text.slice(0, xRawCharsMax)
    if (event.kind !== 'line') {
      const detail =
        event.kind === 'cut' ? 'the stream ended in the middle of a line' : `a line of ${event.bytes} bytes`
      return { kind: 'drop', reason: event.kind, detail, raw, at, cursor: this.#cursor() }
    }
    const reading = toPost(event.text)
    if (reading.kind === 'drop') return { ...reading, raw, at, cursor: this.#cursor() }
    // What waited in the socket says little about now: only its own date is sure.
    this.#advance(event.fresh ? at : Math.min(at, reading.post.createdAt))
    this.#deps.status.post(at)
    return { ...reading, via: 'stream', at, cursor: this.#cursor() }
  }

  /** A keep-alive on a stream that is read as it comes: nothing is outstanding. */
  #alive(at: number, fresh: boolean): Arrival | undefined {
    if (!fresh || this.#gapWhy !== undefined || at - this.#markedAt < this.#deps.limits.markMs) return undefined
    this.#advance(at)
    this.#markedAt = at
    return { kind: 'mark', at, cursor: this.#cursor() }
  }

  #advance(to: number): void {
    // A wish that X does not know yet may be missing something: the cursor waits there until that is fetched.
    const safe = Math.min(to, this.#keeper.unservedSince ?? to)
    if (this.#gapWhy === undefined) this.#readUntil = Math.max(this.#readUntil, safe)
  }

  #cursor(): Cursor {
    return writeCursor(this.#readUntil)
  }

  /** What has been fetched by now, and what there is to say about the gap. */
  *#caughtUp(): Generator<Arrival> {
    const { clock, status } = this.#deps
    const catchUp = this.#catchUp
    if (catchUp === undefined) return
    if (this.#opened !== catchUp) yield this.#gap(catchUp, 'open', 'Its posts are being fetched.')
    for (let fetched = catchUp.take(); fetched !== undefined; fetched = catchUp.take()) {
      const at = clock.now()
      for (const reading of fetched.readings) {
        if (reading.kind === 'drop') yield { ...reading, at, cursor: this.#cursor() }
        else yield { ...reading, via: 'catch-up', at, cursor: this.#cursor() }
      }
      const { trouble } = catchUp
      if (status.catchingUp(trouble) && trouble !== undefined)
        yield this.#gap(
          catchUp,
          'open',
          `Its posts are asked for again and again, because X does not give them: ${trouble}`,
        )
    }
    if (catchUp.done) yield this.#closeGap(catchUp)
  }

  /** Begins to fetch what is missing at the beginning of a connection. True: the stream had not been read at all before. */
  #catchUpSince(openedAt: number, why: string): boolean {
    const missed = this.#missed.filter(({ to }) => to > openedAt)
    const from = this.#readUntil
    const catchUp = this.#newCatchUp(why)
    catchUp.readTo = openedAt
    // On a first start the rules are as new as the connection, and everything is fetched when they work.
    const whole = missed.some(part => part.whole && part.from <= from)
    if (!whole) catchUp.add({ from, to: openedAt, routes: this.#wanted.current() })
    for (const part of missed) catchUp.add(part)
    this.#missed = missed
    return !whole
  }

  #newCatchUp(why: string): CatchUp {
    const { searchDelayMs } = this.#deps.limits
    const catchUp = new CatchUp(
      { ...this.#deps, searchDelayMs, onReady: () => this.#bell.resolve() },
      this.#readUntil,
      why,
    )
    this.#catchUp = catchUp
    return catchUp
  }

  /** New rules let something pass by. It is kept until it has been fetched, over however many connections. */
  #note(missed: Missed): void {
    this.#missed.push(missed)
    this.#gapWhy ??= missed.why
    if (this.#connection === undefined) return
    const catchUp = this.#catchUp ?? this.#newCatchUp(missed.why)
    catchUp.add(missed)
    this.#bell.resolve()
  }

  #closeGap(catchUp: CatchUp): Arrival {
    const { posts, problems, notes, readTo } = catchUp
    this.#gapWhy = undefined
    this.#missed = []
    this.#catchUp = undefined
    if (readTo !== undefined) this.#advance(readTo)
    const said = [...problems, ...notes]
    if (problems.size > 0) return this.#gap(catchUp, 'lost', said.slice(0, 4).join(' '))
    const fetched = posts === 1 ? 'One post was fetched.' : `${posts} posts were fetched.`
    return this.#gap(catchUp, 'closed', [fetched, ...said.slice(0, 4)].join(' '))
  }

  #gap({ from, to, why, posts }: CatchUp, state: Gap['state'], how: string): Arrival {
    this.#opened = state === 'open' ? this.#catchUp : undefined
    const gap: Gap = { source: 'x', from, to, why, state, how, posts }
    this.#deps.onEvent({ kind: 'gap', gap })
    return { kind: 'gap', gap, at: this.#deps.clock.now(), cursor: this.#cursor() }
  }

  /** Until the ladder says so. News of the rules or of what is wanted cuts a blocked wait short: a person may have helped. */
  async #wait(next: Next): Promise<void> {
    const { clock, status } = this.#deps
    if (next.until <= clock.now()) return
    status.say(next.kind === 'blocked' ? 'blocked' : 'waiting', next.why, next.until)
    const { news } = this.#keeper
    while (clock.now() < next.until && !this.#keeper.nothingWanted && !this.#stop.signal.aborted) {
      if (next.kind === 'blocked' && this.#keeper.news !== news) return
      await this.#within(this.#keeper.changed(), next.until)
    }
  }

  /** Settles with the promise, at `until`, or when all is stopped. */
  async #within(promise: Promise<unknown>, until: number): Promise<void> {
    const { clock } = this.#deps
    const done = new AbortController()
    const stop = () => done.abort()
    this.#stop.signal.addEventListener('abort', stop, { once: true })
    if (this.#stop.signal.aborted) stop()
    await Promise.race([promise, clock.sleep(until - clock.now(), done.signal)])
    stop()
    this.#stop.signal.removeEventListener('abort', stop)
  }

  /** What the rules are doing goes into the status; a stream for which nothing is wanted any more is closed. */
  async #watchRules(): Promise<void> {
    const { status } = this.#deps
    while (!this.#stop.signal.aborted) {
      await this.#keeper.changed()
      status.rules(this.#keeper.report, this.#keeper.failure?.error.why)
      if (this.#keeper.nothingWanted) this.#connection?.close('nothing is wanted from X any more')
    }
  }
}
