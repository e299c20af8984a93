/**
 * Doing what cannot be done now as soon as it can be. Guarantees: what errors call passing (`shouldRetry()`) is tried again, with
 * growing pauses, until it is done or the signal aborts; any other error is thrown at once. It never gives up by itself and
 * forgets nothing that it was given. It does not know what it is doing: the work says that by itself.
 */
import { doubling } from './backoff.ts'
import type { Clock } from './clock.ts'

export type InsistEvent =
  /** Nothing is lost: the same is tried again in `retryInMs`. `failures` counts from 1, those in a row. */
  | { readonly kind: 'store-refused'; readonly why: string; readonly failures: number; readonly retryInMs: number }
  | { readonly kind: 'store-healed'; readonly afterMs: number }

export interface Insistence {
  /** The value, once there is one. Undefined: the signal aborted before. Several may be under way at once. */
  insist<T>(work: () => Promise<T>, signal: AbortSignal): Promise<{ readonly value: T } | undefined>
  /** Why nothing gets done at the moment, in one sentence; undefined when all is well. */
  trouble(): string | undefined
}

export interface InsistOptions {
  readonly clock: Clock
  /** Longest pause, ms; the first is one second. */
  readonly retryMsMax: number
  readonly onEvent: (event: InsistEvent) => void
}

export function insistence({ clock, retryMsMax, onEvent }: InsistOptions): Insistence {
  let trouble: { readonly why: string; readonly since: number } | undefined

  async function insist<T>(work: () => Promise<T>, signal: AbortSignal): Promise<{ readonly value: T } | undefined> {
    for (let failures = 1; ; failures += 1) {
      try {
        const value = await work()
        if (trouble !== undefined) onEvent({ kind: 'store-healed', afterMs: clock.now() - trouble.since })
        trouble = undefined
        return { value }
      } catch (error) {
        if (!mayRetry(error)) throw error
        const retryInMs = doubling(failures, 1000, retryMsMax, () => 0)
        trouble = { why: `store: ${error.message}`, since: trouble?.since ?? clock.now() }
        onEvent({ kind: 'store-refused', why: error.message, failures, retryInMs })
        await clock.sleep(retryInMs, signal)
        if (signal.aborted) return undefined
      }
    }
  }

  return { insist, trouble: () => trouble?.why }
}

/** Errors answer themselves whether the same call may succeed later. */
function mayRetry(error: unknown): error is Error {
  if (!(error instanceof Error) || !('shouldRetry' in error) || typeof error.shouldRetry !== 'function') return false
  return error.shouldRetry() === true
}
