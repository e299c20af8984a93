/**
 * What a database that was restored may not believe: between the copy and now a service went on, and sent what is still owed here. So that is
 * uncertain, and Slack's history is asked before it is sent (I6). What arrived after the copy is not known here at all: it is fetched again like the
 * posts of any gap, or, when somebody says that all of it is in Slack, not fetched, and the gap says so.
 */
import type { SourceName } from '../domain/post.ts'
import { insertRows, int, intOrNone, type Tx, text } from './sql.ts'

const why = 'the database was restored from a backup'
const notFetched = 'Not fetched: whoever restored the backup said that it had been posted.'

/** Of a post that was fetched all the same: a gap's posts are asked for from a little before it. */
export const postedBefore = `it was written before ${why}, and whoever restored it said that it had been posted`
const skipped = 'restored-'

/** How many messages are uncertain from now on. What waits for a digest or a gap stays together, and is not looked for. */
export async function forgetWhatCameAfter(tx: Tx, now: number, catchUp: boolean): Promise<number> {
  const uncertain = await tx.query(
    `update delivery set unknown_since = created_at, unknown_checks = 0, unknown_why = $1
     where state = 'pending' and kind in ('post', 'notice') and unknown_since is null and pace is null and held = 0 and bundle is null
     returning id`,
    [why],
  )
  if (!catchUp) await skipGap(tx, now)
  return uncertain.length
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

/** Up to when somebody has said that all posts of the source are in Slack, epoch ms; undefined when nobody has. */
export async function restoredUntil(tx: Tx, source: SourceName): Promise<number | undefined> {
  const [row] = await tx.query(`select max(to_at) as until from gap where source = $1 and id like '${skipped}%'`, [
    source,
  ])
  return row === undefined ? undefined : intOrNone(row, 'until')
}
