/** The order in which a digest shows posts. Explicit, so that anybody can say why one stands above another; nothing is scored in secret. */
import type { Post, Relation } from './post.ts'

export interface Ranked {
  readonly post: Pick<Post, 'relation' | 'createdAt'>
  /** How many others whom the channel follows shared it. */
  readonly shared: number
}

/** In people's own words first. */
const places: Readonly<Record<Relation, number>> = { original: 0, quote: 0, repost: 1, thread: 1, reply: 1 }

/** For sorting: what more of the followed shared, then originals and quotes before reposts, threads and replies, then the newest. */
export function bestFirst(a: Ranked, b: Ranked): number {
  return b.shared - a.shared || places[a.post.relation] - places[b.post.relation] || b.post.createdAt - a.post.createdAt
}
