/** Accounts looked up before, so that a network need not be paid for naming them again; and how much comes of whom. */
import type { Account } from '../domain/account.ts'
import type { SourceName } from '../domain/post.ts'
import { sourceName } from './claim-row.ts'
import { insertRows, int, intOrNone, queryList, type Row, type Sql, type Tx, text, textOrNone } from './sql.ts'
import type { Flow } from './store.ts'

export const accountColumns = 'a.id, a.handle, a.name, a.avatar_url, a.posts_per_100_days'

/** Of a row with a source and `accountColumns`. */
export function accountFrom(row: Row): Account {
  const avatarUrl = textOrNone(row, 'avatar_url')
  const posts = intOrNone(row, 'posts_per_100_days')
  return {
    source: sourceName(text(row, 'source')),
    id: text(row, 'id'),
    handle: text(row, 'handle'),
    name: text(row, 'name'),
    ...(avatarUrl === undefined ? {} : { avatarUrl }),
    ...(posts === undefined ? {} : { postsPerDay: posts / 100 }),
  }
}

/** `seenAt`: they were looked up just now; undefined: they are only named by somebody's change. */
export async function writeAccounts(tx: Tx, accounts: readonly Account[], seenAt?: number): Promise<void> {
  const once = new Map(accounts.map(account => [`${account.source} ${account.id}`, account]))
  await insertRows(
    tx,
    'insert into account (source, id, handle, name, avatar_url, posts_per_100_days, seen_at)',
    [...once.values()].map(a => [
      a.source,
      a.id,
      a.handle,
      a.name,
      a.avatarUrl ?? null,
      a.postsPerDay === undefined ? null : Math.round(a.postsPerDay * 100),
      seenAt ?? null,
    ]),
    `on conflict (source, id) do update set handle = excluded.handle, name = excluded.name,
       avatar_url = coalesce(excluded.avatar_url, account.avatar_url),
       posts_per_100_days = coalesce(excluded.posts_per_100_days, account.posts_per_100_days),
       seen_at = coalesce(excluded.seen_at, account.seen_at)`,
  )
}

export async function readPeople(
  tx: Tx,
  source: SourceName,
  ids: readonly string[],
): Promise<readonly { readonly account: Account; readonly at: number }[]> {
  const sql = `select a.source, ${accountColumns}, a.seen_at from account a where a.source = $1 and a.id in ($list)`
  const rows = await queryList(tx, sql, [source], ids)
  return rows.map(row => ({ account: accountFrom(row), at: intOrNone(row, 'seen_at') ?? 0 }))
}

/** By author, what was stored of posts written since. */
export async function readAccountFlows(sql: Sql, source: SourceName, since: number): Promise<readonly Flow[]> {
  return flows(
    await sql.query(
      `select author as id, count(*) as posts, min(posted_at) as first_at, max(posted_at) as newest_at from post
       where source = $1 and posted_at >= $2 group by author order by author`,
      [source, since],
    ),
  )
}

/** By channel, the posts owed to it since. */
export async function readChannelFlows(sql: Sql, source: SourceName, since: number): Promise<readonly Flow[]> {
  return flows(
    await sql.query(
      `select channel as id, count(*) as posts, min(created_at) as first_at, max(created_at) as newest_at from delivery
       where source = $1 and kind = 'post' and created_at >= $2 group by channel order by channel`,
      [source, since],
    ),
  )
}

function flows(rows: readonly Row[]): readonly Flow[] {
  return rows.map(row => ({
    id: text(row, 'id'),
    posts: int(row, 'posts'),
    firstAt: int(row, 'first_at'),
    newestAt: int(row, 'newest_at'),
  }))
}
