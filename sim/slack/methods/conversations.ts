/** The conversations.* methods that a posting bot uses: docs.slack.dev/reference/methods/conversations.history and its siblings. */
import { boolean, string, whole } from '../args.ts'
import type { Fields } from '../blocks/schema.ts'
import { fail, ok, type Reply, type SimChannel } from '../types.ts'
import { invalid } from '../views.ts'
import { wireChannel, wireMessage } from '../wire.ts'
import { type Call, channelOf, joinedChannelOf, type Method, perKind } from './method.ts'

const historyMax = 999
const historyDefault = 100
/** Apps under the regime of 2025-05-29. docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps */
const unlistedHistoryMax = 15

/** Cursors are opaque; ours hide where the next page begins. */
function cursorFor(place: string): string {
  return Buffer.from(`next:${place}`).toString('base64')
}

/** Where a page begins; `undefined` without a cursor, `null` for one that was never given out. */
function placeOf(call: Call): string | undefined | null {
  const cursor = string(call.args, 'cursor')
  if (cursor === undefined) return undefined
  const place = Buffer.from(cursor, 'base64').toString('utf8')
  return place.startsWith('next:') ? place.slice('next:'.length) : null
}

function nextCursor(place: string | undefined): Fields {
  return place === undefined ? {} : { response_metadata: { next_cursor: cursorFor(place) } }
}

function historyLimit(call: Call): number {
  const max = call.core.rates.settings.history === 'unlisted' ? unlistedHistoryMax : historyMax
  return Math.min(max, Math.max(1, whole(call.args, 'limit') ?? historyDefault))
}

/** A time as history takes it: seconds with an optional fraction, made comparable to a `ts`. */
function time(call: Call, key: string, otherwise: string): string | undefined {
  const given = string(call.args, key)
  if (given === undefined) return otherwise
  const match = /^(\d{1,10})(?:\.(\d{1,6}))?$/.exec(given)
  if (match === null) return undefined
  return `${(match[1] ?? '').padStart(10, '0')}.${(match[2] ?? '').padEnd(6, '0')}`
}

function history(call: Call): Reply {
  const found = joinedChannelOf(call)
  if ('refused' in found) return found.refused
  const oldest = time(call, 'oldest', '0000000000.000000')
  if (oldest === undefined) return fail('invalid_ts_oldest')
  const latest = time(call, 'latest', '9999999999.999999')
  if (latest === undefined) return fail('invalid_ts_latest')
  const before = placeOf(call)
  if (before === null) return fail('invalid_cursor')
  const { workspace, timeline } = call.core
  const page = timeline.history(found.channel.id, {
    oldest,
    latest,
    inclusive: boolean(call.args, 'inclusive') ?? false,
    before,
    limit: historyLimit(call),
  })
  const withMetadata = boolean(call.args, 'include_all_metadata') ?? false
  return ok({
    messages: page.messages.map(message => wireMessage(workspace, message, withMetadata, timeline.repliesTo(message))),
    has_more: page.more,
    pin_count: 0,
    channel_actions_ts: null,
    channel_actions_count: 0,
    ...nextCursor(page.more ? page.messages.at(-1)?.ts : undefined),
  })
}

function replies(call: Call): Reply {
  const found = joinedChannelOf(call)
  if ('refused' in found) return found.refused
  const ts = string(call.args, 'ts')
  if (ts === undefined) return invalid(['missing required field: ts'])
  const after = placeOf(call)
  if (after === null) return fail('invalid_cursor')
  const { workspace, timeline } = call.core
  const thread = timeline.replies(found.channel.id, ts)
  if (thread.length === 0) return fail('thread_not_found')
  const rest = thread.filter(message => after === undefined || message.ts > after)
  const page = rest.slice(0, historyLimit(call))
  const more = rest.length > page.length
  const withMetadata = boolean(call.args, 'include_all_metadata') ?? false
  return ok({
    messages: page.map(message => wireMessage(workspace, message, withMetadata, timeline.repliesTo(message))),
    has_more: more,
    ...nextCursor(more ? page.at(-1)?.ts : undefined),
  })
}

function info(call: Call): Reply {
  const found = channelOf(call)
  if ('refused' in found) return found.refused
  const count = boolean(call.args, 'include_num_members') ?? false
  return ok({ channel: wireChannel(call.core.workspace, found.channel, count) })
}

const kinds: Readonly<Record<string, SimChannel['kind'] | 'mpim'>> = {
  public_channel: 'public',
  private_channel: 'private',
  mpim: 'mpim',
  im: 'im',
}

/** conversations.list, and users.conversations where `only` leaves out what a person is not in. */
function listOf(call: Call, only: (channel: SimChannel) => boolean): Reply {
  const asked = (string(call.args, 'types') ?? 'public_channel').split(',').map(type => kinds[type.trim()])
  if (asked.includes(undefined)) return fail('invalid_types')
  const limit = whole(call.args, 'limit') ?? historyDefault
  if (limit < 1 || limit > 1000) return fail('invalid_limit')
  const after = placeOf(call)
  if (after === null) return fail('invalid_cursor')
  const { workspace } = call.core
  const visible = [...workspace.channels.values()].filter(channel => {
    if (!asked.includes(channel.kind) || !only(channel)) return false
    if (channel.kind !== 'public' && !workspace.botIsIn(channel)) return false
    return !(channel.archived && boolean(call.args, 'exclude_archived'))
  })
  const start = after === undefined ? 0 : visible.findIndex(channel => channel.id === after) + 1
  const page = visible.slice(start, start + limit)
  const more = start + limit < visible.length
  return ok({
    channels: page.map(channel => wireChannel(workspace, channel, true)),
    response_metadata: { next_cursor: more ? cursorFor(page.at(-1)?.id ?? '') : '' },
  })
}

function userConversations(call: Call): Reply {
  const { users, app } = call.core.workspace
  const user = string(call.args, 'user') ?? app.botUser
  if (!users.has(user)) return fail('user_not_found')
  return listOf(call, channel => channel.members.has(user))
}

function join(call: Call): Reply {
  const found = channelOf(call)
  if ('refused' in found) return found.refused
  const { workspace, timeline } = call.core
  const { channel } = found
  if (channel.kind !== 'public') return fail('method_not_supported_for_channel_type')
  if (channel.archived) return fail('is_archived')
  if (workspace.botIsIn(channel)) {
    return ok({
      channel: wireChannel(workspace, channel),
      warning: 'already_in_channel',
      response_metadata: { warnings: ['already_in_channel'] },
    })
  }
  const joined = workspace.setMember(channel.id, workspace.app.botUser, true)
  timeline.emit('channel', joined)
  return ok({ channel: wireChannel(workspace, joined) })
}

function members(call: Call): Reply {
  const found = channelOf(call)
  if ('refused' in found) return found.refused
  const after = placeOf(call)
  if (after === null) return fail('invalid_cursor')
  const all = [...found.channel.members]
  const limit = Math.max(1, whole(call.args, 'limit') ?? historyDefault)
  const start = after === undefined ? 0 : all.indexOf(after) + 1
  const page = all.slice(start, start + limit)
  const more = start + limit < all.length
  return ok({ members: page, response_metadata: { next_cursor: more ? cursorFor(page.at(-1) ?? '') : '' } })
}

const scopeOfKind: Readonly<Record<string, string>> = {
  private_channel: 'groups:read',
  mpim: 'mpim:read',
  im: 'im:read',
}

/** Listing needs the scope of each kind that is asked for; the first one missing is the one that is named. */
function listScopes(call: Call): readonly string[] {
  const needed = (string(call.args, 'types') ?? 'public_channel')
    .split(',')
    .map(type => scopeOfKind[type.trim()] ?? 'channels:read')
  const missing = needed.find(scope => !call.token.scopes.includes(scope))
  return missing === undefined ? [] : [missing]
}

export const conversations: Readonly<Record<string, Method>> = {
  'conversations.history': { tier: 'tier3', token: 'bot', scopes: perKind('history'), run: history },
  'conversations.replies': { tier: 'tier3', token: 'bot', scopes: perKind('history'), run: replies },
  'conversations.info': { tier: 'tier3', token: 'bot', scopes: perKind('read'), run: info },
  'conversations.list': { tier: 'tier2', token: 'bot', scopes: listScopes, run: call => listOf(call, () => true) },
  'conversations.join': { tier: 'tier3', token: 'bot', scopes: () => ['channels:join'], run: join },
  'conversations.members': { tier: 'tier4', token: 'bot', scopes: perKind('read'), run: members },
  'users.conversations': { tier: 'tier3', token: 'bot', scopes: listScopes, run: userConversations },
}
