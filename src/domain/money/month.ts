/** Calendar months and days in UTC: what a budget is for, and what X counts by. Days are written YYYY-MM-DD, so that they sort as text. */
import { dayMs, utcDay } from '../day.ts'

export interface Month {
  /** YYYY-MM. */
  readonly key: string
  /** First and last day. */
  readonly from: string
  readonly to: string
  /** Epoch ms: its first, and the first of the next. */
  readonly startsAt: number
  readonly endsAt: number
}

export function monthOf(ms: number): Month {
  const date = new Date(ms)
  const startsAt = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
  const endsAt = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
  return { key: utcDay(ms).slice(0, 7), from: utcDay(startsAt), to: utcDay(endsAt - 1), startsAt, endsAt }
}

/** The day so many days later; negative: before. */
export function dayPlus(day: string, days: number): string {
  return utcDay(Date.parse(day) + days * dayMs)
}

/** Days from one to another, both included; 0 when the second is before the first. */
export function daysBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1)
}

/** "November", "1 December": for people. */
export const monthName = (ms: number): string =>
  new Date(ms).toLocaleDateString('en-GB', { month: 'long', timeZone: 'UTC' })
export const dayName = (ms: number): string =>
  new Date(ms).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })
