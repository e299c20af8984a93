/** The nouns of the simulated workspace. Values handed out are never changed afterwards; a change makes a new value. */
import type { Fields } from './blocks/schema.ts'

/** A person, or the app's own bot user. */
export interface SimUser {
  readonly id: string
  readonly name: string
  readonly realName: string
  readonly displayName: string
  readonly timezone: string
  readonly isBot: boolean
  readonly isAdmin: boolean
  readonly isOwner: boolean
  /** `single` is a guest of one channel, `multi` of several. */
  readonly guest: 'single' | 'multi' | undefined
  /** Of another organisation, met in a shared channel; undefined: of this workspace. */
  readonly foreignTeam: string | undefined
  readonly deleted: boolean
}

/** A conversation. `members` are user ids; the bot is one of them where it may read and write. */
export interface SimChannel {
  readonly id: string
  readonly name: string
  readonly kind: 'public' | 'private' | 'im'
  readonly archived: boolean
  readonly readOnly: boolean
  readonly general: boolean
  readonly topic: string
  readonly purpose: string
  readonly creator: string
  /** Unix seconds. */
  readonly created: number
  readonly members: ReadonlySet<string>
}

export interface SimToken {
  readonly token: string
  /** `bot` for `xoxb-…`, `app` for `xapp-…`. */
  readonly kind: 'bot' | 'app'
  readonly scopes: readonly string[]
  /** Once set, every call with the token answers this error: `token_revoked`, `account_inactive`, `token_expired`. */
  readonly refusedWith: string | undefined
}

export interface Metadata {
  readonly event_type: string
  readonly event_payload: Fields
}

/** What the sender asked for besides the content; it decides what is parsed, unfurled and notified. */
export interface SentAs {
  readonly parse: string | undefined
  readonly linkNames: boolean
  readonly mrkdwn: boolean
  readonly unfurlLinks: boolean | undefined
  readonly unfurlMedia: boolean | undefined
}

/** A message as it stands now. */
export interface SimMessage {
  readonly channel: string
  readonly ts: string
  readonly user: string
  /** Set for messages of the app. */
  readonly botId: string | undefined
  readonly appId: string | undefined
  /** In whose name and with whose picture it was posted, where that is not the app's. */
  readonly username: string | undefined
  readonly iconUrl: string | undefined
  readonly text: string
  /** As sent, with the missing `block_id`s filled in. Absent where there were none. */
  readonly blocks: readonly Fields[] | undefined
  readonly metadata: Metadata | undefined
  readonly threadTs: string | undefined
  readonly edited: { readonly user: string; readonly ts: string } | undefined
  readonly deleted: boolean
  readonly sentAs: SentAs
  /** Milliseconds at which Slack took it. */
  readonly at: number
}

/** Something only one person sees. Slack keeps none of these; the simulator does, to be asked about them. */
export interface SimEphemeral {
  readonly channel: string
  readonly user: string
  readonly ts: string
  readonly text: string
  readonly blocks: readonly Fields[] | undefined
  readonly from: 'chat.postEphemeral' | 'ack' | 'response_url'
  /** Shown in this thread only; undefined: in the channel. */
  readonly threadTs: string | undefined
  readonly sentAs: SentAs
  readonly at: number
  /** Taken away by the app, or replaced by what came after it. */
  readonly gone: boolean
}

/** One call of the Web API, from its arrival to its answer. */
export interface CallRecord {
  readonly n: number
  readonly method: string
  readonly args: Fields
  readonly at: number
  /** HTTP status of the answer; absent where none was given (dropped, left hanging) or none yet. */
  status: number | undefined
  /** Slack's error code, `ratelimited`, or absent when it went well. */
  error: string | undefined
  /** The name of the fault that was applied, if any. */
  fault: string | undefined
  /** The `ts` of the message that the call wrote, whatever the caller was told. */
  committed: string | undefined
}

/** What a Web API method answers: `ok` and the rest. */
export interface Reply {
  readonly ok: boolean
  readonly error?: string
  readonly [key: string]: unknown
}

export function ok(rest: Fields = {}): Reply {
  return { ...rest, ok: true }
}

export function fail(error: string, rest: Fields = {}): Reply {
  return { ...rest, ok: false, error }
}
