/** A channel's id by its name, among the channels that the bot can see. */
import { z } from 'zod'
import { slackChannelPagesMax } from '../../limits.ts'
import { type SlackAccess, slackCall } from './call.ts'

const page = z.object({
  channels: z.array(z.object({ id: z.string(), name: z.string().optional() })),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
})

/** `name` without `#`, in any case. Undefined when there is none. Throws with a sentence when Slack does not answer. */
export async function findChannel(access: SlackAccess, name: string): Promise<string | undefined> {
  const call = slackCall(access)
  const wanted = name.toLowerCase()
  let cursor = ''
  for (let pages = 0; pages < slackChannelPagesMax; pages += 1) {
    const reply = await call('conversations.list', {
      types: 'public_channel,private_channel',
      exclude_archived: true,
      limit: 200,
      ...(cursor === '' ? {} : { cursor }),
    })
    if (reply.kind !== 'ok')
      throw new Error(
        `Slack did not list its channels (${reply.kind === 'error' ? reply.code : reply.kind}). Set BIRDWIRE_CHANNEL to the channel's id instead.`,
      )
    const { channels, response_metadata: more } = page.parse(reply.body)
    const found = channels.find(channel => channel.name?.toLowerCase() === wanted)
    if (found !== undefined) return found.id
    cursor = more?.next_cursor ?? ''
    if (cursor === '') return undefined
  }
  return undefined
}
