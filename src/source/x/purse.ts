/**
 * What closing one gap has cost and may cost, in millionths of a dollar. X charges a resource once a UTC day, so each is counted once.
 * docs.x.com/x-api/getting-started/pricing
 */
import { microsPerUsd, xRateCard } from '../../domain/rate-card.ts'
import type { Reads } from '../../domain/reads.ts'

export class Purse {
  readonly #limit: number | undefined
  #spent = 0
  readonly #posts = new Set<string>()
  readonly #users = new Set<string>()

  /** `limit`: millionths of a dollar; undefined: no bound. */
  constructor(limit: number | undefined) {
    this.#limit = limit
  }

  get bounded(): boolean {
    return this.#limit !== undefined
  }

  get empty(): boolean {
    return this.#limit !== undefined && this.#spent >= this.#limit
  }

  pay(reads: Reads): void {
    const { posts, inner, users } = xRateCard.micros
    for (const id of reads.posts) this.#once(this.#posts, id, posts)
    for (const id of reads.inner) this.#once(this.#posts, id, inner)
    for (const id of reads.users) this.#once(this.#users, id, users)
  }

  /**
   * How many posts to ask for at a time, from `least` (X's own) to 100: as many as can be paid when each brings another one along and both
   * are by people not met before.
   */
  pageSize(least: number): string {
    if (this.#limit === undefined) return '100'
    const { posts, inner, users } = xRateCard.micros
    return `${Math.min(100, Math.max(least, Math.floor((this.#limit - this.#spent) / (posts + inner + 2 * users))))}`
  }

  /** Why the rest was not asked for. */
  get sentence(): string {
    const usd = ((this.#limit ?? 0) / microsPerUsd).toFixed(2)
    return `The rest was not asked for, because what the budget leaves for closing a gap ($${usd}) is used up (X_BUDGET_USD).`
  }

  #once(seen: Set<string>, id: string, micros: number): void {
    if (seen.has(id)) return
    seen.add(id)
    this.#spent += micros
  }
}
