/**
 * Buttons and menus of our messages. What a button does is a text as one would type it, run with the permission of whoever pressed, in the
 * channel where it stands: a press can do nothing that typing could not. Acknowledged at once, answered afterwards to the presser alone.
 *
 * Slack tells of a press once for each time that it was pressed, and of a repetition with the same trigger, which is passed over before it
 * comes here; so a text that is run twice must be one that changes nothing the second time, or says why not.
 */
import { z } from 'zod'
import { type Actor, type Answer, told } from '../../control/control.ts'
import { doAction, openChoice, postAction } from '../actions.ts'
import { type Ephemeral, shown } from './answer.ts'
import { answered, isDirect, notInChannel, type Place, type Tools } from './asking.ts'
import type { Claims } from './who.ts'

/** What a button does that only takes away the message it stands in. */
const cancel = 'cancel'

export interface PressTools extends Tools {
  /** Our bot's id, once Slack told it. */
  botId(): string | undefined
}

/** Posts to the response_url. `replace_original` and `delete_original` are about the message with the button. */
export type Reply =
  | (Ephemeral & { readonly replace_original: boolean; readonly thread_ts?: string })
  | { readonly delete_original: true }

/** docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const press = z.object({
  user: z.object({
    id: z.string(),
    name: z.string().optional(),
    username: z.string().optional(),
    team_id: z.string().optional(),
  }),
  api_app_id: z.string().optional(),
  container: z.object({ is_ephemeral: z.boolean().optional(), message_ts: z.string().optional() }).default({}),
  channel: z.object({ id: z.string(), name: z.string().default('') }),
  message: z
    .object({
      ts: z.string(),
      thread_ts: z.string().optional(),
      bot_id: z.string().optional(),
      app_id: z.string().optional(),
    })
    .optional(),
  actions: z.tuple(
    [
      z.object({
        action_id: z.string(),
        value: z.string().optional(),
        selected_option: z.object({ value: z.string().optional() }).nullish(),
      }),
    ],
    z.unknown(),
  ),
})
type Press = z.infer<typeof press>

/** `respond` is undefined where Slack gave no response_url. Never rejects. */
export async function answerPress(
  tools: PressTools,
  body: unknown,
  ack: () => Promise<void>,
  respond: ((reply: Reply) => Promise<unknown>) | undefined,
): Promise<void> {
  try {
    await ack()
    const parsed = press.safeParse(body)
    const reply = parsed.success ? await replyTo(tools, parsed.data) : anew(told(unknownButton))
    if (reply !== undefined) await respond?.(reply)
  } catch (error) {
    // The answer could not be brought: the address for it is no longer good, or Slack does not answer. What was done is done.
    tools.failed(error)
  }
}

/** Undefined: nothing is to be said. */
async function replyTo(tools: PressTools, data: Press): Promise<Reply | undefined> {
  const [{ action_id: id, value = '', selected_option: option }] = data.actions
  const choice = option?.value ?? value
  // Opened by Slack itself; we are only told.
  if (id.startsWith('link:') || (id.startsWith(postAction) && choice === openChoice)) return undefined
  const inEphemeral = data.container.is_ephemeral === true
  const place: Place = { channel: data.channel.id, name: data.channel.name }
  if (!isOurs(tools, data)) return anew(told('That button is not one of a message of Birdwire’s, so nothing was done.'))
  if (isDirect(place)) return anew(told(notInChannel))
  if (id === doAction || id.startsWith(`${doAction}:`)) {
    if (value === cancel && inEphemeral) return { delete_original: true }
    const answer = await answered(tools, place, async () =>
      tools.controls.run(await presser(tools, data), place.channel, value),
    )
    return inEphemeral ? { ...shown(answer), replace_original: true } : anew(answer, data)
  }
  if (id === postAction || id.startsWith(`${postAction}:`))
    return anew(await answered(tools, place, () => aboutPost(tools, data, choice)), data)
  return anew(told(unknownButton))
}

/** An answer of its own, beside the message with the button. */
function anew(answer: Answer, data?: Press): Reply {
  const { ts, thread_ts: thread } = data?.message ?? {}
  // The first message of a thread names itself, but stands in the channel, and so must what is said about it.
  const inThread = thread !== undefined && thread !== ts
  return { ...shown(answer), replace_original: false, ...(inThread ? { thread_ts: thread } : {}) }
}

/** Slack tells of buttons in our own messages only; a message that shows to one person is not told with its sender. */
function isOurs({ botId }: PressTools, { message, container, api_app_id: app }: Press): boolean {
  if (message === undefined) return container.is_ephemeral === true
  const bot = botId()
  if (bot !== undefined && message.bot_id !== undefined) return message.bot_id === bot
  return app !== undefined && message.app_id === app
}

/**
 * What only they see, they were shown where they acted before, and into a private channel nobody looks from outside; a message of a public one
 * may be seen by who is not in it.
 */
function presser({ people }: PressTools, data: Press): Promise<Actor> {
  if (data.container.is_ephemeral === true || data.channel.name === 'privategroup') return people.actor(claims(data))
  return people.actorIn(claims(data), data.channel.id)
}

async function aboutPost(tools: PressTools, data: Press, choice: string): Promise<Answer> {
  const { controls } = tools
  const channel = data.channel.id
  const ts = data.message?.ts
  const posts = ts === undefined ? [] : await controls.postsIn(channel, ts)
  const [post] = posts
  if (post === undefined) return told('Birdwire no longer knows which post this message shows.')
  const who = await presser(tools, data)
  switch (choice) {
    case 'why':
      return controls.run(who, channel, `why ${posts.map(({ id }) => id).join(' ')}`)
    case 'mute':
      return posts.length === 1
        ? controls.run(who, channel, `mute ${post.handle}`)
        : told(several('`/birdwire mute NAME` mutes one of their authors'))
    case 'fewer':
      return posts.length === 1
        ? controls.run(who, channel, `fewer ${post.id}`)
        : told(several('`/birdwire fewer ADDRESS` takes the address of one of them'))
    default:
      return told(unknownButton)
  }
}

const several = (way: string): string => `This message shows several posts: ${way}.`

function claims({ user: { id, name, username, team_id: team } }: Press): Claims {
  return { id, name: name ?? username ?? '', ...(team === undefined ? {} : { team }) }
}

const unknownButton =
  'Birdwire does not know that button: it may be from another version. `/birdwire help` shows what can be typed.'
