/**
 * What will have been spent when the month ends: what was, and for the days left the mean of the last full days. The rest of today goes
 * on at today's pace where that is the faster one.
 */

import { projectionDays } from '../../limits.ts'
import { dayMs, utcDay } from '../day.ts'
import { dayPlus, daysBetween, monthOf } from './month.ts'
import { microsOf, type Spent } from './spent.ts'

/** A pace of today is not believed before a quarter of the day: one post at a minute past midnight is not 1,440. */
const paceShareMin = 0.25

export interface Window {
  /** First day of which anything is known: days before are not taken for days without spending. */
  readonly from: string
  /** Last full day. */
  readonly to: string
}

/** The last full days before `now` of which the ledger knows, `rows` being all of it that was asked for. */
export function windowBefore(rows: readonly Spent[], now: number): Window {
  const today = utcDay(now)
  const first = rows.reduce((least, row) => (row.day < least ? row.day : least), today)
  const from = dayPlus(today, -projectionDays)
  return { from: first > from ? first : from, to: dayPlus(today, -1) }
}

/** The window that ends where `rows` do, if that is earlier: the pace of what is not bought any more, while it was. */
export function windowWhile(rows: readonly Spent[], all: readonly Spent[], now: number): Window {
  const window = windowBefore(all, now)
  const last = rows.reduce((latest, row) => (row.day > latest ? row.day : latest), '')
  if (last === '' || last >= window.to) return window
  const first = all.reduce((least, row) => (row.day < least ? row.day : least), last)
  const from = dayPlus(last, 1 - projectionDays)
  return { from: first > from ? first : from, to: last }
}

/** Millionths of a dollar that `rows`' kind of spending will still cost this month. */
export function stillToCome(rows: readonly Spent[], now: number, window: Window): number {
  const month = monthOf(now)
  const today = utcDay(now)
  const gone = (now - Date.parse(today)) / dayMs
  const pace = microsOf(rows.filter(({ day }) => day === today)) / Math.max(gone, paceShareMin)
  const days = daysBetween(window.from, window.to)
  const past = microsOf(rows.filter(({ day }) => day >= window.from && day <= window.to))
  const mean = days === 0 ? pace : past / days
  return Math.round((1 - gone) * Math.max(mean, pace) + daysBetween(dayPlus(today, 1), month.to) * mean)
}

/**
 * What the month will have cost at its end, if all goes on as it did. `rows`: this month's, and those of the week before now; `spent`: this month's
 * sum, which may know more than the rows.
 */
export function projected(rows: readonly Spent[], spent: number, now: number): number {
  return spent + stillToCome(rows, now, windowBefore(rows, now))
}
