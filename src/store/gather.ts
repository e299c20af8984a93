/**
 * What goes into one message, decided when a channel's turn has come. A post that has not been tried yet may still have to wait (quiet
 * hours have begun, the hour has had its messages), and where several are due, they may come together:
 *
 *   held for a digest      all of them, best first: one message, what does not fit into it in its thread
 *   held for the hour      all of them: one message, what does not fit into it in its thread
 *   held in quiet hours    a handful one by one, more in as few messages as hold them
 *   held by nothing        more than a handful: up to `burstPostsMax` of the oldest in one message, in order, up to the next notice
 *
 * Only what is an ordinary message of the channel is gathered: a reply in a thread, a retry, or what is in one message already is not.
 */
import { bestFirst } from '../domain/best-first.ts'
import type { Hold } from '../domain/delivery.ts'
import type { Post } from '../domain/post.ts'
import type { Pace } from '../domain/route.ts'
import { endOfSpan } from '../kit/wall-time.ts'
import { burstPostsMax, catchUpHandful, catchUpHoldMs, catchUpPostsMax, digestPostsMax } from '../limits.ts'
import { bundle, evenly, renumber } from './bundles.ts'
import { refreshLanes } from './lane.ts'
import { int, json, queryList, type Row, type Tx, text, textOrNone } from './sql.ts'

const hourMs = 3_600_000

/** The running hour, which messages are counted in: full hours of UTC. Epoch ms. */
export function hourOf(now: number): number {
  return Math.floor(now / hourMs) * hourMs
}

/** What has not been tried: of the table `delivery`. */
const untried = `kind = 'post' and state = 'pending' and attempts = 0 and unknown_since is null and joins is null`
const ordinary = `${untried} and thread is null and bundle is null`

/** True: what is due may not go yet, and now waits until it may. `head`: the oldest that is due. */
export async function postpone(tx: Tx, head: Row, now: number): Promise<boolean> {
  if (!isUntried(head)) return false
  if (int(head, 'held') === 1 && head['pace'] !== null && int(head, 'created_at') + catchUpHoldMs > now) {
    await tx.query('update delivery set due_at = created_at + $2 where id = $1', [text(head, 'id'), catchUpHoldMs])
    return true
  }
  const channel = text(head, 'channel')
  const pace = await paceOf(tx, text(head, 'source'), channel)
  if (pace === undefined) return false
  const quietEnd = quietUntil(pace, now)
  if (quietEnd !== undefined) {
    await hold(tx, channel, untried, now, quietEnd, 'quiet')
    return true
  }
  // A digest has waited for its time: it is one message, however many the hour has had.
  if (head['pace'] === 'digest') return false
  if (head['thread'] !== null || pace.perHour === undefined) return false
  if ((await sentInHour(tx, channel, now)) < pace.perHour) return false
  const next = hourOf(now) + hourMs
  await hold(
    tx,
    channel,
    `${untried} and thread is null and (pace is null or pace <> 'digest')`,
    now,
    quietUntil(pace, next) ?? next,
    'hour',
  )
  return true
}

function isUntried(row: Row): boolean {
  return row['kind'] === 'post' && row['attempts'] === 0 && row['unknown_since'] === null && row['joins'] === null
}

async function paceOf(tx: Tx, source: string, channel: string): Promise<Pace | undefined> {
  const [row] = await tx.query('select pace from route where source = $1 and channel = $2', [source, channel])
  return row === undefined ? undefined : json<Pace>(row, 'pace')
}

function quietUntil({ quiet, zone }: Pace, at: number): number | undefined {
  return quiet === undefined ? undefined : endOfSpan(quiet, zone, at)
}

async function sentInHour(tx: Tx, channel: string, now: number): Promise<number> {
  const [row] = await tx.query('select hour_sent from lane where channel = $1 and hour_at = $2', [channel, hourOf(now)])
  return row === undefined ? 0 : int(row, 'hour_sent')
}

/** What is of a digest stays that, and what the hour had no room for, whatever else it then waits for; what is in one message already stays as it is. */
async function hold(
  tx: Tx,
  channel: string,
  which: string,
  now: number,
  until: number,
  why: 'quiet' | 'hour',
): Promise<void> {
  await tx.query(
    `update delivery set due_at = $3, pace = case when pace in ('digest', 'hour') or bundle is not null then pace else $4 end
     where channel = $1 and due_at <= $2 and ${which}`,
    [channel, now, until, why],
  )
}

/**
 * What waited for the channel's old pace waits for the new one. Left alone: what was never held, what has been tried, and the rest of a message
 * that people have begun to read (in its thread).
 */
export async function repace(tx: Tx, channel: string, hold: Hold | undefined, now: number): Promise<void> {
  await tx.query(
    `update delivery set due_at = $2, pace = coalesce($3, pace)
     where channel = $1 and pace is not null and state = 'pending' and attempts = 0 and unknown_since is null and (thread is null or bundle is null)`,
    [channel, hold?.until ?? now, hold?.why ?? null],
  )
  await refreshLanes(tx, [channel])
}

/** Brings together with the head what goes into its message. The id of the delivery that is to be claimed for all of them. */
export async function gather(tx: Tx, head: Row, now: number): Promise<string> {
  const id = text(head, 'id')
  if (!isUntried(head) || head['thread'] !== null || head['bundle'] !== null) return id
  switch (textOrNone(head, 'pace')) {
    case 'digest':
      return inOne(tx, await ranked(tx, await heldWith(tx, head, now)), digestPostsMax)
    case 'hour':
      return inOne(tx, await heldWith(tx, head, now), catchUpPostsMax)
    case 'quiet': {
      const due = await heldWith(tx, head, now)
      const [first = []] = evenly(due, catchUpPostsMax)
      if (due.length > catchUpHandful) await bundle(tx, first)
      return id
    }
    default: {
      const due = await burstFrom(tx, head, now)
      if (due.length > catchUpHandful) await bundle(tx, due)
      return id
    }
  }
}

/** What is due and was held for the same reason, in the order in which it arrived. */
async function heldWith(tx: Tx, head: Row, now: number): Promise<readonly Row[]> {
  return tx.query(
    `select id, seq, source, post_id, (select count(*) from delivery j where j.joins = delivery.id) as shared from delivery
     where channel = $1 and due_at <= $2 and pace = $3 and (held = 0 or created_at + $4 <= $2) and ${ordinary} order by seq`,
    [text(head, 'channel'), now, text(head, 'pace'), catchUpHoldMs],
  )
}

/** Best first. */
async function ranked(tx: Tx, due: readonly Row[]): Promise<readonly Row[]> {
  const posts = new Map<string, Post>()
  for (const [source, rows] of Map.groupBy(due, row => text(row, 'source'))) {
    const ids = rows.map(row => text(row, 'post_id'))
    for (const row of await queryList(
      tx,
      'select id, body from post where source = $1 and id in ($list)',
      [source],
      ids,
    ))
      posts.set(`${source} ${text(row, 'id')}`, json<Post>(row, 'body'))
  }
  return due
    .toReversed()
    .flatMap(row => {
      const post = posts.get(`${text(row, 'source')} ${text(row, 'post_id')}`)
      return post === undefined ? [] : [{ row, post, shared: int(row, 'shared') }]
    })
    .toSorted(bestFirst)
    .map(({ row }) => row)
}

/** The first of them in one message in the channel, the others in its thread. The id of that message's head. */
async function inOne(tx: Tx, rows: readonly Row[], max: number): Promise<string> {
  const [first, ...others] = [rows.slice(0, max), ...evenly(rows.slice(max), catchUpPostsMax)]
  const root = first?.[0] === undefined ? '' : text(first[0], 'id')
  await renumber(
    tx,
    [first, ...others].map(part => part?.[0]).filter(row => row !== undefined),
  )
  await bundle(tx, first ?? [])
  for (const part of others) {
    await bundle(tx, part)
    const ids = part.map(row => text(row, 'id'))
    // One alone has begun to be told, too, and is not to wait for another pace.
    await queryList(
      tx,
      'update delivery set thread = $1, bundle = coalesce(bundle, id) where id in ($list)',
      [root],
      ids,
    )
  }
  return root
}

/** Rows looked through for a burst: there may be replies and changes between the posts. */
const burstRowsMax = 4 * burstPostsMax

/** From the head on, in order, what nothing holds; up to whatever has its own place in the order. */
async function burstFrom(tx: Tx, head: Row, now: number): Promise<readonly Row[]> {
  const rows = await tx.query(
    `select id, kind, attempts, unknown_since, joins, thread, bundle, pace, gap from delivery
     where channel = $1 and state = 'pending' and due_at <= $2 order by seq limit $3`,
    [text(head, 'channel'), now, burstRowsMax],
  )
  const found: Row[] = []
  for (const row of rows) {
    if (found.length === burstPostsMax) break
    // A change of a message and a reply in a thread have no place in the channel's order.
    if (row['kind'] === 'update' || row['kind'] === 'remove' || row['thread'] !== null) continue
    if (!isUntried(row) || row['bundle'] !== null || row['pace'] !== null || row['gap'] !== head['gap']) break
    found.push(row)
  }
  return found
}
