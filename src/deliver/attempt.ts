/**
 * One claimed delivery's way to its settlement: look if the last outcome is unknown, else compose and send, in the plain form
 * if Slack does not take the full one (or many tries did not bring it), after joining if we are not in the
 * channel, in the channel if its thread is not there, without a picture that Slack could not fetch. Each of those happens at most once a claim. A change of a message goes the same way, to
 * another method (change.ts); it may be repeated blindly, so it is never looked for.
 *
 * Two rules protect "never twice". No send begins when its answer could come after the end of the lease: by then somebody else may be
 * looking for it. And a second send in one claim follows only an outcome that says surely not there.
 *
 * When composing throws, the fault is ours, but it was brought on by a post from outside, and nothing from outside may stop
 * the process (I5). So it is no reason to end: it is reported loudly, the plain form is tried, and if that throws too, the delivery is
 * dead with that reason and can be redelivered by a version that knows better. A claim that takes the whole process down counts a
 * try before it starts, so even that ends after a bounded number of times.
 */

import type { Settlement } from '../domain/delivery.ts'
import { next } from '../domain/delivery-next.ts'
import { identityRefused, type Outcome } from '../domain/outcome.ts'
import { crashPoint } from '../kit/crash-point.ts'
import { deliveryFullTriesMax, deliveryImageTriesMax, slackRequestMs } from '../limits.ts'
import type { Claim } from '../store/store.ts'
import { change, type Put } from './change.ts'
import type { DeliverEvent } from './events.ts'
import { type Paced, reconcile } from './reconcile.ts'
import type { Slack } from './slack.ts'

export interface AttemptTools<Message> {
  readonly slack: Slack<Message>
  readonly looks: Paced
  /** The pace of changes: Slack limits them apart from posts. */
  readonly changes: Paced
  readonly now: () => number
  readonly random: () => number
  /** Told of each answer to a post, and of what concerns the whole workspace, for the pace. */
  readonly hear: (outcome: Outcome) => void
  readonly onEvent: (event: DeliverEvent) => void
}

export async function attempt<Message>(
  claim: Claim,
  claimedAt: number,
  tools: AttemptTools<Message>,
): Promise<Settlement> {
  const { delivery } = claim
  const { slack, looks, now, random } = tools
  const { act } = claim
  if (act.kind === 'post' && delivery.unknown !== undefined)
    return reconcile(delivery, act.thread, { look: slack.look, looks, now, random })
  const outcome =
    act.kind === 'post'
      ? await deliver(claim, posting(claim, act.thread, tools), tools)
      : await change(claim, act, tools, put => deliver(claim, put, tools))
  return next(delivery, outcome, { claimedAt, now: now() }, random)
}

/** Into its thread; once Slack has said that there is no such thread, into the channel. */
function posting<Message>(
  { delivery: { channel, id: deliveryId } }: Claim,
  thread: string | undefined,
  { slack, onEvent }: AttemptTools<Message>,
): Put<Message> {
  let under = thread
  return async message => {
    if (under === undefined) return slack.send(channel, message)
    const outcome = await slack.send(channel, message, under)
    if (outcome.kind === 'gone') {
      under = undefined
      onEvent({ kind: 'degraded', channel, deliveryId, why: outcome.why })
    }
    return outcome
  }
}

/** The claim's message on its way; `put` is what brings one form of it to Slack. */
async function deliver<Message>(claim: Claim, put: Put<Message>, tools: AttemptTools<Message>): Promise<Outcome> {
  const { slack } = tools
  const { channel, id, attempts } = claim.delivery
  const worn = attempts > deliveryFullTriesMax
  if (worn) tools.onEvent({ kind: 'degraded', channel, deliveryId: id, why: `${deliveryFullTriesMax} tries failed` })
  const full = () => send(claim, worn ? slack.composePlain : slack.compose, put, tools)
  let outcome = await full()
  if (outcome.kind === 'absent') outcome = (await slack.join(channel)) ?? (await full())
  if (outcome.kind === 'refused' && outcome.code === identityRefused && claim.content.kind === 'post') {
    tools.onEvent({ kind: 'degraded', channel, deliveryId: id, why: `posted in our own name: ${outcome.why}` })
    const { identity: _, ...content } = claim.content
    return deliver({ ...claim, content }, put, tools)
  }
  // Its thread is not there, so neither is the message.
  if (outcome.kind === 'gone' && claim.act.kind === 'post') outcome = await full()
  if (outcome.kind === 'image' && outcome.at !== undefined && attempts >= deliveryImageTriesMax) {
    const { at } = outcome
    // One bad picture costs itself first; all of them only when Slack does not take the others either.
    outcome = await send(claim, each => slack.withoutPictures(slack.compose(each), at), put, tools)
  }
  if (worn || outcome.kind !== 'refused' || outcome.scope !== 'message') return outcome
  tools.onEvent({ kind: 'degraded', channel, deliveryId: id, why: `${outcome.code}: ${outcome.why}` })
  return send(claim, slack.composePlain, put, tools)
}

async function send<Message>(
  claim: Claim,
  compose: (claim: Claim) => Message,
  put: Put<Message>,
  { now, hear, onEvent }: AttemptTools<Message>,
): Promise<Outcome> {
  const { channel, id } = claim.delivery
  let message: Message
  try {
    message = compose(claim)
  } catch (error) {
    onEvent({ kind: 'compose-failed', channel, deliveryId: id, error })
    return { kind: 'refused', scope: 'message', code: 'compose_failed', why: String(error) }
  }
  if (now() + slackRequestMs > claim.leaseUntil) {
    return { kind: 'retry', scope: 'message', afterMs: 0, why: 'no time left in the lease' }
  }
  crashPoint('after-claim-before-send')
  const outcome = await put(message)
  crashPoint('after-send-before-settle')
  if (claim.act.kind === 'post') hear(outcome)
  return outcome
}
