/** How one attempt to put a message into Slack, or to change one, ended. A value, never an exception: `send` throws only if we are broken. */

export type Outcome =
  /** Slack has it. `ts` is the message's id in its channel. */
  | { readonly kind: 'sent'; readonly ts: string }
  /** Slack surely does not have it; may be tried again no sooner than `afterMs` from now. `workspace` holds all channels, `method` only calls of the same kind. */
  | {
      readonly kind: 'retry'
      readonly afterMs: number
      readonly scope: 'message' | 'method' | 'workspace'
      readonly why: string
      /** Slack limits our rate: go slower for a while. */
      readonly limited?: true
    }
  /** Slack surely does not have it and will not take it as it is. `message`: this payload; `change`: any change of that message; `channel`: this channel; `workspace`: us. */
  | {
      readonly kind: 'refused'
      readonly scope: 'message' | 'change' | 'channel' | 'workspace'
      readonly code: string
      readonly why: string
    }
  /** Slack could not fetch a picture (`invalid_blocks` with `downloading image failed`): not posted. `at`: which, where Slack names them. */
  | { readonly kind: 'image'; readonly why: string; readonly at?: readonly string[] }
  /** The bot is not in the channel; joining a public one may help. Not posted. */
  | { readonly kind: 'absent'; readonly code: string; readonly why: string }
  /** The message that was to be changed is not there (any more). */
  | { readonly kind: 'gone'; readonly why: string }
  /** It may or may not be there: only Slack's history can tell (I6). */
  | { readonly kind: 'unknown'; readonly why: string }

/** The code with which a message is refused for its author's name alone: in our own it may go. */
export const identityRefused = 'identity_refused'
