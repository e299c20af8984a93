/**
 * A channel's modal from open to done. It opens at once with a few words, since a trigger is good for three seconds, and the rest comes by
 * update. What is sent becomes what a person would have typed (plan.ts), run with the permission of whoever sent it; what cannot be is said at its
 * field, and what was typed stays. What takes longer than Slack waits is shown as being done, and its end by update.
 *
 * What comes a second time changes nothing twice: each step is one that says so when it is repeated.
 */
import { z } from 'zod'
import { type Actor, type Answer, told } from '../../../control/control.ts'
import { forTerminal } from '../../../control/words.ts'
import { slackFieldErrorCharsMax, slackPatienceMs } from '../../../limits.ts'
import { answered, type Tools } from '../asking.ts'
import type { Opening } from '../commands.ts'
import type { Claims } from '../who.ts'
import { answerView, formId, formView, lookView, type Memory, waiting } from './channel-form.ts'
import { blockOf, type Entered, entered, type Field, stateValues } from './fields.ts'
import { cut, type HomeView, type Modal } from './parts.ts'
import { planOf, type Step } from './plan.ts'

/** Slack's views, as far as they are used. Each rejects when Slack does not take it. */
export interface ViewClient {
  /** Opens a modal; its id and hash. */
  open(trigger: string, view: Modal): Promise<Shown>
  /** `hash`: only if nothing has changed it since. */
  update(id: string, view: Modal, hash?: string): Promise<void>
  publish(user: string, view: HomeView): Promise<void>
}

export interface Shown {
  readonly id: string
  readonly hash: string | undefined
}

export interface ViewTools extends Tools {
  readonly views: ViewClient
}

/** What a form that was sent is answered with. docs.slack.dev/surfaces/modals */
export type FormReply =
  | { readonly response_action: 'errors'; readonly errors: Record<string, string> }
  | { readonly response_action: 'update'; readonly view: Modal }

/** Opens the form of a channel. False: Slack did not take it, and the person is to be answered otherwise. */
export async function openModal(tools: ViewTools, { trigger, place, who }: Opening, here: boolean): Promise<boolean> {
  const memory: Memory = { channel: place.channel, round: 0, here }
  let shown: Shown
  try {
    shown = await tools.views.open(trigger, waiting(memory, 'Looking up what is set here…'))
  } catch (error) {
    // Mostly a trigger that is too old: Slack was slow, or we were.
    tools.failed(error)
    return false
  }
  fill(tools, shown, memory, who).catch(tools.failed)
  return true
}

/** The real content, once it is known. */
async function fill(tools: ViewTools, shown: Shown, memory: Memory, who: Claims): Promise<void> {
  await tools.views.update(shown.id, await contentFor(tools, memory, await actorFor(tools, who, memory)), shown.hash)
}

/** The form, or what can be seen without. */
async function contentFor(
  tools: ViewTools,
  memory: Memory,
  who: Actor,
  more: Parameters<typeof formView>[2] = {},
): Promise<Modal> {
  const { controls } = tools
  try {
    if (!(await maySee(tools, who, memory))) return waiting(memory, notThere)
    const [overview, why] = await Promise.all([controls.channel(memory.channel), controls.refusal(who, memory.channel)])
    const { change: _, ...kept } = memory
    const now: Memory = { ...kept, ...(overview.change === undefined ? {} : { change: overview.change }) }
    return why === undefined ? formView(now, overview, more) : lookView(now, overview, why)
  } catch (error) {
    tools.failed(error)
    return waiting(
      memory,
      'Something went wrong inside Birdwire. `/birdwire list` shows what is set here; the log on the server says more.',
    )
  }
}

/** Opened from elsewhere, a channel shows to those only of whom it is known that they are in it, and to administrators. */
export async function maySee({ people }: ViewTools, who: Actor, { channel, here }: Memory): Promise<boolean> {
  if (here || who.role === 'admin') return true
  return (await people.memberChannels(who.id))?.has(channel) === true
}

const notThere = 'This can be seen by members of that channel and by administrators only.'

/** Whoever opened it in the channel is in it; else Slack is asked. */
export const actorFor = ({ people }: ViewTools, who: Claims, { channel, here }: Memory): Promise<Actor> =>
  here ? people.actor(who) : people.actorIn(who, channel)

export const memoryShape = z.object({
  channel: z.string(),
  change: z.string().optional(),
  round: z.number().int().nonnegative(),
  here: z.boolean(),
})

/** What a view carries; undefined: it is not one of ours, or of another version. */
export function memoryIn(metadata: string): Memory | undefined {
  try {
    const { change, ...rest } = memoryShape.parse(JSON.parse(metadata))
    return change === undefined ? rest : { ...rest, change }
  } catch {
    return undefined
  }
}

export const sender = z
  .object({
    id: z.string(),
    name: z.string().optional(),
    username: z.string().optional(),
    team_id: z.string().optional(),
  })
  .transform(
    ({ id, name, username, team_id: team }): Claims => ({
      id,
      name: name ?? username ?? '',
      ...(team === undefined ? {} : { team }),
    }),
  )

/** docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
const submission = z.object({
  user: sender,
  view: z.object({
    id: z.string(),
    callback_id: z.literal(formId),
    private_metadata: z.string(),
    state: z.object({ values: stateValues }),
  }),
})

/** Somebody sent the form. Never rejects. */
export async function answerForm(
  tools: ViewTools,
  body: unknown,
  ack: (reply?: FormReply) => Promise<void>,
): Promise<void> {
  try {
    const parsed = submission.safeParse(body)
    const memory = parsed.success ? memoryIn(parsed.data.view.private_metadata) : undefined
    if (!parsed.success || memory === undefined) return await ack()
    const { user, view } = parsed.data
    const wish = entered(view.state.values)
    const soonEnough = new AbortController()
    const working = reply(tools, memory, user, wish)
    const late = tools.clock.sleep(slackPatienceMs, soonEnough.signal).then(() => 'late' as const)
    const soon = await Promise.race([working, late])
    soonEnough.abort()
    if (soon !== 'late') return await ack(soon.now)
    await ack({ response_action: 'update', view: waiting(memory, 'Working on it: names are being looked up…') })
    const { later } = await working
    await tools.views.update(view.id, await later())
  } catch (error) {
    tools.failed(error)
  }
}

/** What to answer with: `now` while Slack waits, undefined closes; `later` as another view, where Slack waits no more. */
interface Reply {
  readonly now: FormReply | undefined
  later(): Promise<Modal>
}

async function reply(tools: ViewTools, memory: Memory, user: Claims, wish: Entered): Promise<Reply> {
  const { controls } = tools
  const { channel } = memory
  const next: Memory = { ...memory, round: memory.round + 1 }
  const who = await actorFor(tools, user, memory)
  const anew = (problems: ReadonlyMap<Field, string>, said?: string): Promise<Modal> =>
    contentFor(tools, next, who, { entered: wish, problems, ...(said === undefined ? {} : { said }) })
  const wrong = (problems: ReadonlyMap<Field, string>): Reply => ({
    now: { response_action: 'errors', errors: errorsOf(problems, memory.round) },
    later: () => anew(problems),
  })
  const instead = (view: Modal): Reply => ({ now: { response_action: 'update', view }, later: async () => view })

  const [shown, overview, refusal] = await Promise.all([
    controls.channelAfter(channel, memory.change),
    controls.channel(channel),
    controls.refusal(who, channel),
  ])
  if (shown === undefined)
    return instead(
      await anew(
        new Map(),
        'This form was too old to be read, so nothing was changed yet. Please look again and save.',
      ),
    )
  const { steps, problems, overtaken } = planOf(shown, overview.route, wish)
  const [first] = steps
  if (refusal !== undefined) {
    const field = first?.field ?? [...problems.keys()][0]
    return field === undefined ? closing(memory) : wrong(new Map([[field, forTerminal(refusal)]]))
  }
  if (problems.size > 0) return wrong(problems)
  // Shown anew, so that what is sent next is measured by what is there now.
  if (overtaken.size > 0) return instead(await anew(overtaken, 'Nothing was changed yet.'))
  if (first === undefined) return closing(memory)

  const done = await carryOut(tools, who, channel, steps)
  const refused = refusedIn(done)
  if (refused.size > 0) return wrong(refused)
  const offers = done.flatMap(({ answer }) => answer.offers ?? [])
  const text = done.map(({ answer }) => answer.text).join('\n')
  return instead(answerView(next, { text, changed: true, ...(offers.length === 0 ? {} : { offers }) }))
}

const closing = (memory: Memory): Reply => ({
  now: undefined,
  later: async () => answerView(memory, { text: 'Nothing was changed.', changed: false }),
})

interface Done {
  readonly step: Step
  readonly answer: Answer
}

/** One after the other, as if typed; one that fails keeps none of the others from being done. */
async function carryOut(
  tools: ViewTools,
  who: Actor,
  channel: string,
  steps: readonly Step[],
): Promise<readonly Done[]> {
  const done: Done[] = []
  for (const step of steps) {
    const answer = await answered(tools, { channel, name: '' }, () => tools.controls.run(who, channel, step.does))
    done.push({ step, answer })
  }
  return done
}

/** What could not be done, at its field, and at the first of these what was. */
function refusedIn(done: readonly Done[]): ReadonlyMap<Field, string> {
  const byField = new Map<Field, string>()
  for (const { step, answer } of done) {
    if (answer.refused === undefined) continue
    const before = byField.get(step.field)
    const lines = answer.refused.map(forTerminal).join('\n')
    byField.set(step.field, before === undefined ? lines : `${before}\n${lines}`)
  }
  const [first] = byField
  const made = done
    .filter(({ answer }) => answer.changed)
    .map(({ answer }) => forTerminal(answer.text.split('\n')[0] ?? ''))
  if (first !== undefined && made.length > 0) byField.set(first[0], `${first[1]}\nDone already: ${made.join(' ')}`)
  return byField
}

const errorsOf = (problems: ReadonlyMap<Field, string>, round: number): Record<string, string> =>
  Object.fromEntries([...problems].map(([field, text]) => [blockOf(field, round), cut(text, slackFieldErrorCharsMax)]))

/** The same view with the channel's form in it. */
export async function showForm(tools: ViewTools, viewId: string, memory: Memory, user: Claims): Promise<void> {
  const next: Memory = { ...memory, round: memory.round + 1 }
  await tools.views.update(viewId, await contentFor(tools, next, await actorFor(tools, user, memory)))
}

/** What one would type, done from a view, and its answer in its place. */
export async function doInModal(
  tools: ViewTools,
  viewId: string,
  memory: Memory,
  user: Claims,
  text: string,
): Promise<void> {
  const { channel } = memory
  const who = await actorFor(tools, user, memory)
  const answer = (await maySee(tools, who, memory))
    ? await answered(tools, { channel, name: '' }, () => tools.controls.run(who, channel, text))
    : told(notThere)
  await tools.views.update(viewId, answerView({ ...memory, round: memory.round + 1 }, answer))
}
