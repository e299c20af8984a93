/** Lines that nobody typed anything for: each is left once in a channel, until what it speaks of is over. */
import { enqueue } from './lane.ts'
import { insertRows, int, type Sql, type Tx, text } from './sql.ts'
import type { Announcement, SaidLine } from './store.ts'

export async function announce(
  tx: Tx,
  lines: readonly Announcement[],
  now: number,
  newId: () => string,
): Promise<readonly Announcement[]> {
  const once = new Map(lines.map(line => [`${line.key}\n${line.channel}`, line]))
  const rows = await insertRows(
    tx,
    'insert into said (key, channel, at)',
    [...once.values()].map(({ key, channel }) => [key, channel, now]),
    'on conflict (key, channel) do nothing returning key, channel',
  )
  const fresh = rows.flatMap(row => once.get(`${text(row, 'key')}\n${text(row, 'channel')}`) ?? [])
  await enqueue(
    tx,
    fresh.map(({ channel, text: words, key }) => ({ channel, subject: { kind: 'notice', text: words }, because: key })),
    now,
    newId,
  )
  return fresh
}

export async function readSaid(sql: Sql, prefix: string): Promise<readonly SaidLine[]> {
  // Not `like`, which would need escaping, and not a range, which depends on how the engine sorts text. The table is small.
  const rows = await sql.query(
    'select key, channel, at from said where substr(key, 1, $2) = $1 order by key, channel',
    [prefix, [...prefix].length],
  )
  return rows.map(row => ({ key: text(row, 'key'), channel: text(row, 'channel'), at: int(row, 'at') }))
}
