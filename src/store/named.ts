/**
 * Deliveries without a message of their own: named in the message of another one, `joins`. They are `bundled` until a form of that message that
 * names them (`joined_at`: it was handed out) is in Slack; then they are sent, where it is. Where that message never comes, or is gone, they are
 * messages of their own, so that nothing is lost: the first of them, naming the others. Where the other post is taken back (a repost can be)
 * and they are not, the first of them takes over its message.
 */
import { type Row, type Tx, text } from './sql.ts'

export const deletedWhy = 'its author deleted the post'

/** `id` is named in the message of `joins`, and has none of its own. */
export async function join(tx: Tx, id: string, joins: string): Promise<void> {
  await tx.query(`update delivery set state = 'bundled', joins = $2, joined_at = null, held = 0 where id = $1`, [
    id,
    joins,
  ])
}

/** Whether what is to be delivered again was to be named in a message that is still to come. */
export async function joinsAgain(tx: Tx, id: string): Promise<boolean> {
  const owed = await tx.query(
    `select e.id from delivery j join delivery e on e.id = j.joins
     where j.id = $1 and e.state = 'pending' and e.unknown_since is null`,
    [id],
  )
  return owed.length > 0
}

/** A form of the message of `head` that names all who have joined it is handed out. */
export async function handOut(tx: Tx, head: string, now: number): Promise<void> {
  await tx.query(`update delivery set joined_at = $2 where state = 'bundled' and joins in (${inMessage})`, [head, now])
}

/** Those in the message of the delivery `$1`. */
export const inMessage = 'select id from delivery where id = $1 union all select id from delivery where bundle = $1'
/** Has a place in the message of `$1` that Slack has not confirmed. */
const takenOver = `state = 'sent' and settled_at is null and id in (${inMessage})`

/** The delivery whose message it is: of a change, that which is changed. */
export async function messageOf(tx: Tx, id: string): Promise<string> {
  const [row] = await tx.query(
    'select coalesce(t.bundle, t.id) as head from delivery d join delivery t on t.id = d.target where d.id = $1',
    [id],
  )
  return row === undefined ? id : text(row, 'head')
}

/** What was handed out is in Slack, and so is who took over a post's place there. */
export async function settleNamed(tx: Tx, head: string, ts: string, now: number): Promise<void> {
  await tx.query(
    `update delivery set state = 'sent', ts = $2, settled_at = $3
     where state = 'bundled' and joined_at is not null and joins in (${inMessage})`,
    [head, ts, now],
  )
  await tx.query(`update delivery set settled_at = $2 where ${takenOver}`, [head, now])
}

/** Nobody can know whether the message is in Slack: what was handed out with it may be there, too. */
export async function doubtNamed(tx: Tx, head: string, why: string, now: number): Promise<void> {
  await tx.query(
    `update delivery set state = 'dead', reason = 'unknowable', why = $2, settled_at = $3
     where state = 'bundled' and joined_at is not null and joins in (${inMessage})`,
    [head, why, now],
  )
}

/** The message of `head` is not in Slack any more: nothing goes into its thread, and nobody is named there. */
export async function markGone(tx: Tx, head: string): Promise<void> {
  await tx.query(`update delivery set reason = 'discarded' where state = 'sent' and id in (${inMessage})`, [head])
}

/** What waits in the channel to be named where nothing can name it gets a message of its own. `stuck`: the message of this one cannot be changed. */
export async function freeNamed(tx: Tx, channel: string, now: number, stuck = ''): Promise<void> {
  const rows = await tx.query(
    `select j.id, j.joins, p.deleted_at from delivery j join delivery e on e.id = j.joins
     join post p on p.source = j.source and p.id = j.post_id
     where j.channel = $1 and j.state = 'bundled' and j.joins is not null
       and (e.state = 'dead' or (e.state = 'sent' and e.reason is not null) or e.id = $2 or e.bundle = $2) order by j.seq`,
    [channel, stuck],
  )
  for (const together of Map.groupBy(rows, row => text(row, 'joins')).values()) {
    const [first, ...others] = together.filter(row => row['deleted_at'] === null).map(row => text(row, 'id'))
    if (first === undefined) continue
    await tx.query(
      `update delivery set state = 'pending', joins = null, joined_at = null, due_at = case when due_at > $2 then due_at else $2 end
       where id = $1`,
      [first, now],
    )
    for (const other of others) await join(tx, other, first)
  }
}

/** What is named of a deleted post is not any more; where it waits for that, there is nothing left to deliver. */
export async function discardNamed(tx: Tx, source: string, postId: string, now: number): Promise<void> {
  await tx.query(
    `update delivery set state = 'dead', reason = 'discarded', why = $3, settled_at = $4
     where source = $1 and post_id = $2 and state = 'bundled' and joins is not null`,
    [source, postId, deletedWhy, now],
  )
}

/**
 * Of the message of `head`, which is in Slack: for each post in it that was deleted, the first who joined it and lives takes its place. The
 * delivery whose message it is then. Whom Slack has not shown yet has the place without a `settled_at`, until the change is in Slack; where
 * that fails, it is given back.
 */
export async function takeOver(tx: Tx, head: string): Promise<string> {
  const entries = await tx.query(
    `select d.id, d.ts, d.bundle, d.thread, d.seq from delivery d join post p on p.source = d.source and p.id = d.post_id
     where d.state = 'sent' and p.deleted_at is not null and d.id in (${inMessage})`,
    [head],
  )
  let current = head
  for (const entry of entries) {
    const next = await successor(tx, text(entry, 'id'))
    if (next === undefined) continue
    await succeed(tx, entry, text(next, 'id'))
    if (text(entry, 'id') === current) current = text(next, 'id')
  }
  return current
}

/** The change of a message did not get into Slack: who took over a place there with it waits again to be named. */
export async function giveBack(tx: Tx, change: string, now: number): Promise<void> {
  const places = await tx.query(
    `select id, ts, bundle, thread, source, post_id, (select e.id from delivery e
       where e.joins = delivery.id and e.state = 'sent' and e.settled_at is not null order by e.seq limit 1) as before
     from delivery where ${takenOver}`,
    [await messageOf(tx, change)],
  )
  for (const place of places) {
    const id = text(place, 'id')
    const before = text(place, 'before')
    await succeed(tx, place, before)
    await tx.query('update delivery set target = $2 where id = $1 and target = $3', [change, before, id])
    await tx.query(`update delivery set state = 'bundled', ts = null, thread = null, joined_at = null where id = $1`, [
      id,
    ])
    const deleted = await tx.query('select id from post where source = $1 and id = $2 and deleted_at is not null', [
      text(place, 'source'),
      text(place, 'post_id'),
    ])
    if (deleted.length > 0) await discardNamed(tx, text(place, 'source'), text(place, 'post_id'), now)
  }
}

async function successor(tx: Tx, id: string): Promise<Row | undefined> {
  const [next] = await tx.query(
    `select j.id from delivery j join post p on p.source = j.source and p.id = j.post_id
     where j.joins = $1 and j.state in ('bundled', 'sent') and p.deleted_at is null order by j.seq limit 1`,
    [id],
  )
  return next
}

async function succeed(tx: Tx, entry: Row, next: string): Promise<void> {
  const id = text(entry, 'id')
  await tx.query(
    `update delivery set state = 'sent', ts = $2, thread = $3, joins = null,
       bundle = case when $4 = $5 then id else $4 end where id = $1`,
    [next, text(entry, 'ts'), entry['thread'] === null ? null : text(entry, 'thread'), bundleOf(entry), id],
  )
  if (bundleOf(entry) === id) await tx.query('update delivery set bundle = $2 where bundle = $1', [id, next])
  await tx.query('update delivery set joins = $2 where joins = $1', [id, next])
  await tx.query('update delivery set joins = $2, bundle = null where id = $1', [id, next])
  await tx.query(`update delivery set target = $2 where target = $1 and state = 'pending'`, [id, next])
}

const bundleOf = (row: Row) => (row['bundle'] === null ? null : text(row, 'bundle'))
