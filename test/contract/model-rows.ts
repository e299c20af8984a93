/** What the model remembers, and which of it goes into one message where more than a handful waits in a channel. */
import type { Delivery } from '../../src/domain/delivery.ts'
import type { Post } from '../../src/domain/post.ts'
import { burstPostsMax, catchUpHandful } from '../../src/limits.ts'

export interface Owed {
  /** The store's, once it was claimed. */
  id: string
  readonly channel: string
  readonly what:
    | { readonly kind: 'post'; readonly postId: string }
    | { readonly kind: 'notice'; readonly text: string }
    | { kind: 'update' | 'remove'; of: Owed }
  /** Its turn in the channel. */
  seq: number
  state: 'pending' | 'bundled' | 'leased' | 'sent' | 'dead'
  dueAt: number
  held: boolean
  /** Fetched for a gap. */
  readonly gap: boolean
  /** The one that is sent for it. */
  head: Owed | undefined
  attempts: number
  firstAt: number | undefined
  leasedAt: number
  imagesDropped: boolean
  unknown: Delivery['unknown']
  ts: string | undefined
  reason: string
}

export interface Lane {
  freeAt: number
  held: string | undefined
  lease: { readonly owed: Owed; token: string; until: number } | undefined
  sent: number
  lastSentAt: number | undefined
}

export interface Known {
  post: Post
  deleted: boolean
  takenDown: boolean
}

/** `due`: what is due in the channel, in its order. Empty where they come one by one. */
export function burstOf(due: readonly Owed[]): readonly Owed[] {
  const [first] = due
  const posts = due.filter(({ what }) => what.kind === 'post' || what.kind === 'notice')
  if (first === undefined || first.what.kind !== 'post') return []
  const fits = (one: Owed) =>
    one.what.kind === 'post' && one.attempts === 0 && !one.unknown && one.head === undefined && one.gap === first.gap
  const end = posts.findIndex(one => !fits(one))
  const run = (end === -1 ? posts : posts.slice(0, end)).slice(0, burstPostsMax)
  return run.length > catchUpHandful ? run : []
}
