/**
 * A slash command to a control, and its answer back, within Slack's three seconds: what takes longer is acknowledged with a line
 * and answered afterwards. Only the person who typed it sees the answer; the line about a change comes from the control.
 */
import { z } from 'zod'
import { type Answer, told } from '../../control/control.ts'
import { slackPatienceMs } from '../../limits.ts'
import { type Ephemeral, ephemeral, shown } from './answer.ts'
import { answered, isDirect, notInChannel, type Place, type Tools } from './asking.ts'
import { typed } from './typed.ts'
import type { Claims } from './who.ts'

/** Somebody asks for the form of a channel. */
export interface Opening {
  /** Opens one view, within three seconds. */
  readonly trigger: string
  readonly place: Place
  readonly who: Claims
}

export interface CommandTools extends Tools {
  /** Opens the form of a channel: true once something of it shows, false when it cannot be opened. The rest of it may come later. */
  openChannelModal?(opening: Opening): Promise<boolean>
}

/** What Slack sends, as far as it is used. docs.slack.dev/interactivity/implementing-slash-commands */
const slashCommand = z.object({
  command: z.string(),
  text: z.string().default(''),
  channel_id: z.string(),
  channel_name: z.string().default(''),
  user_id: z.string(),
  user_name: z.string().default(''),
  team_id: z.string().optional(),
  trigger_id: z.string().optional(),
})
type SlashCommand = z.infer<typeof slashCommand>

/** `ack` answers Slack, `respond` posts to the command's response_url afterwards. Never rejects. */
export async function answerCommand(
  tools: CommandTools,
  body: unknown,
  ack: (message?: Ephemeral) => Promise<void>,
  respond: (message: Ephemeral) => Promise<unknown>,
): Promise<void> {
  const { clock, failed } = tools
  const soonEnough = new AbortController()
  const working = answer(tools, body)
  const late = clock.sleep(slackPatienceMs, soonEnough.signal).then(() => 'late' as const)
  try {
    const soon = await Promise.race([working, late])
    soonEnough.abort()
    if (soon === 'late') {
      await ack(ephemeral('Looking that up…'))
      const done = await working
      if (done !== undefined) await respond(shown(done))
    } else await ack(soon === undefined ? undefined : shown(soon))
  } catch (error) {
    failed(error)
  }
}

/** Undefined: what was asked for shows elsewhere. */
async function answer(tools: CommandTools, body: unknown): Promise<Answer | undefined> {
  const parsed = slashCommand.safeParse(body)
  if (!parsed.success) return told('Slack sent a command without saying what or where it is. Please try again.')
  const { data } = parsed
  const place = { channel: data.channel_id, name: data.channel_name }
  if (await opensModal(tools, data, place)) return undefined
  return answered(tools, place, () => dispatch(tools, data, place))
}

async function dispatch({ controls, people }: CommandTools, command: SlashCommand, place: Place): Promise<Answer> {
  const name = command.command.toLowerCase()
  const text = typed(command.text)
  if (isDirect(place) && !/^\s*(?:help)?\s*$/i.test(text) && name !== '/help') return told(notInChannel)
  const who = await people.actor(claims(command))
  return controls.old(name, who, place.channel, text) ?? controls.run(who, place.channel, text)
}

/** `/birdwire` alone in a channel opens its form; where that cannot be, help answers. */
async function opensModal(tools: CommandTools, command: SlashCommand, place: Place): Promise<boolean> {
  const { text, trigger_id: trigger } = command
  if (tools.openChannelModal === undefined || trigger === undefined || isDirect(place)) return false
  if (command.command.toLowerCase() !== '/birdwire' || text.trim() !== '') return false
  try {
    return await tools.openChannelModal({ trigger, place, who: claims(command) })
  } catch (error) {
    tools.failed(error)
    return false
  }
}

function claims({ user_id: id, user_name: name, team_id: team }: SlashCommand): Claims {
  return { id, name, ...(team === undefined ? {} : { team }) }
}
