/**
 * The Home of one person, published when they open it and after each thing they press there. Shown is what they may see: the channels of which it
 * is known that they are in them; administrators see all. Where Slack cannot say who is where, no channel is shown.
 */
import { z } from 'zod'
import type { Sight } from '../../../control/overview.ts'
import { answered } from '../asking.ts'
import type { Claims } from '../who.ts'
import { doAction, type Memory, openAction } from './channel-form.ts'
import { homeView, refreshAction, retryAction } from './home-view.ts'
import { doInModal, maySee, memoryIn, openModal, sender, showForm, type ViewTools } from './modal.ts'

/** docs.slack.dev/reference/events/app_home_opened */
const opened = z.object({ user: z.string(), tab: z.literal('home') })

/** Somebody looks at the Home. Never rejects. */
export async function answerHomeOpened(tools: ViewTools, event: unknown): Promise<void> {
  const parsed = opened.safeParse(event)
  if (parsed.success) await publish(tools, { id: parsed.data.user }).catch(tools.failed)
}

/** `said`: what came of what was pressed, mrkdwn of ours. */
async function publish(tools: ViewTools, who: Claims, said?: string): Promise<void> {
  const { known, ...sight } = await sightOf(tools, who)
  await tools.views.publish(who.id, homeView(await tools.controls.everything(sight), known, said))
}

async function sightOf({ people }: ViewTools, who: Claims): Promise<Sight & { readonly known: boolean }> {
  const { role } = await people.actor(who)
  if (role === 'admin') return { channels: 'all', money: true, known: true }
  const channels = await people.memberChannels(who.id)
  // Slack tells of those channels that the bot sees, too.
  return {
    channels: channels ?? new Set(),
    money: role !== 'guest' && role !== 'outsider',
    known: channels !== undefined,
  }
}

/** docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const press = z.object({
  user: sender,
  trigger_id: z.string().optional(),
  view: z.object({ id: z.string(), type: z.string(), private_metadata: z.string().default('') }),
  actions: z.tuple([z.object({ action_id: z.string(), value: z.string().optional() })], z.unknown()),
})
type Press = z.infer<typeof press>

/** A button in a view of ours (`view:…`). Never rejects. */
export async function answerViewPress(tools: ViewTools, body: unknown, ack: () => Promise<void>): Promise<void> {
  try {
    await ack()
    const parsed = press.safeParse(body)
    if (!parsed.success) return
    if (parsed.data.view.type === 'home') await inHome(tools, parsed.data)
    else await inModal(tools, parsed.data)
  } catch (error) {
    tools.failed(error)
  }
}

async function inHome(tools: ViewTools, { user, trigger_id: trigger, actions: [action] }: Press): Promise<void> {
  const { action_id: id, value = '' } = action
  if (id === refreshAction) return publish(tools, user)
  if (id === openAction && trigger !== undefined) {
    const opening = { trigger, place: { channel: value, name: '' }, who: user }
    if (!(await openModal(tools, opening, false)))
      await publish(tools, user, 'The form could not be opened in time. Please try again.')
    return
  }
  if (id === retryAction) await retry(tools, user, value)
}

/** As `redeliver` typed in the delivery's channel, for those who see that channel. */
async function retry(tools: ViewTools, user: Claims, value: string): Promise<void> {
  const [channel = '', delivery = ''] = value.split(' ')
  const memory: Memory = { channel, round: 0, here: false }
  const who = await tools.people.actorIn(user, channel)
  const answer = (await maySee(tools, who, memory))
    ? await answered(tools, { channel, name: '' }, () => tools.controls.run(who, channel, `redeliver ${delivery}`))
    : undefined
  await publish(tools, user, answer?.text ?? 'Only members of that channel and administrators can send that again.')
}

async function inModal(tools: ViewTools, { user, view, actions: [action] }: Press): Promise<void> {
  const memory = memoryIn(view.private_metadata)
  const { action_id: id, value = '' } = action
  if (memory === undefined) return
  if (id === openAction) await showForm(tools, view.id, memory, user)
  else if (id === doAction || id.startsWith(`${doAction}:`)) await doInModal(tools, view.id, memory, user, value)
}
