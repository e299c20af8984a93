/**
 * What a claimed delivery is to do in Slack, and with what content: read from what is stored at this moment, so that an edit that came
 * meanwhile is in it and a post that was deleted is not.
 */
import type { Content, Occasion } from '../domain/content.ts'
import type { Delivery } from '../domain/delivery.ts'
import type { Post } from '../domain/post.ts'
import { alsoOf } from './also.ts'
import { oneOf } from './claim-row.ts'
import { takeOver } from './named.ts'
import { int, intOrNone, json, type Row, type Tx, text, textOrNone } from './sql.ts'
import type { Claim } from './store.ts'
import { threadTs } from './threads.ts'

export type Task = Pick<Claim, 'act' | 'content'>

/** `under`: the delivery that it was placed under. Undefined: the message it is to change is not there yet; later. */
export async function taskOf(
  tx: Tx,
  { id, channel, subject }: Delivery,
  under: string | undefined,
): Promise<Task | undefined> {
  switch (subject.kind) {
    case 'notice':
      return { act: { kind: 'post' }, content: await noticeOf(tx, id, subject.text) }
    case 'post': {
      const shown = await entriesOf(tx, id, channel)
      const living = shown.filter(({ deleted }) => !deleted)
      const thread = under === undefined ? undefined : await threadTs(tx, under)
      return {
        act: { kind: 'post', ...(thread === undefined ? {} : { thread }) },
        // Deleted after it was sent with an unknown outcome: shown as it was, to be looked for.
        content: await contentOf(tx, id, living.length > 0 ? living : shown.slice(0, 1), channel),
      }
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
  const [target] = await tx.query(
    'select m.id, m.state, m.ts, m.reason from delivery d join delivery m on m.id = coalesce(d.bundle, d.id) where d.id = $1',
    [of],
  )
  if (target !== undefined && ['pending', 'leased'].includes(text(target, 'state'))) return undefined
  // `reason`: it was found not to be in Slack any more.
  const ts = target === undefined || target['reason'] !== null ? undefined : textOrNone(target, 'ts')
  const head = await takeOver(tx, target === undefined ? of : text(target, 'id'))
  const entries = await entriesOf(tx, head, channel)
  const living = entries.filter(({ deleted, struck }) => !deleted || struck)
  return {
    act: { kind: living.length === 0 ? 'delete' : 'update', ts },
    content: await contentOf(tx, head, living.length === 0 ? entries : living, channel),
  }
}

interface Entry {
  /** Its delivery. */
  readonly id: string
  readonly post: Post
  readonly deleted: boolean
  /** Deleted, and the channel keeps such posts struck through. */
  readonly struck: boolean
  /** Posted in the author's name. */
  readonly asAuthor: boolean
}

/** The posts in the message of a delivery, oldest first: its own, and those bundled with it. */
async function entriesOf(tx: Tx, id: string, channel: string): Promise<readonly Entry[]> {
  const rows = await tx.query(
    `select d.id, p.body, p.deleted_at, p.taken_down, r.deletions, r.identity from delivery d
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
    `select d.id, p.body, p.deleted_at, p.taken_down, r.deletions, r.identity from delivery d
     join post p on p.source = d.source and p.id = d.post_id
     left join route r on r.source = d.source and r.channel = $2 where d.id = $1`,
    [id, channel],
  )
}

function entryFrom(row: Row): Entry {
  const deleted = intOrNone(row, 'deleted_at') !== undefined
  const keeps = textOrNone(row, 'deletions') === 'strike' && int(row, 'taken_down') === 0
  return {
    id: text(row, 'id'),
    post: json<Post>(row, 'body'),
    deleted,
    struck: deleted && keeps,
    asAuthor: textOrNone(row, 'identity') === 'author',
  }
}

async function contentOf(tx: Tx, id: string, entries: readonly Entry[], channel: string): Promise<Content> {
  const others = await alsoOf(tx, channel, entries)
  const shown = entries.map(({ id: of, post, struck }) => {
    const also = others.get(of)
    return { post, struck, ...(also === undefined ? {} : { also }) }
  })
  const [only] = shown
  if (only !== undefined && shown.length === 1)
    return { kind: 'post', ...only, ...(entries[0]?.asAuthor === true ? { identity: 'author' } : {}) }
  return { kind: 'catch-up', posts: shown, occasion: await occasionOf(tx, id) }
}

/** Why several posts are in the message of a delivery: what it waited for says so first, then its gap; else they came at once. */
async function occasionOf(tx: Tx, id: string): Promise<Occasion> {
  const [row] = await tx.query(
    `select d.pace, d.thread, g.from_at, g.to_at, g.why from delivery d
     left join gap g on g.source = d.source and g.id = d.gap where d.id = $1`,
    [id],
  )
  if (row === undefined) return { kind: 'burst' }
  if (row['pace'] !== null) {
    const kind = oneOf(['digest', 'quiet', 'hour'] as const, row, 'pace')
    return { kind, ...(row['thread'] === null ? {} : { continued: true }) }
  }
  if (row['from_at'] === null) return { kind: 'burst' }
  return { kind: 'gap', from: int(row, 'from_at'), to: int(row, 'to_at'), why: text(row, 'why') }
}
