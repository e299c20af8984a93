/**
 * What X charges, as data with the day on which it was read. In millionths of a dollar, so that sums are whole numbers.
 * docs.x.com/x-api/getting-started/pricing
 */
import type { ReadKind } from './reads.ts'

export interface RateCard {
  /** When the prices were read from X's page, YYYY-MM-DD. */
  readonly asOf: string
  readonly source: string
  /** Millionths of a dollar for one resource, once a UTC day. */
  readonly micros: Readonly<Record<ReadKind, number>>
  /** Millionths of a dollar for one request of post counts. */
  readonly countsMicros: number
}

/** Whether X bills posts that come along by an expansion is not documented; assumed, since "each resource returned" is. */
export const xRateCard: RateCard = {
  asOf: '2026-08-22',
  source: 'https://docs.x.com/x-api/getting-started/pricing',
  micros: { posts: 5000, inner: 5000, users: 10_000 },
  countsMicros: 5000,
}

export const microsPerUsd = 1_000_000
