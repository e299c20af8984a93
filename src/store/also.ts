/** Who else reposted or quoted what a message shows: those who joined it, and quotes in its thread. */
import type { Shown } from '../domain/content.ts'
import type { Post } from '../domain/post.ts'
import { int, json, queryList, type Row, type Tx, text } from './sql.ts'

type Also = NonNullable<Shown['also']>

/** A post in a message, as far as it matters here. */
export interface Entry {
  /** Its delivery. */
  readonly id: string
  readonly post: Post
}

/** By the entry's delivery, in the order in which they arrived, each person once; nothing for what nobody else shared. */
export async function alsoOf(tx: Tx, channel: string, entries: readonly Entry[]): Promise<ReadonlyMap<string, Also>> {
  const joined = await queryList(
    tx,
    `select j.joins, j.seq, p.body, null as inner_id from delivery j join post p on p.source = j.source and p.id = j.post_id
     where p.deleted_at is null and j.state <> 'dead' and j.joins in ($list)`,
    [],
    entries.map(({ id }) => id),
  )
  const quotes = await quotesOf(tx, channel, entries)
  return new Map(
    entries.flatMap(entry => {
      const shown = new Set(shownIn(entry.post))
      const own = joined.filter(row => row['joins'] === entry.id)
      const quoting = quotes.filter(row => shown.has(text(row, 'inner_id')))
      const also = people(entry.post, [...own, ...quoting])
      return also.length === 0 ? [] : [[entry.id, also] as const]
    }),
  )
}

/** Ids by which others speak of what the post shows. */
function shownIn({ id, version, relation, inner }: Post): readonly string[] {
  return [id, version, ...(relation === 'repost' && inner !== undefined ? [inner.version] : [])]
}

async function quotesOf(tx: Tx, channel: string, entries: readonly Entry[]): Promise<readonly Row[]> {
  const found: Row[] = []
  // `cross join`: from the few posts to their deliveries, never the other way round.
  for (const [source, ofSource] of Map.groupBy(entries, ({ post }) => post.source)) {
    const ids = new Set(ofSource.flatMap(({ post }) => shownIn(post)))
    const rows = await queryList(
      tx,
      `select d.seq, p.body, p.inner_id from post p cross join delivery d
       where d.source = p.source and d.post_id = p.id and d.channel = $2 and p.source = $1 and p.deleted_at is null and d.thread is not null and d.joins is null and d.state <> 'dead'
         and p.inner_id in ($list)`,
      [source, channel],
      [...ids],
    )
    found.push(...rows.filter(row => json<Post>(row, 'body').relation === 'quote'))
  }
  return found
}

function people(shown: Post, rows: readonly Row[]): Also {
  const named = new Set([`${shown.relation} ${shown.author.id}`])
  return rows
    .toSorted((a, b) => int(a, 'seq') - int(b, 'seq'))
    .flatMap(row => {
      const { relation, author } = json<Post>(row, 'body')
      const as = { relation: relation === 'quote' ? 'quote' : 'repost', author } as const
      const key = `${as.relation} ${author.id}`
      if (named.has(key)) return []
      named.add(key)
      return [as]
    })
}
