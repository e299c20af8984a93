/**
 * A route: what one channel wants from one source. A post belongs in the channel if
 * (author followed AND (no keywords OR a keyword matches)) OR a topic matches,
 * AND its kind is on, AND nothing blocks it (a blocked word, a muted author, the language).
 */
import type { Account } from './account.ts'
import type { Relation, SourceName } from './post.ts'

export type Kinds = Readonly<Record<Relation, boolean>>

/** Replies to others are off: the old bot dropped them too, "so I can focus on what people tweet to their accounts". */
export const defaultKinds: Kinds = { original: true, quote: true, repost: true, thread: true, reply: false }

export interface Route {
  readonly source: SourceName
  /** Slack channel id. */
  readonly channel: string
  readonly follows: readonly Account[]
  /** Filter expressions in their printed form; one that matches is enough. Empty: everything of the followed. */
  readonly keywords: readonly string[]
  /** Filter expressions in their printed form, wanted from anyone. */
  readonly topics: readonly string[]
  /** Filter expressions in their printed form; one that matches keeps the post out. */
  readonly blocks: readonly string[]
  readonly muted: readonly Account[]
  /** Only these languages (BCP 47 primary tags, lower case); empty: all. A post without a language always passes. */
  readonly languages: readonly string[]
  readonly kinds: Kinds
  /** `cheap`: the network filters what it can, so that little is bought in vain. `complete`: everything of the followed is bought and matched here. */
  readonly reading: 'cheap' | 'complete'
  /** What happens to a message whose post its author has deleted. */
  readonly deletions: 'remove' | 'strike'
  /** Set by a person: nothing new is matched for the channel until resumed. */
  readonly paused: boolean
}

export function emptyRoute(source: SourceName, channel: string): Route {
  return {
    source,
    channel,
    follows: [],
    keywords: [],
    topics: [],
    blocks: [],
    muted: [],
    languages: [],
    kinds: defaultKinds,
    reading: 'cheap',
    deletions: 'remove',
    paused: false,
  }
}
