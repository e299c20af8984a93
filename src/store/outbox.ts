/**
 * The outbox: what is owed to Slack, handed out under a lease and settled. Guarantees: at most one delivery of a channel in flight;
 * the oldest due first (I4); a claim is counted and durable before it is handed out, so an attempt whose worker died is always
 * known as one whose outcome is unknown (I6); a settlement by somebody who lost the lease changes nothing.
 */
import type { Settlement } from '../domain/delivery.ts'
import { changeRetryMs } from '../limits.ts'
import { settleBundle } from './bundles.ts'
import { deliveryFrom } from './claim-row.ts'
import { taskOf } from './claims.ts'
import { gather, hourOf, postpone } from './gather.ts'
import { discardDeleted, expireLeases, refreshLanes, takeBackLeases } from './lane.ts'
import {
  doubtNamed,
  freeNamed,
  giveBack,
  handOut,
  inMessage,
  joinsAgain,
  markGone,
  messageOf,
  settleNamed,
} from './named.ts'
import { pauseRoutes } from './routes.ts'
import { int, intOrNone, type Row, type Sql, type Tx, text, textOrNone } from './sql.ts'
import type { Claim } from './store.ts'
import { StoreError } from './store-error.ts'
import { turnUnder } from './threads.ts'

export interface ClaimTerms {
  readonly now: number
  readonly leaseUntil: number
  readonly limit: number
  readonly newId: () => string
}

export async function claim(tx: Tx, terms: ClaimTerms): Promise<readonly Claim[]> {
  await expireLeases(tx, terms.now, 'the worker that was sending it did not come back in time')
  await takeBackLeases(tx, terms.now)
  const claims: Claim[] = []
  const ready = await tx.query(
    `select channel from lane where next_at is not null and next_at <= $1 order by next_at limit $2 ${tx.skipLocked}`,
    [terms.now, terms.limit],
  )
  for (const lane of ready) {
    const claim = await claimHead(tx, text(lane, 'channel'), terms)
    if (claim !== undefined) claims.push(claim)
  }
  return claims
}

/**
 * The oldest that is due, with what comes in one message with it. What the channel's pace keeps back waits on, and what changes a message that
 * is not there yet waits for that; undefined when nothing else is due.
 */
async function claimHead(tx: Tx, channel: string, terms: ClaimTerms): Promise<Claim | undefined> {
  for (let waiting = false; ; waiting = true) {
    const head = await oldestDue(tx, channel, terms.now)
    if (head === undefined && waiting) {
      await refreshLanes(tx, [channel])
      return undefined
    }
    if (head === undefined) {
      throw new StoreError('damaged', `the database says that something is due in ${channel}, and nothing is`)
    }
    if (await postpone(tx, head, terms.now)) continue
    if (await waitsForThread(tx, head, terms.now)) continue
    const first = await withOthers(tx, head, terms.now)
    const claimed = await lease(tx, first, terms)
    if (claimed !== undefined) return claimed
    await tx.query('update delivery set due_at = $2 where id = $1', [text(first, 'id'), terms.now + changeRetryMs])
  }
}

/** A reply whose thread is not there yet waits for it, and one whose thread will not be there is an ordinary post from now on. */
async function waitsForThread(tx: Tx, head: Row, now: number): Promise<boolean> {
  const under = textOrNone(head, 'thread')
  // Where it may have been sent, there it is looked for.
  if (under === undefined || head['unknown_since'] !== null) return false
  const turn = await turnUnder(tx, under, now)
  if (turn.kind === 'now') return false
  const id = text(head, 'id')
  if (turn.kind === 'later') await tx.query('update delivery set due_at = $2 where id = $1', [id, turn.at])
  else await tx.query('update delivery set thread = null where id = $1 or bundle = $1', [id])
  return true
}

const headColumns = `id, channel, kind, source, post_id, notice, target, attempts, first_at, created_at, images_dropped,
  unknown_since, unknown_checks, unknown_why, thread, joins, bundle, pace, gap, held`

async function oldestDue(tx: Tx, channel: string, now: number): Promise<Row | undefined> {
  const [head] = await tx.query(
    `select ${headColumns} from delivery
     where channel = $1 and state = 'pending' and due_at <= $2 order by seq limit 1`,
    [channel, now],
  )
  return head
}

/** The head of the message that it goes out in now. */
async function withOthers(tx: Tx, head: Row, now: number): Promise<Row> {
  const id = await gather(tx, head, now)
  if (id === text(head, 'id')) return head
  const [other = head] = await tx.query(`select ${headColumns} from delivery where id = $1`, [id])
  return other
}

/** Undefined, and nothing has happened, when the message that it changes is not there yet. */
async function lease(tx: Tx, head: Row, { now, leaseUntil, newId }: ClaimTerms): Promise<Claim | undefined> {
  const id = text(head, 'id')
  const channel = text(head, 'channel')
  const attempts = int(head, 'attempts') + 1
  const delivery = deliveryFrom({ ...head, attempts, first_at: head['first_at'] ?? now })
  const task = await taskOf(tx, delivery, textOrNone(head, 'thread'))
  if (task === undefined) return undefined
  if (delivery.unknown === undefined) await handOut(tx, await messageOf(tx, id), now)
  const token = newId()
  await tx.query(
    `update delivery set state = 'leased', attempts = $3, first_at = coalesce(first_at, $2), leased_at = $2, held = 0
     where id = $1`,
    [id, now, attempts],
  )
  await tx.query(
    `update lane set lease_token = $2, lease_until = $3, lease_delivery = $4, lease_owner = $5, next_at = $3
     where channel = $1`,
    [channel, token, leaseUntil, id, tx.self],
  )
  return { delivery, ...task, token, leaseUntil, createdAt: int(head, 'created_at') }
}

export async function settle(
  tx: Tx,
  { delivery: { id, channel, subject }, act, token }: Claim,
  { delivery, lane }: Settlement,
  now: number,
  newId: () => string,
): Promise<boolean> {
  const leased = await tx.query(
    'select channel from lane where channel = $1 and lease_token = $2 and lease_delivery = $3',
    [channel, token, id],
  )
  if (leased.length === 0) return false
  await settleDelivery(tx, id, delivery, now)
  if (delivery.state !== 'sent' && act.kind !== 'post') await giveBack(tx, id, now)
  const message = await messageOf(tx, id)
  if (delivery.state === 'dead' && delivery.reason === 'unknowable') await doubtNamed(tx, message, delivery.why, now)
  if (delivery.state === 'sent' && act.kind !== 'delete') await settleNamed(tx, message, delivery.ts, now)
  if (delivery.state === 'dead' && act.kind !== 'post' && delivery.reason === 'discarded') await markGone(tx, message)
  const sent = delivery.state === 'sent' && act.kind === 'post'
  await tx.query(
    `update lane set lease_token = null, lease_until = null, lease_delivery = null, free_at = $2,
       held = coalesce($3, held), sent = sent + $4, last_sent_at = coalesce($5, last_sent_at) where channel = $1`,
    [channel, lane.freeAt, lane.held ?? null, sent ? 1 : 0, sent ? now : null],
  )
  if (sent && act.thread === undefined && subject.kind === 'post') await countInHour(tx, channel, now)
  if (lane.gone !== undefined) {
    await tx.query(
      `update delivery set state = 'dead', reason = 'channel-gone', why = $2, settled_at = $3
       where channel = $1 and state in ('pending', 'bundled')`,
      [channel, lane.gone, now],
    )
    await pauseRoutes(tx, channel, lane.gone, now, newId)
  }
  if (delivery.state !== 'sent') await freeNamed(tx, channel, now, delivery.state === 'dead' ? message : '')
  await refreshLanes(tx, [channel])
  return true
}

/** A post's message in the channel; replies in threads, changes and notices are not what people mean by so many an hour. */
async function countInHour(tx: Tx, channel: string, now: number): Promise<void> {
  await tx.query(
    'update lane set hour_sent = case when hour_at = $2 then hour_sent else 0 end + 1, hour_at = $2 where channel = $1',
    [channel, hourOf(now)],
  )
}

async function settleDelivery(tx: Tx, id: string, settled: Settlement['delivery'], now: number): Promise<void> {
  switch (settled.state) {
    case 'sent':
      await tx.query(
        `update delivery set state = 'sent', ts = $2, why = null, settled_at = $3,
           unknown_since = null, unknown_checks = null, unknown_why = null where id = $1`,
        [id, settled.ts, now],
      )
      await settleBundle(tx, id, settled, now)
      return
    case 'dead':
      await tx.query(
        `update delivery set state = 'dead', reason = $2, why = $3, settled_at = $4,
           unknown_since = null, unknown_checks = null, unknown_why = null where id = $1`,
        [id, settled.reason, settled.why, now],
      )
      await settleBundle(tx, id, settled, now)
      return
    case 'pending': {
      const { dueAt, why, imagesDropped, unknown, counted } = settled
      await tx.query(
        `update delivery set state = 'pending', due_at = $2, why = $3, images_dropped = $4, unknown_since = $5,
           unknown_checks = $6, unknown_why = $7, attempts = attempts - $8 where id = $1`,
        [
          id,
          dueAt,
          why,
          imagesDropped ? 1 : 0,
          unknown?.since ?? null,
          unknown?.checks ?? null,
          unknown?.why ?? null,
          counted ? 0 : 1,
        ],
      )
      await discardDeleted(tx, id, now)
    }
  }
}

export async function nextDueAt(sql: Sql): Promise<number | undefined> {
  const [row] = await sql.query('select next_at from lane where next_at is not null order by next_at limit 1')
  return row === undefined ? undefined : int(row, 'next_at')
}

/** Since when the oldest message waits that is due and waits for nothing of ours: what has a pace or a gap counts from when it is due. */
export async function owedSince(sql: Sql, now: number): Promise<number | undefined> {
  const [row] = await sql.query(
    `select min(case when d.pace is null and d.held = 0 then d.created_at else d.due_at end) as since
     from delivery d join lane l on l.channel = d.channel
     where d.state = 'pending' and l.held is null and ((d.pace is null and d.held = 0) or d.due_at <= $1)`,
    [now],
  )
  return row === undefined ? undefined : intOrNone(row, 'since')
}

export async function release(tx: Tx, channel: string): Promise<boolean> {
  const rows = await tx.query('update lane set held = null where channel = $1 and held is not null returning channel', [
    channel,
  ])
  if (rows.length === 0) return false
  await refreshLanes(tx, [channel])
  return true
}

/**
 * Tries are counted anew. What was unknown when a channel went away is still unknown, and is looked for first, with all that may be in
 * the same message, all that it may name and all changes that wait for it; `unknowable` means that looking is impossible, so only a person who says so (`force`) sends it again. What was deleted stays so.
 */
export async function redeliver(tx: Tx, id: string, now: number, force: boolean): Promise<boolean> {
  const [row] = await tx.query(
    `select d.channel, d.reason, h.id as unsure from delivery d left join post p on p.source = d.source and p.id = d.post_id
     left join delivery e on e.id = coalesce(d.joins, d.target)
     left join delivery h on h.id = coalesce(e.bundle, e.id, d.bundle, d.id) and h.state = 'dead' and h.unknown_since is not null
     where d.id = $1 and d.state = 'dead' and p.deleted_at is null`,
    [id],
  )
  if (row === undefined || (text(row, 'reason') === 'unknowable' && !force)) return false
  const anew = `due_at = $2, attempts = 0, first_at = null, leased_at = null, reason = null, why = null, settled_at = null,
    images_dropped = 0, held = 0`
  const unsure = textOrNone(row, 'unsure')
  if (unsure === undefined) {
    const named = await joinsAgain(tx, id)
    await tx.query(
      `update delivery set state = $3, joins = case when $3 = 'bundled' then joins end, joined_at = null, bundle = null, ${anew} where id = $1`,
      [id, now, named ? 'bundled' : 'pending'],
    )
  } else {
    await tx.query(
      `update delivery set state = case when id = $1 or target = $1 then 'pending' else 'bundled' end, ${anew}
       where channel = $3 and state = 'dead' and reason = 'channel-gone' and (target = $1 or id in (${inMessage}) or joins in (${inMessage}))`,
      [unsure, now, text(row, 'channel')],
    )
  }
  await refreshLanes(tx, [text(row, 'channel')])
  return true
}
