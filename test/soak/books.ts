/** What is in the database, read from outside of the service, and what may never be in it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Nothing that is due waits longer than this: Slack's history is asked three times over 78 s, and a thread is waited for two minutes. */
const stuckMs = 20 * 60_000

export interface Books {
  /** Posts that were counted as stored, ever. */
  readonly stored: number
  /** All that was counted, by result. */
  readonly tallies: Readonly<Record<string, number>>
  /** Ids of the posts that are there. */
  readonly posts: readonly string[]
  readonly owed: number
  /** Changes by people, by channel, as far as they are kept. */
  readonly changes: ReadonlyMap<string, string>
  /** Micro-dollars by UTC day, as far as they are kept. */
  readonly spent: ReadonlyMap<string, number>
  /** Sentences. */
  readonly wrong: readonly string[]
}

/** Whatever comes back from it is a fact of this moment. */
export function readBooks(dir: string, now: number): Books {
  const file = join(dir, 'birdwire.sqlite')
  if (!existsSync(file)) throw new Error(`there is no database in ${dir}`)
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const all = (sql: string, ...params: number[]) => db.prepare(sql).all(...params)
    const tallies = Object.fromEntries(
      all('select result, sum(count) as n from tally group by result').map(row => [
        String(row['result']),
        Number(row['n']),
      ]),
    )
    return {
      stored: tallies['stored'] ?? 0,
      tallies,
      posts: all('select id from post').map(row => String(row['id'])),
      owed: Number(all(`select count(*) as n from delivery where state not in ('sent', 'dead')`)[0]?.['n']),
      changes: new Map(
        all('select channel, max(id) as id from audit group by channel').map(row => [
          String(row['channel']),
          String(row['id']),
        ]),
      ),
      spent: new Map(
        all('select day, sum(micros) as n from spending group by day').map(row => [
          String(row['day']),
          Number(row['n']),
        ]),
      ),
      wrong: laws.flatMap(({ sql, says, timed }) => {
        const rows = timed ? all(sql, now - stuckMs) : all(sql)
        return rows.length === 0 ? [] : [`${says}: ${rows.length}, e.g. ${JSON.stringify(rows[0])}`]
      }),
    }
  } finally {
    db.close()
  }
}

/** What the database says of a post in a channel: for whoever looks for the reason. */
export function whatIsKnown(dir: string, channel: string, post: string): string {
  const db = new DatabaseSync(join(dir, 'birdwire.sqlite'), { readOnly: true })
  try {
    const [known] = db
      .prepare('select version, via, arrived_at, deleted_at, inner_id, rejected from post where id = ?')
      .all(post)
    const deliveries = db.prepare(
      `select ${shown}, ts, gap, created_at, settled_at from delivery where post_id = ? and channel = ?`,
    )
    return JSON.stringify({ post: known ?? 'not known', deliveries: deliveries.all(post, channel) })
  } finally {
    db.close()
  }
}

const shown = 'id, channel, kind, state, post_id, due_at, attempts, reason, why, bundle, joins, thread, target'

/** What no row may be. `timed`: `?1` is the moment before which what is due must be done. */
const laws: readonly { readonly says: string; readonly sql: string; readonly timed?: boolean }[] = [
  {
    says: 'I3: dead without a reason',
    sql: `select ${shown} from delivery where state = 'dead' and (reason is null or why is null or settled_at is null)`,
  },
  {
    says: 'I3: sent without a message',
    sql: `select ${shown} from delivery where state = 'sent' and (ts is null or settled_at is null)`,
  },
  {
    says: 'leased without a lease',
    sql: `select ${shown} from delivery d where state = 'leased' and not exists (select 1 from lane l where l.lease_delivery = d.id)`,
  },
  {
    says: 'bundled with nothing that will be sent',
    sql: `select ${shown} from delivery d where state = 'bundled' and joins is null and not exists (
      select 1 from delivery h where h.id = d.bundle and h.state in ('pending', 'leased'))`,
  },
  {
    says: 'waits to be named by nothing',
    sql: `select ${shown} from delivery d where state = 'bundled' and joins is not null and not exists (
      select 1 from delivery e where e.id = d.joins)`,
  },
  {
    says: 'I2: two deliveries of one post to one channel',
    sql: 'select source, post_id, channel from delivery where post_id is not null group by 1, 2, 3 having count(*) > 1',
  },
  {
    says: 'a lane that does not know what is due',
    sql: `select l.channel, l.next_at, min(d.due_at) as due from lane l join delivery d on d.channel = l.channel and d.state = 'pending'
      where l.held is null and l.lease_until is null group by l.channel
      having l.next_at is null or l.next_at <> max(min(d.due_at), l.free_at)`,
  },
  {
    says: 'a lane that waits for nothing',
    sql: `select channel, next_at from lane l where held is null and lease_until is null and next_at is not null and not exists (
      select 1 from delivery d where d.channel = l.channel and d.state = 'pending')`,
  },
  {
    says: 'stuck',
    sql: `select ${shown} from delivery d where state = 'pending' and due_at < ?1 and not exists (
      select 1 from lane l where l.channel = d.channel and l.held is not null)`,
    timed: true,
  },
  {
    says: 'a lease that nobody ended',
    sql: 'select channel, lease_until from lane where lease_until < ?1',
    timed: true,
  },
  {
    says: 'a delivery of nothing',
    sql: `select ${shown} from delivery d where kind = 'post' and not exists (select 1 from post p where p.source = d.source and p.id = d.post_id)`,
  },
]
