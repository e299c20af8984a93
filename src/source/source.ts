/**
 * What a network implements. Reconnecting, keep-alive, catching up after a gap and telling the network what is wanted
 * are the source's own business; whoever reads it only pulls. The pull is the backpressure: the next arrival is asked for
 * when the last one is durable.
 */
import type { Resolution } from '../domain/account.ts'
import type { Arrival, Cursor } from '../domain/arrival.ts'
import type { SourceName } from '../domain/post.ts'
import type { Route } from '../domain/route.ts'

/** What all channels want from a source, as it is at this moment: it changes while a stream runs. */
export interface Wanted {
  /** The routes of this source, paused ones left out. */
  current(): readonly Route[]
  /** Resolves after the next change of `current()`, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void>
}

/**
 * How a source is doing. `idle`: nobody wants anything from it. `connecting`, `streaming`: as it says. `waiting`: it will
 * try again at `until`. `blocked`: only a person can help; `detail` says what to do.
 */
export interface SourceState {
  readonly name: SourceName
  readonly state: 'idle' | 'connecting' | 'streaming' | 'waiting' | 'blocked'
  /** Epoch ms of the last change of `state`. */
  readonly since: number
  /** One plain sentence for a person. */
  readonly detail: string
  /** Epoch ms; when the next attempt is made. */
  readonly until?: number
  readonly lastByteAt?: number
  readonly lastPostAt?: number
  readonly connects: number
  /** What is wanted and cannot be had at the moment, a sentence each, though the source is being read. */
  readonly problems: readonly string[]
  /** Rules of ours at the network, and how many the app may have, once known. */
  readonly rules?: { readonly ours: number; readonly others: number; readonly cap: number }
}

export interface Source {
  readonly name: SourceName
  /** What people typed (any case, with or without `@`, or a profile address) → accounts, or why not; one answer per input, in order. */
  resolve(inputs: readonly string[], signal: AbortSignal): Promise<readonly Resolution[]>
  /**
   * Reads until the signal aborts; never throws for anything the network does (I5). `since` undefined: start now.
   * A change of `wanted` reaches the running stream without a reconnect where the network can do that.
   */
  stream(wanted: Wanted, since: Cursor | undefined, signal: AbortSignal): AsyncIterable<Arrival>
  state(): SourceState
}
