/**
 * What is true in the simulated world, in words of no network: people and the posts they wrote. A simulator renders this
 * into its own JSON; a test that wants to know what should have happened asks here and nowhere else.
 */

export interface WorldUser {
  /** Stable. */
  readonly id: string
  /** Without `@`; a rename changes it. */
  handle: string
  name: string
  readonly bio: string
  readonly verified: 'none' | 'blue' | 'business' | 'government'
  readonly followers: number
  /** The first language this person writes in (BCP 47). */
  readonly lang: string
  state: 'active' | 'protected' | 'suspended'
}

/** A piece of a post's text. Joined `shown` texts are what a reader sees: no markup, nothing escaped. */
export type WorldSpan =
  | { readonly kind: 'text'; readonly text: string }
  /** `url` is the address behind the shortener; `short` is what X writes into the text; `display` is what people see. */
  | { readonly kind: 'link'; readonly url: string; readonly short: string; readonly display: string }
  /** Only of people who exist (a suspended account does); `@here` of nobody is text. */
  | { readonly kind: 'mention'; readonly handle: string; readonly userId: string }
  | { readonly kind: 'hashtag' | 'cashtag'; readonly tag: string }

export interface WorldMedia {
  readonly key: string
  readonly kind: 'photo' | 'video' | 'gif'
  readonly alt?: string
  readonly width: number
  readonly height: number
  readonly durationMs?: number
}

export interface WorldPoll {
  readonly id: string
  readonly options: readonly { readonly label: string; readonly votes: number }[]
  readonly durationMinutes: number
}

/** `thread` is a reply to oneself, `reply` to somebody else. A reply that quotes is a `reply` with `innerId`. */
export type WorldKind = 'original' | 'repost' | 'quote' | 'reply' | 'thread'

export interface WorldPost {
  /** Id of this version. */
  readonly id: string
  /** Ids of all versions up to this one, oldest first; the first is the post's identity. */
  readonly history: readonly string[]
  readonly authorId: string
  /** Epoch ms, whole seconds: X shows no finer time. */
  readonly createdAt: number
  readonly kind: WorldKind
  /** Empty for a repost. Does not contain the `@names` that X puts before a reply. */
  readonly spans: readonly WorldSpan[]
  readonly media: readonly WorldMedia[]
  readonly poll?: WorldPoll
  /** The quoted or reposted version. */
  readonly innerId?: string
  readonly replyTo?: { readonly postId: string; readonly authorId: string }
  readonly conversationId: string
  readonly lang: string
  readonly sensitive: boolean
  /** Longer than X's short form: 280, with wide scripts counting double. */
  readonly long: boolean
}

/** What somebody writes. `text` is as typed: `@handle`, `#tag`, `$CASH` and `https://…` become spans. */
export interface Draft {
  /** Handle or id. */
  readonly author: string
  readonly text?: string
  readonly quote?: string
  readonly repost?: string
  readonly replyTo?: string
  /** The new version of this post; keeps its kind, inner post, media and what it answers. */
  readonly editOf?: string
  readonly media?: readonly Pick<WorldMedia, 'kind' | 'alt'>[]
  readonly poll?: readonly string[]
  readonly lang?: string
  readonly sensitive?: boolean
  /** Epoch ms; default the world's now. */
  readonly at?: number
}

/** What one piece shows. */
export function shownSpan(span: WorldSpan): string {
  switch (span.kind) {
    case 'text':
      return span.text
    case 'link':
      return span.display
    case 'mention':
      return `@${span.handle}`
    case 'hashtag':
      return `#${span.tag}`
    case 'cashtag':
      return `$${span.tag}`
  }
}

/** The whole text as people see it. */
export function shownText(post: Pick<WorldPost, 'spans'>): string {
  return post.spans.map(shownSpan).join('')
}
