/** Posts, arrivals and routes for the store's tests: small, invented, and plain to compare. */
import type { Account } from '../../src/domain/account.ts'
import type { Arrival } from '../../src/domain/arrival.ts'
import type { Settlement } from '../../src/domain/delivery.ts'
import type { Post } from '../../src/domain/post.ts'
import type { Intake } from '../../src/store/store.ts'

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
