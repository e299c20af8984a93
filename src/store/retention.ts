/**
 * Forgetting what is older than its term, in steps small enough that nobody waits for one. Never forgotten: what is owed, or what something that
 * is owed refers to; a post that was taken down (it would come back with the next person who quotes it); cursors, counts, what channels want.
 *
 * Deliveries go parents first, and a parent waits until all that its message shows is old enough: a message that is still looked after (edits,
 * deletions, who else reposted it) is never written anew from half of what it showed. A post goes when no delivery of it is left.
 */
import { utcDay } from '../domain/day.ts'
import { type Forgotten, isNothing, nothingForgotten } from '../domain/forgotten.ts'
import { forgetBatchMax, groupedMs } from '../limits.ts'
import { queryList, type Tx, text, type Value } from './sql.ts'
import type { Terms } from './store.ts'

/** One step. All zero: nothing is left to forget. */
export async function forget(tx: Tx, { posts, ledger }: Terms, now: number): Promise<Forgotten> {
  // What a gap brought says so in its message: gaps stay at least as long.
  const oldest = Math.min(posts, ledger)
  const drop = (sql: string, ...params: Value[]) => count(tx, sql, [...params, forgetBatchMax])
  const forgotten = {
    ...nothingForgotten,
    deliveries: await forgetDeliveries(tx, posts),
    posts: await forgetPosts(tx, posts),
    links: await drop(
      `delete from shown_link where (channel, link) in (
         select channel, link from shown_link where at < $1 order by at limit $2) returning link`,
      now - groupedMs,
    ),
    drops: await drop(
      'delete from dropped where seq in (select seq from dropped where at < $1 limit $2) returning seq',
      posts,
    ),
    changes: await drop(
      'delete from audit where id in (select id from audit where at < $1 order by at, seq limit $2) returning id',
      ledger,
    ),
    spending: await forgetSpending(tx, utcDay(ledger)),
    gaps: await drop(
      `delete from gap where (source, id) in (
         select source, id from gap where from_at < $1 and to_at < $1 and state <> 'open' order by from_at limit $2) returning id`,
      oldest,
    ),
    lines: await drop(
      'delete from said where (key, channel) in (select key, channel from said where at < $1 limit $2) returning key',
      ledger,
    ),
  }
  // Looks through all people and posts: once, at the end.
  return isNothing(forgotten) ? { ...forgotten, accounts: await forgetAccounts(tx, posts) } : forgotten
}

async function count(tx: Tx, sql: string, params: readonly Value[]): Promise<number> {
  return (await tx.query(sql, params)).length
}

/** Not settled before the term. */
const isYoung = `(c.state not in ('sent', 'dead') or c.settled_at is null or c.settled_at >= $1)`

/**
 * A parent is the delivery in whose message it is, is named or which it changes, or under whose message it is a reply; of a message of several,
 * any of them may be one. Who is in a message, or named there, is settled with it or with its change. A thread is gone into as long as
 * somebody continues its newest reply.
 */
const oldDeliveries = `select d.id from delivery d
  where d.settled_at < $1 and d.state in ('sent', 'dead')
    and not exists (select 1 from delivery p where p.id in (d.bundle, d.joins, d.thread, d.target) and p.id <> d.id)
    and not exists (select 1 from delivery c where c.thread = d.id and ${isYoung})
    and not exists (select 1 from delivery c where c.target = d.id and ${isYoung})
    and not exists (select 1 from delivery b join delivery c on c.thread = b.id where b.bundle = d.id and ${isYoung})
  order by d.settled_at limit $2`

async function forgetDeliveries(tx: Tx, term: number): Promise<number> {
  const rows = await tx.query(oldDeliveries, [term, forgetBatchMax])
  const ids = rows.map(row => text(row, 'id'))
  await queryList(tx, 'delete from delivery where id in ($list)', [], ids)
  return ids.length
}

/** Both written and stored before the term: a network that gives it again can do so for some days only (`keepPostsDaysMin`). */
async function forgetPosts(tx: Tx, term: number): Promise<number> {
  let many = 0
  for (const row of await tx.query('select source from cursor order by source')) {
    many += await count(
      tx,
      `delete from post where source = $1 and id in (
         select p.id from post p where p.source = $1 and p.posted_at < $2 and p.arrived_at < $2 and p.taken_down = 0
           and not exists (select 1 from delivery d where d.source = p.source and d.post_id = p.id)
         order by p.posted_at limit $3) returning id`,
      [text(row, 'source'), term, forgetBatchMax],
    )
  }
  return many
}

/** The sums of one day, whatever they are. */
async function forgetSpending(tx: Tx, day: string): Promise<number> {
  const spent = await count(
    tx,
    'delete from spending where day = (select min(day) from spending where day < $1) returning day',
    [day],
  )
  if (spent > 0)
    await tx.query(
      'delete from channel_set where id not in (select channels from spending where channels = channel_set.id)',
    )
  return spent + (await count(tx, 'delete from usage where day < $1 returning day', [day]))
}

/** Of those who were looked up before the term, or only named by a change; whoever is followed or muted stays. */
async function forgetAccounts(tx: Tx, term: number): Promise<number> {
  return count(
    tx,
    `delete from account where (source, id) in (
       select source, id from account where coalesce(seen_at, 0) < $1
         and (source, id) not in (select source, account_id from route_account)
         and (source, id) not in (select source, author from post) limit $2) returning id`,
    [term, forgetBatchMax],
  )
}
