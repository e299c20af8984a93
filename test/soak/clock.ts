/**
 * Simulated time. While anything is under way it runs `speed` times as fast as the machine's; when all is quiet whoever drives it lets it jump to
 * where somebody waits for it. Everybody in the soak shares one.
 */
import type { Clock } from '../../src/kit/clock.ts'

/** Real ms: how often it is looked who may wake up while time runs by itself. */
const lookMs = 4

export class SoakClock implements Clock {
  readonly #start: number
  readonly #speed: number
  readonly #from = performance.now()
  readonly #timer: NodeJS.Timeout
  readonly #sleepers = new Set<{ readonly at: number; readonly wake: () => void }>()
  #leapt = 0

  /** `start`: epoch ms. */
  constructor(start: number, speed: number) {
    this.#start = start
    this.#speed = speed
    this.#timer = setInterval(() => this.#wake(), lookMs)
  }

  now(): number {
    return Math.floor(this.#start + this.#leapt + (performance.now() - this.#from) * this.#speed)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    // Even a sleep of no length lets others run.
    if (ms <= 0) return new Promise(resolve => setImmediate(resolve))
    const { promise, resolve } = Promise.withResolvers<void>()
    const sleeper = { at: this.now() + ms, wake: () => resolve() }
    this.#sleepers.add(sleeper)
    signal?.addEventListener('abort', sleeper.wake, { once: true })
    return promise.finally(() => {
      signal?.removeEventListener('abort', sleeper.wake)
      this.#sleepers.delete(sleeper)
    })
  }

  /** Epoch ms when the next one wakes up; infinite when nobody sleeps. */
  nextAt(): number {
    let first = Number.POSITIVE_INFINITY
    for (const { at } of this.#sleepers) if (at < first) first = at
    return first
  }

  leapTo(at: number): void {
    this.#leapt += Math.max(0, at - this.now())
    this.#wake()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #wake(): void {
    const now = this.now()
    const due = [...this.#sleepers].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
    for (const { wake } of due) wake()
  }
}
