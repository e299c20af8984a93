/** Deliveries that were just written and may go elsewhere than into the channel. */
import type { Grouping } from '../domain/grouping.ts'
import type { Relation, SourceName } from '../domain/post.ts'
import type { Row } from './sql.ts'

export interface Placing {
  readonly id: string
  readonly channel: string
  readonly source: SourceName
  readonly relation: Relation
  readonly grouping: Grouping
}

/** One that is in the store, in its channel's order. */
export interface Written extends Placing {
  readonly seq: number
  /** Fetched for a gap, which it waits for. */
  readonly held: boolean
  /** For that, or for its channel's pace. */
  readonly waits: boolean
}

/**
 * Of a message's delivery: it is kept back, or comes together with others. What could go under it comes in the same message then. Needs the
 * columns state, attempts, unknown_since, held, pace and bundle. Pure.
 */
export function waits(row: Row): boolean {
  const untried = row['state'] === 'pending' && row['attempts'] === 0 && row['unknown_since'] === null
  return untried && (row['held'] === 1 || row['pace'] !== null || row['bundle'] !== null)
}
