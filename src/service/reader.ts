/** Reading X, and all that only one process at a time may do with it: what is spent, silence, forgetting. Done while this process leads; followed while another does. */
import type { Clock } from '../kit/clock.ts'
import { type InsistEvent, insistence } from '../kit/insist.ts'
import { commitRetryMsMax, moneyFollowMs } from '../limits.ts'

export interface ReaderOptions {
  /** No other process can read: this one does from the moment it starts. */
  readonly alone: boolean
  readonly clock: Clock
  /** What is wanted, and what was spent: as the store has it. Rejects when the store does. */
  readonly lookUp: { readonly wanted: () => Promise<void>; readonly money: () => Promise<void> }
  /** Each runs until its signal aborts, and rejects only when the store, or we, are broken. */
  readonly loops: readonly ((signal: AbortSignal) => Promise<unknown>)[]
  readonly onEvent: (event: InsistEvent) => void
}

export class Reader {
  readonly #options: ReaderOptions
  #reads: boolean

  constructor(options: ReaderOptions) {
    this.#options = options
    this.#reads = options.alone
  }

  /** Whether this process is the one that reads. */
  reads(): boolean {
    return this.#reads
  }

  /** Reads until the signal aborts. Whoever led before may have spent and changed what this process does not know. */
  async run(leading: AbortSignal): Promise<void> {
    const { clock, lookUp, loops, onEvent } = this.#options
    const { insist } = insistence({ clock, retryMsMax: commitRetryMsMax, onEvent })
    const ready = await insist(async () => {
      await lookUp.wanted()
      await lookUp.money()
    }, leading)
    if (ready === undefined) return
    this.#reads = true
    try {
      await Promise.all(loops.map(loop => loop(leading)))
    } finally {
      this.#reads = this.#options.alone
    }
  }

  /** While another process reads and spends, what is known of the money is read from the store. Resolves when the signal aborts. */
  async followMoney(signal: AbortSignal): Promise<void> {
    const { clock, lookUp } = this.#options
    while (!signal.aborted) {
      await clock.sleep(moneyFollowMs, signal)
      // The next time is soon.
      if (!this.#reads) await lookUp.money().catch(() => {})
    }
  }
}
