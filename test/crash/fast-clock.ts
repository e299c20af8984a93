/** Time that runs faster than the machine's, the same in several processes: worked out from the machine's own time by one formula. */
import { setTimeout as delay } from 'node:timers/promises'

/** At `real` (epoch ms of the machine) it is `start` (epoch ms), and from then on time runs `speed` times as fast. */
export interface Pace {
  readonly speed: number
  readonly real: number
  readonly start: number
}

export interface FastClock {
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Not `Date.now`, which has whole milliseconds and may be set. */
const machine = () => performance.timeOrigin + performance.now()

export function paceFromNow(speed: number): Pace {
  const real = machine()
  return { speed, real, start: real }
}

export function fastClock({ speed, real, start }: Pace): FastClock {
  return {
    now: () => Math.floor(start + (machine() - real) * speed),
    async sleep(ms, signal) {
      if (signal?.aborted) return
      await delay(Math.max(0, ms) / speed, undefined, signal === undefined ? {} : { signal }).catch(error => {
        if (!signal?.aborted) throw error
      })
    },
  }
}
