/**
 * Looks for a delivery in a channel's history by the id in its message's metadata (I6). Reads every page back to shortly before the
 * attempt: "missing" is said only when all of it was read. Only messages of our own app count.
 * docs.slack.dev/reference/methods/conversations.history and conversations.replies
 */
import { z } from 'zod'
import type { Look } from '../../domain/delivery-next.ts'
import {
  slackHistoryMarginMs,
  slackHistoryPage,
  slackHistoryPagesMax,
  slackProbeMs,
  slackUnreachableMs,
} from '../../limits.ts'
import type { Call } from './call.ts'
import { isListed, outcomeOf, type Reply, threadLost } from './outcome.ts'

const identity = z.object({ bot_id: z.string().min(1) })
const history = z.object({
  messages: z.array(
    z.object({
      ts: z.string().min(1),
      bot_id: z.string().optional(),
      metadata: z
        .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()).optional() })
        .optional()
        .catch(undefined),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
})

/** One listing of messages: the method, and what it needs beside what all of them do. */
interface Listing {
  readonly method: 'conversations.history' | 'conversations.replies'
  readonly where: Readonly<Record<string, string>>
}

/**
 * `call` is used for `auth.test` (once), `conversations.history` and, since that does not list replies, `conversations.replies` of the
 * `thread` that the message was meant for. Missing is what is in neither: where there is no thread, it went into the channel.
 */
export function historyLook(
  call: Call,
): (channel: string, deliveryId: string, since: number, thread?: string) => Promise<Look> {
  let bot: string | undefined
  return async (channel, deliveryId, since, thread) => {
    if (bot === undefined) {
      const reply = await call('auth.test', {})
      const us = reply.kind === 'ok' ? identity.safeParse(reply.body).data : undefined
      if (us === undefined) return whyNot(reply)
      bot = us.bot_id
    }
    const replies: Listing = { method: 'conversations.replies', where: { ts: thread ?? '' } }
    const listings: readonly Listing[] = [
      ...(thread === undefined ? [] : [replies]),
      { method: 'conversations.history', where: {} },
    ]
    for (const listing of listings) {
      const look = await lookIn(call, listing, { channel, deliveryId, since, bot })
      if (look.kind !== 'missing') return look
    }
    return { kind: 'missing' }
  }
}

interface Wanted {
  readonly channel: string
  readonly deliveryId: string
  readonly since: number
  readonly bot: string
}

async function lookIn(
  call: Call,
  { method, where }: Listing,
  { channel, deliveryId, since, bot }: Wanted,
): Promise<Look> {
  let cursor = ''
  for (let page = 0; page < slackHistoryPagesMax; page++) {
    const reply = await call(method, {
      ...{ channel, ...where },
      oldest: (Math.max(0, since - slackHistoryMarginMs) / 1000).toFixed(6),
      inclusive: true,
      limit: slackHistoryPage,
      include_all_metadata: true,
      ...(cursor === '' ? {} : { cursor }),
    })
    if (method === 'conversations.replies' && threadLost(reply) !== undefined) return { kind: 'missing' }
    const body = reply.kind === 'ok' ? history.safeParse(reply.body).data : undefined
    if (body === undefined) return whyNot(reply)
    const found = body.messages.find(
      message =>
        message.bot_id === bot &&
        message.metadata?.event_type === 'birdwire_delivery' &&
        message.metadata.event_payload?.['delivery_id'] === deliveryId,
    )
    if (found !== undefined) return { kind: 'found', ts: found.ts }
    cursor = body.response_metadata?.next_cursor ?? ''
    if (cursor === '') return { kind: 'missing' }
  }
  return { kind: 'blind', why: `more than ${slackHistoryPagesMax * slackHistoryPage} messages since` }
}

/** Why history could not be read: for now, or not at all. */
function whyNot(reply: Reply): Look {
  if (reply.kind === 'ok')
    return { kind: 'later', afterMs: slackUnreachableMs, why: 'Slack gave a history that cannot be read' }
  const outcome = outcomeOf(reply, () => undefined)
  // A code nobody knows may be there for good, and asking for ever is no way to end.
  if (reply.kind === 'error' && !isListed(reply.code)) return { kind: 'blind', why: `Slack answers ${reply.code}` }
  switch (outcome.kind) {
    case 'retry':
      return { kind: 'later', afterMs: outcome.afterMs, why: outcome.why }
    case 'refused':
      // A scope for history may be missing for good, while a revoked token stops everything until a person helps.
      return outcome.scope === 'workspace' && outcome.code !== 'missing_scope'
        ? { kind: 'later', afterMs: slackProbeMs, why: outcome.why }
        : { kind: 'blind', why: outcome.why }
    case 'absent':
      return { kind: 'blind', why: outcome.why }
    default:
      return {
        kind: 'later',
        afterMs: slackUnreachableMs,
        why: outcome.kind === 'unknown' ? outcome.why : 'Slack failed',
      }
  }
}
