/** Posts, arrivals and routes for the store's tests: small, invented, and plain to compare. */
import assert from 'node:assert/strict'
import type { Account } from '../../src/domain/account.ts'
import type { Arrival, Gap } from '../../src/domain/arrival.ts'
import type { Settlement } from '../../src/domain/delivery.ts'
import type { Post } from '../../src/domain/post.ts'
import type { Claim, Intake, Store } from '../../src/store/store.ts'

/** How long a claim of these tests is leased, ms. */
export const lease = 60_000

/** 9:00 on a Monday. */
export const morning = Date.UTC(2026, 0, 5, 9)

export function aPost(id: string, version = id, words = `words of ${version}`): Post {
  return {
    source: 'x',
    id,
    version,
    author: { id: '7001', handle: 'mira_okafor', name: 'Mira Okafor', url: 'https://x.com/mira_okafor' },
    createdAt: morning,
    text: [{ kind: 'text', text: words }],
    media: [],
    sensitive: false,
    url: `https://x.com/mira_okafor/status/${version}`,
    relation: 'original',
    edited: id !== version,
  }
}

export function anIntake(
  arrival: Arrival,
  channels: readonly string[] = [],
  rejected: Intake['rejected'] = [],
): Intake {
  return {
    source: 'x',
    arrival,
    deliver: channels.map(channel => ({ channel, because: 'follows mira_okafor' })),
    rejected,
  }
}

/** A post that arrived live and belongs in `channels`; its cursor is `c` and its version. */
export function arrived(post: Post, ...channels: string[]): Intake {
  return anIntake({ kind: 'post', post, via: 'stream', at: morning, cursor: `c${post.version}` }, channels)
}

export function deleted(postId: string, cursor = `d${postId}`): Intake {
  return anIntake({ kind: 'delete', source: 'x', postId, at: morning, cursor })
}

/** A post that was fetched for a gap and belongs in `channels`. */
export function fetched(gap: string, post: Post, ...channels: string[]): Intake {
  return anIntake({ kind: 'post', post, via: 'catch-up', gap, at: morning, cursor: `c${post.version}` }, channels)
}

/** What is said of a gap: open, unless told otherwise. */
export function aGap(id: string, change: Partial<Gap> = {}): Gap {
  const plain = { source: 'x', from: 10, to: 20, why: 'stalled', state: 'open', how: 'being fetched' } as const
  return { ...plain, id, lost: '', channels: [], ...change }
}

export function told(gap: Gap): Intake {
  return anIntake({ kind: 'gap', gap, at: morning, cursor: `g${gap.id}` })
}

/** The only thing that there is to claim. */
export async function claimOne(store: Store, now: number): Promise<Claim> {
  const [claim, ...more] = await store.claim(now, lease, 10)
  assert.ok(claim)
  assert.equal(more.length, 0)
  return claim
}

/** What a claim is to do, in a few words: "post 101", "update 17.1 101 102", "delete 17.1"; a post struck through has a `-`. */
export function taskOf({ act, content }: Claim): string {
  const what = act.kind === 'post' ? ['post'] : [act.kind, act.ts ?? 'nothing']
  if (act.kind === 'delete') return what.join(' ')
  if (content.kind === 'notice') return [...what, content.text].join(' ')
  const entries = content.kind === 'post' ? [content] : content.posts
  return [...what, ...entries.map(({ post, struck }) => `${struck ? '-' : ''}${post.version}`)].join(' ')
}

export function anAccount(id: string, handle = `someone_${id}`): Account {
  return { source: 'x', id, handle, name: `Someone ${id}` }
}

export function sent(now: number, ts = '1767603600.000100'): Settlement {
  return { delivery: { state: 'sent', ts }, lane: { freeAt: now } }
}

/** Surely not delivered; to be tried again at `dueAt`. */
export function again(now: number, dueAt: number): Settlement {
  return {
    delivery: { state: 'pending', dueAt, why: 'Slack answered 503', imagesDropped: false, counted: true },
    lane: { freeAt: now },
  }
}
