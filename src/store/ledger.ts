/**
 * The ledger: what was paid for, summed by UTC day and purpose. A resource is charged once a UTC day, as at X, so what was bought in the last
 * days is remembered by id. docs.x.com/x-api/getting-started/pricing
 */
import { createHash } from 'node:crypto'
import { dayMs, utcDay } from '../domain/day.ts'
import { relations, type SourceName } from '../domain/post.ts'
import { xRateCard } from '../domain/rate-card.ts'
import { type Purchase, type ReadKind, readKinds, readVias } from '../domain/reads.ts'
import { boughtDaysKept } from '../limits.ts'
import { oneOf, sourceName } from './claim-row.ts'
import { insertRows, int, queryList, type Row, type Sql, type Tx, text, type Value } from './sql.ts'
import type { Spending, Usage } from './store.ts'

/** Posts that were asked for and posts that came along are the same to the bill. */
const resources: readonly (readonly [kind: ReadKind, resource: 'post' | 'user'])[] = [
  ['posts', 'post'],
  ['inner', 'post'],
  ['users', 'user'],
]

/** Writes purchases into the ledger; of each, what it was charged in millionths of a dollar: nothing for what was bought before on its day. */
export async function buy(tx: Tx, purchases: readonly Purchase[]): Promise<readonly number[]> {
  if (purchases.length === 0) return []
  const known = await boughtBefore(tx, purchases)
  const fresh: Value[][] = []
  const sums = new Map<string, { readonly key: readonly Value[]; count: number; delivered: number; micros: number }>()
  const charged = purchases.map(purchase => {
    const day = utcDay(purchase.at)
    let total = 0
    for (const [kind, resource] of resources) {
      for (const id of purchase.reads[kind]) {
        const place = `${purchase.source} ${day} ${resource} ${id}`
        if (known.has(place)) continue
        known.add(place)
        fresh.push([purchase.source, day, resource, id])
        const key = keyOf(purchase, day, kind)
        const at = key.join('\n')
        const sum = sums.get(at) ?? { key, count: 0, delivered: 0, micros: 0 }
        const micros = xRateCard.micros[kind]
        sum.count += 1
        sum.delivered += kind === 'posts' && purchase.delivered > 0 ? 1 : 0
        sum.micros += micros
        sums.set(at, sum)
        total += micros
      }
    }
    return total
  })
  await insertRows(tx, 'insert into bought (source, day, kind, id)', fresh)
  await insertRows(
    tx,
    'insert into channel_set (id, channels)',
    [...new Set(purchases.map(({ channels }) => channels.join(',')))].filter(isSet).map(all => [setOf(all), all]),
    'on conflict (id) do nothing',
  )
  await insertRows(
    tx,
    'insert into spending (source, day, kind, via, relation, cause, account, channels, count, delivered, micros)',
    [...sums.values()].map(({ key, count, delivered, micros }) => [...key, count, delivered, micros]),
    `on conflict (source, day, kind, via, relation, cause, account, channels) do update set
       count = spending.count + excluded.count, delivered = spending.delivered + excluded.delivered,
       micros = spending.micros + excluded.micros`,
  )
  await forget(tx, purchases)
  return charged
}

function keyOf(
  { source, via, relation, by, account, channels }: Purchase,
  day: string,
  kind: ReadKind,
): readonly Value[] {
  const all = channels.join(',')
  return [source, day, kind, via, relation, by, account, isSet(all) ? setOf(all) : all]
}

/** Longer texts are no keys: a row of PostgreSQL's index ends at 2,704 bytes. postgresql.org/docs/current/limits.html, and measured with 15.18 */
const keyCharsMax = 1000

const isSet = (channels: string): boolean => channels.length > keyCharsMax

/** No channel has such an id. */
const setOf = (channels: string): string => `set:${createHash('sha256').update(channels).digest('hex')}`

async function boughtBefore(tx: Tx, purchases: readonly Purchase[]): Promise<Set<string>> {
  const wanted = new Map<string, { readonly params: readonly Value[]; readonly ids: Set<string> }>()
  for (const { source, at, reads } of purchases) {
    for (const [kind, resource] of resources) {
      if (reads[kind].length === 0) continue
      const place = `${source} ${utcDay(at)} ${resource}`
      const entry = wanted.get(place) ?? { params: [source, utcDay(at), resource], ids: new Set<string>() }
      for (const id of reads[kind]) entry.ids.add(id)
      wanted.set(place, entry)
    }
  }
  const known = new Set<string>()
  for (const [place, { params, ids }] of wanted) {
    const sql = 'select id from bought where source = $1 and day = $2 and kind = $3 and id in ($list)'
    for (const row of await queryList(tx, sql, params, [...ids])) known.add(`${place} ${text(row, 'id')}`)
  }
  return known
}

/** What was bought days ago is charged again anyway. */
async function forget(tx: Tx, purchases: readonly Purchase[]): Promise<void> {
  const newest = Math.max(...purchases.map(({ at }) => at))
  await tx.query('delete from bought where source = $1 and day < $2', [
    purchases[0]?.source ?? '',
    utcDay(newest - boughtDaysKept * dayMs),
  ])
}

export async function readSpending(sql: Sql, from: string, to: string): Promise<readonly Spending[]> {
  const rows = await sql.query(
    `select s.source, s.day, s.kind, s.via, s.relation, s.cause, s.account, coalesce(c.channels, s.channels) as channels,
       s.count, s.delivered, s.micros
     from spending s left join channel_set c on c.id = s.channels
     where s.day >= $1 and s.day <= $2 order by s.day, s.source, s.kind, s.via, s.relation, s.cause, s.account, s.channels`,
    [from, to],
  )
  return rows.map(spendingFrom)
}

function spendingFrom(row: Row): Spending {
  const channels = text(row, 'channels')
  return {
    source: sourceName(text(row, 'source')),
    day: text(row, 'day'),
    kind: oneOf(readKinds, row, 'kind'),
    via: oneOf(readVias, row, 'via'),
    relation: oneOf(['', ...relations], row, 'relation'),
    by: oneOf(['', 'follow', 'topic'] as const, row, 'cause'),
    account: text(row, 'account'),
    channels: channels === '' ? [] : channels.split(','),
    count: int(row, 'count'),
    delivered: int(row, 'delivered'),
    micros: int(row, 'micros'),
  }
}

export async function noteUsage(tx: Tx, source: SourceName, usage: readonly Usage[]): Promise<void> {
  await insertRows(
    tx,
    'insert into usage (source, day, posts, at)',
    [...new Map(usage.map(({ day, posts, at }) => [day, [source, day, posts, at]])).values()],
    'on conflict (source, day) do update set posts = excluded.posts, at = excluded.at',
  )
}

export async function readUsage(sql: Sql, source: SourceName, from: string, to: string): Promise<readonly Usage[]> {
  const rows = await sql.query(
    'select day, posts, at from usage where source = $1 and day >= $2 and day <= $3 order by day',
    [source, from, to],
  )
  return rows.map(row => ({ day: text(row, 'day'), posts: int(row, 'posts'), at: int(row, 'at') }))
}
