/** What a message is made of, as it is stored at the moment when it is composed. */
import type { Author, Post } from './post.ts'

export type Content =
  /**
   * `struck`: its author has deleted it, and the channel keeps such posts struck through. `identity`: in whose name it is posted; absent: in
   * our own.
   */
  | ({ readonly kind: 'post'; readonly identity?: 'author' } & Shown)
  /** `change`: the change of a person's that it tells of, which can be taken back. */
  | { readonly kind: 'notice'; readonly text: string; readonly change?: string }
  /** Several posts in one message, oldest first. */
  | {
      readonly kind: 'catch-up'
      readonly posts: readonly Shown[]
      /** Why they come together; absent when that is not known any more. */
      readonly occasion?: Occasion
    }

/** A post in a message. */
export interface Shown {
  readonly post: Post
  readonly struck: boolean
  /** Who else reposted or quoted it, of those whom the channel follows; in the order in which they did. */
  readonly also?: readonly { readonly relation: 'repost' | 'quote'; readonly author: Author }[]
}

/** Why several posts come in one message. */
export type Occasion =
  /** Epoch ms, and why nothing was read then. */
  | { readonly kind: 'gap'; readonly from: number; readonly to: number; readonly why: string }
  /** The channel wants digests, was quiet, had as many messages in the hour as it wants, or many posts came at once. */
  | {
      readonly kind: 'digest' | 'quiet' | 'hour' | 'burst'
      /** It goes on, in its thread, with what did not fit into the message above. */
      readonly continued?: boolean
    }
