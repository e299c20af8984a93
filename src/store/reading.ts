/** What the store can tell: for people, for the console, for `why`. Reads only, changes nothing. */

import type { Cursor } from '../domain/arrival.ts'
import { type DeadReason, deadReasons } from '../domain/delivery.ts'
import { type DropReason, dropReasons } from '../domain/drop.ts'
import type { Post, SourceName } from '../domain/post.ts'
import { emptyRoute, type Route } from '../domain/route.ts'
import { oneOf, sourceName, subjectFrom } from './claim-row.ts'
import { int, intOrNone, json, type Row, type Sql, type Tx, text, textOrNone } from './sql.ts'
import type {
  ArrivedPost,
  AuditRow,
  DeadDelivery,
  DroppedArrival,
  IntakeResult,
  LaneState,
  StoredPost,
  Tally,
} from './store.ts'

export async function readCursor(sql: Sql, source: SourceName): Promise<Cursor | undefined> {
  const [row] = await sql.query('select position from cursor where source = $1', [source])
  return row === undefined ? undefined : text(row, 'position')
}

/** The identity of a post, from any version of it that was kept or from the identity itself. */
export async function findPostId(tx: Tx, source: SourceName, id: string): Promise<string | undefined> {
  const [row] = await tx.query(
    `select id from post where source = $1 and id = $2
     union select id from post where source = $1 and version = $2 and version <> id`,
    [source, id],
  )
  return row === undefined ? undefined : text(row, 'id')
}

export async function readPost(tx: Tx, source: SourceName, id: string): Promise<StoredPost | undefined> {
  const found = await findPostId(tx, source, id)
  if (found === undefined) return undefined
  const [row] = await tx.query(
    'select body, rejected, arrived_at, via, deleted_at, taken_down from post where source = $1 and id = $2',
    [source, found],
  )
  if (row === undefined) return undefined
  const deliveries = await tx.query(
    `select channel, because, case state when 'bundled' then 'pending' else state end as state, ts, why,
       case state when 'pending' then due_at when 'bundled' then due_at when 'leased' then leased_at
       else coalesce(settled_at, due_at) end as at, pace, thread, joins, gap, bundle,
       (select count(*) from delivery b where b.bundle = delivery.bundle) as among,
       case when exists (select 1 from delivery c where c.target = delivery.id and c.state = 'pending') then 'pending'
         when exists (select 1 from delivery c where c.channel = delivery.channel and c.state = 'dead' and c.target = delivery.id) then 'dead' end as change
     from delivery where source = $1 and post_id = $2 order by channel`,
    [source, found],
  )
  return {
    post: json<Post>(row, 'body'),
    arrivedAt: int(row, 'arrived_at'),
    via: oneOf(['stream', 'catch-up', 'poll'] as const, row, 'via'),
    rejected: json<StoredPost['rejected']>(row, 'rejected'),
    ...goneOf(row),
    deliveries: deliveries.map(deliveryState),
  }
}

function goneOf(row: Row): Pick<StoredPost, 'gone'> {
  if (int(row, 'taken_down') === 1) return { gone: 'taken down' }
  return row['deleted_at'] === null ? {} : { gone: 'deleted' }
}

/** `at` is when a pending one is due, when a leased one was claimed, when any other came to its end. */
function deliveryState(row: Row): StoredPost['deliveries'][number] {
  const ts = textOrNone(row, 'ts')
  const why = textOrNone(row, 'why')
  const change = textOrNone(row, 'change')
  const hold = textOrNone(row, 'pace')
  const gap = textOrNone(row, 'gap')
  return {
    channel: text(row, 'channel'),
    because: text(row, 'because'),
    state: oneOf(['pending', 'leased', 'sent', 'dead'] as const, row, 'state'),
    ...(ts === undefined ? {} : { ts }),
    ...(why === undefined ? {} : { why }),
    at: int(row, 'at'),
    ...(hold === undefined ? {} : { hold: oneOf(['digest', 'quiet', 'hour'] as const, row, 'pace') }),
    ...placeOf(row),
    ...(gap === undefined ? {} : { gap }),
    ...(row['bundle'] === null ? {} : { among: int(row, 'among') }),
    ...(change === undefined ? {} : { change: oneOf(['pending', 'dead'] as const, row, 'change') }),
  }
}

function placeOf(row: Row): Pick<StoredPost['deliveries'][number], 'place'> {
  if (row['joins'] !== null) return { place: 'named' }
  return row['thread'] === null ? {} : { place: 'thread' }
}

/** `pending` counts what is owed, the one in flight included; `unknown` those of them whose last outcome is unknown. */
export async function readLanes(tx: Tx): Promise<readonly LaneState[]> {
  const lanes = await tx.query(
    `select l.channel, l.held, l.sent, l.last_sent_at, l.lease_delivery, n.name, d.unknown_since from lane l
     left join channel_name n on n.channel = l.channel left join delivery d on d.id = l.lease_delivery order by l.channel`,
  )
  const pending = byChannel(
    await tx.query(
      `select channel, count(*) as n, count(unknown_since) as unknown from (
         select channel, unknown_since from delivery where state = 'pending'
         union all select channel, unknown_since from delivery where state = 'bundled') as owed group by channel`,
    ),
  )
  const dead = byChannel(
    await tx.query(
      `select channel, count(*) as n from delivery where state = 'dead' and reason <> 'discarded' group by channel`,
    ),
  )
  const paced = Map.groupBy(
    await tx.query(
      `select channel, pace, count(*) as n from delivery
       where state = 'pending' and pace is not null and attempts = 0 group by channel, pace`,
    ),
    row => text(row, 'channel'),
  )
  return lanes.map(row => {
    const channel = text(row, 'channel')
    const waiting = pending.get(channel)
    const holds = paced.get(channel)
    const ended = dead.get(channel)
    const lastSentAt = intOrNone(row, 'last_sent_at')
    const held = textOrNone(row, 'held')
    return {
      channel,
      name: textOrNone(row, 'name') ?? '',
      pending: (waiting === undefined ? 0 : int(waiting, 'n')) + (row['lease_delivery'] === null ? 0 : 1),
      ...(holds === undefined ? {} : { waiting: waitingFor(holds) }),
      sent: int(row, 'sent'),
      dead: ended === undefined ? 0 : int(ended, 'n'),
      unknown: (waiting === undefined ? 0 : int(waiting, 'unknown')) + (row['unknown_since'] === null ? 0 : 1),
      ...(lastSentAt === undefined ? {} : { lastSentAt }),
      ...(held === undefined ? {} : { held }),
    }
  })
}

function waitingFor(rows: readonly Row[]): NonNullable<LaneState['waiting']> {
  return Object.fromEntries(
    rows.map(row => [oneOf(['digest', 'quiet', 'hour'] as const, row, 'pace'), int(row, 'n')] as const),
  )
}

function byChannel(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map(row => [text(row, 'channel'), row]))
}

export async function readDead(sql: Sql, limit: number): Promise<readonly DeadDelivery[]> {
  const rows = await sql.query(
    `select d.id, d.channel, d.kind, d.source, d.post_id, d.notice, d.target, d.reason, d.why, d.settled_at, p.body
     from delivery d left join delivery t on t.id = d.target
     left join post p on p.source = coalesce(d.source, t.source) and p.id = coalesce(d.post_id, t.post_id)
     where d.state = 'dead' order by d.settled_at desc, d.id limit $1`,
    [limit],
  )
  return rows.map(row => ({
    id: text(row, 'id'),
    channel: text(row, 'channel'),
    subject: subjectFrom(row),
    url: row['body'] === null ? '' : json<Post>(row, 'body').url,
    reason: oneOf<DeadReason>(deadReasons, row, 'reason'),
    why: text(row, 'why'),
    at: int(row, 'settled_at'),
  }))
}

const results = [
  'stored',
  'duplicate',
  'edited',
  'deleted',
  'dropped',
  'noted',
] as const satisfies readonly IntakeResult[]

export async function readTallies(sql: Sql): Promise<readonly Tally[]> {
  const rows = await sql.query('select source, result, reason, count from tally order by source, result, reason')
  return rows.map(row => ({
    source: sourceName(text(row, 'source')),
    result: oneOf<IntakeResult>(results, row, 'result'),
    reason: text(row, 'reason') === '' ? '' : oneOf<DropReason>(dropReasons, row, 'reason'),
    count: int(row, 'count'),
  }))
}

/** Newest first. */
export async function readDrops(sql: Sql, limit: number): Promise<readonly DroppedArrival[]> {
  const rows = await sql.query('select source, at, reason, detail, raw from dropped order by seq desc limit $1', [
    limit,
  ])
  return rows.map(row => {
    const raw = textOrNone(row, 'raw')
    return {
      source: sourceName(text(row, 'source')),
      at: int(row, 'at'),
      reason: oneOf<DropReason>(dropReasons, row, 'reason'),
      detail: text(row, 'detail'),
      ...(raw === undefined ? {} : { raw }),
    }
  })
}

const auditColumns = 'id, at, channel, who, what, before, after, undoes, undone_by'

/** Newest first; of one channel, or of all. */
export async function readAudit(sql: Sql, channel: string | undefined, limit: number): Promise<readonly AuditRow[]> {
  const where = channel === undefined ? '' : 'where channel = $2'
  const rows = await sql.query(
    `select ${auditColumns} from audit ${where} order by at desc, seq desc limit $1`,
    channel === undefined ? [limit] : [limit, channel],
  )
  return rows.map(auditFrom)
}

export async function readAuditRow(sql: Sql, id: string): Promise<AuditRow | undefined> {
  const [row] = await sql.query(`select ${auditColumns} from audit where id = $1`, [id])
  return row === undefined ? undefined : auditFrom(row)
}

function auditFrom(row: Row): AuditRow {
  const undoes = textOrNone(row, 'undoes')
  const undoneBy = textOrNone(row, 'undone_by')
  const channel = text(row, 'channel')
  return {
    id: text(row, 'id'),
    at: int(row, 'at'),
    channel,
    who: text(row, 'who'),
    what: text(row, 'what'),
    before: row['before'] === null ? undefined : routeFrom(row, 'before', channel),
    after: routeFrom(row, 'after', channel),
    ...(undoes === undefined ? {} : { undoes }),
    ...(undoneBy === undefined ? {} : { undoneBy }),
  }
}

/** Written by an older version it lacks what routes have learned since. */
function routeFrom(row: Row, column: string, channel: string): Route {
  const route = json<Route>(row, column)
  return { ...emptyRoute(route.source, channel), ...route }
}

/** Ids of the posts in a message, in its order. */
export async function readPostsIn(sql: Sql, channel: string, ts: string): Promise<readonly string[]> {
  const rows = await sql.query(
    `select d.post_id from delivery d join post p on p.source = d.source and p.id = d.post_id
     where d.channel = $1 and d.ts = $2 and d.kind = 'post' and d.joins is null order by p.posted_at, d.seq`,
    [channel, ts],
  )
  return rows.map(row => text(row, 'post_id'))
}

/** The newest posts written since, oldest first, with the channels that got them. */
export async function readWrittenSince(
  tx: Tx,
  source: SourceName,
  since: number,
  limit: number,
): Promise<readonly ArrivedPost[]> {
  const rows = await tx.query(
    `select id, body, arrived_at from post where source = $1 and posted_at >= $2 and deleted_at is null
     order by posted_at desc, id desc limit $3`,
    [source, since, limit],
  )
  const owed = await tx.query(
    `select d.post_id, d.channel from post p join delivery d on d.source = p.source and d.post_id = p.id
     where p.source = $1 and p.posted_at >= $2`,
    [source, since],
  )
  const channels = Map.groupBy(owed, row => text(row, 'post_id'))
  return rows
    .map(row => ({
      post: json<Post>(row, 'body'),
      arrivedAt: int(row, 'arrived_at'),
      channels: (channels.get(text(row, 'id')) ?? []).map(each => text(each, 'channel')),
    }))
    .toReversed()
}

/** Posts of which Slack has messages, written since: the ids of the versions that are kept. */
export async function readShownPosts(sql: Sql, source: SourceName, since: number): Promise<readonly string[]> {
  const rows = await sql.query(
    `select p.version from post p where p.source = $1 and p.posted_at >= $2 and p.deleted_at is null and exists (
       select 1 from delivery d where d.source = p.source and d.post_id = p.id and d.state = 'sent') order by p.posted_at, p.id`,
    [source, since],
  )
  return rows.map(row => text(row, 'version'))
}
