/**
 * Several posts in one message. One delivery of a bundle, its head, is claimed for all; the others are `bundled` and share its fate. Bundled
 * here is what was fetched for a gap: it is held back until the gap is closed, and then goes out together where it is more than a
 * handful. What else comes together is decided when it is due (gather.ts).
 */
import type { SourceName } from '../domain/post.ts'
import { catchUpHandful, catchUpHoldMs, catchUpPostsMax } from '../limits.ts'
import { refreshLanes } from './lane.ts'
import { placeFetched } from './place.ts'
import { int, queryList, type Row, type Tx, text } from './sql.ts'

/** Lets go everything of the source that is held back for a gap. What waits for its channel's pace too comes with that. */
export async function releaseHeld(tx: Tx, source: SourceName, now: number, newId: () => string): Promise<void> {
  const rows = await tx.query(
    `select d.id, d.channel, d.seq, d.pace from delivery d join post p on p.source = d.source and p.id = d.post_id
     where d.source = $1 and d.held = 1 and d.state = 'pending' order by p.posted_at, length(p.id), p.id`,
    [source],
  )
  const byChannel = Map.groupBy(rows, row => text(row, 'channel'))
  // Fetched in any order, they go out oldest first.
  for (const members of byChannel.values()) await renumber(tx, members)
  // What continues a message that is there goes into its thread; of the rest, only what then comes one by one goes into a thread of its own.
  const replies = await placeFetched(tx, rows, now, newId)
  await tx.query(
    `update delivery set held = 0, due_at = case
       when state <> 'pending' then due_at
       when pace is not null and due_at > $2 and due_at <> created_at + $3 then due_at
       else $2 end
     where source = $1 and held = 1`,
    [source, now, catchUpHoldMs],
  )
  for (const members of byChannel.values()) {
    const free = members.filter(row => row['pace'] === null && !replies.has(text(row, 'id')))
    if (free.length > catchUpHandful) for (const part of evenly(free, catchUpPostsMax)) await bundle(tx, part)
    else await placeFetched(tx, free, now, newId)
  }
  await refreshLanes(tx, [...byChannel.keys()])
}

/** Of one channel: they go out in this order, and share out the numbers that they have. */
export async function renumber(tx: Tx, inOrder: readonly Row[]): Promise<void> {
  const numbers = inOrder.map(row => int(row, 'seq')).sort((a, b) => a - b)
  for (const [n, row] of inOrder.entries()) {
    const seq = numbers[n]
    if (seq === undefined || seq === int(row, 'seq')) continue
    await tx.query('update delivery set seq = $2 where id = $1', [text(row, 'id'), seq])
  }
}

/** As few messages as hold them all, none much longer than the others. */
export function evenly(rows: readonly Row[], max: number): readonly (readonly Row[])[] {
  const parts = Math.ceil(rows.length / max)
  const size = Math.ceil(rows.length / parts)
  return Array.from({ length: parts }, (_, n) => rows.slice(n * size, (n + 1) * size)).filter(part => part.length > 0)
}

/** The first becomes the head; one alone stays as it is. */
export async function bundle(tx: Tx, rows: readonly Row[]): Promise<void> {
  const [head = '', ...others] = rows.map(row => text(row, 'id'))
  if (others.length === 0) return
  await tx.query('update delivery set bundle = $1, held = 0 where id = $1', [head])
  await queryList(
    tx,
    `update delivery set bundle = $1, state = 'bundled', held = 0 where id in ($list)`,
    [head],
    others,
  )
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
