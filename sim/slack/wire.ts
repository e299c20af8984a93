/** The JSON in which Slack gives out its nouns: messages, channels, users. */
import type { Fields } from './blocks/schema.ts'
import type { SimChannel, SimMessage, SimUser } from './types.ts'
import type { Workspace } from './workspace.ts'

/** A message as history gives it. Without `wholeMetadata` only the event's name is told. With `replies` it is the first of a thread. */
export function wireMessage(
  workspace: Workspace,
  message: SimMessage,
  wholeMetadata: boolean,
  replies: readonly SimMessage[] = [],
): Fields {
  const { team, app } = workspace
  const byApp = message.botId !== undefined
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: team.id,
    ...(byApp && {
      bot_id: message.botId,
      app_id: message.appId,
      bot_profile: { id: app.botId, app_id: app.id, name: app.botName, team_id: team.id, deleted: false },
    }),
    ...(message.username !== undefined && { subtype: 'bot_message', username: message.username }),
    ...(message.iconUrl !== undefined && { icons: { image_48: message.iconUrl } }),
    ...(message.blocks !== undefined && { blocks: message.blocks }),
    ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
    ...(replies.length > 0 && threadOf(message, replies)),
    ...(message.edited !== undefined && message.blocks === undefined && { edited: message.edited }),
    ...(message.metadata !== undefined && {
      metadata: wholeMetadata ? message.metadata : { event_type: message.metadata.event_type },
    }),
  }
}

/** The first message names the thread by its own `ts`. docs.slack.dev/messaging/retrieving-messages */
function threadOf({ ts }: SimMessage, replies: readonly SimMessage[]): Fields {
  const users = [...new Set(replies.map(({ user }) => user))]
  return {
    thread_ts: ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    reply_users: users,
    latest_reply: replies.at(-1)?.ts,
    is_locked: false,
  }
}

export function wireChannel(workspace: Workspace, channel: SimChannel, countMembers = false): Fields {
  const said = (value: string) => ({ value, creator: value === '' ? '' : channel.creator, last_set: 0 })
  if (channel.kind === 'im') {
    const other = [...channel.members].find(user => user !== workspace.app.botUser)
    return {
      id: channel.id,
      created: channel.created,
      is_im: true,
      is_archived: false,
      is_org_shared: false,
      user: other,
    }
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private',
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'private',
    is_archived: channel.archived,
    is_general: channel.general,
    is_member: workspace.botIsIn(channel),
    is_shared: false,
    is_ext_shared: false,
    is_org_shared: false,
    is_frozen: false,
    creator: channel.creator,
    created: channel.created,
    unlinked: 0,
    topic: said(channel.topic),
    purpose: said(channel.purpose),
    previous_names: [],
    context_team_id: workspace.team.id,
    ...(countMembers && { num_members: channel.members.size }),
  }
}

export function wireUser(workspace: Workspace, user: SimUser): Fields {
  return {
    id: user.id,
    team_id: user.foreignTeam ?? workspace.team.id,
    name: user.name,
    real_name: user.realName,
    deleted: user.deleted,
    tz: user.timezone,
    tz_offset: 0,
    is_admin: user.isAdmin,
    is_owner: user.isOwner,
    is_bot: user.isBot,
    is_restricted: user.guest !== undefined,
    is_ultra_restricted: user.guest === 'single',
    ...(user.foreignTeam !== undefined && { is_stranger: true }),
    profile: {
      display_name: user.displayName,
      real_name: user.realName,
      ...(user.isBot && { bot_id: workspace.app.botId }),
    },
  }
}
