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
  /** The modal in front of the person at the page. */
  readonly modal: DeskView | null
  readonly home: DeskView | null
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
  /** The `ts` of the first message of the thread that this one replies in; empty for a message of the channel. */
  readonly thread: string
}

/** A modal or the Home, as the app sent it. */
export interface DeskView {
  readonly id: string
  /** Another one with each change. */
  readonly hash: string
  readonly title: string
  /** The words of its buttons; empty where it has none. */
  readonly submit: string
  readonly close: string
  readonly blocks: readonly unknown[]
}

/** Events of `GET /api/events`, by name. */
export interface DeskEvents {
  readonly message: DeskMessage
  readonly updated: DeskMessage
  readonly deleted: { readonly channel: string; readonly ts: string }
  /** A new one, or another in the place of the one with the same `ts`. */
  readonly ephemeral: DeskEphemeral
  readonly 'ephemeral-gone': { readonly channel: string; readonly ts: string }
  readonly modal: DeskView | null
  readonly home: DeskView
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

/** `POST /api/trouble/:kind`. The last three are no trouble: people write what shows how messages belong together. */
export const troubleKinds = ['cut', 'stall', 'slack-429', 'image', 'thread', 'repost', 'burst'] as const
export type TroubleKind = (typeof troubleKinds)[number]

/** `POST /api/command`. */
export interface CommandRequest {
  readonly channel: string
  /** As typed, with the slash. */
  readonly text: string
}

/** `POST /api/action`: a button or a menu. A view is the modal in front, or the Home. */
export type ActionRequest = PressedOn & {
  readonly actionId: string
  readonly blockId: string
  /** The value of the chosen option, for menus; empty for buttons. */
  readonly value: string
}
export type PressedOn =
  | { readonly on: 'message' | 'ephemeral'; readonly channel: string; readonly ts: string }
  | { readonly on: 'view'; readonly view: string }

/** `POST /api/shortcut`: an entry of the app in a message's own menu. */
export interface ShortcutRequest {
  readonly channel: string
  readonly ts: string
  readonly callbackId: string
}

/** What is in a form, by `action_id`; a list for boxes. */
export type FormValues = Readonly<Record<string, string | readonly string[] | null>>

/** `POST /api/submit`: the form of the modal in front. */
export interface SubmitRequest {
  readonly values: FormValues
}

/** What these answer: nothing more than whether it went well, since answers come as events. `error` is a sentence. */
export interface Done {
  readonly ok: boolean
  readonly error: string
  /** What the app says of single fields of a form, by `block_id`. */
  readonly errors?: Readonly<Record<string, string>>
}
