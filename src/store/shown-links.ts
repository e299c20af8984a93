/**
 * Links that a channel was shown, each with the delivery that had it first. What has one of them goes into that one's thread for a week; then
 * the next that has it is the first again.
 */
import { createHash } from 'node:crypto'
import { groupedMs } from '../limits.ts'
import { insertRows, queryList, type Row, type Tx, text, textOrNone } from './sql.ts'
import { type Written, waits } from './written.ts'

/** `free`: into the thread of the first message that had one of their links. `placed`: has its place, and is only the first for its links. */
export async function placeByLinks(
  tx: Tx,
  written: readonly Written[],
  now: number,
  which: 'free' | 'placed',
): Promise<void> {
  const linking = written
    .filter(({ grouping }) => grouping.links.length > 0)
    .map(one => ({ ...one, links: one.grouping.links.map(keyOf) }))
  for (const [channel, ofChannel] of Map.groupBy(linking, one => one.channel)) {
    const firsts = await firstsOf(tx, channel, new Set(ofChannel.flatMap(({ links }) => links)), now)
    const fresh = new Map<string, string>()
    for (const { id, held, waits: waiting, links } of ofChannel) {
      const first = links.map(link => firsts.get(link)).find(one => one !== undefined)
      const threaded = which === 'free' && !held && first !== undefined && !first.waits
      if (threaded) await tx.query('update delivery set thread = $2 where id = $1', [id, first.root])
      for (const link of links) {
        if (firsts.has(link)) continue
        fresh.set(link, id)
        firsts.set(link, { root: threaded ? first.root : id, waits: !threaded && waiting })
      }
    }
    const rows = [...fresh].map(([link, delivery]) => [channel, link, delivery, now])
    await insertRows(
      tx,
      'insert into shown_link (channel, link, delivery, at)',
      rows,
      'on conflict (channel, link) do update set delivery = excluded.delivery, at = excluded.at',
    )
  }
  if (linking.length > 0) await tx.query('delete from shown_link where at < $1', [now - groupedMs])
}

/** Longer addresses are known by their digest: a row of PostgreSQL's index ends at 2,704 bytes, and an address may have any length. */
const keyCharsMax = 500

function keyOf(link: string): string {
  return link.length <= keyCharsMax ? link : `sha256:${createHash('sha256').update(link).digest('hex')}`
}

interface First {
  /** The delivery under whose message replies go. */
  readonly root: string
  readonly waits: boolean
}

/** Of these links, those whose first message lives. */
async function firstsOf(tx: Tx, channel: string, links: ReadonlySet<string>, now: number): Promise<Map<string, First>> {
  const rows = await queryList(
    tx,
    `select s.link, d.id, d.thread, j.id as named, j.thread as named_thread, m.state, m.attempts, m.unknown_since, m.held, m.pace, m.bundle
     from shown_link s join delivery d on d.id = s.delivery join post p on p.source = d.source and p.id = d.post_id
     left join delivery j on j.id = d.joins
     join delivery m on m.id = coalesce(j.bundle, j.id, d.bundle, d.id)
     where s.channel = $1 and s.at > $2 and m.state <> 'dead' and m.reason is null and d.state <> 'dead'
       and (p.deleted_at is null or j.id is not null) and s.link in ($list)`,
    [channel, now - groupedMs],
    [...links],
  )
  return new Map(rows.map(row => [text(row, 'link'), firstFrom(row)]))
}

function firstFrom(row: Row): First {
  const thread = textOrNone(row, 'named_thread') ?? textOrNone(row, 'thread')
  const root = thread ?? textOrNone(row, 'named') ?? text(row, 'id')
  return { root, waits: thread === undefined && waits(row) }
}
