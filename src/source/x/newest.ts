/** Whether somebody who is silent has written after all: one look at their timeline, free when there is nothing. docs.x.com/x-api/posts/timelines */
import type { Account } from '../../domain/account.ts'
import type { Newest } from '../source.ts'
import { nothingRead, type OnReads } from './charged.ts'
import type { XClient } from './client.ts'
import { problemIs } from './errors.ts'
import { envelope, type WireError } from './schema.ts'
import { snowflakeAt, snowflakeMs } from './snowflake.ts'

/** The fewest that X takes. More than one says that it is not a single post that went astray. */
const postsMax = 5

/**
 * What the account wrote after `since` (epoch ms). X dates posts by whole seconds, so what was written in the same second as `since` is
 * what is known already. Each post found costs $0.005, at most five.
 */
export async function newestPost(
  client: XClient,
  account: Account,
  since: number,
  signal: AbortSignal,
  onReads: OnReads,
): Promise<Newest> {
  const query = {
    since_id: snowflakeAt((Math.floor(since / 1000) + 1) * 1000),
    max_results: String(postsMax),
    'tweet.fields': 'created_at',
  }
  const answer = await client.ask({ path: `/2/users/${account.id}/tweets`, query }, envelope, signal)
  if (!answer.ok) {
    const { kind, why } = answer.error
    if (kind === 'not-found')
      return { kind: 'unavailable', why: `X does not know the account @${account.handle} any more.` }
    return { kind: 'failed', why }
  }
  const ids = idsIn(answer.value.data)
  if (ids.length > 0) {
    onReads({ ...nothingRead, posts: ids }, 'check')
    return { kind: 'missed', posts: ids.length, at: Math.max(...ids.map(snowflakeMs)) }
  }
  const error = answer.value.errors?.find(each => each !== null)
  return error ? { kind: 'unavailable', why: unavailable(error, account.handle) } : { kind: 'nothing' }
}

function idsIn(data: unknown): readonly string[] {
  if (!Array.isArray(data)) return []
  const items: readonly unknown[] = data
  return items.flatMap(item => {
    if (typeof item !== 'object' || item === null || !('id' in item)) return []
    return typeof item.id === 'string' && /^\d{1,19}$/.test(item.id) ? [item.id] : []
  })
}

function unavailable(error: WireError, handle: string): string {
  if (/suspended/i.test(error.detail ?? '')) return `X has suspended the account @${handle}.`
  if (problemIs(error.type, 'not-authorized-for-resource') || /not authorized/i.test(error.detail ?? ''))
    return `The posts of @${handle} are protected now, and X gives them to no app.`
  if (/not find|not found/i.test(`${error.detail} ${error.title}`)) return `The account @${handle} is no longer on X.`
  return `X does not give the posts of @${handle}: ${(error.detail ?? error.title ?? 'it does not say why').slice(0, 200)}`
}
