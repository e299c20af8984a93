/**
 * Routes, normalized: one row a route, one for each account and expression in it, in the order in which people added them. A change
 * commits route, trace and notice together, so nothing is ever changed without saying who did it.
 */
import type { Account } from '../domain/account.ts'
import type { SourceName } from '../domain/post.ts'
import { emptyRoute, type Kinds, type Pace, type Route } from '../domain/route.ts'
import { oneOf, sourceName } from './claim-row.ts'
import { repace } from './gather.ts'
import { enqueue, reserve } from './lane.ts'
import { accountColumns, accountFrom, writeAccounts } from './people.ts'
import { insertRows, int, json, type Row, type Tx, text, type Value } from './sql.ts'
import type { AuditRow, Change } from './store.ts'

export interface RouteKey {
  readonly source: SourceName
  readonly channel: string
}

export async function readRoutes(tx: Tx, key?: RouteKey): Promise<readonly Route[]> {
  const where = key === undefined ? '' : 'where r.source = $1 and r.channel = $2'
  const params = key === undefined ? [] : [key.source, key.channel]
  const accounts = await tx.query(
    `select r.source, r.channel, r.role, ${accountColumns} from route_account r
     join account a on a.source = r.source and a.id = r.account_id ${where} order by r.place`,
    params,
  )
  const terms = await tx.query(
    `select r.source, r.channel, r.role, r.expression from route_term r ${where} order by r.place`,
    params,
  )
  const accountsOf = Map.groupBy(accounts, listKey)
  const termsOf = Map.groupBy(terms, listKey)
  const rows = await tx.query(
    `select r.source, r.channel, r.kinds, r.languages, r.reading, r.deletions, r.pace, r.together, r.links, r.identity, r.locked,
       r.paused from route r ${where} order by r.source, r.channel`,
    params,
  )
  return rows.map(row => {
    const source = sourceName(text(row, 'source'))
    const channel = text(row, 'channel')
    const people = (role: string) => (accountsOf.get(`${source} ${channel} ${role}`) ?? []).map(accountFrom)
    const words = (role: string) =>
      (termsOf.get(`${source} ${channel} ${role}`) ?? []).map(term => text(term, 'expression'))
    return {
      source,
      channel,
      follows: people('follow'),
      keywords: words('keyword'),
      topics: words('topic'),
      blocks: words('block'),
      muted: people('mute'),
      languages: json<string[]>(row, 'languages'),
      kinds: json<Kinds>(row, 'kinds'),
      reading: oneOf(['cheap', 'complete'] as const, row, 'reading'),
      deletions: oneOf(['remove', 'strike'] as const, row, 'deletions'),
      pace: json<Pace>(row, 'pace'),
      together: int(row, 'together') === 1,
      links: oneOf(['thread', 'each'] as const, row, 'links'),
      identity: oneOf(['birdwire', 'author'] as const, row, 'identity'),
      locked: int(row, 'locked') === 1,
      paused: int(row, 'paused') === 1,
    }
  })
}

function listKey(row: Row): string {
  return `${text(row, 'source')} ${text(row, 'channel')} ${text(row, 'role')}`
}

export async function changeRoute(
  tx: Tx,
  key: RouteKey,
  who: string,
  now: number,
  decide: (route: Route) => Change | undefined,
  newId: () => string,
): Promise<Change | undefined> {
  const [before] = await readRoutes(tx, key)
  const change = decide(before ?? emptyRoute(key.source, key.channel))
  if (change === undefined || (await isUndone(tx, change.undoes))) return undefined
  if (change.route.source !== key.source || change.route.channel !== key.channel) {
    throw new Error(`a change of ${key.source} in ${key.channel} answered with the route of another channel`)
  }
  await writeRoute(tx, change.route)
  const { what, undoes } = change
  const row = { at: now, channel: key.channel, who, what, before, after: change.route }
  const id = await writeAudit(tx, { ...row, ...(undoes === undefined ? {} : { undoes }) }, newId)
  if (undoes !== undefined) await tx.query('update audit set undone_by = $2 where id = $1', [undoes, id])
  if (change.notice !== undefined) {
    const subject = { kind: 'notice', text: change.notice } as const
    await enqueue(tx, [{ channel: key.channel, subject, because: what, change: id }], now, newId)
  }
  if (change.repace !== undefined) await repace(tx, key.channel, change.repace.hold, now)
  return change
}

/** Whether somebody has taken the change back already: nothing is undone twice. */
async function isUndone(tx: Tx, id: string | undefined): Promise<boolean> {
  if (id === undefined) return false
  return (await tx.query('select id from audit where id = $1 and undone_by is not null', [id])).length > 0
}

async function writeRoute(tx: Tx, route: Route): Promise<void> {
  const { source, channel } = route
  await tx.query(
    `insert into route (source, channel, kinds, languages, reading, deletions, pace, together, links, identity, locked, paused)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (source, channel) do update set kinds = excluded.kinds, languages = excluded.languages,
       reading = excluded.reading, deletions = excluded.deletions, pace = excluded.pace, together = excluded.together,
       links = excluded.links, identity = excluded.identity, locked = excluded.locked, paused = excluded.paused`,
    [
      source,
      channel,
      JSON.stringify(route.kinds),
      JSON.stringify(route.languages),
      route.reading,
      route.deletions,
      JSON.stringify(route.pace),
      route.together ? 1 : 0,
      route.links,
      route.identity,
      route.locked ? 1 : 0,
      route.paused ? 1 : 0,
    ],
  )
  await writeAccounts(tx, [...route.follows, ...route.muted])
  await tx.query('delete from route_account where source = $1 and channel = $2', [source, channel])
  const people = (role: string, accounts: readonly Account[]): Value[][] =>
    [...new Set(accounts.map(account => account.id))].map((id, place) => [source, channel, role, id, place])
  await insertRows(tx, 'insert into route_account (source, channel, role, account_id, place)', [
    ...people('follow', route.follows),
    ...people('mute', route.muted),
  ])
  await tx.query('delete from route_term where source = $1 and channel = $2', [source, channel])
  const words = (role: string, expressions: readonly string[]): Value[][] =>
    [...new Set(expressions)].map((expression, place) => [source, channel, role, expression, place])
  await insertRows(tx, 'insert into route_term (source, channel, role, expression, place)', [
    ...words('keyword', route.keywords),
    ...words('topic', route.topics),
    ...words('block', route.blocks),
  ])
}

export async function refreshAccounts(tx: Tx, accounts: readonly Account[]): Promise<void> {
  for (const { source, id, handle, name, avatarUrl } of accounts) {
    await tx.query(
      `update account set handle = $3, name = $4, avatar_url = coalesce($5, avatar_url) where source = $1 and id = $2`,
      [source, id, handle, name, avatarUrl ?? null],
    )
  }
}

/** A channel that is gone takes part in nothing until a person resumes it. */
export async function pauseRoutes(
  tx: Tx,
  channel: string,
  why: string,
  now: number,
  newId: () => string,
): Promise<void> {
  const rows = await tx.query('select source from route where channel = $1 and paused = 0', [channel])
  for (const row of rows) {
    const source = sourceName(text(row, 'source'))
    const [before] = await readRoutes(tx, { source, channel })
    await tx.query('update route set paused = 1 where source = $1 and channel = $2', [source, channel])
    if (before === undefined) continue
    const after = { ...before, paused: true }
    await writeAudit(
      tx,
      { at: now, channel, who: 'birdwire', what: `paused the channel: ${why}`, before, after },
      newId,
    )
  }
}

/** The change's id. */
async function writeAudit(tx: Tx, row: Omit<AuditRow, 'id'>, newId: () => string): Promise<string> {
  const numbers = await reserve(tx, new Map([[row.channel, 1]]))
  const before = row.before === undefined ? null : JSON.stringify(row.before)
  const id = newId()
  const seq = numbers.get(row.channel) ?? 0
  const { channel, at, who, what, after, undoes } = row
  await tx.query(
    'insert into audit (id, channel, seq, at, who, what, before, after, undoes) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
    [id, channel, seq, at, who, what, before, JSON.stringify(after), undoes ?? null],
  )
  return id
}
