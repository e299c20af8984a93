/** Money as people read it. */
import { microsPerUsd } from '../rate-card.ts'

/** "$1.35", "$1,250.00"; what is something but less than a cent is "under $0.01". */
export function dollars(micros: number): string {
  if (micros > 0 && micros < microsPerUsd / 100) return 'under $0.01'
  const usd = (micros / microsPerUsd).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  return `$${usd}`
}

/** The price of one thing, exact: "$0.005". */
export const unitPrice = (micros: number): string => `$${micros / microsPerUsd}`

/** A rate for people: "about 9", "about 0.3"; "hardly any" below 1 in 50. */
export function aboutCount(perDay: number): string {
  if (perDay < 0.02) return 'hardly any'
  if (perDay < 0.095) return `about ${perDay.toFixed(2)}`
  if (perDay < 9.95) return `about ${Number(perDay.toFixed(1))}`
  return `about ${Math.round(perDay).toLocaleString('en')}`
}
