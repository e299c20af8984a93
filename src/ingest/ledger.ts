/**
 * What was charged, known at once: the store's ledger is exact and durable, this one is in memory and knows of a purchase before it is
 * committed, so that a flood can be stopped within a fraction of a second. Counts like X: a resource once a UTC day. After a restart it does not
 * know what was bought earlier that day and may count it twice: to the safe side.
 */
import { utcDay } from '../domain/day.ts'
import { monthOf } from '../domain/money/month.ts'
import type { RateCard } from '../domain/rate-card.ts'
import type { Purchase } from '../domain/reads.ts'
import { budgetInFlightMs, budgetInFlightPosts } from '../limits.ts'

/** Arrivals of the day before may still come after midnight. */
const daysKept = 2

interface Sum {
  /** Millionths of a dollar; and what posts that came by themselves cost with all that came along, and how many they were. */
  micros: number
  seenMicros: number
  seenPosts: number
}

export class Ledger {
  readonly #card: RateCard
  /** By UTC day: ids of posts, and ids of users with a sign before them. */
  readonly #charged = new Map<string, Set<string>>()
  /** By month: a clock that jumps back over its end finds the old one. */
  readonly #sums = new Map<string, Sum>()
  #recent: { readonly at: number; readonly micros: number }[] = []

  constructor(card: RateCard) {
    this.#card = card
  }

  /** Takes a purchase in. `now`: epoch ms at which it came. */
  charge({ at, reads }: Purchase, now: number): void {
    const charged = this.#dayOf(utcDay(at))
    const fresh = (ids: readonly string[], sign: string) => {
      const before = charged.size
      for (const id of ids) charged.add(sign + id)
      return charged.size - before
    }
    const posts = fresh(reads.posts, '')
    const { micros: price } = this.#card
    const micros = posts * price.posts + fresh(reads.inner, '') * price.inner + fresh(reads.users, '@') * price.users
    if (micros === 0) return
    const sum = this.#sumOf(monthOf(at).key)
    sum.micros += micros
    if (posts > 0) sum.seenMicros += micros
    sum.seenPosts += posts
    this.#recent.push({ at: now, micros })
  }

  /** Millionths of a dollar charged in the month of this time. */
  spent(now: number): number {
    return this.#sumOf(monthOf(now).key).micros
  }

  /** The month of this time has cost at least so much: what the store knows from before. */
  atLeast(now: number, micros: number): void {
    const sum = this.#sumOf(monthOf(now).key)
    sum.micros = Math.max(sum.micros, micros)
  }

  /** Millionths of a dollar for what X may have charged already and has not come yet, even in quiet times. */
  kept(now: number): number {
    const { seenMicros, seenPosts } = this.#sumOf(monthOf(now).key)
    const { posts, inner } = this.#card.micros
    const price = Math.max(posts + inner, seenPosts < budgetInFlightPosts ? 0 : seenMicros / seenPosts)
    return Math.round(budgetInFlightPosts * price)
  }

  /** The same as things are now: the faster it comes, the more is on its way. */
  reserve(now: number): number {
    this.#recent = this.#recent.filter(({ at }) => now - at < budgetInFlightMs && at <= now)
    return this.#recent.reduce((sum, { micros }) => sum + micros, this.kept(now))
  }

  #dayOf(day: string): Set<string> {
    const known = this.#charged.get(day)
    if (known !== undefined) return known
    const fresh = new Set<string>()
    this.#charged.set(day, fresh)
    const old = [...this.#charged.keys()].toSorted().slice(0, -daysKept)
    for (const past of old) this.#charged.delete(past)
    return fresh
  }

  #sumOf(month: string): Sum {
    const known = this.#sums.get(month)
    if (known !== undefined) return known
    const fresh = { micros: 0, seenMicros: 0, seenPosts: 0 }
    this.#sums.set(month, fresh)
    return fresh
  }
}
