/**
 * Our count of posts beside X's own (GET /2/usage/tweets, which counts posts by UTC day). X's is the one that is charged: what it has more is taken
 * as spent. Pure.
 */
import type { Finding } from '../domain/finding.ts'
import type { Spent } from '../domain/money/spent.ts'
import type { RateCard } from '../domain/rate-card.ts'
import { usageDifferencePosts, usageDifferenceShare } from '../limits.ts'

export interface DayCount {
  readonly day: string
  readonly ours: number
  readonly theirs: number
}

/** Posts of each day that X told about, main and inner ones together. */
export function compared(
  rows: readonly Spent[],
  usage: readonly { readonly day: string; readonly posts: number }[],
): readonly DayCount[] {
  const ours = new Map<string, number>()
  for (const row of rows) if (row.kind !== 'users') ours.set(row.day, (ours.get(row.day) ?? 0) + row.count)
  return usage.map(({ day, posts }) => ({ day, ours: ours.get(day) ?? 0, theirs: posts }))
}

/** Millionths of a dollar for the posts that X counted and we did not. A day on which X counts less is no credit. */
export function unaccounted(days: readonly DayCount[], card: RateCard): number {
  return days.reduce((sum, { ours, theirs }) => sum + Math.max(0, theirs - ours) * card.micros.posts, 0)
}

/** What a person should know: days on which X counted clearly more. */
export function usageFindings(days: readonly DayCount[]): readonly Finding[] {
  return days
    .filter(({ ours, theirs }) => theirs - ours > Math.max(usageDifferencePosts, usageDifferenceShare * theirs))
    .map(({ day, ours, theirs }) => ({
      name: 'usage',
      ok: true,
      detail: `On ${day} X counted ${theirs.toLocaleString('en')} posts for this project, Birdwire ${ours.toLocaleString('en')}: another app or instance of the project may be reading too. The budget goes by X's figure.`,
    }))
}
