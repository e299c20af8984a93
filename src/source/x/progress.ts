/**
 * How far X has been read, what is missing, and what waits to be handed out. Knows nothing of connections: whoever reads says when a
 * reading begins and ends, and what was read up to when.
 *
 * The gap: from the moment something is missing (`missing`) until all of it has been fetched or is lost, there is one gap, and the cursor
 * stands still (I1). It has an id of its own, survives any number of connections and, in the cursor, a restart.
 */
import type { Arrival, Cursor, Gap } from '../../domain/arrival.ts'
import type { SourceName } from '../../domain/post.ts'
import type { Reads, ReadVia } from '../../domain/reads.ts'
import type { Wanted } from '../source.ts'
import type { Bell } from './bell.ts'
import { CatchUp, type CatchUpDeps, type Missed } from './catch-up.ts'
import { readCursor, writeCursor } from './cursor.ts'
import type { OnXEvent } from './events.ts'
import type { Fetched, Loss } from './gaps.ts'
import { Purse } from './purse.ts'
import type { Status } from './status.ts'

/** What another part of the source has to say in the stream of arrivals. `missed`: it did not come; it is fetched as a gap. */
export type Offer =
  | { readonly kind: 'delete'; readonly source: SourceName; readonly postId: string; readonly at: number }
  | { readonly kind: 'read'; readonly reads: Reads; readonly via: ReadVia; readonly at: number }
  | ({ readonly kind: 'missed' } & Missed)

export interface ProgressDeps extends Omit<CatchUpDeps, 'onReady'> {
  readonly status: Status
  readonly onEvent: OnXEvent
  readonly wanted: Wanted
  readonly bell: Bell
  /** Since when something has been wanted that is not asked of X yet, epoch ms: the cursor waits there. */
  readonly unservedSince: () => number | undefined
}

interface Row {
  readonly id: string
  from: number
  readonly why: string
  readonly purse: Purse
  /** It was said to be open, as it is now. */
  told: boolean
}

/** Sentences of what was lost in one gap. */
const lossesShown = 3
/** What every round of polling cannot get is said again after so long. */
const lossAgainMs = 24 * 3_600_000

export class Progress {
  readonly #deps: ProgressDeps
  /** Everything up to here has been handed out, epoch ms. */
  #readUntil: number
  /** Set while something is missing, and why. */
  #why: string | undefined
  #resumed: { readonly id: string; readonly why: string } | undefined
  #row: Row | undefined
  #catchUp: CatchUp | undefined
  /** Those that ended with their connection, as long as they may have something, and for which gap. */
  readonly #ended = new Map<CatchUp, string>()
  /** Parts of the gap that begin before or end after a connection: fetched on whatever connection there is then. */
  #missed: Missed[] = []
  /** What new rules miss while X is polled, as long as they do not work. */
  #forStream: Missed[] = []
  #offers: Exclude<Offer, { kind: 'missed' }>[] = []
  #reading = false
  /** What was said of losses while polling, and when, epoch ms. */
  readonly #said = new Map<string, number>()

  constructor(deps: ProgressDeps) {
    this.#deps = deps
    this.#readUntil = deps.clock.now()
  }

  /** Where a reading before this one had come to. */
  resume(since: Cursor): void {
    const { at, gap } = readCursor(since)
    this.#readUntil = Math.min(at, this.#deps.clock.now())
    this.#resumed = gap
    this.missing(gap?.why ?? 'not running')
  }

  /** A gap that is found in hindsight takes it back to where the gap begins. */
  get cursor(): Cursor {
    const row = this.#row
    return writeCursor({ at: Math.min(this.#readUntil, row?.from ?? this.#readUntil), gap: row })
  }

  /** Nothing is missing: what comes moves the cursor. */
  get whole(): boolean {
    return this.#why === undefined
  }

  /** The posts of a gap are being fetched and none has come yet: newer ones had better wait. */
  get fetching(): boolean {
    return this.#catchUp !== undefined && this.#catchUp.taken === 0
  }

  /** `handOut` may have something. */
  get pending(): boolean {
    return this.#offers.length > 0 || this.#catchUp !== undefined || this.#ended.size > 0
  }

  advance(to: number): void {
    // A wish that X does not know yet may be missing something: the cursor waits there until that is fetched.
    const safe = Math.min(to, this.#deps.unservedSince() ?? to)
    if (this.whole) this.#readUntil = Math.max(this.#readUntil, safe)
  }

  /** Nothing is read from here on. The first reason stays. */
  missing(why: string): void {
    this.#why ??= why
  }

  /** Nobody wants anything: nothing can be missed either, so the cursor goes with the time, but not beyond a wish. */
  *unwanted(wishedAt: number | undefined): Generator<Arrival> {
    const { clock } = this.#deps
    if (this.#row !== undefined) yield this.#tell(this.#row, 'closed', 'Nothing is wanted from X any more.')
    this.#closed()
    this.#forStream = []
    const now = clock.now()
    this.#readUntil = Math.max(this.#readUntil, Math.min(now, wishedAt ?? now))
    yield { kind: 'mark', at: now, cursor: this.cursor }
  }

  /** A reading begins: what is missing up to now is fetched beside it. True: newer posts should wait for that a little. */
  begin(openedAt: number): boolean {
    this.#reading = true
    if (this.#why === undefined) return false
    const from = this.#readUntil
    const missed = [
      ...this.#missed.filter(part => part.to > openedAt || part.from < from),
      ...this.#forStream.filter(part => part.to > openedAt),
    ]
    this.#missed = missed
    this.#forStream = []
    const catchUp = this.#start(from, this.#why)
    catchUp.readTo = openedAt
    // On a first start the rules are as new as the connection, and everything is fetched when they work.
    const whole = missed.some(part => part.whole && part.from <= from && part.to > openedAt)
    if (!whole) catchUp.add({ from, to: openedAt, routes: this.#deps.wanted.current() })
    for (const part of missed) this.#add(catchUp, part)
    return !whole
  }

  /** The reading has ended. */
  end(): void {
    this.#reading = false
    this.#endCatchUp()
    this.#deps.status.catchingUp(undefined)
  }

  /** It is kept until it has been fetched, over however many connections. */
  note(missed: Missed): void {
    this.#missed.push(missed)
    this.missing(missed.why)
    if (this.#reading) this.#add(this.#catchUp ?? this.#start(missed.from, missed.why), missed)
    this.#deps.bell.ring()
  }

  /** What new rules miss while X is polled comes by polling, unless the stream opens before they work. */
  noteForStream(missed: Missed): void {
    const now = this.#deps.clock.now()
    this.#forStream = [...this.#forStream.filter(part => part.to > now), missed]
  }

  offer(offer: Offer): void {
    if (offer.kind === 'missed') {
      this.note(offer)
      return
    }
    this.#offers.push(offer)
    this.#deps.bell.ring()
  }

  /** The machine's clock was set back by so many ms: times that were taken before are moved to the new reckoning. */
  setBack(byMs: number): void {
    this.#readUntil -= byMs
    const back = (part: Missed) => ({ ...part, from: part.from - byMs, to: part.to - byMs })
    this.#missed = this.#missed.map(back)
    this.#forStream = this.#forStream.map(back)
  }

  /** What there is to say now: what was offered, what was fetched, and how the gap is doing. */
  *handOut(): Generator<Arrival> {
    for (let offer = this.#offers.shift(); offer !== undefined; offer = this.#offers.shift())
      yield { ...offer, cursor: this.cursor }
    for (const [ended, gap] of this.#ended) {
      for (let fetched = ended.take(); fetched !== undefined; fetched = ended.take()) yield* this.fetched(fetched, gap)
      if (ended.done) this.#ended.delete(ended)
    }
    const row = this.#row
    const catchUp = this.#catchUp
    if (row === undefined || catchUp === undefined) return
    if (!row.told) yield this.#tell(row, 'open', 'Its posts are being fetched.')
    for (let fetched = catchUp.take(); fetched !== undefined; fetched = catchUp.take()) {
      yield* this.fetched(fetched, row.id)
      const { trouble } = catchUp
      const news = this.#deps.status.catchingUp(trouble)
      if (trouble === undefined || (!news && fetched.readings.length === 0)) continue
      const how = `Its posts are asked for again and again, because X does not give them: ${trouble}`
      yield this.#tell(row, 'open', how, { release: true })
    }
    if (catchUp.done) yield this.#close(row, catchUp)
  }

  /** Posts that were asked for: of a gap, or polled. */
  *fetched({ readings, lookups }: Pick<Fetched, 'readings' | 'lookups'>, gap?: string): Generator<Arrival> {
    const at = this.#deps.clock.now()
    const of = gap === undefined ? {} : { gap }
    for (const reading of readings) {
      if (reading.kind === 'drop') yield { ...reading, at, cursor: this.cursor }
      else yield { ...reading, via: gap === undefined ? 'poll' : 'catch-up', ...of, at, cursor: this.cursor }
    }
    for (const reads of lookups) yield { kind: 'read', reads, via: 'lookup', ...of, at, cursor: this.cursor }
  }

  /** Something polled cannot be had, and never will: a gap that is lost from the start, said once a day. */
  *lost(from: number, to: number, losses: readonly Loss[]): Generator<Arrival> {
    const now = this.#deps.clock.now()
    const news = losses.filter(({ why }) => Math.abs(now - (this.#said.get(why) ?? 0)) >= lossAgainMs)
    if (news.length === 0) return
    for (const { why } of news) this.#said.set(why, now)
    const row = {
      id: this.#newId(from),
      from,
      why: 'X did not give everything',
      purse: new Purse(undefined),
      told: false,
    }
    yield this.#arrival(row, to, 'lost', 'Nothing can be done.', lossOf(news))
  }

  #start(from: number, why: string): CatchUp {
    const { wanted, bell } = this.#deps
    const row = this.#row ?? {
      id: this.#resumed?.id ?? this.#newId(from),
      from,
      why,
      purse: new Purse(wanted.gapAllowance()),
      told: false,
    }
    this.#resumed = undefined
    row.told = false
    this.#row = row
    this.#catchUp = new CatchUp({ ...this.#deps, onReady: () => bell.ring() }, row.purse)
    return this.#catchUp
  }

  #add(catchUp: CatchUp, part: Missed): void {
    if (this.#row !== undefined) this.#row.from = Math.min(this.#row.from, part.from)
    catchUp.add(part)
  }

  /** Two gaps may begin at the same time, when nothing was read between them. */
  #newId(from: number): string {
    return `x-${Math.floor(from)}-${Math.floor(this.#deps.random() * 36 ** 6).toString(36)}`
  }

  #close(row: Row, catchUp: CatchUp): Arrival {
    const { posts, notes, losses, readTo } = catchUp
    const fetched = posts === 1 ? 'One post was fetched.' : `${posts} posts were fetched.`
    const how = [fetched, ...[...notes].slice(0, 4)].join(' ')
    this.#closed()
    if (readTo !== undefined) this.advance(readTo)
    const { to } = catchUp
    return losses.length > 0
      ? this.#arrival(row, to, 'lost', how, lossOf(losses))
      : this.#arrival(row, to, 'closed', how)
  }

  #closed(): void {
    this.#why = undefined
    this.#resumed = undefined
    this.#missed = []
    this.#endCatchUp()
    this.#row = undefined
  }

  #endCatchUp(): void {
    const catchUp = this.#catchUp
    this.#catchUp = undefined
    if (catchUp === undefined) return
    catchUp.stop()
    if (!catchUp.done && this.#row !== undefined) this.#ended.set(catchUp, this.#row.id)
  }

  #tell(row: Row, state: Gap['state'], how: string, more: { readonly release?: true } = {}): Arrival {
    row.told = true
    return this.#arrival(row, this.#catchUp?.to ?? this.#deps.clock.now(), state, how, more)
  }

  #arrival(row: Row, to: number, state: Gap['state'], how: string, more: Partial<Gap> = {}): Arrival {
    const { id, from, why } = row
    const gap: Gap = { source: 'x', id, from, to: Math.max(from, to), why, state, how, lost: '', channels: [], ...more }
    this.#deps.onEvent({ kind: 'gap', gap })
    return { kind: 'gap', gap, at: this.#deps.clock.now(), cursor: this.cursor }
  }
}

function lossOf(losses: readonly Loss[]): Pick<Gap, 'lost' | 'channels'> {
  const whys = [...new Set(losses.map(({ why }) => why))]
  const more = whys.length > lossesShown ? [`And ${whys.length - lossesShown} more losses like these.`] : []
  return {
    lost: [...whys.slice(0, lossesShown), ...more].join(' '),
    channels: [...new Set(losses.flatMap(({ channels }) => channels))].sort(),
  }
}
