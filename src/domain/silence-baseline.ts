/** Since when posts compare with what is wanted now: a channel that wants less gets less, and that is no silence. Pure. */
import type { Route } from './route.ts'

/** A change of a route. */
export interface RouteChange {
  readonly at: number
  readonly before: Route | undefined
  readonly after: Route
}

/** Epoch ms of the last change by which fewer posts of the account may come; 0 if there is none. */
export function accountSince(changes: readonly RouteChange[], accountId: string): number {
  return last(changes, ({ before, after }) => {
    const was = follows(before, accountId)
    return was !== follows(after, accountId) || (was && before !== undefined && sieve(before) !== sieve(after))
  })
}

/** Epoch ms of the last change by which fewer posts may come into the channel; 0 if there is none. */
export function channelSince(changes: readonly RouteChange[], channel: string): number {
  return last(
    changes,
    ({ before, after }) =>
      after.channel === channel &&
      before !== undefined &&
      (sieve(before) !== sieve(after) ||
        before.follows.some(({ id }) => !follows(after, id)) ||
        before.topics.some(topic => !after.topics.includes(topic))),
  )
}

const follows = (route: Route | undefined, id: string): boolean =>
  route?.follows.some(account => account.id === id) === true

/** All that keeps posts of the followed out. */
function sieve({ keywords, blocks, muted, languages, kinds, paused }: Route): string {
  return JSON.stringify([keywords, blocks, muted.map(({ id }) => id), languages, kinds, paused])
}

function last(changes: readonly RouteChange[], concerns: (change: RouteChange) => boolean): number {
  return Math.max(0, ...changes.filter(concerns).map(({ at }) => at))
}
