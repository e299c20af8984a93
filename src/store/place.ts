/**
 * Where a post goes in a channel beside what the channel has been shown: named in the message of another one, in the thread of one, or in the
 * channel. Decided once, in the transaction that commits the delivery. A delivery that is named (`joins`) has no message of its own; `joins` and
 * `thread` name the delivery of the post in question, and its message is that of its bundle where it has one.
 */
import type { Post } from '../domain/post.ts'
import { groupedMs } from '../limits.ts'
import { refreshLanes } from './lane.ts'
import { join } from './named.ts'
import { oweUpdates } from './revisions.ts'
import { placeByLinks } from './shown-links.ts'
import { int, json, queryList, type Row, type Tx, text, textOrNone } from './sql.ts'
import { type Placing, type Written, waits } from './written.ts'

/** Places them in the order in which they were written; what was not written (the channel has had the post) is left out. */
export async function place(tx: Tx, placings: readonly Placing[], now: number, newId: () => string): Promise<void> {
  if (placings.length === 0) return
  const written = await writtenOf(tx, placings)
  const shown = await shownOf(tx, written, now)
  const unplaced: Written[] = []
  const changed = new Map<string, string>()
  for (const one of written) {
    const place = placeOf(one, shown)
    if (place === undefined) {
      unplaced.push(one)
      continue
    }
    const { kind, shown: other } = place
    if (kind === 'named') await join(tx, one.id, other.id)
    else await tx.query('update delivery set thread = $2 where id = $1', [one.id, other.root.id])
    const row = shown.find(({ id }) => id === one.id)
    if (row !== undefined) Object.assign(row, kind === 'named' ? { joined: true } : { root: other.root })
    // The other's message names whoever reposts or quotes it.
    if ((kind === 'named' || one.relation === 'quote') && other.message.isThere) {
      changed.set(other.message.id, one.channel)
    }
    if (kind === 'thread') await placeByLinks(tx, [one], now, 'placed')
  }
  await placeByLinks(tx, unplaced, now, 'free')
  await refreshLanes(tx, [...new Set(written.map(({ channel }) => channel))])
  await oweUpdates(tx, changed, 'others reposted or quoted it', now, newId)
}

async function writtenOf(tx: Tx, placings: readonly Placing[]): Promise<readonly Written[]> {
  const byId = new Map(placings.map(placing => [placing.id, placing]))
  const rows = await queryList(
    tx,
    'select id, seq, state, attempts, unknown_since, held, pace, bundle from delivery where id in ($list)',
    [],
    [...byId.keys()],
  )
  return rows
    .flatMap(row => {
      const placing = byId.get(text(row, 'id'))
      if (placing === undefined) return []
      return [{ ...placing, seq: int(row, 'seq'), held: int(row, 'held') === 1, waits: waits(row) }]
    })
    .toSorted((a, b) => a.seq - b.seq)
}

/** A post that its channel was shown, or will be. */
interface Shown {
  readonly id: string
  readonly channel: string
  readonly source: string
  readonly seq: number
  readonly postId: string
  readonly version: string
  readonly innerId: string | undefined
  /** It has no message of its own. */
  readonly joined: boolean
  readonly message: Message
  /** The one under which replies to it go: itself, or that under which it is itself. */
  readonly root: { readonly id: string; readonly waits: boolean }
}

interface Message {
  /** The delivery that is sent for it. */
  readonly id: string
  /** In Slack, or maybe: what shows is changed by an update. Otherwise it is composed when its turn has come. */
  readonly isThere: boolean
}

const shownColumns = `d.id, d.channel, d.source, d.seq, d.created_at, d.joins, d.thread, p.id as post_id, p.version, p.inner_id, m.id as message,
  m.state, m.unknown_since, m.attempts, m.pace, m.held, m.bundle`
/** `cross join`: from the few posts to their deliveries, never the other way round. */
const shownFrom = `from post p cross join delivery d join delivery m on m.id = coalesce(d.bundle, d.id)
  where d.source = p.source and d.post_id = p.id and d.state <> 'dead' and d.reason is null and p.deleted_at is null and p.source = $1`

/** By its first version, by the one that is kept, and by what it quotes or reposts. */
const shownSql = [
  `select ${shownColumns} ${shownFrom} and p.id in ($list)`,
  `select ${shownColumns} ${shownFrom} and p.version <> p.id and p.version in ($list)`,
  `select ${shownColumns} ${shownFrom} and p.inner_id in ($list)`,
]

/** What the channels were shown, in the last week, of the posts that these speak of. Oldest first. */
async function shownOf(tx: Tx, written: readonly Written[], now: number): Promise<Shown[]> {
  const found = new Map<string, Shown>()
  for (const [source, ofSource] of Map.groupBy(written, one => one.source)) {
    const ids = new Set(ofSource.flatMap(({ grouping: { joins, under } }) => [joins ?? [], under ?? []].flat()))
    for (const sql of shownSql) {
      for (const row of await queryList(tx, sql, [source], [...ids])) {
        // Asked for in the statement, an engine may think that to be the way in, and look through the week.
        if (int(row, 'created_at') > now - groupedMs) found.set(text(row, 'id'), shownFromRow(row))
      }
    }
  }
  return [...found.values()].sort((a, b) => a.seq - b.seq)
}

function shownFromRow(row: Row): Shown {
  const id = text(row, 'id')
  const thread = textOrNone(row, 'thread')
  const state = text(row, 'state')
  return {
    id,
    channel: text(row, 'channel'),
    source: text(row, 'source'),
    seq: int(row, 'seq'),
    postId: text(row, 'post_id'),
    version: text(row, 'version'),
    innerId: textOrNone(row, 'inner_id'),
    joined: row['joins'] !== null,
    message: { id: text(row, 'message'), isThere: state !== 'pending' || row['unknown_since'] !== null },
    root: { id: thread ?? id, waits: thread === undefined && waits(row) },
  }
}

/** Pure. Undefined: by its links, or in the channel. */
function placeOf(
  { id, channel, source, seq, relation, grouping: { joins, under } }: Written,
  shown: readonly Shown[],
): { readonly kind: 'named' | 'thread'; readonly shown: Shown } | undefined {
  const before = shown.filter(
    one => one.channel === channel && one.source === source && one.id !== id && one.seq < seq && !one.joined,
  )
  const itself = (wanted: string) => before.find(one => one.postId === wanted || one.version === wanted)
  const copy = (wanted: string) => before.find(one => one.innerId === wanted)
  const named = joins === undefined ? undefined : (itself(joins) ?? copy(joins))
  if (named !== undefined) return { kind: 'named', shown: named }
  if (under === undefined) return undefined
  const parent = itself(under) ?? (relation === 'thread' ? undefined : copy(under))
  return parent === undefined || parent.root.waits ? undefined : { kind: 'thread', shown: parent }
}

/**
 * What was fetched for a gap, once all of it is there: what continues a post that was fetched after it (a network gives the newest first)
 * goes into the same thread all the same. Ids of those that are replies in a thread now.
 */
export async function placeFetched(
  tx: Tx,
  fetched: readonly Row[],
  now: number,
  newId: () => string,
): Promise<ReadonlySet<string>> {
  const ids = fetched.map(row => text(row, 'id'))
  const rows = await queryList(
    tx,
    `select d.id, d.channel, p.body from delivery d join post p on p.source = d.source and p.id = d.post_id
     where d.thread is null and d.id in ($list)`,
    [],
    ids,
  )
  const continuing = rows.flatMap(row => {
    const { source, relation, replyTo } = json<Post>(row, 'body')
    if (relation !== 'thread' || replyTo === undefined) return []
    const grouping = { under: replyTo.postId, links: [] }
    return [{ id: text(row, 'id'), channel: text(row, 'channel'), source, relation, grouping }]
  })
  await place(tx, continuing, now, newId)
  const replies = await queryList(tx, 'select id from delivery where thread is not null and id in ($list)', [], ids)
  return new Set(replies.map(row => text(row, 'id')))
}
