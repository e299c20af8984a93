/**
 * What Birdwire remembers, in domain words. One transaction per promise: `commit` makes posts, their deliveries, counts and
 * the cursor durable together (I1); `claim` and `settle` are the outbox; `change` is a person's change with its trace.
 * Every method rejects only when the store itself is broken (a full disk, a corrupt file): that is not ours to hide.
 */
import type { Account } from '../domain/account.ts'
import type { Arrival, Cursor, Gap, Via } from '../domain/arrival.ts'
import type { Content } from '../domain/content.ts'
import type { DeadReason, Delivery, Hold, Settlement, Subject } from '../domain/delivery.ts'
import type { DropReason } from '../domain/drop.ts'
import type { Forgotten } from '../domain/forgotten.ts'
import type { Grouping } from '../domain/grouping.ts'
import type { Spent } from '../domain/money/spent.ts'
import type { Post, SourceName } from '../domain/post.ts'
import type { Purchase } from '../domain/reads.ts'
import type { Route } from '../domain/route.ts'
import type { DeadCount, GapCount } from './counting.ts'
import type { Lead, News } from './sql.ts'
import type { StoreError } from './store-error.ts'

export type { DeadCount, GapCount, Lead, News }

/** A post that a channel gets. */
export interface Owed {
  readonly channel: string
  readonly because: string
  /** Its message may not come before; absent: it may come now. */
  readonly hold?: Hold
  /** Where it goes in the channel; absent: a message of its own. */
  readonly grouping?: Grouping
}

/** One arrival with what matching made of it. */
export interface Intake {
  readonly source: SourceName
  readonly arrival: Arrival
  /** Channels that get it, in no particular order; empty for anything but a post. */
  readonly deliver: readonly Owed[]
  /** Channels it concerns that do not get it, and why: kept with the post so that one can ask later. */
  readonly rejected: readonly { readonly channel: string; readonly because: string }[]
  /** What was paid for the arrival, and for whom; absent when nothing was. */
  readonly purchase?: Purchase
}

/** What became of an arrival (I3). `edited`: another version of a stored post, now the one kept. `noted`: a mark or a gap, not counted. */
export type IntakeResult = 'stored' | 'duplicate' | 'edited' | 'deleted' | 'dropped' | 'noted'

/** A delivery leased to the caller until `leaseUntil`. */
export interface Claim {
  readonly delivery: Delivery
  readonly content: Content
  /**
   * What is to be done in Slack. `post`: in the thread of the message `thread`, absent: in the channel. `update`, `delete`: of the message
   * `ts`; undefined when there is none (any more) to do it to.
   */
  readonly act:
    | { readonly kind: 'post'; readonly thread?: string }
    | { readonly kind: 'update' | 'delete'; readonly ts: string | undefined }
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
  /** The change that this one takes back. */
  readonly undoes?: string
  /** Set: the pace is another, and what waits for the old one waits for this hold now, or for nothing. */
  readonly repace?: { readonly hold: Hold | undefined }
}

export interface AuditRow {
  readonly id: string
  readonly at: number
  readonly channel: string
  readonly who: string
  readonly what: string
  readonly before: Route | undefined
  readonly after: Route
  /** The change that this one took back, and the one that took back this one. */
  readonly undoes?: string
  readonly undoneBy?: string
}

export interface LaneState {
  readonly channel: string
  /** The channel's name, as last seen; empty when never seen. */
  readonly name: string
  readonly pending: number
  /** How many of them have not been tried since they wait for the channel's pace; absent: none. */
  readonly waiting?: Readonly<Partial<Record<Hold['why'], number>>>
  /** Messages; a change of one is none. */
  readonly sent: number
  /** Those that could not be delivered; not those of which nothing is left to deliver. */
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

/** A gap with what closing it brought and cost. */
export interface GapRow extends Gap {
  /** Posts stored because of it. */
  readonly posts: number
  /** Millionths of a dollar. */
  readonly micros: number
}

/** One line of the ledger: what was charged on one UTC day for one purpose. A resource counts once a day, as at X. */
export interface Spending extends Spent {
  readonly source: SourceName
}

/** What X itself counted on one UTC day. */
export interface Usage {
  readonly day: string
  readonly posts: number
  /** Epoch ms of the answer. */
  readonly at: number
}

/** How much came of one account, or into one channel, since some time. */
export interface Flow {
  /** Account id, or channel. */
  readonly id: string
  readonly posts: number
  /** Epoch ms: when the first of them and the newest were written; for a channel: were stored for it. */
  readonly firstAt: number
  readonly newestAt: number
}

/** A line for a channel that no person caused. */
export interface Announcement {
  readonly channel: string
  /** mrkdwn of ours. */
  readonly text: string
  /** Said once: what has the same key is not said again in the same channel. */
  readonly key: string
}

/** A line that was left and whose key was not retracted. */
export interface SaidLine {
  readonly key: string
  readonly channel: string
  /** Epoch ms. */
  readonly at: number
}

/** Epoch ms: what is older is forgotten. `posts`: with their deliveries, what was dropped; `ledger`: with the trace of changes, gaps. */
export interface Terms {
  readonly posts: number
  readonly ledger: number
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
  /** One change, by its id. */
  auditRow(id: string): Promise<AuditRow | undefined>
  /** As `Change.repace`, for what was committed by the old pace after the change was. */
  repace(channel: string, hold: Hold | undefined, now: number): Promise<void>
  /** What was paid for outside of arrivals. */
  purchase(purchases: readonly Purchase[]): Promise<void>
  /** The ledger from one UTC day to another, both included, YYYY-MM-DD. */
  spending(from: string, to: string): Promise<readonly Spending[]>
  /** Remembers what X counted; a later answer for the same day replaces it. */
  noteUsage(source: SourceName, usage: readonly Usage[]): Promise<void>
  usage(source: SourceName, from: string, to: string): Promise<readonly Usage[]>
  /** Accounts looked up before, by id, and when; unknown ids are left out. */
  people(
    source: SourceName,
    ids: readonly string[],
  ): Promise<readonly { readonly account: Account; readonly at: number }[]>
  /** Remembers accounts as the source describes them now. */
  rememberPeople(accounts: readonly Account[], now: number): Promise<void>
  /** By author, what was stored of posts written since. */
  accountFlows(source: SourceName, since: number): Promise<readonly Flow[]>
  /** By channel, the posts owed to it since. */
  channelFlows(source: SourceName, since: number): Promise<readonly Flow[]>
  /** Leaves a line in each channel, once for each key. Returns those that were new. */
  announce(lines: readonly Announcement[], now: number): Promise<readonly Announcement[]>
  /** Lines whose key begins so. */
  said(prefix: string): Promise<readonly SaidLine[]>
  /** A key may be said again: what it spoke of is over. */
  retract(key: string): Promise<void>
  /** Posts of which Slack has messages, written since: what a check for deletions asks for. */
  shownPosts(source: SourceName, since: number): Promise<readonly string[]>
  /**
   * Takes a post out of every channel, whatever the channels' settings: what is owed is discarded, messages are deleted, its text is
   * forgotten, and it is never delivered again. The channels it was in; undefined when the post is not known.
   */
  takeDown(source: SourceName, postId: string, now: number): Promise<readonly string[] | undefined>

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
  /** Epoch ms since when the oldest message waits that might have been sent: none of a held channel, none before its pace allows it. */
  owedSince(now: number): Promise<number | undefined>
  /** Lets a held channel go on. False when it was not held. */
  release(channel: string, now: number): Promise<boolean>
  dead(limit: number): Promise<readonly DeadDelivery[]>
  /** All of them, by reason; a reason that nothing died of is left out. */
  deadCounts(): Promise<readonly DeadCount[]>
  /** A dead delivery is pending again, due now. False when there is no such dead delivery, or its post was deleted. One that was `unknowable` stays so unless `force`. Of a message whose outcome is still unknown, all its posts are. */
  redeliver(id: string, now: number, force: boolean): Promise<boolean>

  /** One small step of forgetting; what it forgot. All zero: nothing is left that is older than its term and not owed. */
  forget(terms: Terms, now: number): Promise<Forgotten>

  lanes(): Promise<readonly LaneState[]>
  tallies(): Promise<readonly Tally[]>
  /** Newest first. */
  drops(limit: number): Promise<readonly DroppedArrival[]>
  gaps(limit: number): Promise<readonly GapRow[]>
  /** All of them, by state; a state that no gap is in is left out. */
  gapCounts(): Promise<readonly GapCount[]>
  /** The stored post with what matching said, and its deliveries. */
  post(source: SourceName, id: string): Promise<StoredPost | undefined>
  /** Ids of the posts in a message of ours, in its order; empty when it shows none. */
  postsIn(channel: string, ts: string): Promise<readonly string[]>
  /** The newest posts written since (epoch ms), oldest first, with the channels that got them; deleted ones are left out. */
  writtenSince(source: SourceName, since: number, limit: number): Promise<readonly ArrivedPost[]>
  /** Says that a process is there; those that have not said so for long are forgotten. */
  beat(process: Omit<ProcessRow, 'seenAt'>, now: number): Promise<void>
  /** It is there no more. */
  leave(id: string): Promise<void>
  /** Those that said so since (epoch ms), oldest first. */
  processes(since: number): Promise<readonly ProcessRow[]>
  /** Calls `heard` with what other processes tell: wake the worker, read the routes anew, look at the money again. The answer ends it. */
  listen(heard: (news: News) => void): () => void
  /** Resolves when this process alone may do the task, undefined when the signal aborts first. */
  lead(task: string, signal: AbortSignal, refused?: (error: StoreError) => void): Promise<Lead | undefined>
  close(): Promise<void>
}

/** A process that works on a shared database. */
export interface ProcessRow {
  readonly id: string
  /** What it does, as it was started. */
  readonly roles: string
  /** Epoch ms. */
  readonly startedAt: number
  readonly seenAt: number
  /** How what it reads stands, in JSON of its own; empty: it reads nothing. */
  readonly reading: string
  /** What it knows that the others cannot see, in JSON. */
  readonly findings: string
}

/** A post of the past, for trying a change on it. */
export interface ArrivedPost {
  readonly post: Post
  readonly arrivedAt: number
  readonly channels: readonly string[]
}

export interface StoredPost {
  readonly post: Post
  readonly arrivedAt: number
  readonly via: Via
  readonly rejected: readonly { readonly channel: string; readonly because: string }[]
  /** Not shown any more: by its author's wish, or on request. */
  readonly gone?: 'deleted' | 'taken down'
  readonly deliveries: readonly {
    readonly channel: string
    readonly because: string
    readonly state: 'pending' | 'leased' | 'sent' | 'dead'
    readonly ts?: string
    readonly why?: string
    readonly at: number
    /** Why it waits until `at`. */
    readonly hold?: Hold['why']
    /** Its message is a reply under another one; it has none of its own and is named in another post's. */
    readonly place?: 'thread' | 'named'
    /** The gap that it was fetched for. */
    readonly gap?: string
    /** How many posts are in its message; absent: it is alone. */
    readonly among?: number
    /** A change of its message that is owed, or could not be made. */
    readonly change?: 'pending' | 'dead'
  }[]
}
