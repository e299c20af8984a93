/**
 * Messages that are there are changed when their post is: an edit shows the new text, a deletion takes the message away or strikes it through,
 * as the channel wants it. Such a change is a delivery of its own in the same lane, one at a time for each message; what it
 * shows is read when it is claimed, so two quick edits are one update.
 */

import type { Subject } from '../domain/delivery.ts'
import type { Post, SourceName } from '../domain/post.ts'
import { copiesOf, forgetInner } from './copies.ts'
import { discardDeleted, enqueue, refreshLanes } from './lane.ts'
import { deletedWhy, discardNamed, freeNamed } from './named.ts'
import { findPostId } from './reading.ts'
import { int, json, queryList, type Row, type Tx, text } from './sql.ts'

/** The post has another text: messages that show it, or may, are to show that. */
export async function reviseMessages(
  tx: Tx,
  source: SourceName,
  postId: string,
  now: number,
  newId: () => string,
): Promise<void> {
  const shown = await messagesOf(tx, source, postId)
  await change(tx, shown, () => 'update', 'its author edited the post', now, newId)
}

/** A deleted post stays, marked. What is owed of it is not sent any more; messages that show it are changed. */
export async function deletePost(
  tx: Tx,
  source: SourceName,
  id: string,
  now: number,
  newId: () => string,
): Promise<void> {
  const postId = await findPostId(tx, source, id)
  for (const copy of await copiesOf(tx, source, postId ?? id)) {
    if (copy.repost) await deletePost(tx, source, copy.id, now, newId)
    else await loseInner(tx, source, copy.id, 'deleted', now, newId)
  }
  if (postId === undefined) return
  const marked = await tx.query(
    'update post set deleted_at = $3 where source = $1 and id = $2 and deleted_at is null returning id',
    [source, postId, now],
  )
  if (marked.length === 0) return
  const shown = await messagesOf(tx, source, postId)
  const strikes = new Set(
    (await tx.query(`select channel from route where source = $1 and deletions = 'strike'`, [source])).map(row =>
      text(row, 'channel'),
    ),
  )
  const named = await namingsOf(tx, source, postId)
  await discardOwed(tx, source, postId, now)
  await change(tx, named, () => 'update', deletedWhy, now, newId)
  await change(tx, shown, ({ channel }) => (strikes.has(channel) ? 'update' : 'remove'), deletedWhy, now, newId)
}

/** Whatever the channels' settings: gone from all of them, and its words forgotten, also where others quote or repost it. */
export async function takeDown(
  tx: Tx,
  source: SourceName,
  id: string,
  now: number,
  newId: () => string,
): Promise<readonly string[] | undefined> {
  const postId = await findPostId(tx, source, id)
  const copies = await copiesOf(tx, source, postId ?? id)
  if (postId === undefined && copies.length === 0) return undefined
  const channels = new Set<string>()
  for (const copy of copies) {
    for (const channel of await channelsOf(tx, source, copy.id)) channels.add(channel)
    if (copy.repost) await takeDown(tx, source, copy.id, now, newId)
    else await loseInner(tx, source, copy.id, 'taken down', now, newId)
  }
  if (postId === undefined) return [...channels].toSorted()
  const before = await tx.query('select taken_down from post where source = $1 and id = $2', [source, postId])
  if (before[0] !== undefined && int(before[0], 'taken_down') === 1) return [...channels].toSorted()
  for (const channel of await channelsOf(tx, source, postId)) channels.add(channel)
  await tx.query(
    `update post set deleted_at = coalesce(deleted_at, $3), taken_down = 1 where source = $1 and id = $2`,
    [source, postId, now],
  )
  const named = await namingsOf(tx, source, postId)
  await forgetWords(tx, source, postId)
  const shown = await messagesOf(tx, source, postId)
  await discardOwed(tx, source, postId, now)
  await change(tx, named, () => 'update', 'it was taken down', now, newId)
  await change(tx, shown, () => 'remove', 'it was taken down', now, newId)
  return [...channels].toSorted()
}

async function channelsOf(tx: Tx, source: SourceName, postId: string): Promise<readonly string[]> {
  const rows = await tx.query(
    `select distinct channel from delivery where source = $1 and post_id = $2 and state <> 'dead'`,
    [source, postId],
  )
  return rows.map(row => text(row, 'channel'))
}

/** A quote goes on without what it quoted. */
async function loseInner(
  tx: Tx,
  source: SourceName,
  postId: string,
  why: string,
  now: number,
  newId: () => string,
): Promise<void> {
  await forgetInner(tx, source, postId, why)
  const shown = await messagesOf(tx, source, postId)
  await change(tx, shown, () => 'update', 'what it quotes is gone', now, newId)
}

/** The row stays, so that the post is known and never delivered again. */
async function forgetWords(tx: Tx, source: SourceName, postId: string): Promise<void> {
  const [row] = await tx.query('select body from post where source = $1 and id = $2', [source, postId])
  if (row === undefined) return
  const { inner: _inner, poll: _poll, ...rest } = json<Post>(row, 'body')
  const forgotten: Post = { ...rest, text: [], media: [] }
  await tx.query('update post set body = $3, inner_id = null where source = $1 and id = $2', [
    source,
    postId,
    JSON.stringify(forgotten),
  ])
}

interface Message {
  readonly channel: string
  /** The delivery whose message it is. */
  readonly target: string
}

const isThere = `(m.state in ('sent', 'leased') or (m.state = 'pending' and m.unknown_since is not null))`

/** Messages that show the post, or may: sent, being sent, or with an unknown outcome. */
async function messagesOf(tx: Tx, source: SourceName, postId: string): Promise<readonly Message[]> {
  const rows = await tx.query(
    `select d.channel, m.id as target from delivery d join delivery m on m.id = coalesce(d.bundle, d.id)
     where d.source = $1 and d.post_id = $2 and d.state <> 'dead' and d.joins is null and ${isThere}`,
    [source, postId],
  )
  return rows.map(messageFrom)
}

/** Messages of other posts that name this one's author, or may: a repost that joined them, a quote in their thread. */
async function namingsOf(tx: Tx, source: SourceName, postId: string): Promise<readonly Message[]> {
  const joined = await tx.query(
    `select d.channel, m.id as target from delivery d join delivery e on e.id = d.joins
     join delivery m on m.id = coalesce(e.bundle, e.id) where d.source = $1 and d.post_id = $2 and ${isThere}`,
    [source, postId],
  )
  const quoted = await tx.query(
    `select d.channel, m.id as target from delivery d join post p on p.source = d.source and p.id = d.post_id
     join post q on q.source = p.source and q.id in (
       select o.id from post o where o.source = $1 and o.id = p.inner_id
       union select o.id from post o where o.source = $1 and o.version = p.inner_id and o.version <> o.id
       union select o.id from post o where o.source = $1 and o.inner_id = p.inner_id and o.id <> p.id)
     join delivery e on e.source = q.source and e.post_id = q.id and e.channel = d.channel and e.joins is null
     join delivery m on m.id = coalesce(e.bundle, e.id)
     where d.source = $1 and d.post_id = $2 and d.thread is not null and d.joins is null and e.state <> 'dead' and ${isThere}`,
    [source, postId],
  )
  const messages = new Map([...joined, ...quoted].map(row => [text(row, 'target'), messageFrom(row)]))
  return [...messages.values()]
}

function messageFrom(row: Row): Message {
  return { channel: text(row, 'channel'), target: text(row, 'target') }
}

/** These messages are to name whoever belongs to them now. By the delivery whose message it is: its channel. */
export async function oweUpdates(
  tx: Tx,
  messages: ReadonlyMap<string, string>,
  because: string,
  now: number,
  newId: () => string,
): Promise<void> {
  const targets = [...messages].map(([target, channel]) => ({ target, channel }))
  await change(tx, targets, () => 'update', because, now, newId)
}

async function discardOwed(tx: Tx, source: SourceName, postId: string, now: number): Promise<void> {
  const rows = await tx.query(
    'select coalesce(bundle, id) as head, channel from delivery where source = $1 and post_id = $2',
    [source, postId],
  )
  for (const row of rows) await discardDeleted(tx, text(row, 'head'), now)
  await discardNamed(tx, source, postId, now)
  const channels = rows.map(row => text(row, 'channel'))
  for (const channel of channels) await freeNamed(tx, channel, now)
  await refreshLanes(tx, channels)
}

async function change(
  tx: Tx,
  messages: readonly Message[],
  kindOf: (message: Message) => 'update' | 'remove',
  because: string,
  now: number,
  newId: () => string,
): Promise<void> {
  if (messages.length === 0) return
  const rows = await queryList(
    tx,
    `select target from delivery where state = 'pending' and target in ($list)`,
    [],
    messages.map(({ target }) => target),
  )
  const planned = new Set(rows.map(row => text(row, 'target')))
  for (const message of messages) {
    if (planned.has(message.target) && kindOf(message) === 'remove')
      await tx.query(`update delivery set kind = 'remove', because = $2 where target = $1 and state = 'pending'`, [
        message.target,
        because,
      ])
  }
  const fresh = messages.filter(({ target }) => !planned.has(target))
  await enqueue(
    tx,
    fresh.map(message => {
      const subject: Subject = { kind: kindOf(message), of: message.target }
      return { channel: message.channel, subject, because }
    }),
    now,
    newId,
  )
}
