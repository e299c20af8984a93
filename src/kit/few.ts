/** Of many of the same kind only a few are told: whoever can cause a line in the log must not be able to fill the disk with it. */
export class Few {
  readonly #max: number
  readonly #withinMs: number
  #since = Number.NEGATIVE_INFINITY
  #told = 0
  #leftOut = 0

  /** At most `max` within `withinMs`. */
  constructor(max: number, withinMs: number) {
    this.#max = max
    this.#withinMs = withinMs
  }

  /** `now`: epoch ms. How many were left out since the last one that was told; undefined when this one is to be left out, too. */
  tell(now: number): number | undefined {
    // A clock that was set back must not silence anything for as long.
    if (Math.abs(now - this.#since) >= this.#withinMs) {
      this.#since = now
      this.#told = 0
    }
    if (this.#told >= this.#max) {
      this.#leftOut += 1
      return undefined
    }
    this.#told += 1
    const leftOut = this.#leftOut
    this.#leftOut = 0
    return leftOut
  }
}
