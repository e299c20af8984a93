/** How one attempt to put a message into Slack ended. A value, never an exception: `send` throws only if we are broken. */

export type Outcome =
  /** Slack has it. `ts` is the message's id in its channel. */
  | { readonly kind: 'sent'; readonly ts: string }
  /** Slack surely does not have it; may be tried again no sooner than `afterMs` from now. `scope: workspace` holds all channels. */
  | {
      readonly kind: 'retry'
      readonly afterMs: number
      readonly scope: 'message' | 'workspace'
      readonly why: string
      /** Slack limits our rate: go slower for a while. */
      readonly limited?: true
    }
  /** Slack surely does not have it and will not take it as it is. `message`: this payload; `channel`: this channel; `workspace`: us. */
  | {
      readonly kind: 'refused'
      readonly scope: 'message' | 'channel' | 'workspace'
      readonly code: string
      readonly why: string
    }
  /** Slack could not fetch a picture (`invalid_blocks` with `downloading image failed`): not posted. `at`: which, where Slack names them. */
  | { readonly kind: 'image'; readonly why: string; readonly at?: readonly string[] }
  /** The bot is not in the channel; joining a public one may help. Not posted. */
  | { readonly kind: 'absent'; readonly code: string; readonly why: string }
  /** It may or may not be there: only Slack's history can tell (I6). */
  | { readonly kind: 'unknown'; readonly why: string }
