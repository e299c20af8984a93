/**
 * What the console tells the page and machines, as JSON. The nouns are the domain's and the store's own: a page that shows how things
 * stand must not have words of its own for them. Types only. No secret is in here, nor any post's text.
 */

import type { DropReason } from '../domain/drop.ts'
import type { Finding } from '../domain/finding.ts'
import type { SourceState } from '../source/source.ts'
import type { DeadDelivery, GapRow, LaneState, Tally } from '../store/store.ts'

/** `GET /readyz`: 200 when `ready`, else 503. */
export type { DropReason }

export interface Readiness {
  readonly ready: boolean
  /** One a part: the store, Slack, what the budget does not allow, each silence noticed, each source. */
  readonly parts: readonly Finding[]
}

/** `GET /api/status`, and each event of `GET /api/events`. All times are epoch milliseconds. */
export interface StatusView {
  /** When this was true. */
  readonly at: number
  readonly startedAt: number
  readonly version: string
  readonly readiness: Readiness
  readonly sources: readonly SourceState[]
  /** One per channel that was ever delivered to or is routed to. */
  readonly lanes: readonly LaneState[]
  readonly tallies: readonly Tally[]
  /** Newest first, each with what closing it brought and cost. */
  readonly gaps: readonly GapRow[]
  /** Newest first. */
  readonly dead: readonly DeadDelivery[]
}
