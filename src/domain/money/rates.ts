/** How much an account posts, from what was seen of it and from what the network said when it was looked up. Pure. */

import { ratesDays } from '../../limits.ts'
import type { Account } from '../account.ts'
import { dayMs } from '../day.ts'
import type { Route } from '../route.ts'

/** Structurally the store's `Flow`. */
export interface Seen {
  readonly id: string
  readonly posts: number
  /** Epoch ms. */
  readonly firstAt: number
}

/** Fewer posts, or fewer days, say less than the network's own figure. */
const postsMin = 3
const daysMin = 2

export interface Rate {
  readonly perDay: number
  /** `seen`: by what came. `life`: by the account's whole life, as the network told. */
  readonly from: 'seen' | 'life'
}

/**
 * Posts a day of one account; undefined when nothing is known. `whole`: everything it posts is bought; else what was seen is only what matched,
 * and the network's figure counts if it is higher.
 */
export function rateOf(account: Account, seen: Seen | undefined, whole: boolean, now: number): Rate | undefined {
  const days = seen === undefined ? 0 : Math.min(ratesDays, Math.max(1, (now - seen.firstAt) / dayMs))
  const observed: Rate | undefined =
    seen === undefined || seen.posts === 0 ? undefined : { perDay: seen.posts / days, from: 'seen' }
  const life: Rate | undefined =
    account.postsPerDay === undefined ? undefined : { perDay: account.postsPerDay, from: 'life' }
  if (observed === undefined || life === undefined) return observed ?? life
  const enough = days >= daysMin && (seen?.posts ?? 0) >= postsMin
  if (!enough) return life
  return whole || observed.perDay >= life.perDay ? observed : life
}

/** Whether everything of those followed is bought for this channel; replies to others aside, which hardly anybody wants. */
export function readsWhole(route: Route): boolean {
  if (route.paused) return false
  if (route.reading === 'complete') return true
  const { keywords, languages, blocks, kinds } = route
  const unfiltered = keywords.length + languages.length + blocks.length === 0
  return unfiltered && kinds.original && kinds.quote && kinds.repost && kinds.thread
}

/** Posts a day of all that are followed, as far as they are known, by account id. */
export function ratesOf(routes: readonly Route[], seen: readonly Seen[], now: number): ReadonlyMap<string, number> {
  const flows = new Map(seen.map(flow => [flow.id, flow]))
  const whole = new Set(routes.filter(readsWhole).flatMap(({ follows }) => follows.map(({ id }) => id)))
  const accounts = new Map(routes.flatMap(({ follows }) => follows.map(account => [account.id, account] as const)))
  return new Map(
    [...accounts].flatMap(([id, account]) => {
      const rate = rateOf(account, flows.get(id), whole.has(id), now)
      return rate === undefined ? [] : [[id, rate.perDay] as const]
    }),
  )
}
