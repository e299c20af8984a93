/** Watches what the channels want: whether there is anything to read, whether it may be read, and that something has changed. */
import type { Clock } from '../../kit/clock.ts'
import type { Wanted } from '../source.ts'

/** What a gap is put down to while nothing may be read. The sentence has the numbers of one moment, and is said where it is true. */
export const notAllowed = "the month's budget did not allow it"

export class Wants {
  /** Why nothing may be read, in one sentence. */
  held: string | undefined
  /** No channel wants anything. */
  nothing = false
  /** Counts changes. */
  news = 0
  /** Epoch ms: when something was wanted again after nothing was. */
  wishedAt: number | undefined
  readonly #wanted: Wanted
  readonly #clock: Clock
  readonly #onChange: () => void

  constructor(wanted: Wanted, clock: Clock, onChange: () => void) {
    this.#wanted = wanted
    this.#clock = clock
    this.#onChange = onChange
    this.#look()
  }

  /** Why a reading has to end at once; undefined: it may go on. */
  get against(): string | undefined {
    if (this.held !== undefined) return notAllowed
    return this.nothing ? 'nothing is wanted from X any more' : undefined
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // Asked for before the routes are read, so that no change falls between.
      const change = this.#wanted.changed(signal)
      this.#look()
      await change
      this.news += 1
    }
  }

  #look(): void {
    this.held = this.#wanted.held()
    const nothing = this.#wanted.current().every(route => route.follows.length === 0 && route.topics.length === 0)
    if (!nothing && this.nothing) this.wishedAt = this.#clock.now()
    this.nothing = nothing
    this.#onChange()
  }
}
