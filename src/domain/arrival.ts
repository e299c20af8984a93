/**
 * One thing a source yields. Each carries the cursor that is true once it and everything before it is durable, so
 * whoever commits it commits the cursor in the same transaction (I1).
 */
import type { DropReason } from './drop.ts'
import type { Post, SourceName } from './post.ts'

/** Durable resume position at a source. Opaque outside the source that wrote it. */
export type Cursor = string

/** `stream`: read live. `catch-up`: fetched afterwards for a gap. */
export type Via = 'stream' | 'catch-up'

export type Arrival = { readonly cursor: Cursor } & (
  | {
      readonly kind: 'post'
      readonly post: Post
      readonly via: Via /** Epoch ms of its last byte. */
      readonly at: number
    }
  | {
      readonly kind: 'drop'
      readonly reason: DropReason
      readonly detail: string /** The line, cut to a limit. */
      readonly raw?: string
      readonly at: number
    }
  | { readonly kind: 'delete'; readonly source: SourceName; readonly postId: string; readonly at: number }
  /** Nothing came, but the source was read without interruption up to here. Moves the cursor, is not counted. */
  | { readonly kind: 'mark'; readonly at: number }
  | { readonly kind: 'gap'; readonly gap: Gap; readonly at: number }
)

/**
 * An interval in which a source was not being read. `open`: being closed. `closed`: everything asked for in it was fetched.
 * `lost`: could not be closed, `how` says why.
 */
export interface Gap {
  readonly source: SourceName
  /** Epoch ms; `from` identifies the gap of a source. */
  readonly from: number
  readonly to: number
  /** Why reading stopped: "stalled", "connection reset", "not running". */
  readonly why: string
  readonly state: 'open' | 'closed' | 'lost'
  /** How it was closed, or why it could not be; one plain sentence. */
  readonly how: string
  /** Posts fetched for it. */
  readonly posts: number
}
