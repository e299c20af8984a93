/**
 * What a change would have made of the last days: the posts that were seen then, judged by the route as it is and as it would be. And how far
 * that can be believed: what the network filtered out for us, or was not asked for, nobody can judge.
 */
import { dayMs } from '../domain/day.ts'
import type { Post } from '../domain/post.ts'
import type { Route } from '../domain/route.ts'
import { previewDays, previewPostsMax } from '../limits.ts'
import type { ControlDeps } from './control.ts'

export interface Past {
  /** Newest first; deleted ones are left out. */
  readonly posts: readonly Post[]
  /** Epoch ms from which on they are: `previewDays` ago, or later where there are more than can be looked through. */
  readonly since: number
  readonly cut: boolean
}

export async function pastOf({ store, source, clock }: ControlDeps): Promise<Past> {
  const since = clock.now() - previewDays * dayMs
  const written = await store.writtenSince(source.name, since, previewPostsMax)
  const posts = written.map(({ post }) => post).toReversed()
  const cut = posts.length >= previewPostsMax
  return { posts, since: cut ? (posts.at(-1)?.createdAt ?? since) : since, cut }
}

export interface Difference {
  readonly added: readonly Post[]
  readonly removed: readonly Post[]
  /** Wanted before and after. */
  readonly kept: number
}

/** In the order of the posts. */
export function difference(
  judging: ControlDeps['judging'],
  posts: readonly Post[],
  before: Route,
  after: Route,
): Difference {
  const was = judging(before)
  const would = judging(after)
  const added: Post[] = []
  const removed: Post[] = []
  let kept = 0
  for (const post of posts) {
    const wanted = was(post).wanted
    if (would(post).wanted) {
      if (wanted) kept++
      else added.push(post)
    } else if (wanted) removed.push(post)
  }
  return { added, removed, kept }
}
