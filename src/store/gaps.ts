/** Gaps as rows: what is said of one replaces what was said before; what it brought and cost is counted here and only grows. */

import type { Gap } from '../domain/arrival.ts'
import { utcMinute } from '../domain/day.ts'
import type { SourceName } from '../domain/post.ts'
import { oneOf, sourceName } from './claim-row.ts'
import { announce } from './lines.ts'
import { int, json, queryList, type Sql, type Tx, text } from './sql.ts'
import type { GapRow } from './store.ts'

/** A gap that is lost leaves one line in each channel that may miss something, once for its id. */
export async function noteGap(tx: Tx, gap: Gap, now: number, newId: () => string): Promise<void> {
  const { source, id, from, to, why, state, how, lost, channels } = gap
  const [before] = await tx.query('select id from gap where source = $1 and id = $2', [source, id])
  if (before === undefined && state === 'open') {
    // A process that died left it open; the cursor did not move, so the new gap holds it.
    await tx.query(
      `update gap set state = 'closed', how = 'Continued in a later gap.' where source = $1 and state = 'open' and from_at >= $2`,
      [source, from],
    )
  }
  await tx.query(
    `insert into gap (source, id, from_at, to_at, why, state, how, lost, channels) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (source, id) do update set from_at = excluded.from_at, to_at = excluded.to_at, why = excluded.why, state = excluded.state,
       how = excluded.how, lost = excluded.lost, channels = excluded.channels`,
    [source, id, from, to, why, state, how, lost, JSON.stringify(channels)],
  )
  if (state !== 'lost') return
  const rows = await queryList(
    tx,
    'select channel from route where source = $1 and channel in ($list)',
    [source],
    channels,
  )
  const line = { text: lostLine(gap), key: `lost ${source} ${id}` }
  await announce(
    tx,
    rows.map(row => ({ channel: text(row, 'channel'), ...line })),
    now,
    newId,
  )
}

/** mrkdwn of ours: what a channel is told of a gap that could not be closed. */
function lostLine({ from, to, why, lost }: Pick<Gap, 'from' | 'to' | 'why' | 'lost'>): string {
  return `Between ${slackTime(from)} and ${slackTime(to)} X could not be read (${escaped(why)}). ${escaped(lost)}`
}

/** docs.slack.dev/messaging/formatting-message-text#date-formatting */
function slackTime(ms: number): string {
  return `<!date^${Math.floor(ms / 1000)}^{date_short_pretty} {time}|${utcMinute(ms)}>`
}

/** X's own words may be in it: nothing of them pings, links or formats (I8). docs.slack.dev/messaging/formatting-message-text */
function escaped(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/@(?=(?:here|channel|everyone|group)\b)/gi, '@\u2060')
    .replaceAll('://', ':\u2060//')
    .replaceAll('*', '∗')
    .replaceAll('~', '∼')
    .replaceAll('`', 'ˋ')
}

/** Counts what a gap brought: posts stored, millionths of a dollar charged. */
export async function creditGap(tx: Tx, source: SourceName, id: string, posts: number, micros: number): Promise<void> {
  await tx.query('update gap set posts = posts + $3, micros = micros + $4 where source = $1 and id = $2', [
    source,
    id,
    posts,
    micros,
  ])
}

/** Newest first. */
export async function readGaps(sql: Sql, limit: number): Promise<readonly GapRow[]> {
  const rows = await sql.query(
    `select source, id, from_at, to_at, why, state, how, lost, channels, posts, micros from gap
     order by from_at desc, id desc limit $1`,
    [limit],
  )
  return rows.map(row => ({
    source: sourceName(text(row, 'source')),
    id: text(row, 'id'),
    from: int(row, 'from_at'),
    to: int(row, 'to_at'),
    why: text(row, 'why'),
    state: oneOf(['open', 'closed', 'lost'] as const, row, 'state'),
    how: text(row, 'how'),
    lost: text(row, 'lost'),
    channels: json<string[]>(row, 'channels'),
    posts: int(row, 'posts'),
    micros: int(row, 'micros'),
  }))
}
