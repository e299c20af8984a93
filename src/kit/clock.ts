/**
 * Time as a parameter. Everything that waits or reads the time takes a Clock, so that a test can move a week in a
 * millisecond and a schedule can be checked without luck.
 */
import { setTimeout as delay } from 'node:timers/promises'

export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Resolves after `ms` milliseconds, at once and without throwing when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    if (signal?.aborted) return
    await delay(Math.max(0, ms), undefined, signal === undefined ? {} : { signal }).catch(error => {
      if (!signal?.aborted) throw error
    })
  },
}

/**
 * A clock that stands still until `advance` moves it, and then wakes each sleeper at its own time, in order. Between two
 * sleepers it lets everything that became runnable run, so code under test sees time pass as it would.
 */
export class ManualClock implements Clock {
  #now: number
  #sleepers: { readonly at: number; readonly wake: () => void }[] = []

  constructor(now = Date.UTC(2026, 0, 5, 9)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = () => resolve()
    const sleeper = { at: this.#now + Math.max(0, ms), wake }
    this.#sleepers.push(sleeper)
    signal?.addEventListener('abort', wake, { once: true })
    return promise.finally(() => {
      signal?.removeEventListener('abort', wake)
      this.#sleepers = this.#sleepers.filter(other => other !== sleeper)
    })
  }

  /** How many are asleep: lets a test wait for the fact that the code has gone to sleep. */
  get sleeping(): number {
    return this.#sleepers.length
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      await new Promise(setImmediate)
      const next = this.#sleepers.reduce((first, s) => (s.at < first ? s.at : first), Number.POSITIVE_INFINITY)
      if (next > end) break
      this.#now = Math.max(this.#now, next)
      for (const sleeper of this.#sleepers.filter(s => s.at <= this.#now)) sleeper.wake()
    }
    this.#now = end
  }
}
