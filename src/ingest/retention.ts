/**
 * Forgets what is older than its term, once an hour, in small steps: what waits for the store comes between two of them. Guarantees: never what
 * is owed (the store sees to that); a file that is as large after a month as after a year. Rejects only when the store is broken.
 */
import { dayMs } from '../domain/day.ts'
import { type Forgotten, isNothing, nothingForgotten, together } from '../domain/forgotten.ts'
import type { Clock } from '../kit/clock.ts'
import { type InsistEvent, insistence } from '../kit/insist.ts'
import { commitRetryMsMax, forgetEveryMs, forgetFirstMs } from '../limits.ts'
import type { Store } from '../store/store.ts'

/** How long things are kept, in days. */
export interface Keep {
  /** Posts, with their deliveries, from when they are settled. */
  readonly postsDays: number
  /** The ledger, the trace of changes, gaps. */
  readonly ledgerDays: number
}

export type RetentionEvent = InsistEvent | { readonly kind: 'forgotten'; readonly forgotten: Forgotten }

export interface RetentionOptions {
  readonly store: Pick<Store, 'forget'>
  readonly clock: Clock
  readonly keep: Keep
  readonly onEvent: (event: RetentionEvent) => void
}

/** Runs until the signal aborts. More than one process may do so on the same store. */
export async function runRetention(options: RetentionOptions, signal: AbortSignal): Promise<void> {
  const { clock, onEvent } = options
  const { insist } = insistence({ clock, retryMsMax: commitRetryMsMax, onEvent })
  await clock.sleep(forgetFirstMs, signal)
  while (!signal.aborted) {
    let forgotten = nothingForgotten
    for (let step: Forgotten | undefined; !signal.aborted; ) {
      step = (await insist(() => forgetStep(options), signal))?.value
      if (step === undefined || isNothing(step)) break
      forgotten = together(forgotten, step)
      await clock.sleep(0, signal)
    }
    if (!isNothing(forgotten)) onEvent({ kind: 'forgotten', forgotten })
    await clock.sleep(forgetEveryMs, signal)
  }
}

function forgetStep({ store, clock, keep }: RetentionOptions): Promise<Forgotten> {
  const now = clock.now()
  return store.forget({ posts: now - keep.postsDays * dayMs, ledger: now - keep.ledgerDays * dayMs }, now)
}
