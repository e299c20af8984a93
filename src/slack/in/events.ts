/**
 * What Slack tells about channels and about the app itself, and what Birdwire does then. The keys of the tables are exactly the events
 * that the manifests ask for, but for the one of Home.
 */
import { z } from 'zod'
import type { Controls } from '../../control/controls.ts'

/** After these nothing can be posted in the channel, and why. */
export const closingEvents = {
  channel_archive: 'the channel was archived',
  channel_deleted: 'the channel was deleted',
  channel_left: 'Birdwire was removed from the channel',
  group_archive: 'the channel was archived',
  group_deleted: 'the channel was deleted',
  group_left: 'Birdwire was removed from the channel',
} as const

const renamingEvents = ['channel_rename', 'group_rename'] as const
const joiningEvent = 'member_joined_channel'
/** After these a channel that was closed can be posted in again. */
export const reopeningEvents = ['channel_unarchive', 'group_unarchive'] as const
/** After these Slack takes nothing from us until a person acts, and what the person is told. */
const endingEvents = {
  app_uninstalled: 'The app was removed from the workspace. Install it again and set the new SLACK_BOT_TOKEN.',
  tokens_revoked: 'The bot token was revoked. Install the app again and set the new SLACK_BOT_TOKEN.',
} as const

/** Heard by views/: somebody looks at the app's Home. */
export const homeEvent = 'app_home_opened'

/** Heard here. */
export const channelEvents: readonly string[] = [
  ...Object.keys(closingEvents),
  ...renamingEvents,
  joiningEvent,
  ...reopeningEvents,
  ...Object.keys(endingEvents),
]
/** What the manifests ask for. */
export const subscribedEvents: readonly string[] = [...channelEvents, homeEvent]

const inChannel = z.object({ channel: z.string() })
const renamed = z.object({ channel: z.object({ id: z.string(), name: z.string() }) })
const joined = z.object({ channel: z.string(), user: z.string() })
const revoked = z.object({ tokens: z.object({ bot: z.array(z.string()).optional() }) })

export interface EventTools {
  readonly controls: Controls
  /** Our bot's user id, once Slack told it. */
  botUser(): string | undefined
  /** The workspace wants nothing of us any more. */
  ended(why: string): void
}

/** Does what an event asks for. What is not of the expected shape, or about somebody else, is left alone. */
export async function onEvent(tools: EventTools, type: string, event: unknown): Promise<void> {
  const { controls } = tools
  if (isKey(closingEvents, type)) {
    const parsed = inChannel.safeParse(event)
    if (parsed.success) await controls.closed(parsed.data.channel, closingEvents[type])
  } else if (renamingEvents.some(name => name === type)) {
    const parsed = renamed.safeParse(event)
    if (parsed.success) await controls.named(parsed.data.channel.id, parsed.data.channel.name)
  } else if (type === joiningEvent) {
    const parsed = joined.safeParse(event)
    if (parsed.success && parsed.data.user === tools.botUser()) await controls.invited(parsed.data.channel)
  } else if (reopeningEvents.some(name => name === type)) {
    const parsed = inChannel.safeParse(event)
    if (parsed.success) await controls.unarchived(parsed.data.channel)
  } else if (isKey(endingEvents, type)) {
    // A person who takes back their own token says nothing about the bot's.
    const userOnly = type === 'tokens_revoked' && (revoked.safeParse(event).data?.tokens.bot ?? []).length === 0
    if (!userOnly) tools.ended(endingEvents[type])
  }
}

function isKey<T extends object>(table: T, key: string): key is keyof T & string {
  return Object.hasOwn(table, key)
}
