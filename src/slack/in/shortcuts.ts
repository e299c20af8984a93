/** The shortcut "Why is this here?" in the menu of every message: of ours, and of anybody's with the address of a post in it. */
import { z } from 'zod'
import { type Answer, told } from '../../control/control.ts'
import { postIdIn } from '../../control/post-address.ts'
import { type Ephemeral, shown } from './answer.ts'
import { answered, type Tools } from './asking.ts'

/** As the manifests name it. */
export const whyShortcut = 'why_message'

/** docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload */
const messageAction = z.object({
  callback_id: z.literal(whyShortcut),
  user: z.object({ id: z.string(), name: z.string().optional(), team_id: z.string().optional() }),
  channel: z.object({ id: z.string(), name: z.string().default('') }),
  message_ts: z.string(),
  message: z.looseObject({}),
})
type MessageAction = z.infer<typeof messageAction>

/** Never rejects. */
export async function answerShortcut(
  tools: Tools,
  body: unknown,
  ack: () => Promise<void>,
  respond: ((message: Ephemeral) => Promise<unknown>) | undefined,
): Promise<void> {
  try {
    await ack()
    const parsed = messageAction.safeParse(body)
    const answer = parsed.success
      ? await answered(tools, { channel: parsed.data.channel.id, name: parsed.data.channel.name }, () =>
          whyHere(tools, parsed.data),
        )
      : told('Birdwire does not know that shortcut. `/birdwire help` shows what can be typed.')
    await respond?.(shown(answer))
  } catch (error) {
    tools.failed(error)
  }
}

async function whyHere({ controls, people }: Tools, data: MessageAction): Promise<Answer> {
  const channel = data.channel.id
  const ours = (await controls.postsIn(channel, data.message_ts)).map(({ id }) => id)
  const posts = ours.length > 0 ? ours : linked(data.message)
  if (posts.length === 0)
    return told('There is no post in that message: it shows none, and has no address of one on X in it.')
  const { id, name = '', team_id: team } = data.user
  const who = await people.actor({ id, name, ...(team === undefined ? {} : { team }) })
  return controls.run(who, channel, `why ${posts.join(' ')}`)
}

/** Addresses of posts anywhere in a message: its text, its blocks, what it quotes. */
function linked(message: MessageAction['message']): readonly string[] {
  const addresses = JSON.stringify(message).match(
    /https?:\/\/(?:www\.|mobile\.)?(?:x|twitter)\.com\/\w{1,15}\/status(?:es)?\/\d{1,20}/gi,
  )
  const byId = new Map((addresses ?? []).map(address => [postIdIn(address), address]))
  return [...byId.values()]
}
