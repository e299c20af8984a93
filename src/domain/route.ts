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

/** When a channel's messages come. Times of day are `HH:MM` in `zone`. */
export interface Pace {
  /** `live`: as posts arrive. `digest`: together in one message at each of `times`. */
  readonly mode: 'live' | 'digest'
  /** The digests' times, earliest first; empty unless `digest`. */
  readonly times: readonly string[]
  /** IANA name: "Europe/Berlin". */
  readonly zone: string
  /** No message in these hours; what comes then goes out at `to`. May span midnight. */
  readonly quiet?: { readonly from: string; readonly to: string }
  /** At most this many messages an hour; the rest goes into one at the hour's end. */
  readonly perHour?: number
}

export const livePace: Pace = { mode: 'live', times: [], zone: 'UTC' }

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
  readonly pace: Pace
  /** A post that several followed people repost or quote is one message that names them all. */
  readonly together: boolean
  /** A link that was shared here within a week: `thread`: as a reply to the first message that had it; `each`: as a message of its own. */
  readonly links: 'thread' | 'each'
  /** In whose name and with whose picture messages are posted. Slack lets messages in the author's name neither be deleted nor, perhaps, changed. */
  readonly identity: 'birdwire' | 'author'
  /** Only administrators may change the route. */
  readonly locked: boolean
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
    pace: livePace,
    together: true,
    links: 'thread',
    identity: 'birdwire',
    locked: false,
    paused: false,
  }
}
