/** Which posts are no longer to be had: deleted, or their author suspended or protected. docs.x.com/x-api/posts/lookup */
import { z } from 'zod'
import { xPostsPerRequestMax } from '../../limits.ts'
import { nothingRead, type OnReads } from './charged.ts'
import type { XClient } from './client.ts'
import { problemIs } from './errors.ts'
import { wireError } from './schema.ts'

const answerShape = z.object({
  data: z.array(z.object({ id: z.string() })).nullish(),
  errors: z.array(wireError).nullish(),
})

/**
 * The ids of these that X says are gone, or may not be shown. An id that X says nothing of is not among them. Each post that is still there
 * costs $0.005, once a UTC day; those that are gone cost nothing. Undefined: it could not all be asked.
 */
export async function gonePosts(
  client: XClient,
  ids: readonly string[],
  signal: AbortSignal,
  onReads: OnReads,
): Promise<readonly string[] | undefined> {
  // One id that is none would make X refuse the whole request.
  const asked = [...new Set(ids)].filter(id => /^\d{1,19}$/.test(id))
  const gone: string[] = []
  for (let at = 0; at < asked.length; at += xPostsPerRequestMax) {
    const batch = asked.slice(at, at + xPostsPerRequestMax)
    const answer = await client.ask({ path: '/2/tweets', query: { ids: batch.join(',') } }, answerShape, signal)
    if (!answer.ok) return undefined
    const there = new Set((answer.value.data ?? []).map(post => post.id))
    if (there.size > 0) onReads({ ...nothingRead, posts: [...there] }, 'check')
    const missing = new Set(
      (answer.value.errors ?? [])
        .filter(({ type }) => problemIs(type, 'resource-not-found') || problemIs(type, 'not-authorized-for-resource'))
        .flatMap(({ value, resource_id }) => [String(value ?? ''), resource_id ?? '']),
    )
    gone.push(...batch.filter(id => missing.has(id) && !there.has(id)))
  }
  return gone
}
