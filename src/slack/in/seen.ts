/** Remembers the newest ids, so that a request that Slack repeats is done once. */
export class Seen {
  readonly #ids = new Set<string>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  /** True the first time; false for a repetition. */
  first(id: string): boolean {
    if (this.#ids.has(id)) return false
    this.#ids.add(id)
    // A Set keeps the order of insertion: the first is the oldest.
    for (const oldest of this.#ids) {
      if (this.#ids.size <= this.#max) break
      this.#ids.delete(oldest)
    }
    return true
  }
}
