/** What the desk tells the page, as JSON. Types only; the page imports nothing else from here. All times are epoch milliseconds. */

/** `GET /api/state`: everything a page needs to start with. */
export interface DeskState {
  readonly workspace: string
  readonly you: { readonly id: string; readonly name: string }
  readonly channels: readonly DeskChannel[]
  /** Shown names of people and of the app, by user id. */
  readonly names: Readonly<Record<string, string>>
  /** Oldest first; of each channel the newest few hundred. */
  readonly messages: readonly DeskMessage[]
  readonly way: WayView
  /** The page of the service itself. */
  readonly serviceUrl: string
}

export interface DeskChannel {
  readonly id: string
  readonly name: string
  readonly purpose: string
  /** What comes here, in one line. */
  readonly wants: string
}

export interface DeskMessage {
  readonly channel: string
  readonly ts: string
  readonly at: number
  readonly by: { readonly id: string; readonly name: string; readonly app: boolean }
  readonly text: string
  /** No markup is to be read in `text`. */
  readonly literal: boolean
  /** The very blocks that were sent. */
  readonly blocks: readonly unknown[]
  readonly edited: boolean
}

/** Events of `GET /api/events`, by name. */
export interface DeskEvents {
  readonly message: DeskMessage
  readonly updated: DeskMessage
  readonly deleted: { readonly channel: string; readonly ts: string }
  readonly ephemeral: DeskEphemeral
  readonly channels: readonly DeskChannel[]
  readonly way: WayView
}

/** What only the person at the page sees. */
export interface DeskEphemeral {
  readonly channel: string
  readonly ts: string
  readonly at: number
  readonly text: string
  readonly blocks: readonly unknown[]
}

/** How the stream of X is, seen from X's side. */
export type StreamState = 'starting' | 'connected' | 'cut' | 'stalled'

export interface WayView {
  readonly at: number
  readonly stream: {
    readonly state: StreamState
    readonly since: number
    /** One plain sentence. */
    readonly words: string
    /** What Birdwire itself says of it; empty until it was asked since the last change. */
    readonly birdwire: string
  }
  /** Posts written in the world; posts X put on the wire; of those stored by Birdwire; messages waiting; posts in channels. */
  readonly counts: {
    readonly written: number
    readonly wire: number
    readonly stored: number
    readonly pending: number
    readonly delivered: number
  }
  readonly proof: ProofView
  readonly events: readonly WayEvent[]
}

/** What the desk's own oracle finds when it compares the world's truth with Slack's channels. */
export interface ProofView {
  /** Pairs of post and channel that belong together. */
  readonly belong: number
  readonly there: number
  /** Not there yet, and not late yet. */
  readonly underway: number
  readonly missing: number
  /** Copies beyond the first. */
  readonly twice: number
  /** In a channel in which they do not belong. */
  readonly astray: number
  /** Names of channels left out, because they were changed in a way that the oracle does not understand. */
  readonly unjudged: readonly string[]
}

export interface WayEvent {
  readonly id: number
  readonly at: number
  /** `post`: one arrived. `trouble`: somebody made some. `answer`: what Birdwire did about it. `note`: anything else. */
  readonly tone: 'post' | 'trouble' | 'answer' | 'note'
  readonly text: string
}

/** `POST /api/trouble/:kind`. */
export const troubleKinds = ['cut', 'stall', 'slack-429', 'image'] as const
export type TroubleKind = (typeof troubleKinds)[number]

/** `POST /api/command`. */
export interface CommandRequest {
  readonly channel: string
  /** As typed, with the slash. */
  readonly text: string
}

/** `POST /api/action`. */
export interface ActionRequest {
  readonly channel: string
  readonly ts: string
  readonly actionId: string
  readonly blockId: string
  /** The value of the chosen option, for menus. */
  readonly value: string
}

/** What the two answer: nothing more than whether it went well, since answers come as events. `error` is a sentence. */
export interface Done {
  readonly ok: boolean
  readonly error: string
}
