/** Sums for metrics, which are asked for all the time: made where the rows are, however many there are. */
import { type DeadReason, deadReasons } from '../domain/delivery.ts'
import { oneOf } from './claim-row.ts'
import { int, type Sql } from './sql.ts'

/** Deliveries that died of one reason. */
export interface DeadCount {
  readonly reason: DeadReason
  readonly count: number
  /** Epoch ms: when the last of them did. */
  readonly lastAt: number
}

/** Gaps in one state, with what closing them brought and cost. */
export interface GapCount {
  readonly state: 'open' | 'closed' | 'lost'
  readonly count: number
  /** How long they were together, ms. */
  readonly ms: number
  /** Posts stored because of them. */
  readonly posts: number
  /** Millionths of a dollar. */
  readonly micros: number
  /** Epoch ms: when the last of them ended. */
  readonly lastAt: number
}

/** A reason that nothing died of is left out. */
export async function countDead(sql: Sql): Promise<readonly DeadCount[]> {
  const rows = await sql.query(
    `select reason, count(*) as count, max(settled_at) as last_at from delivery where state = 'dead' group by reason order by reason`,
  )
  return rows.map(row => ({
    reason: oneOf<DeadReason>(deadReasons, row, 'reason'),
    count: int(row, 'count'),
    lastAt: int(row, 'last_at'),
  }))
}

/** A state that no gap is in is left out. */
export async function countGaps(sql: Sql): Promise<readonly GapCount[]> {
  const rows = await sql.query(
    `select state, count(*) as count, sum(to_at - from_at) as ms, sum(posts) as posts, sum(micros) as micros, max(to_at) as last_at
     from gap group by state order by state`,
  )
  return rows.map(row => ({
    state: oneOf(['open', 'closed', 'lost'] as const, row, 'state'),
    count: int(row, 'count'),
    ms: int(row, 'ms'),
    posts: int(row, 'posts'),
    micros: int(row, 'micros'),
    lastAt: int(row, 'last_at'),
  }))
}
