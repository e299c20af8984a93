/**
 * Slack as the delivery worker sees it: put a message into a channel, change it or take it away, look whether it is there,
 * join a channel. Every answer is
 * a value; nothing is retried in here and nothing is decided: outcome.ts says what a reply means.
 */

import { z } from 'zod'
import type { Look } from '../../domain/delivery-next.ts'
import { identityRefused, type Outcome } from '../../domain/outcome.ts'
import type { Message } from './blocks.ts'
import { type SlackAccess, slackCall } from './call.ts'
import { changeOutcomeOf } from './change-outcome.ts'
import { historyLook } from './history.ts'
import { isListed, outcomeOf, threadLost } from './outcome.ts'
import { withoutPictures } from './without-pictures.ts'

export interface SlackOut {
  /** One attempt, in the thread of the message `thread` or in the channel. `gone`: there is no such thread, and so no message. */
  send(channel: string, message: Message, thread?: string): Promise<Outcome>
  /** Makes our message `ts` show this one. May be repeated; never `unknown`. The metadata it was posted with stay: by them it is found. */
  update(channel: string, ts: string, message: Message): Promise<Outcome>
  /** Takes our message `ts` away; one that is gone already is as good. May be repeated; never `unknown`. */
  remove(channel: string, ts: string): Promise<Outcome>
  /** The message without the pictures that an attempt named. */
  withoutPictures(message: Message, places: readonly string[]): Message
  /** Is the delivery's message in the channel, or in the thread that it was meant for? `since` (epoch ms) is when the attempt was claimed. */
  look(channel: string, deliveryId: string, since: number, thread?: string): Promise<Look>
  /** Joins a public channel. Undefined: we are in it now. Otherwise how the attempt ends. */
  join(channel: string): Promise<Outcome | undefined>
}

/** Somebody else's name on a message needs a scope of its own; without it everything else can still be posted. */
const nameRefused: Outcome = {
  kind: 'refused',
  scope: 'message',
  code: identityRefused,
  why: "the app may not post in an author's name: it lacks the scope chat:write.customize",
}

const posted = z.object({ ts: z.string().min(1) })

function tsOf(body: unknown): string | undefined {
  return posted.safeParse(body).data?.ts
}

/** A client for posting and another for the rest, so that a hanging post does not hold up a look. */
export function slackOut(access: SlackAccess): SlackOut {
  const post = slackCall(access)
  const ask = slackCall(access)
  return {
    async send(channel, { blocks, ...rest }, thread) {
      const args = {
        ...{ channel, ...rest },
        ...(blocks.length === 0 ? {} : { blocks }),
        ...(thread === undefined ? {} : { thread_ts: thread }),
      }
      const reply = await post('chat.postMessage', args)
      if (rest.username !== undefined && reply.kind === 'error' && reply.code === 'missing_scope') return nameRefused
      return (thread === undefined ? undefined : threadLost(reply)) ?? outcomeOf(reply, tsOf)
    },
    async update(channel, ts, { text, blocks, parse, mrkdwn }) {
      // Blocks always: left out, Slack would keep none of them or, in the plain form, all. `parse` is not kept from the post.
      const args = { channel, ts, text, blocks, parse, mrkdwn, link_names: false }
      return changeOutcomeOf(await post('chat.update', args), 'update', ts)
    },
    async remove(channel, ts) {
      return changeOutcomeOf(await post('chat.delete', { channel, ts }), 'delete', ts)
    },
    withoutPictures,
    look: historyLook(ask),
    async join(channel) {
      const reply = await ask('conversations.join', { channel })
      if (reply.kind === 'ok') return undefined
      const outcome = outcomeOf(reply, tsOf)
      // Whatever a code of Slack's means that nobody knows: we were not let in, and a person can see to that.
      if (reply.kind === 'error' && !isListed(reply.code))
        return { kind: 'absent', code: reply.code, why: `the app cannot join the channel: Slack answers ${reply.code}` }
      switch (outcome.kind) {
        case 'retry':
          return { ...outcome, scope: 'message' }
        case 'unknown':
          // Joining twice does no harm, so not knowing is no reason to look.
          return { kind: 'retry', scope: 'message', afterMs: 0, why: `joining the channel: ${outcome.why}` }
        case 'refused':
          return {
            kind: 'absent',
            code: outcome.code,
            why: `the app is not in the channel and cannot join it: ${outcome.why}`,
          }
        default:
          return { kind: 'absent', code: 'not_in_channel', why: 'the app is not in the channel and cannot join it' }
      }
    },
  }
}
