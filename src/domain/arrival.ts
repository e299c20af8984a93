/**
 * One thing a source yields. Each carries the cursor that is true once it and everything before it is durable, so
 * whoever commits it commits the cursor in the same transaction (I1).
 */
import type { DropReason } from './drop.ts'
import type { Post, SourceName } from './post.ts'
import type { Reads, ReadVia } from './reads.ts'

/** Durable resume position at a source. Opaque outside the source that wrote it. */
export type Cursor = string

/** `stream`: read live. `catch-up`: fetched afterwards for a gap. `poll`: fetched on a schedule, where there is no stream. */
export type Via = 'stream' | 'catch-up' | 'poll'

export type Arrival = { readonly cursor: Cursor } & (
  | {
      readonly kind: 'post'
      readonly post: Post
      readonly via: Via
      /** The gap it was fetched for. */
      readonly gap?: string
      /** What the network charges for it. */
      readonly reads?: Reads
      /** Epoch ms of its last byte. */
      readonly at: number
    }
  | {
      readonly kind: 'drop'
      readonly reason: DropReason
      readonly detail: string
      /** The line, cut to a limit. */
      readonly raw?: string
      readonly reads?: Reads
      readonly at: number
    }
  /** Something was paid for that is no post: authors looked up, an answer about something else. Not counted. */
  | { readonly kind: 'read'; readonly reads: Reads; readonly via: ReadVia; readonly gap?: string; readonly at: number }
  | { readonly kind: 'delete'; readonly source: SourceName; readonly postId: string; readonly at: number }
  /** Nothing came, but the source was read without interruption up to here. Moves the cursor, is not counted. */
  | { readonly kind: 'mark'; readonly at: number }
  | { readonly kind: 'gap'; readonly gap: Gap; readonly at: number }
)

/**
 * An interval in which a source was not being read. `open`: being closed. `closed`: everything asked for in it was fetched.
 * `lost`: something in it could not be fetched; `lost` says what.
 */
export interface Gap {
  readonly source: SourceName
  /** Given by the source; what is said later of the same gap has the same. */
  readonly id: string
  /** Epoch ms. */
  readonly from: number
  readonly to: number
  /** Why reading stopped: "stalled", "connection reset", "not running". */
  readonly why: string
  readonly state: 'open' | 'closed' | 'lost'
  /** How it is being closed or was; plain sentences. */
  readonly how: string
  /** What could not be recovered, and why; one plain sentence. Empty unless `lost`. */
  readonly lost: string
  /** Channels that may miss something; empty unless `lost`. */
  readonly channels: readonly string[]
  /** What was fetched for it so far goes out now, although more may come: X does not give the rest for the time being. */
  readonly release?: true
}
