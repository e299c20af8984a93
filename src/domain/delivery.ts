/**
 * A delivery: one post (or one line of our own) owed to one channel, or a change of a message that is there.
 *
 *   pending ── claimed by a worker, attempt counted, committed before anything is sent ──▶ leased
 *   leased  ── Slack said ok ──▶ sent
 *   leased  ── surely not there, may be tried again ──▶ pending, due later
 *   leased  ── may be there (timeout, reset, 5xx, or the worker died) ──▶ pending with `unknown`: only a look into Slack's
 *              history may follow, never a blind second send (I6)
 *   leased  ── Slack will not take it, or tries are used up ──▶ dead, with a reason
 */
import type { SourceName } from './post.ts'

/** What is delivered: a post, or a line in our own words (a change somebody made, a gap that could not be closed). */
export type Subject =
  | { readonly kind: 'post'; readonly source: SourceName; readonly postId: string }
  /** `text` is mrkdwn of our own; foreign names in it are escaped by whoever wrote it. */
  | { readonly kind: 'notice'; readonly text: string }
  /** The message of delivery `of` shows its post as it is now: edited, or deleted where the channel keeps deleted posts struck through. */
  | { readonly kind: 'update'; readonly of: string }
  /** The message of delivery `of` goes away: its post was deleted. */
  | { readonly kind: 'remove'; readonly of: string }

/** Why a message does not come at once: the channel wants it in a digest, not in these hours, or not so many an hour. */
export interface Hold {
  /** Epoch ms; not before. */
  readonly until: number
  readonly why: 'digest' | 'quiet' | 'hour'
}

/** Why a delivery can never be sent. Closed: every reason is a counter that starts at zero. */
export const deadReasons = [
  /** The channel is archived, deleted or closed to us. */
  'channel-gone',
  /** Slack refused the message in its plainest form. */
  'refused',
  /** All tries used up on failures that were surely not delivered. */
  'gave-up',
  /** It may or may not be there and Slack does not let us look. Not sent again: never twice. */
  'unknowable',
  /** There is nothing left to do: the author deleted the post before it was sent, or the message to be changed is not in Slack any more. */
  'discarded',
] as const
export type DeadReason = (typeof deadReasons)[number]

/** A delivery as a worker holds it. All times are epoch milliseconds. */
export interface Delivery {
  /** Carried in the message's metadata, so that it can be found again in Slack's history. */
  readonly id: string
  readonly channel: string
  readonly subject: Subject
  /** Counted when claimed, not when sent: a worker that dies in the middle must still use one up. */
  readonly attempts: number
  /** When the first attempt was claimed. */
  readonly firstAt: number
  /** Pictures are left out since Slack could not fetch one. */
  readonly imagesDropped: boolean
  /** Set while the outcome of an attempt is unknown: when that attempt was claimed, how often history was asked since, and why. */
  readonly unknown?: { readonly since: number; readonly checks: number; readonly why: string }
}

/** What becomes of a leased delivery, and of its channel's lane, committed together. */
export interface Settlement {
  readonly delivery:
    | { readonly state: 'sent'; readonly ts: string }
    | {
        readonly state: 'pending'
        readonly dueAt: number
        readonly why: string
        readonly imagesDropped: boolean
        readonly unknown?: NonNullable<Delivery['unknown']>
        /** False when this attempt did not count (it never reached Slack: a rate limit, a hold). */
        readonly counted: boolean
      }
    | { readonly state: 'dead'; readonly reason: DeadReason; readonly why: string }
  readonly lane: {
    /** No delivery of this channel is claimed before. */
    readonly freeAt: number
    /** Set: the channel's route is paused with this sentence and what is pending in it is dead with `channel-gone`. */
    readonly gone?: string
    /** Set: nothing of the channel is claimed until a person resumes it; what is pending stays pending. */
    readonly held?: string
  }
}
