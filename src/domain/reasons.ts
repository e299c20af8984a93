/** Why a channel gets a post or does not: as data, and in the plain words that are stored with the post and answer "why". */
import type { Relation } from './post.ts'

/** Why a channel gets a post. `keyword` and `topic` are the expressions as the route has them, the first in its list that matches. */
export type Because =
  | { readonly kind: 'follow'; readonly accountId: string; readonly keyword?: string }
  | { readonly kind: 'topic'; readonly topic: string }

/** Why a channel that a post concerns does not get it: the first of these that holds, in this order. */
export type Refusal =
  | { readonly because: 'paused'; readonly detail: '' }
  | { readonly because: 'no-keyword'; readonly detail: '' }
  | { readonly because: 'kind-off'; readonly detail: Relation }
  /** The muted account's id. */
  | { readonly because: 'muted'; readonly detail: string }
  /** The blocking expression, as the route has it. */
  | { readonly because: 'blocked-word'; readonly detail: string }
  /** The post's language, a BCP 47 primary tag. */
  | { readonly because: 'language'; readonly detail: string }

/** Whether a post belongs in a channel. `refusal` absent: nothing there asks for it. */
export type Verdict =
  | { readonly wanted: true; readonly because: Because }
  | { readonly wanted: false; readonly refusal?: Refusal }

/** Said after the fact: it stays true when the route is changed later. */
export function becauseInWords(because: Because): string {
  if (because.kind === 'topic') return `the topic ${because.topic} matched`
  if (because.keyword === undefined) return 'the author is followed here'
  return `the author is followed here and the keyword ${because.keyword} matched`
}

export function refusalInWords(refusal: Refusal): string {
  switch (refusal.because) {
    case 'paused':
      return 'the channel was paused'
    case 'no-keyword':
      return "none of the channel's keywords matched"
    case 'kind-off':
      return `${kindWords[refusal.detail]} were switched off here`
    case 'muted':
      return 'its author was muted here'
    case 'blocked-word':
      return `${refusal.detail} was blocked here`
    case 'language':
      return `its language, ${refusal.detail}, was not among those wanted here`
  }
}

const kindWords: Readonly<Record<Relation, string>> = {
  original: 'ordinary posts',
  repost: 'reposts',
  quote: 'quotes',
  reply: 'replies to others',
  thread: 'self-threads',
}
