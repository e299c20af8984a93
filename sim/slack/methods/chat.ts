/** chat.postMessage, update, delete, getPermalink, postEphemeral: docs.slack.dev/reference/methods/chat.postMessage and its siblings. */
import { string, structure } from '../args.ts'
import type { Fields } from '../blocks/schema.ts'
import { isEmpty, readContent, updateTextBytesMax } from '../content.ts'
import { isReply } from '../timeline.ts'
import { fail, ok, type Reply, type SimChannel, type SimMessage } from '../types.ts'
import { invalid } from '../views.ts'
import { wireMessage } from '../wire.ts'
import { type Call, channelOf, type Found, joinedChannelOf, type Method, none } from './method.ts'

const chatWrite = () => ['chat:write']

/** Where a post goes: a channel, or the direct conversation with a person. */
function target(call: Call): Found {
  const name = string(call.args, 'channel')
  const { workspace } = call.core
  if (name !== undefined && workspace.users.has(name)) return { channel: workspace.directMessage(name) }
  const found = channelOf(call)
  if ('refused' in found) return found
  const { channel } = found
  if (channel.archived) return { refused: fail('is_archived') }
  const mayWriteAnywhere = channel.kind === 'public' && call.token.scopes.includes('chat:write.public')
  if (!workspace.botIsIn(channel) && !mayWriteAnywhere) return { refused: fail('not_in_channel') }
  if (channel.readOnly) return { refused: fail('restricted_action_read_only_channel') }
  return found
}

async function post(call: Call): Promise<Reply> {
  const { core, args } = call
  const found = target(call)
  if ('refused' in found) return found.refused
  const customized = ['username', 'icon_url', 'icon_emoji'].some(key => string(args, key) !== undefined)
  if (customized && !call.token.scopes.includes('chat:write.customize')) {
    return fail('missing_scope', { needed: 'chat:write.customize', provided: call.token.scopes.join(',') })
  }
  const read = await readContent(core, args, call.failImages)
  if (!read.ok) return read.reply
  if (isEmpty(read.content)) return fail('no_text')
  const threadTs = string(args, 'thread_ts')
  if (threadTs !== undefined) {
    const first = core.timeline.find(found.channel.id, threadTs)
    if (first === undefined) return fail('thread_not_found')
    // Stricter than need be: what Slack makes of a reply to a reply is nowhere said, only that one should not ("use its parent instead").
    if (isReply(first)) return fail('cannot_reply_to_message')
  }
  const before = original(call, found.channel)
  if (before !== undefined) return posted(call, before, { is_duplicate: true })
  const { workspace } = core
  const message = core.timeline.post({
    channel: found.channel.id,
    user: workspace.app.botUser,
    botId: workspace.app.botId,
    appId: workspace.app.id,
    username: string(args, 'username'),
    iconUrl: string(args, 'icon_url'),
    text: read.content.text ?? '',
    blocks: read.content.blocks,
    metadata: read.content.metadata,
    threadTs,
    sentAs: read.content.sentAs,
  })
  call.committed(message.ts)
  remember(call, message)
  const { warnings } = read.content
  return posted(
    call,
    message,
    warnings.length > 0 ? { warning: warnings.join(','), response_metadata: { warnings } } : {},
  )
}

function posted(call: Call, message: SimMessage, rest: Fields): Reply {
  const shown = wireMessage(call.core.workspace, message, true)
  return ok({ channel: message.channel, ts: message.ts, message: shown, ...rest })
}

/** A repeated `client_msg_id` counts only where the switch says that Slack recognises it. */
function clientKey(call: Call, channel: string): string | undefined {
  const id = string(call.args, 'client_msg_id')
  return id === undefined || call.core.quirks.clientMsgId === 'ignore' ? undefined : `${channel} ${id}`
}

function original(call: Call, channel: SimChannel): SimMessage | undefined {
  const key = clientKey(call, channel.id)
  return key === undefined ? undefined : call.core.clientIds.get(key)
}

function remember(call: Call, message: SimMessage): void {
  const key = clientKey(call, message.channel)
  if (key !== undefined) call.core.clientIds.set(key, message)
}

/** The app's own message that a call names by `channel` and `ts`. */
function ownMessage(call: Call, otherwise: string): { message: SimMessage } | { refused: Reply } {
  const found = channelOf(call)
  if ('refused' in found) return found
  const ts = string(call.args, 'ts')
  if (ts === undefined) return { refused: invalid(['missing required field: ts']) }
  if (found.channel.archived) return { refused: fail('is_inactive') }
  const message = call.core.timeline.find(found.channel.id, ts)
  if (message === undefined) return { refused: fail('message_not_found') }
  if (message.botId !== call.core.workspace.app.botId) return { refused: fail(otherwise) }
  return { message }
}

async function update(call: Call): Promise<Reply> {
  const found = ownMessage(call, 'cant_update_message')
  if ('refused' in found) return found.refused
  const { args, core } = call
  const text = typeof args['text'] === 'string' ? args['text'] : undefined
  if (text !== undefined && Buffer.byteLength(text) > updateTextBytesMax) return fail('msg_too_long')
  const read = await readContent(core, args, call.failImages)
  if (!read.ok) return read.reply
  const { content } = read
  const saysNothing =
    content.text === undefined && content.blocks === undefined && structure(args, 'metadata') === undefined
  if (saysNothing) return fail('no_text')
  // Text alone takes the blocks away; neither of the two keeps what is there.
  const keepsBlocks = content.text === undefined && content.blocks === undefined
  const blocks = keepsBlocks ? found.message.blocks : content.blocks
  const metadata = content.removeMetadata ? undefined : (content.metadata ?? found.message.metadata)
  const message = core.timeline.update(found.message, {
    text: content.text ?? found.message.text,
    blocks: blocks !== undefined && blocks.length > 0 ? blocks : undefined,
    metadata,
    // There are no unfurl arguments here: how the message was posted decides.
    sentAs: {
      ...content.sentAs,
      unfurlLinks: found.message.sentAs.unfurlLinks,
      unfurlMedia: found.message.sentAs.unfurlMedia,
    },
  })
  call.committed(message.ts)
  return ok({
    channel: message.channel,
    ts: message.ts,
    text: message.text,
    message: wireMessage(core.workspace, message, true),
  })
}

function remove(call: Call): Reply {
  const found = ownMessage(call, 'cant_delete_message')
  if ('refused' in found) return found.refused
  const { username, iconUrl } = found.message
  // docs.slack.dev/reference/methods/chat.postMessage: what was posted in another name can be edited, and not deleted.
  if (username !== undefined || iconUrl !== undefined) return fail('cant_delete_message')
  call.core.timeline.remove(found.message)
  call.committed(found.message.ts)
  return ok({ channel: found.message.channel, ts: found.message.ts })
}

function permalink(call: Call): Reply {
  const found = channelOf(call)
  if ('refused' in found) return found.refused
  const ts = string(call.args, 'message_ts')
  const message = ts === undefined ? undefined : call.core.timeline.find(found.channel.id, ts)
  if (message === undefined) return fail('message_not_found')
  const { id } = found.channel
  const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${id}`
  const path = `archives/${id}/p${message.ts.replace('.', '')}${thread}`
  return ok({ channel: id, permalink: `https://${call.core.workspace.team.domain}.slack.com/${path}` })
}

async function whisper(call: Call): Promise<Reply> {
  const found = joinedChannelOf(call)
  if ('refused' in found) return found.refused
  if (found.channel.archived) return fail('is_archived')
  const user = string(call.args, 'user')
  if (user === undefined) return invalid(['missing required field: user'])
  if (!found.channel.members.has(user)) return fail('user_not_in_channel')
  const read = await readContent(call.core, call.args, call.failImages)
  if (!read.ok) return read.reply
  if (isEmpty(read.content)) return fail('no_text')
  const { text = '', blocks, sentAs } = read.content
  const shown = call.core.timeline.whisper({
    channel: found.channel.id,
    user,
    text,
    blocks,
    sentAs,
    from: 'chat.postEphemeral',
    threadTs: string(call.args, 'thread_ts'),
  })
  call.committed(shown.ts)
  return ok({ message_ts: shown.ts })
}

export const chat: Readonly<Record<string, Method>> = {
  'chat.postMessage': { tier: 'post', token: 'bot', scopes: chatWrite, run: post },
  'chat.update': { tier: 'tier3', token: 'bot', scopes: chatWrite, run: update },
  'chat.delete': { tier: 'tier3', token: 'bot', scopes: chatWrite, run: remove },
  'chat.getPermalink': { tier: 'special', token: 'bot', scopes: none, run: permalink },
  'chat.postEphemeral': { tier: 'tier4', token: 'bot', scopes: chatWrite, run: whisper },
}
