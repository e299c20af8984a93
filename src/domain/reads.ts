/**
 * What a network charges for. X bills each post and each person that it hands over, once a UTC day
 * (docs.x.com/x-api/getting-started/pricing); what was read is told with the arrival that it came with, or by itself.
 */
import type { Relation, SourceName } from './post.ts'

/** Resources in one answer or line, by the network's own ids. */
export interface Reads {
  /** Posts that were asked for or streamed. */
  readonly posts: readonly string[]
  /** Posts that came along because another one quotes, reposts or answers them. */
  readonly inner: readonly string[]
  readonly users: readonly string[]
}

/** How something was read. `lookup`: a name somebody typed, or an author not yet known. `check`: whether a silence or a deletion is real. */
export const readVias = ['stream', 'catch-up', 'poll', 'lookup', 'check'] as const
export type ReadVia = (typeof readVias)[number]

/** Something bought, and for whom: what the ledger remembers. */
export interface Purchase {
  readonly source: SourceName
  /** Epoch ms. */
  readonly at: number
  readonly via: ReadVia
  readonly reads: Reads
  /** Of the post; empty when it is not about one post. */
  readonly relation: Relation | ''
  /** Why the channels were concerned. */
  readonly by: 'follow' | 'topic' | ''
  /** The author's id; empty when it is not about one post. */
  readonly account: string
  /** Channels it was bought for: those that got it, else those that it concerned. Sorted. */
  readonly channels: readonly string[]
  /** How many channels got it. */
  readonly delivered: number
}

/** Something read that is about no one post and for no channel: a name looked up, an author. `at`: epoch ms. */
export function outsideOfPosts(source: SourceName, at: number, via: ReadVia, reads: Reads): Purchase {
  return { source, at, via, reads, relation: '', by: '', account: '', channels: [], delivered: 0 }
}

export const readKinds = ['posts', 'inner', 'users'] as const satisfies readonly (keyof Reads)[]
export type ReadKind = (typeof readKinds)[number]
