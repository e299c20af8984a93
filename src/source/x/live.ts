/**
 * Hands out what one reading gives, be it the stream or rounds of polling, between what `Progress` has to say. The pull is the
 * backpressure: the next event is asked for when what came of the last one is durable.
 */
import type { Arrival } from '../../domain/arrival.ts'
import type { Clock } from '../../kit/clock.ts'
import { xRawCharsMax } from '../../limits.ts'
import type { Authors, LineRead } from './authors.ts'
import type { Bell } from './bell.ts'
import type { StreamEvent } from './connection.ts'
import type { PollEnd, Round } from './poller.ts'
import type { Progress } from './progress.ts'
import type { Status } from './status.ts'

export interface Live {
  next(): Promise<StreamEvent | Round | PollEnd>
  /** Ends it from our side; a waiting `next` then gives the end. */
  close(why: string): void
  /** Epoch ms: what was written before is not part of it. */
  readonly openedAt: number
}

export interface LiveDeps {
  readonly clock: Clock
  readonly status: Status
  readonly authors: Pick<Authors, 'read' | 'takeLookups'>
  readonly bell: Bell
  readonly progress: Progress
  readonly signal: AbortSignal
  readonly limits: { readonly markMs: number; readonly holdMs: number }
}

/** Until it ends; gives how. What is new waits a little behind the posts of a gap. */
export async function* handOut(live: Live, deps: LiveDeps): AsyncGenerator<Arrival, PollEnd> {
  const { bell, progress, signal } = deps
  const line = new Lines(deps)
  const inbox: { event?: StreamEvent | Round | PollEnd | undefined } = {}
  const ask = () => {
    inbox.event = undefined
    void live.next().then(next => {
      inbox.event = next
      bell.ring()
    })
  }
  if (progress.begin(live.openedAt)) yield* behindTheGap(deps)
  ask()
  for (;;) {
    // Asked first, because a generator for each post costs time.
    if (progress.pending) yield* progress.handOut()
    const { event } = inbox
    if (event === undefined) {
      // After a stop the live one gives its end, and rings.
      await bell.heard(new AbortController().signal)
      continue
    }
    if (event.kind === 'end') return line.said === undefined ? event : { ...event, why: line.said }
    if (event.kind === 'round') yield* round(event, deps)
    else {
      const arrivals = line.read(event, signal)
      for (const arrival of arrivals instanceof Promise ? await arrivals : arrivals) yield arrival
    }
    ask()
  }
}

async function* behindTheGap({ bell, progress, clock, signal, limits }: LiveDeps): AsyncGenerator<Arrival> {
  const alarm = bell.after(limits.holdMs, clock)
  yield* progress.handOut()
  while (progress.fetching && !alarm.over && !signal.aborted) {
    await bell.heard(signal)
    yield* progress.handOut()
  }
  alarm.cancel()
}

function* round(event: Round, { progress, status, clock }: LiveDeps): Generator<Arrival> {
  yield* progress.fetched(event)
  if (event.readings.length > 0) status.post(event.at)
  yield* progress.lost(event.from, event.at, event.losses)
  if (event.upTo === undefined) status.pollTrouble(event.trouble?.why)
  else {
    status.polled(event.plan, event.at)
    progress.advance(event.upTo)
    yield { kind: 'mark', at: clock.now(), cursor: progress.cursor }
  }
}

/** The events of a stream. */
class Lines {
  /** Why X says that it ends the stream. */
  said: string | undefined
  readonly #deps: LiveDeps
  #markedAt = Number.NEGATIVE_INFINITY

  constructor(deps: LiveDeps) {
    this.#deps = deps
  }

  /** At once, except where somebody has to be looked up. */
  read(
    event: Exclude<StreamEvent, { kind: 'end' }>,
    signal: AbortSignal,
  ): readonly Arrival[] | Promise<readonly Arrival[]> {
    const { authors, progress } = this.#deps
    const { at } = event
    if (event.kind === 'alive') return this.#alive(at, event.fresh)
    if (event.kind === 'line') {
      const reading = authors.read(event.text, signal)
      return reading instanceof Promise ? reading.then(read => this.#line(event, read)) : this.#line(event, reading)
    }
    const raw = event.text.slice(0, xRawCharsMax)
    const detail = event.kind === 'cut' ? 'the stream ended in the middle of a line' : `a line of ${event.bytes} bytes`
    return [{ kind: 'drop', reason: event.kind, detail, raw, at, cursor: progress.cursor }]
  }

  #line({ text, at, fresh }: StreamEvent & { kind: 'line' }, reading: LineRead): readonly Arrival[] {
    const { authors, progress, status } = this.#deps
    const arrivals: Arrival[] = []
    if (reading.kind === 'drop') {
      if (reading.reason === 'stream-error') this.said = reading.detail
      arrivals.push({ ...reading, raw: text.slice(0, xRawCharsMax), at, cursor: progress.cursor })
    } else {
      // What waited in the socket says little about now: only its own date is sure.
      progress.advance(fresh ? at : Math.min(at, reading.post.createdAt))
      status.post(at)
      arrivals.push({ ...reading, via: 'stream', at, cursor: progress.cursor })
    }
    const reads = authors.takeLookups()
    if (reads !== undefined) arrivals.push({ kind: 'read', reads, via: 'lookup', at, cursor: progress.cursor })
    return arrivals
  }

  /** A keep-alive on a stream that is read as it comes: nothing is outstanding. */
  #alive(at: number, fresh: boolean): readonly Arrival[] {
    const { progress, limits } = this.#deps
    if (!fresh || !progress.whole || Math.abs(at - this.#markedAt) < limits.markMs) return []
    progress.advance(at)
    this.#markedAt = at
    return [{ kind: 'mark', at, cursor: progress.cursor }]
  }
}
