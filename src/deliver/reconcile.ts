/**
 * A delivery whose outcome is unknown is looked for in Slack's history before anything else (I6); what follows from the
 * look is the state machine's to say. Looks have a pace of their own, since history has a rate limit of its own.
 *
 * The window that is left for a double: Slack takes a message in, shows it in no look of the following 78 seconds, and shows it
 * afterwards (or somebody deletes it in the channel before we look). Nothing that Slack offers can close it: chat.postMessage
 * has no documented key for idempotence.
 */

import type { Delivery, Settlement } from '../domain/delivery.ts'
import { afterLook, type Look } from '../domain/delivery-next.ts'
import { crashPoint } from '../kit/crash-point.ts'
import { allowance, held, opensAt, type Pace, taken } from './pace.ts'

/** A pace that changes in place: one for each method of Slack. */
export interface Paced {
  pace: Pace
}

export interface ReconcileTools {
  readonly look: (channel: string, deliveryId: string, since: number, thread?: string) => Promise<Look>
  readonly looks: Paced
  readonly now: () => number
  readonly random: () => number
}

/** `delivery.unknown` must be set. `thread`: where it was meant to go. */
export async function reconcile(
  delivery: Delivery,
  thread: string | undefined,
  tools: ReconcileTools,
): Promise<Settlement> {
  const seen = await pacedLook(delivery, thread, tools)
  crashPoint('after-look-before-settle')
  return afterLook(delivery, seen, tools.now(), tools.random)
}

async function pacedLook(
  delivery: Delivery,
  thread: string | undefined,
  { look, looks, now }: ReconcileTools,
): Promise<Look> {
  const start = now()
  if (allowance(looks.pace, start, 0) < 1) {
    return { kind: 'later', afterMs: opensAt(looks.pace, start) - start, why: "waiting to read Slack's history" }
  }
  looks.pace = taken(looks.pace, start, 1)
  const seen = await look(delivery.channel, delivery.id, delivery.unknown?.since ?? delivery.firstAt, thread)
  if (seen.kind === 'later') looks.pace = held(looks.pace, now(), seen.afterMs)
  return seen
}
