/**
 * The lane: the one row that each channel has. It numbers what happens in the channel, holds the lease (so there is at most one
 * delivery of a channel in flight), and says when something may next be claimed. Whoever changes a delivery or the lane ends with
 * `refreshLanes`: `next_at` is worked out in that one place and nowhere else.
 */
import type { Hold, Subject } from '../domain/delivery.ts'
import { catchUpHoldMs } from '../limits.ts'
import { deletedWhy, giveBack } from './named.ts'
import { insertRows, int, queryList, type Tx, text } from './sql.ts'

export interface NewDelivery {
  /** Given where somebody has to know it before; else a new one. */
  readonly id?: string
  readonly channel: string
  readonly subject: Subject
  readonly because: string
  /** Fetched for this gap: held back until the gap is closed. */
  readonly gap?: string | undefined
  /** Its message may not come before. */
  readonly hold?: Hold | undefined
  /** The delivery under whose message it goes. */
  readonly thread?: string | undefined
  /** The delivery whose message names it: it gets none of its own. */
  readonly joins?: string | undefined
  /** Of a notice: the change that it tells of. */
  readonly change?: string | undefined
}

/**
 * Reserves `count` numbers in each channel, creating lanes as needed; the first number of each. Not every number is used: a
 * hole means nothing.
 */
export async function reserve(tx: Tx, counts: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
  const rows = await insertRows(
    tx,
    'insert into lane (channel, last_seq)',
    [...counts],
    'on conflict (channel) do update set last_seq = lane.last_seq + excluded.last_seq returning channel, last_seq',
  )
  return new Map(
    rows.map(row => {
      const channel = text(row, 'channel')
      return [channel, int(row, 'last_seq') - (counts.get(channel) ?? 0) + 1]
    }),
  )
}

/** Appends deliveries to their channels in the order given; one that its channel has already had of the same post is left out (I2). */
export async function enqueue(
  tx: Tx,
  deliveries: readonly NewDelivery[],
  now: number,
  newId: () => string,
): Promise<void> {
  if (deliveries.length === 0) return
  const counts = new Map<string, number>()
  for (const { channel } of deliveries) counts.set(channel, (counts.get(channel) ?? 0) + 1)
  const following = new Map(await reserve(tx, counts))
  const rows = deliveries.map(({ id, channel, subject, because, gap, hold, thread, joins, change }) => {
    const seq = following.get(channel) ?? 0
    following.set(channel, seq + 1)
    const held = gap !== undefined && subject.kind === 'post'
    return [
      id ?? newId(),
      channel,
      seq,
      subject.kind,
      subject.kind === 'post' ? subject.source : null,
      subject.kind === 'post' ? subject.postId : null,
      subject.kind === 'notice' ? subject.text : null,
      subject.kind === 'update' || subject.kind === 'remove' ? subject.of : null,
      because,
      joins === undefined ? 'pending' : 'bundled',
      // Should the gap never be closed, they go out all the same. What waits for an hour too waits for that first, then for the gap (gather.ts).
      hold?.until ?? (held ? now + catchUpHoldMs : now),
      now,
      gap ?? null,
      held ? 1 : 0,
      hold?.why ?? null,
      thread ?? null,
      joins ?? null,
      change ?? null,
    ]
  })
  await insertRows(
    tx,
    `insert into delivery (id, channel, seq, kind, source, post_id, notice, target, because, state, due_at, created_at, gap, held,
       pace, thread, joins, change_id)`,
    rows,
    'on conflict (source, post_id, channel) do nothing',
  )
  await refreshLanes(tx, [...counts.keys()])
}

/** Works out anew when something may be claimed from these channels. */
export async function refreshLanes(tx: Tx, channels: readonly string[]): Promise<void> {
  await queryList(
    tx,
    `update lane set next_at = case
       when held is not null then null
       when lease_until is not null then lease_until
       else (select case when min(d.due_at) < lane.free_at then lane.free_at else min(d.due_at) end
             from delivery d where d.channel = lane.channel and d.state = 'pending')
     end where channel in ($list)`,
    [],
    channels,
  )
}

/** Whoever has ended will not come back: nobody waits for the end of what it had leased. What it was sending may or may not have arrived. */
export async function takeBackLeases(tx: Tx, now: number): Promise<void> {
  const owners = await tx.query('select distinct lease_owner from lane where lease_until is not null')
  const gone = await tx.gone(owners.map(row => text(row, 'lease_owner')))
  if (gone.length === 0) return
  await queryList(
    tx,
    'update lane set lease_until = $1 where lease_until is not null and lease_owner in ($list)',
    [now],
    gone,
  )
  await expireLeases(tx, now, 'the process that was sending it ended')
}

/**
 * Takes back leases that ended without a settlement. Their message may or may not be in Slack, so each comes back as unknown
 * and only a look into Slack's history may follow (I6). Looks made before count no more: this attempt may have sent after them.
 * A change of a message is simply made again.
 */
export async function expireLeases(tx: Tx, now: number, why: string): Promise<void> {
  const rows = await tx.query(
    'select channel, lease_delivery from lane where lease_until is not null and lease_until <= $1',
    [now],
  )
  for (const row of rows) {
    const id = text(row, 'lease_delivery')
    await tx.query(`update delivery set state = 'pending', due_at = $2, why = $3 where id = $1`, [id, now, why])
    await tx.query(
      `update delivery set unknown_since = coalesce(unknown_since, leased_at), unknown_checks = 0, unknown_why = $2
       where id = $1 and kind in ('post', 'notice')`,
      [id, why],
    )
    await giveBack(tx, id, now)
    await tx.query('update lane set lease_token = null, lease_until = null, lease_delivery = null where channel = $1', [
      text(row, 'channel'),
    ])
  }
  await refreshLanes(
    tx,
    rows.map(row => text(row, 'channel')),
  )
}

/**
 * What is owed of deleted posts in one message is not sent any more: `head` is a delivery, with those bundled with it. A message that is
 * under way, or whose outcome is unknown, may show them and stays whole until that is known; the oldest post left takes a deleted head's place.
 */
export async function discardDeleted(tx: Tx, head: string, now: number): Promise<void> {
  const [owed] = await tx.query(
    `select p.deleted_at from delivery h join post p on p.source = h.source and p.id = h.post_id
     where h.id = $1 and h.state = 'pending' and h.unknown_since is null`,
    [head],
  )
  if (owed === undefined) return
  await tx.query(
    `update delivery set state = 'dead', reason = 'discarded', why = $2, settled_at = $3
     where bundle = $1 and state = 'bundled' and exists (
       select 1 from post p where p.source = delivery.source and p.id = delivery.post_id and p.deleted_at is not null)`,
    [head, deletedWhy, now],
  )
  if (owed['deleted_at'] === null) return
  await succeed(tx, head)
  await tx.query(
    `update delivery set state = 'dead', reason = 'discarded', why = $2, settled_at = $3, held = 0, bundle = null where id = $1`,
    [head, deletedWhy, now],
  )
}

/** Hands over a message that is owed: its turn, its tries so far, and the changes that wait for it. */
async function succeed(tx: Tx, head: string): Promise<void> {
  const [next] = await tx.query(
    `select d.id from delivery d join post p on p.source = d.source and p.id = d.post_id
     where d.bundle = $1 and d.state = 'bundled' order by p.posted_at, d.seq limit 1`,
    [head],
  )
  if (next === undefined) return
  const id = text(next, 'id')
  await tx.query(
    `update delivery set (state, seq, due_at, attempts, first_at, leased_at, images_dropped, why) = (
       select h.state, h.seq, h.due_at, h.attempts, h.first_at, h.leased_at, h.images_dropped, h.why from delivery h where h.id = $1)
     where id = $2`,
    [head, id],
  )
  await tx.query(`update delivery set bundle = $2 where bundle = $1 and state in ('pending', 'bundled')`, [head, id])
  await tx.query(`update delivery set target = $2 where target = $1 and state = 'pending'`, [head, id])
  for (const state of ['pending', 'bundled'])
    await tx.query(
      `update delivery set thread = $2 where thread = $1 and state = '${state}' and channel = (select h.channel from delivery h where h.id = $1)`,
      [head, id],
    )
}
