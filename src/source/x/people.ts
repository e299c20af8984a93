/** Accounts as X describes them. Looking one up costs $0.010, once a UTC day; its fields are free. docs.x.com/x-api/users/user-lookup */

import type { Account } from '../../domain/account.ts'
import { dayMs } from '../../domain/day.ts'
import { xUsersPerRequestMax } from '../../limits.ts'
import type { XClient } from './client.ts'
import type { XError } from './errors.ts'
import { usersAnswer, type WireUser } from './schema.ts'
import { isWeb } from './spans.ts'

/** What is asked of an account. */
export const userFields = 'name,username,profile_image_url,protected,public_metrics,created_at'

/** `now` in epoch ms. */
export function toAccount(user: WireUser, now: number): Account {
  const avatar = user.profile_image_url
  const postsPerDay = rateOf(user, now)
  return {
    source: 'x',
    id: user.id,
    handle: user.username,
    name: (user.name || user.username).toWellFormed(),
    ...(avatar && isWeb(avatar) ? { avatarUrl: avatar } : {}),
    ...(postsPerDay === undefined ? {} : { postsPerDay }),
  }
}

/** Over the account's whole life, to two digits; an account of less than a day counts as a day old. */
function rateOf({ created_at, public_metrics }: WireUser, now: number): number | undefined {
  const posts = public_metrics?.tweet_count ?? public_metrics?.post_count
  const created = Date.parse(created_at ?? '')
  if (typeof posts !== 'number' || !(posts >= 0) || Number.isNaN(created)) return undefined
  return Number((posts / Math.max(1, (now - created) / dayMs)).toFixed(2))
}

/** What came of asking for people. Who is in neither `found` nor `gone` could not be asked for; then there is an `error`. */
export interface Asked {
  readonly found: readonly WireUser[]
  /** Ids that X has no account for, or none it shows: it said so, or left them out. */
  readonly gone: readonly string[]
  readonly error?: XError
}

/** People by id, a hundred to a request; stops at the first request that fails. */
export async function usersById(client: XClient, ids: readonly string[], signal: AbortSignal): Promise<Asked> {
  const found: WireUser[] = []
  const gone: string[] = []
  for (let at = 0; at < ids.length; at += xUsersPerRequestMax) {
    const batch = ids.slice(at, at + xUsersPerRequestMax)
    const query = { ids: batch.join(','), 'user.fields': userFields }
    const answer = await client.ask({ path: '/2/users', query }, usersAnswer, signal)
    if (!answer.ok) return { found, gone, error: answer.error }
    const told = (answer.value.data ?? []).filter(user => user !== null)
    found.push(...told)
    const named = new Set(told.map(user => user.id))
    gone.push(...batch.filter(id => !named.has(id)))
  }
  return { found, gone }
}
