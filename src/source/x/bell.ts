/** Something happened that a loop should look at. A ring is kept until it is heard, so none is missed between two looks. */
import type { Clock } from '../../kit/clock.ts'

export class Bell {
  #rung = false
  #wake = () => {}

  ring(): void {
    this.#rung = true
    this.#wake()
  }

  /** Settles when it has rung since it was heard last, or when the signal aborts. */
  async heard(signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      signal.addEventListener('abort', resolve as () => void, { once: true })
      await promise
      signal.removeEventListener('abort', resolve as () => void)
      this.#wake = () => {}
    }
    this.#rung = false
  }

  /** Rings after `ms`, unless cancelled; `over` is true from then on. The time is slept, so a clock that is set does not change it. */
  after(ms: number, clock: Clock): { readonly over: boolean; cancel(): void } {
    const cancelled = new AbortController()
    const alarm = { over: ms <= 0, cancel: () => cancelled.abort() }
    if (ms > 0) {
      void clock.sleep(ms, cancelled.signal).then(() => {
        if (cancelled.signal.aborted) return
        alarm.over = true
        this.ring()
      })
    }
    return alarm
  }
}
