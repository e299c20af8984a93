/** Days and moments in UTC: what X counts by, and what reads the same for everybody. */

export const dayMs = 24 * 3_600_000

/** The UTC day of a time (epoch ms), YYYY-MM-DD: X counts a resource once in each. */
export function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** "2026-11-22 14:02 UTC". Throws RangeError for what is no time. */
export function utcMinute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
