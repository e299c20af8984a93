/**
 * Catch-up messages: what was fetched for a gap is held back until the gap is closed, and then goes out together where it is more than a
 * handful. One delivery of a bundle, its head, is claimed for all; the others are `bundled` and share its fate.
 */
import type { SourceName } from '../domain/post.ts'
import { catchUpHandful, catchUpPostsMax } from '../limits.ts'
import { refreshLanes } from './lane.ts'
import { int, queryList, type Row, type Tx, text } from './sql.ts'

/** Lets go everything of the source that is held back for a gap. */
export async function releaseHeld(tx: Tx, source: SourceName, now: number): Promise<void> {
  const rows = await tx.query(
    `select d.id, d.channel, d.seq from delivery d join post p on p.source = d.source and p.id = d.post_id
     where d.source = $1 and d.held = 1 and d.state = 'pending' order by p.posted_at, length(p.id), p.id`,
    [source],
  )
  await tx.query(
    `update delivery set held = 0, due_at = case when state = 'pending' then $2 else due_at end
     where source = $1 and held = 1`,
    [source, now],
  )
  const byChannel = Map.groupBy(rows, row => text(row, 'channel'))
  for (const members of byChannel.values()) {
    await renumber(tx, members)
    if (members.length <= catchUpHandful) continue
    for (const part of evenly(members)) await bundle(tx, part)
  }
  await refreshLanes(tx, [...byChannel.keys()])
}

/** Fetched in any order, they go out oldest first: they share out the numbers that they have. */
async function renumber(tx: Tx, oldestFirst: readonly Row[]): Promise<void> {
  const numbers = oldestFirst.map(row => int(row, 'seq')).sort((a, b) => a - b)
  for (const [n, row] of oldestFirst.entries()) {
    const seq = numbers[n]
    if (seq === undefined || seq === int(row, 'seq')) continue
    await tx.query('update delivery set seq = $2 where id = $1', [text(row, 'id'), seq])
  }
}

/** As few messages as hold them all, none much longer than the others. */
function evenly(rows: readonly Row[]): readonly (readonly Row[])[] {
  const parts = Math.ceil(rows.length / catchUpPostsMax)
  const size = Math.ceil(rows.length / parts)
  return Array.from({ length: parts }, (_, n) => rows.slice(n * size, (n + 1) * size)).filter(part => part.length > 0)
}

async function bundle(tx: Tx, oldestFirst: readonly Row[]): Promise<void> {
  const [head = '', ...others] = oldestFirst.map(row => text(row, 'id'))
  if (others.length === 0) return
  await tx.query('update delivery set bundle = $1 where id = $1', [head])
  await queryList(tx, `update delivery set bundle = $1, state = 'bundled' where id in ($list)`, [head], others)
}

/** What becomes of a head becomes of those in its message. */
export async function settleBundle(
  tx: Tx,
  head: string,
  settled:
    | { readonly state: 'sent'; readonly ts: string }
    | { readonly state: 'dead'; readonly reason: string; readonly why: string },
  now: number,
): Promise<void> {
  if (settled.state === 'sent') {
    await tx.query(
      `update delivery set state = 'sent', ts = $2, settled_at = $3 where bundle = $1 and state = 'bundled'`,
      [head, settled.ts, now],
    )
    return
  }
  await tx.query(
    `update delivery set state = 'dead', reason = $2, why = $3, settled_at = $4 where bundle = $1 and state = 'bundled'`,
    [head, settled.reason, settled.why, now],
  )
}
