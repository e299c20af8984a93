/**
 * A post as Birdwire knows it, whatever network it came from.
 *
 * Text is a list of spans: what is shown is exactly the spans' texts joined, unescaped once, in Unicode. A span that
 * is a link, mention or tag carries where it leads. Nothing in here is markup of any network or of Slack.
 */

export type SourceName = 'x'

/** `thread` is a reply to oneself; `reply` a reply to somebody else. */
export const relations = ['original', 'repost', 'quote', 'reply', 'thread'] as const
export type Relation = (typeof relations)[number]

export interface Author {
  /** Stable id at the source. */
  readonly id: string
  /** Without `@`, as the network spells it. Empty when the source did not say. */
  readonly handle: string
  readonly name: string
  readonly avatarUrl?: string
  /** The author's page. */
  readonly url: string
}

export type Span =
  | { readonly kind: 'text'; readonly text: string }
  /** `text` is what is shown, `url` where a click goes, `expandedUrl` the address behind a shortener. */
  | { readonly kind: 'link'; readonly text: string; readonly url: string; readonly expandedUrl?: string }
  /** `text` is shown and includes the `@`; `handle` does not. */
  | { readonly kind: 'mention'; readonly text: string; readonly handle: string; readonly url: string }
  /** `text` is shown and includes the `#` or `$`; `tag` does not. */
  | { readonly kind: 'hashtag' | 'cashtag'; readonly text: string; readonly tag: string; readonly url: string }

export interface Media {
  readonly kind: 'photo' | 'video' | 'gif'
  /** The picture itself, or the preview picture of a video or gif. Absent when the source had none. */
  readonly imageUrl?: string
  /** The author's description, whole. */
  readonly alt?: string
  readonly width?: number
  readonly height?: number
  readonly durationMs?: number
}

export interface Poll {
  readonly options: readonly { readonly label: string; readonly votes?: number }[]
  readonly open: boolean
  /** Epoch milliseconds. */
  readonly endsAt?: number
}

/** What an original, a quoted and a reposted post have in common. */
export interface PostBody {
  /** Id of the version shown. */
  readonly version: string
  readonly author: Author
  /** Epoch milliseconds, as the source dates it. */
  readonly createdAt: number
  readonly text: readonly Span[]
  /** BCP 47 as the source says; absent when it does not know. */
  readonly lang?: string
  readonly media: readonly Media[]
  readonly poll?: Poll
  readonly sensitive: boolean
  /** The page of this post. */
  readonly url: string
}

export interface Post extends PostBody {
  readonly source: SourceName
  /** The identity (I2): for X the first id of the edit history, so that an edit is the same post. */
  readonly id: string
  readonly relation: Relation
  /** The quoted or reposted post, whole. Absent for other relations, and when the source could not give it. */
  readonly inner?: PostBody
  /** Why `inner` is absent although the relation has one, in words for people: "deleted", "protected". */
  readonly innerMissing?: string
  /** Whom this answers, for `reply` and `thread`. A quote that is also a reply has it too. */
  readonly replyTo?: { readonly postId: string; readonly authorId?: string; readonly handle?: string }
  /** True when this version is not the first. */
  readonly edited: boolean
}

/** The shown text of a body: its spans joined. */
export function plainText(body: Pick<PostBody, 'text'>): string {
  return body.text.map(span => span.text).join('')
}
