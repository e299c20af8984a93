/**
 * What a claimed delivery is to do in Slack, and with what content: read from what is stored at this moment, so that an edit that came
 * meanwhile is in it and a post that was deleted is not.
 */
import type { Content } from '../domain/content.ts'
import type { Delivery } from '../domain/delivery.ts'
import type { Post } from '../domain/post.ts'
import { int, intOrNone, json, type Row, type Tx, text, textOrNone } from './sql.ts'
import type { Claim } from './store.ts'

export type Task = Pick<Claim, 'act' | 'content'>

/** Undefined: the message it is to change is not there yet; later. */
export async function taskOf(tx: Tx, { id, channel, subject }: Delivery): Promise<Task | undefined> {
  switch (subject.kind) {
    case 'notice':
      return { act: { kind: 'post' }, content: await noticeOf(tx, id, subject.text) }
    case 'post': {
      const shown = await entriesOf(tx, id, channel)
      const living = shown.filter(({ deleted }) => !deleted)
      // Deleted after it was sent with an unknown outcome: shown as it was, to be looked for.
      return { act: { kind: 'post' }, content: await contentOf(tx, id, living.length > 0 ? living : shown.slice(0, 1)) }
    }
    default:
      return changeOf(tx, channel, subject)
  }
}

async function noticeOf(tx: Tx, id: string, words: string): Promise<Content> {
  const [row] = await tx.query('select change_id from delivery where id = $1', [id])
  const change = row === undefined ? undefined : textOrNone(row, 'change_id')
  return { kind: 'notice', text: words, ...(change === undefined ? {} : { change }) }
}

async function changeOf(tx: Tx, channel: string, { of }: { readonly of: string }): Promise<Task | undefined> {
  const [target] = await tx.query('select state, ts from delivery where id = $1', [of])
  if (target !== undefined && ['pending', 'leased'].includes(text(target, 'state'))) return undefined
  const ts = target === undefined ? undefined : textOrNone(target, 'ts')
  const entries = await entriesOf(tx, of, channel)
  const living = entries.filter(({ deleted, struck }) => !deleted || struck)
  return {
    act: { kind: living.length === 0 ? 'delete' : 'update', ts },
    content: await contentOf(tx, of, living.length === 0 ? entries : living),
  }
}

interface Entry {
  readonly post: Post
  readonly deleted: boolean
  /** Deleted, and the channel keeps such posts struck through. */
  readonly struck: boolean
}

/** The posts in the message of a delivery, oldest first: its own, and those bundled with it. */
async function entriesOf(tx: Tx, id: string, channel: string): Promise<readonly Entry[]> {
  const rows = await tx.query(
    `select p.body, p.deleted_at, p.taken_down, r.deletions from delivery d
     join post p on p.source = d.source and p.id = d.post_id
     left join route r on r.source = d.source and r.channel = $2
     where (d.id = $1 or d.bundle = $1) and d.state <> 'dead' order by p.posted_at, d.seq`,
    [id, channel],
  )
  return (rows.length > 0 ? rows : await ownRow(tx, id, channel)).map(entryFrom)
}

/** Of a delivery that is dead: there is still something to say about it. */
async function ownRow(tx: Tx, id: string, channel: string): Promise<readonly Row[]> {
  return tx.query(
    `select p.body, p.deleted_at, p.taken_down, r.deletions from delivery d
     join post p on p.source = d.source and p.id = d.post_id
     left join route r on r.source = d.source and r.channel = $2 where d.id = $1`,
    [id, channel],
  )
}

function entryFrom(row: Row): Entry {
  const deleted = intOrNone(row, 'deleted_at') !== undefined
  const keeps = textOrNone(row, 'deletions') === 'strike' && int(row, 'taken_down') === 0
  return { post: json<Post>(row, 'body'), deleted, struck: deleted && keeps }
}

async function contentOf(tx: Tx, id: string, entries: readonly Entry[]): Promise<Content> {
  const shown = entries.map(({ post, struck }) => ({ post, struck }))
  const [only] = shown
  if (only !== undefined && shown.length === 1) return { kind: 'post', ...only }
  const [gap] = await tx.query(
    `select g.from_at, g.to_at, g.why from delivery d join gap g on g.source = d.source and g.id = d.gap where d.id = $1`,
    [id],
  )
  return {
    kind: 'catch-up',
    posts: shown,
    ...(gap === undefined
      ? {}
      : { occasion: { kind: 'gap', from: int(gap, 'from_at'), to: int(gap, 'to_at'), why: text(gap, 'why') } }),
  }
}
