/** A row whose goal may be missed for a reason that the bench itself has measured; and what is said at the end about missed goals. */
import type { Row } from './row.ts'

export interface Measured extends Row {
  /** A sentence for when the goal is missed. Only what was measured, or follows from what was: no guesses. */
  readonly reason?: string
}

/** How much of a bench is run. `quick` shows that it works; its figures are rougher. */
export type Size = 'full' | 'quick'

/** One line for each missed goal. */
export function missedLines(rows: readonly Measured[]): readonly string[] {
  return rows
    .filter(({ met }) => met === false)
    .map(({ what, value, ratio, goal, reason }) => {
      const figure = ratio === undefined ? value : `${value}, ${ratio}`
      return `Missed: ${what}: ${figure}; the goal is ${goal}. ${reason ?? 'The bench knows no reason.'}`
    })
}

/** The value below which this part of all values lies; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}
