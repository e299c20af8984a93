/**
 * Asks once more, at 23:30 UTC, for the posts of the day that are in Slack, and tells which are gone: for apps that do not hear of deletions
 * (X_RECHECK, off by default). Each post is asked for once: what its author deletes later, and what is written in the day's last half hour,
 * is not found.
 *
 * Price: a post was bought on the day on which it was written, and X charges a post once a UTC day, so this costs nothing; but X calls that
 * a "soft guarantee" (docs.x.com/x-api/getting-started/pricing), and a try that slips past midnight is charged: at most $0.005 a post and
 * `recheckPostsMax` posts. The source counts what it reads as `check`, and the ledger knows what of it X charged before.
 */
import { dayMs } from '../domain/day.ts'
import type { Clock } from '../kit/clock.ts'
import { recheckAtMs, recheckPostsMax, recheckRetriesMs, xPostsPerRequestMax } from '../limits.ts'
import type { Source } from '../source/source.ts'
import type { Store } from '../store/store.ts'

/** One long sleep would miss a clock that is set, or a machine that was asleep. */
const hopMs = 300_000

/** `unasked`: posts of the day that were not asked for, because there are too many or X did not answer. */
export type RecheckEvent =
  | { readonly kind: 'rechecked'; readonly asked: number; readonly gone: number; readonly unasked: number }
  /** Nothing may be read now, and why: this day's posts are not asked for. */
  | { readonly kind: 'recheck-held'; readonly why: string }

export interface RecheckOptions {
  readonly source: Pick<Source, 'name' | 'gone'>
  readonly store: Pick<Store, 'shownPosts'>
  readonly clock: Clock
  /** Why nothing may be read at all now; undefined: read. */
  readonly held: () => string | undefined
  readonly onEvent: (event: RecheckEvent) => void
}

/** Epoch ms of the next check after `now`. */
export function nextCheckAt(now: number): number {
  const today = dayOf(now) + recheckAtMs
  return today > now ? today : today + dayMs
}

const dayOf = (ms: number) => Math.floor(ms / dayMs) * dayMs

/** Checks every day until the signal aborts. Rejects only when the store is broken. */
export async function runRecheck(options: RecheckOptions, signal: AbortSignal): Promise<void> {
  const { clock } = options
  for (let at = nextCheckAt(clock.now()); !signal.aborted; at = nextCheckAt(Math.max(at, clock.now()))) {
    while (clock.now() < at && !signal.aborted) await clock.sleep(Math.min(hopMs, at - clock.now()), signal)
    // Past midnight every post would be charged again.
    if (!signal.aborted && clock.now() < dayOf(at) + dayMs) await check(options, dayOf(at), signal)
  }
}

async function check(options: RecheckOptions, since: number, signal: AbortSignal): Promise<void> {
  const { source, store, clock, held, onEvent } = options
  const shown = await store.shownPosts(source.name, since)
  const pending = shown.slice(0, recheckPostsMax)
  let asked = 0
  let gone = 0
  for (const waitMs of [0, ...recheckRetriesMs]) {
    if (waitMs > 0) await clock.sleep(waitMs, signal)
    while (pending.length > 0 && !signal.aborted) {
      const why = held()
      if (why !== undefined) return onEvent({ kind: 'recheck-held', why })
      const batch = pending.slice(0, xPostsPerRequestMax)
      const found = await source.gone(batch, signal)
      if (found === undefined) break
      pending.splice(0, batch.length)
      asked += batch.length
      gone += found.length
    }
    if (pending.length === 0 || signal.aborted) break
  }
  if (!signal.aborted && shown.length > 0) onEvent({ kind: 'rechecked', asked, gone, unasked: shown.length - asked })
}
