/**
 * Time that runs `speed` times as fast as the machine's, from any moment on, and leaps when a test says so: what waits for a time that has
 * passed goes on at once. Everybody in a test shares one.
 */
import { type Clock, systemClock } from '../../src/kit/clock.ts'

export interface LeapClock extends Clock {
  leap(ms: number): void
}

/** `start`: epoch ms; default now. */
export function leapClock(speed = 1, start = Date.now()): LeapClock {
  const from = performance.now()
  let leapt = 0
  let leaping = new AbortController()
  const now = () => Math.floor(start + leapt + (performance.now() - from) * speed)
  return {
    now,
    leap: ms => {
      leapt += ms
      leaping.abort()
      leaping = new AbortController()
    },
    async sleep(ms, signal) {
      const until = now() + ms
      for (let left = ms; left > 0 && signal?.aborted !== true; left = until - now()) {
        const wakers = signal === undefined ? [leaping.signal] : [leaping.signal, signal]
        await systemClock.sleep(left / speed, AbortSignal.any(wakers))
      }
      // Even a sleep of no length lets others run.
      if (ms <= 0) await systemClock.sleep(0, signal)
    },
  }
}
