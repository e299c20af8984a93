/** What a Web API method is, and how methods find the channel that they are about. */
import { string } from '../args.ts'
import type { Fields } from '../blocks/schema.ts'
import type { Core } from '../core.ts'
import type { Tier } from '../rate.ts'
import type { Reply, SimChannel, SimToken } from '../types.ts'
import { fail } from '../types.ts'
import { invalid } from '../views.ts'

/** One call on its way. */
export interface Call {
  readonly core: Core
  readonly method: string
  readonly args: Fields
  readonly token: SimToken
  /** A fault: every picture of this message fails to download. */
  readonly failImages: boolean
  /** Tells the log which message the call wrote. */
  committed(ts: string): void
}

export interface Method {
  readonly tier: Tier
  /** The kind of token it takes. */
  readonly token: 'bot' | 'app'
  /** Scopes of which one is enough; an empty list needs none. */
  readonly scopes: (call: Call) => readonly string[]
  readonly run: (call: Call) => Reply | Promise<Reply>
}

export const none = (): readonly string[] => []

/** Scopes that differ by kind of conversation: `channels:read` for public ones, `groups:read` for private ones, … */
export function perKind(what: 'read' | 'history'): (call: Call) => readonly string[] {
  return call => {
    const named = call.core.workspace.channel(string(call.args, 'channel') ?? '')
    if (named === undefined) return [`channels:${what}`, `groups:${what}`, `mpim:${what}`, `im:${what}`]
    return [{ public: `channels:${what}`, private: `groups:${what}`, im: `im:${what}` }[named.kind]]
  }
}

export type Found = { readonly channel: SimChannel } | { readonly refused: Reply }

/** The channel of the call. A private channel without the bot does not exist as far as the bot can see. */
export function channelOf(call: Call): Found {
  const name = string(call.args, 'channel')
  if (name === undefined) return { refused: invalid(['missing required field: channel']) }
  const channel = call.core.workspace.channel(name)
  if (channel === undefined || (channel.kind !== 'public' && !call.core.workspace.botIsIn(channel))) {
    return { refused: fail('channel_not_found') }
  }
  return { channel }
}

/** The channel of the call, of which the bot must be a member. */
export function joinedChannelOf(call: Call): Found {
  const found = channelOf(call)
  if ('refused' in found || call.core.workspace.botIsIn(found.channel)) return found
  return { refused: fail('not_in_channel') }
}
