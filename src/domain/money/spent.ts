/**
 * What was spent, looked at from several sides. Sums are whole millionths of a dollar, and every side adds up to the same total:
 * what cannot be put down to a channel or an account is `rest`.
 */
import type { Relation } from '../post.ts'
import type { ReadKind, ReadVia } from '../reads.ts'

/** What was charged on one UTC day for one purpose: the store's `Spending`, whatever the source. */
export interface Spent {
  /** YYYY-MM-DD. */
  readonly day: string
  readonly kind: ReadKind
  readonly via: ReadVia
  readonly relation: Relation | ''
  readonly by: 'follow' | 'topic' | ''
  /** The author's id; empty when it is not about one post. */
  readonly account: string
  readonly channels: readonly string[]
  /** Resources charged, and of these how many were of posts that some channel got. */
  readonly count: number
  readonly delivered: number
  /** Millionths of a dollar. */
  readonly micros: number
}

/** What one channel or account cost. Posts are counted whole in each channel; money is shared evenly among the channels of a line. */
export interface Bill {
  readonly id: string
  /** Main posts bought, and of these how many some channel (this one, for a channel) got. */
  readonly bought: number
  readonly delivered: number
  readonly micros: number
}

/** Dearest first. */
export interface Bills {
  readonly bills: readonly Bill[]
  /** Millionths of a dollar that belong to none. */
  readonly rest: number
}

export const microsOf = (rows: readonly Spent[]): number => rows.reduce((sum, row) => sum + row.micros, 0)

export const byChannel = (rows: readonly Spent[]): Bills => billed(rows, row => row.channels)

export const byAccount = (rows: readonly Spent[]): Bills =>
  billed(rows, row => (row.account === '' ? [] : [row.account]))

/** By what a route is: one account in one channel. The ids are made by `wishKey`. */
export const byWish = (rows: readonly Spent[]): Bills =>
  billed(rows, row => (row.by === 'follow' ? row.channels.map(channel => wishKey(channel, row.account)) : []))

/** One account that one channel follows. */
export const wishKey = (channel: string, account: string): string => `${channel} ${account}`

/** The account's id in a `wishKey`. */
export const accountOf = (wish: string): string => wish.slice(wish.indexOf(' ') + 1)

/** Millionths of a dollar for one delivered post; nothing delivered: infinitely many. */
export const perDelivered = (bill: Bill): number => (bill.delivered === 0 ? Infinity : bill.micros / bill.delivered)

function billed(rows: readonly Spent[], idsOf: (row: Spent) => readonly string[]): Bills {
  const sums = new Map<string, { bought: number; delivered: number; micros: number }>()
  let rest = 0
  for (const row of rows) {
    const ids = idsOf(row)
    if (ids.length === 0) rest += row.micros
    for (const [n, id] of ids.entries()) {
      const sum = sums.get(id) ?? { bought: 0, delivered: 0, micros: 0 }
      if (row.kind === 'posts') {
        sum.bought += row.count
        sum.delivered += row.delivered
      }
      sum.micros += shareOf(row.micros, ids.length, n)
      sums.set(id, sum)
    }
  }
  const bills = [...sums].map(([id, sum]) => ({ id, ...sum }))
  return { bills: bills.toSorted((a, b) => b.micros - a.micros || (a.id < b.id ? -1 : 1)), rest }
}

/** The n-th of so many even shares; what does not divide falls to the first ones, so that nothing is lost. */
function shareOf(micros: number, parts: number, n: number): number {
  const share = Math.floor(micros / parts)
  return share + (n < micros - share * parts ? 1 : 0)
}
