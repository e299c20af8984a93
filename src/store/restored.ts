/**
 * What a database that was restored may not believe: between the copy and now a service went on, and sent what is still owed here. So that is
 * uncertain, and Slack's history is asked before it is sent (I6). What arrived after the copy is not known here at all: it is fetched again like the
 * posts of any gap, or, when somebody says that all of it is in Slack, not fetched, and the gap says so.
 *
 * A message is found in Slack by the delivery whose message it is. Which one that was is not known of what was to come with others (a digest, the end
 * of quiet hours, a burst, a gap): with whom, and in what order, was decided when it was sent, and others may have arrived by then. So that is not
 * looked for. It comes once more, as do the posts that are fetched again, or with them not at all. The window that is left: a few posts that waited
 * for Slack when the copy was taken, and came in one message with more that arrived later, are looked for in vain and come once more, each alone.
 */
import type { SourceName } from '../domain/post.ts'
import { catchUpHandful } from '../limits.ts'
import { refreshLanes } from './lane.ts'
import { insertRows, int, intOrNone, queryList, type Tx, text } from './sql.ts'

const why = 'the database was restored from a backup'
const notFetched = 'Not fetched: whoever restored the backup said that it had been posted.'
const said = 'and whoever restored it said that it had been posted'

/** Of a post that was fetched all the same: a gap's posts are asked for from a little before it. */
export const postedBefore = `it was written before ${why}, ${said}`
const dueBefore = `it was to come with others before ${why}, ${said}`
const skipped = 'restored-'

export interface Doubts {
  /** Messages that are looked for in Slack before they are sent. */
  readonly uncertain: number
  /** Posts that were to come with others since the copy, which cannot be looked for: they come once more, or, without catching up, not any more. */
  readonly together: number
}

/** What was due at `$1`, and may have been sent. */
const owed = `state = 'pending' and kind in ('post', 'notice') and unknown_since is null
  and (pace is null or attempts > 0 or due_at <= $1)`
const untried = `state = 'pending' and kind = 'post' and attempts = 0 and unknown_since is null and joins is null`
/** More than a handful that wait for nothing but Slack come in one message. */
const crowded = `select channel from delivery where ${untried} and thread is null and bundle is null and pace is null and held = 0
  group by channel having count(*) > ${catchUpHandful}`
/** Whose message it is, is known. */
const known = `(attempts > 0 or bundle is not null or kind = 'notice'
  or (held = 0 and (thread is not null or (pace is null and channel not in (${crowded})))))`

/** To be called where nothing is sent. `now`: epoch ms. `catchUp`: false when somebody says that what was posted since the copy is in Slack. */
export async function forgetWhatCameAfter(tx: Tx, now: number, catchUp: boolean): Promise<Doubts> {
  const together = await withFollowers(
    tx,
    ids(await tx.query(`select id from delivery where ${owed} and not ${known}`, [now])),
    now,
  )
  const alone = await tx.query(`select id from delivery where ${owed} and ${known}`, [now])
  const uncertain = ids(alone).filter(id => !together.has(id))
  await doubt(tx, uncertain, now)
  if (!catchUp) {
    await discard(tx, [...together], now)
    await skipGap(tx, now)
  }
  return { uncertain: uncertain.length, together: together.size }
}

/** With what was to go into the threads of these, and who was to be named in any of them. */
async function withFollowers(tx: Tx, first: readonly string[], now: number): Promise<ReadonlySet<string>> {
  const replies = ids(
    await queryList(tx, `select id from delivery where ${owed} and attempts = 0 and thread in ($list)`, [now], first),
  )
  const shown = [...new Set([...first, ...replies])]
  return new Set([...shown, ...ids(await namedIn(tx, shown))])
}

function namedIn(tx: Tx, shown: readonly string[]): ReturnType<Tx['query']> {
  return queryList(tx, `select id from delivery where state = 'bundled' and joins in ($list)`, [], shown)
}

async function doubt(tx: Tx, heads: readonly string[], now: number): Promise<void> {
  await queryList(
    tx,
    'update delivery set unknown_since = created_at, unknown_checks = 0, unknown_why = $1 where id in ($list)',
    [why],
    heads,
  )
  // If it was sent, it named them.
  const others = ids(await queryList(tx, 'select id from delivery where bundle in ($list)', [], heads))
  const named = ids(await namedIn(tx, [...new Set([...heads, ...others])]))
  await queryList(tx, 'update delivery set joined_at = $1 where joined_at is null and id in ($list)', [now], named)
}

async function discard(tx: Tx, list: readonly string[], now: number): Promise<void> {
  const rows = await queryList(
    tx,
    `update delivery set state = 'dead', reason = 'discarded', why = $1, settled_at = $2, held = 0 where id in ($list) returning channel`,
    [dueBefore, now],
    list,
  )
  await refreshLanes(tx, [...new Set(rows.map(row => text(row, 'channel')))])
}

async function skipGap(tx: Tx, now: number): Promise<void> {
  const cursors = await tx.query('select source, at from cursor order by source')
  await tx.query(`update gap set state = 'closed', how = $1 where state = 'open'`, [notFetched])
  await insertRows(
    tx,
    'insert into gap (source, id, from_at, to_at, why, state, how, lost, channels)',
    cursors.map(row => [
      text(row, 'source'),
      `${skipped}${now}`,
      int(row, 'at'),
      now,
      why,
      'closed',
      notFetched,
      '',
      '[]',
    ]),
  )
  // A source without a cursor begins with what comes.
  await tx.query('delete from cursor')
}

/**
 * Up to when somebody has said that all posts of the source are in Slack, epoch ms; undefined when nobody has. A source may tell whole seconds only
 * (X does: docs.x.com/x-api/fundamentals/data-dictionary), so what is of the last one may have been written after it, and counts as not posted.
 */
export async function restoredUntil(tx: Tx, source: SourceName): Promise<number | undefined> {
  const [row] = await tx.query(`select max(to_at) as until from gap where source = $1 and id like '${skipped}%'`, [
    source,
  ])
  const until = row === undefined ? undefined : intOrNone(row, 'until')
  return until === undefined ? undefined : Math.floor(until / 1000) * 1000
}

const ids = (rows: Awaited<ReturnType<Tx['query']>>) => rows.map(row => text(row, 'id'))
