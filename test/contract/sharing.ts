/** What belongs together, for the store's tests: reposts, quotes and threads as ingest would say them, and what then goes out. */
import type { Settlement } from '../../src/domain/delivery.ts'
import type { Grouping } from '../../src/domain/grouping.ts'
import type { Author, Post } from '../../src/domain/post.ts'
import type { Claim, Intake, Store } from '../../src/store/store.ts'
import { aPost, arrived, fetched, lease, morning, sent, taskOf } from './samples.ts'

const author = (name: string): Author => ({ id: name, handle: name, name, url: `https://x.com/${name}` })
const by = (name: string, post: Post): Post => ({ ...post, author: author(name) })

/** `of`: the version that is shown. */
export const repost = (id: string, of: string, name: string): Post => ({
  ...by(name, aPost(id)),
  relation: 'repost',
  inner: aPost(of),
})
export const quote = (id: string, of: string, name: string): Post => ({ ...repost(id, of, name), relation: 'quote' })
export const continuing = (id: string, parent: string): Post => ({
  ...aPost(id),
  relation: 'thread',
  replyTo: { postId: parent },
})

export const grouped = (intake: Intake, grouping: Partial<Grouping>): Intake => ({
  ...intake,
  deliver: intake.deliver.map(owed => ({ ...owed, grouping: { links: [], ...grouping } })),
})
/** As ingest would say it, for C1. */
export function shared(post: Post, links: readonly string[] = [], gap?: string): Intake {
  const intake = gap === undefined ? arrived(post, 'C1') : fetched(gap, post, 'C1')
  const inner = post.inner?.version ?? ''
  if (post.relation === 'repost') return grouped(intake, { joins: inner, links })
  if (post.relation === 'quote') return grouped(intake, { under: inner, links })
  return grouped(intake, { ...(post.replyTo === undefined ? {} : { under: post.replyTo.postId }), links })
}

/** `taskOf`, with the thread before it and who else is named after each post: "17.1> post 102", "post 101 +b". */
export function placed(claim: Claim): string {
  const { act, content } = claim
  const thread = act.kind === 'post' && act.thread !== undefined ? `${act.thread}> ` : ''
  const entries = content.kind === 'post' ? [content] : content.kind === 'catch-up' ? content.posts : []
  const names = entries.flatMap(({ also = [] }) =>
    also.map(({ relation, author: { name } }) => (relation === 'quote' ? ` "${name}` : ` +${name}`)),
  )
  return `${thread}${taskOf(claim)}${names.join('')}`
}

/** What is due, done; each message of a post gets the `ts` `17.` and its first post's version. */
export async function drain(store: Store, now = morning): Promise<string[]> {
  const tasks: string[] = []
  for (let claims = await store.claim(now, lease, 10); claims.length > 0; claims = await store.claim(now, lease, 10)) {
    for (const claim of claims) {
      tasks.push(placed(claim))
      await store.settle(claim, sent(now, tsOf(claim)), now)
    }
  }
  return tasks
}

function tsOf({ act, content }: Claim): string {
  if (act.kind !== 'post') return act.ts ?? ''
  if (content.kind === 'notice') return '17.notice'
  const [first] = content.kind === 'post' ? [content] : content.posts
  return `17.${first?.post.version}`
}

/** "sent 17.101 named" */
export async function endOf(store: Store, id: string): Promise<string> {
  const [delivery] = (await store.post('x', id))?.deliveries ?? []
  return [delivery?.state, delivery?.ts, delivery?.place].filter(word => word !== undefined).join(' ')
}

/** The answer was lost: it may be in Slack. To be looked for at `dueAt`. */
export function lost(now: number, dueAt = now): Settlement {
  const unknown = { since: now, checks: 0, why: 'timeout' }
  return {
    delivery: { state: 'pending', dueAt, why: 'timeout', imagesDropped: false, counted: true, unknown },
    lane: { freeAt: now },
  }
}

/** Slack says that there is no such channel any more. */
export function archived(now: number): Settlement {
  return {
    delivery: { state: 'dead', reason: 'channel-gone', why: 'archived' },
    lane: { freeAt: now, gone: 'archived' },
  }
}
