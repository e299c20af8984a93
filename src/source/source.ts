/**
 * What a network implements. Reconnecting, keep-alive, catching up after a gap and telling the network what is wanted
 * are the source's own business; whoever reads it only pulls. The pull is the backpressure: the next arrival is asked for
 * when the last one is durable.
 */
import type { Account, Resolution } from '../domain/account.ts'
import type { Arrival, Cursor } from '../domain/arrival.ts'
import type { Post, SourceName } from '../domain/post.ts'
import type { Route } from '../domain/route.ts'

/** What all channels want from a source, as it is at this moment: it changes while a stream runs. */
export interface Wanted {
  /** The routes of this source, paused ones left out, and what the budget does not allow any more. */
  current(): readonly Route[]
  /** Resolves after the next change of `current()` or `held()`, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void>
  /** Why nothing may be read at all now, in one sentence (the month's budget is used up); undefined: read. */
  held(): string | undefined
  /** Posts a day as far as they are known, by account id. */
  rates(): ReadonlyMap<string, number>
  /** Millionths of a dollar that closing one gap may cost now; undefined: no bound. */
  gapAllowance(): number | undefined
}

/** Authors met before, so that a network need not be paid for naming them again. */
export interface People {
  known(ids: readonly string[]): Promise<readonly Account[]>
  remember(accounts: readonly Account[]): Promise<void>
}

/** What a source says when it is asked whether somebody who has been silent has really written nothing. */
export type Newest =
  /** Nothing newer than asked about. */
  | { readonly kind: 'nothing' }
  /** There are posts that did not come; they will be fetched. `at`: the newest, epoch ms. */
  | { readonly kind: 'missed'; readonly posts: number; readonly at: number }
  /** The account is suspended, protected or gone; one plain sentence. */
  | { readonly kind: 'unavailable'; readonly why: string }
  /** It could not be asked. */
  | { readonly kind: 'failed'; readonly why: string }

/** Many accounts that somebody else has put together: a list, by its id, or those whom an account follows. */
export type Group =
  | { readonly kind: 'list'; readonly id: string }
  | { readonly kind: 'following'; readonly handle: string }

/** What naming the accounts of a group costs. */
export interface GroupPrice {
  /** The list's, or the account's, at the network. */
  readonly id: string
  /** For people, as text from outside: "the list “Dark matter people”". */
  readonly name: string
  readonly accounts: number
  /** Millionths of a dollar for each. */
  readonly microsEach: number
}

export interface GroupMembers {
  readonly accounts: readonly Account[]
  /** Those whose posts nobody is given. */
  readonly protectedHandles: readonly string[]
  /** Why not all could be read, one plain sentence. */
  readonly why?: string
}

/** One post that was looked up by itself. `why`: one plain sentence. */
export type LookedUp =
  | { readonly kind: 'found'; readonly post: Post }
  /** Deleted, or shown to nobody like us. */
  | { readonly kind: 'gone'; readonly why: string }
  /** It could not be asked. */
  | { readonly kind: 'failed'; readonly why: string }

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
  /** Whether posts are pushed to us or asked for on a schedule, while they are read. */
  readonly mode?: 'stream' | 'poll'
  /** Posts a day of the followed that X charges for as they are asked for, and were every channel read completely, as far as rates are known. */
  readonly estimate?: { readonly postsPerDay: number; readonly complete: number }
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
  /** When the post with that id was written, epoch ms, as far as the id says; undefined: it does not. */
  writtenAt(postId: string): number | undefined
  /**
   * What the network is asked for of that account's posts, as it has it now: the part of each rule that is about it, in the network's own
   * language. Empty: nothing. Undefined: not known, because nothing is being read or not by rules.
   */
  asks(accountId: string): readonly string[] | undefined
  /** Reads one post, which is charged like any other; it does not arrive by the stream. Never rejects. */
  lookUp(postId: string, signal: AbortSignal): Promise<LookedUp>
  /** How many accounts are in a group, and what naming them costs; a sentence when it cannot be told. */
  priceOf(group: Group, signal: AbortSignal): Promise<GroupPrice | string>
  /** At most `max` of them; each is charged. Never rejects. */
  members(group: Group, price: GroupPrice, max: number, signal: AbortSignal): Promise<GroupMembers>
  /** What the account wrote after `since` (epoch ms). What is found that did not come is fetched and arrives by the stream. */
  newest(account: Account, since: number, signal: AbortSignal): Promise<Newest>
  /** Which of these posts are there no more, as of now; they arrive as deletions by the stream. Undefined: it could not be asked. */
  gone(postIds: readonly string[], signal: AbortSignal): Promise<readonly string[] | undefined>
  /** What the network counted itself, by UTC day, newest last. A sentence when it cannot be had. */
  usage(
    days: number,
    signal: AbortSignal,
  ): Promise<readonly { readonly day: string; readonly posts: number }[] | string>
  /** Ends all connections of this app at the network, also those of another process; the answer in one sentence. */
  disconnectAll(signal: AbortSignal): Promise<string>
}
