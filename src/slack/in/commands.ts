/**
 * A slash command to a control, and its answer back, within Slack's three seconds: what takes longer is acknowledged with a line
 * and answered afterwards. Only the person who typed it sees the answer; the line about a change comes from the control.
 */
import { z } from 'zod'
import type { Actor, Answer } from '../../control/control.ts'
import type { Controls } from '../../control/controls.ts'
import type { Clock } from '../../kit/clock.ts'
import { slackPatienceMs } from '../../limits.ts'
import { typed } from './typed.ts'

/** A message for the person who typed the command. */
export interface Ephemeral {
  readonly response_type: 'ephemeral'
  readonly text: string
}

export interface CommandTools {
  readonly controls: Controls
  readonly clock: Clock
  /** Something of ours failed; the person was told that it did. */
  failed(error: unknown): void
}

/** What Slack sends, as far as it is used. docs.slack.dev/interactivity/implementing-slash-commands */
const slashCommand = z.object({
  command: z.string(),
  text: z.string().default(''),
  channel_id: z.string(),
  channel_name: z.string().default(''),
  user_id: z.string(),
  user_name: z.string().default(''),
})
type SlashCommand = z.infer<typeof slashCommand>

/** Slack's words for places whose name it does not tell. */
const nameless = ['directmessage', 'privategroup', '']

/** `ack` answers Slack, `respond` posts to the command's response_url afterwards. Never rejects. */
export async function answerCommand(
  tools: CommandTools,
  body: unknown,
  ack: (message: Ephemeral) => Promise<void>,
  respond: (message: Ephemeral) => Promise<unknown>,
): Promise<void> {
  const { clock, failed } = tools
  const answered = new AbortController()
  const working = answer(tools, body)
  const late = clock.sleep(slackPatienceMs, answered.signal).then(() => undefined)
  try {
    const soon = await Promise.race([working, late])
    answered.abort()
    if (soon !== undefined) await ack(ephemeral(soon.text))
    else {
      await ack(ephemeral('Looking that up…'))
      await respond(ephemeral((await working).text))
    }
  } catch (error) {
    failed(error)
  }
}

async function answer(tools: CommandTools, body: unknown): Promise<Answer> {
  const parsed = slashCommand.safeParse(body)
  if (!parsed.success)
    return { text: 'Slack sent a command without saying what or where it is. Please try again.', changed: false }
  try {
    return await dispatch(tools.controls, parsed.data)
  } catch (error) {
    // Our own store, or a bug: the person must know, and whoever runs the service reads the log.
    tools.failed(error)
    return {
      text: 'Something went wrong inside Birdwire, so this may not have been done: `/birdwire list` shows what is set here. The log on the server says more.',
      changed: false,
    }
  }
}

async function dispatch(controls: Controls, command: SlashCommand): Promise<Answer> {
  const name = command.command.toLowerCase()
  const text = typed(command.text)
  const who: Actor = { id: command.user_id, ...(command.user_name === '' ? {} : { name: command.user_name }) }
  if (command.channel_name === 'directmessage' && !/^\s*(?:help)?\s*$/i.test(text) && name !== '/help')
    return { text: 'Birdwire brings posts into channels. Please type this in the channel it is about.', changed: false }
  if (!nameless.includes(command.channel_name)) await controls.named(command.channel_id, command.channel_name)
  const answer = await (controls.old(name, who, command.channel_id, text) ??
    controls.run(who, command.channel_id, text))
  const mayBeOutside = answer.changed && command.channel_name === 'privategroup'
  if (!mayBeOutside || (await controls.reached(command.channel_id))) return answer
  return { ...answer, text: `${answer.text}\n${inviteHint}` }
}

/** A public channel is joined when the first message comes; a private one cannot be. */
const inviteHint = 'This channel is private: Birdwire can post here only after `/invite @birdwire`.'

const ephemeral = (text: string): Ephemeral => ({ response_type: 'ephemeral', text })
