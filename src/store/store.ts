/**
 * What Birdwire remembers, in domain words. One transaction per promise: `commit` makes posts, their deliveries, counts and
 * the cursor durable together (I1); `claim` and `settle` are the outbox; `change` is a person's change with its trace.
 * Every method rejects only when the store itself is broken (a full disk, a corrupt file): that is not ours to hide.
 */
import type { Account } from '../domain/account.ts'
import type { Arrival, Cursor, Gap } from '../domain/arrival.ts'
import type { DeadReason, Delivery, Settlement, Subject } from '../domain/delivery.ts'
import type { DropReason } from '../domain/drop.ts'
import type { Post, SourceName } from '../domain/post.ts'
import type { Route } from '../domain/route.ts'

/** One arrival with what matching made of it. */
export interface Intake {
  readonly source: SourceName
  readonly arrival: Arrival
  /** Channels that get it, in no particular order; empty for anything but a post. */
  readonly deliver: readonly { readonly channel: string; readonly because: string }[]
  /** Channels it concerns that do not get it, and why: kept with the post so that one can ask later. */
  readonly rejected: readonly { readonly channel: string; readonly because: string }[]
}

/** What became of an arrival (I3). `edited`: another version of a stored post, now the one kept. `noted`: a mark or a gap, not counted. */
export type IntakeResult = 'stored' | 'duplicate' | 'edited' | 'deleted' | 'dropped' | 'noted'

/** A delivery leased to the caller until `leaseUntil`. */
export interface Claim {
  readonly delivery: Delivery
  readonly content: { readonly kind: 'post'; readonly post: Post } | { readonly kind: 'notice'; readonly text: string }
  /** Proof of the lease: a settlement with another token is refused. */
  readonly token: string
  readonly leaseUntil: number
  /** When the post was committed, epoch ms: for latency. */
  readonly createdAt: number
}

/** A person's change of a route. */
export interface Change {
  readonly route: Route
  /** Who did what, in one plain sentence without the name: "followed @ligo". */
  readonly what: string
  /** The line left in the channel (mrkdwn, ours), delivered like a post. Absent: none. */
  readonly notice?: string
}

export interface AuditRow {
  readonly id: string
  readonly at: number
  readonly channel: string
  readonly who: string
  readonly what: string
  readonly before: Route | undefined
  readonly after: Route
}

export interface LaneState {
  readonly channel: string
  /** The channel's name, as last seen; empty when never seen. */
  readonly name: string
  readonly pending: number
  readonly sent: number
  readonly dead: number
  readonly unknown: number
  /** Epoch ms of the newest message that Slack has. */
  readonly lastSentAt?: number
  /** Why nothing is sent there until somebody resumes. */
  readonly held?: string
}

export interface DeadDelivery {
  readonly id: string
  readonly channel: string
  readonly subject: Subject
  /** The post's page; empty for a notice. */
  readonly url: string
  readonly reason: DeadReason
  readonly why: string
  readonly at: number
}

/** Counted since the database was made: what arrived, by result, drops by reason. */
export interface Tally {
  readonly source: SourceName
  readonly result: IntakeResult
  /** The drop's reason; empty for other results. */
  readonly reason: string
  readonly count: number
}

/** A drop in detail: the newest are kept, older ones are in the tally only. */
export interface DroppedArrival {
  readonly source: SourceName
  readonly at: number
  readonly reason: DropReason
  readonly detail: string
  /** The line, cut to a limit. */
  readonly raw?: string
}

export interface Store {
  cursor(source: SourceName): Promise<Cursor | undefined>
  /** All or nothing, in order; the cursor of the last intake of each source is durable with them. A post's deliveries are created at most once per channel (I2). */
  commit(intakes: readonly Intake[], now: number): Promise<readonly IntakeResult[]>

  routes(): Promise<readonly Route[]>
  /**
   * Reads the route (an empty one if there is none), lets `decide` change it and commits route, audit row and notice together; undefined
   * from `decide` changes nothing. Serial per channel, also between processes. `who` is the Slack user id, or "import", "command line".
   */
  change(
    key: { source: SourceName; channel: string },
    who: string,
    now: number,
    decide: (route: Route) => Change | undefined,
  ): Promise<Change | undefined>
  audit(channel: string | undefined, limit: number): Promise<readonly AuditRow[]>
  /** The newest handle and name of an account we know; called when a source says so. Unknown ids are ignored. */
  refreshAccounts(accounts: readonly Account[]): Promise<void>
  /** Remembers a channel's name for people's eyes. */
  nameChannel(channel: string, name: string): Promise<void>

  /** At most one delivery per channel, the oldest that is due, of channels whose lane is free and not held; leased and counted durably. */
  claim(now: number, leaseMs: number, limit: number): Promise<readonly Claim[]>
  /** False when the lease had passed to somebody else: then nothing was changed. */
  settle(claim: Claim, settlement: Settlement, now: number): Promise<boolean>
  /** Epoch ms when `claim` may next find something; undefined when nothing is pending. */
  nextDueAt(): Promise<number | undefined>
  /** Lets a held channel go on. False when it was not held. */
  release(channel: string, now: number): Promise<boolean>
  dead(limit: number): Promise<readonly DeadDelivery[]>
  /** A dead delivery is pending again, due now. False when there is no such dead delivery. One that was `unknowable` stays so unless `force`. */
  redeliver(id: string, now: number, force: boolean): Promise<boolean>

  lanes(): Promise<readonly LaneState[]>
  tallies(): Promise<readonly Tally[]>
  /** Newest first. */
  drops(limit: number): Promise<readonly DroppedArrival[]>
  gaps(limit: number): Promise<readonly Gap[]>
  /** The stored post with what matching said, and its deliveries. */
  post(source: SourceName, id: string): Promise<StoredPost | undefined>
  close(): Promise<void>
}

export interface StoredPost {
  readonly post: Post
  readonly arrivedAt: number
  readonly rejected: readonly { readonly channel: string; readonly because: string }[]
  readonly deliveries: readonly {
    readonly channel: string
    readonly because: string
    readonly state: 'pending' | 'leased' | 'sent' | 'dead'
    readonly ts?: string
    readonly why?: string
    readonly at: number
  }[]
}
