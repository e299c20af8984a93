/** Time that runs `speed` times as fast as the machine's, for whole services whose waits would take hours: everybody in a test shares one. */
import { type Clock, systemClock } from '../../src/kit/clock.ts'

export function fastClock(speed: number): Clock {
  const start = Date.now()
  return {
    now: () => Math.floor(start + (performance.timeOrigin + performance.now() - start) * speed),
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  }
}
