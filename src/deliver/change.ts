/**
 * A change of a message that is in Slack: edited in place, or taken away. Slack limits changes by themselves (Tier 3, far below posts), so
 * they have a pace of their own, and a limit on them never holds a post. Decides nothing about what follows: that is the state machine's.
 */
import type { Outcome } from '../domain/outcome.ts'
import { slackRequestMs } from '../limits.ts'
import type { Claim } from '../store/store.ts'
import { allowance, heard, opensAt, taken } from './pace.ts'
import type { Paced } from './reconcile.ts'
import type { Slack } from './slack.ts'

/** Over how long changes that wait for the pace are spread, ms: in this time some six may begin. */
const spreadMs = 10_000

/** Brings one form of a message to Slack. */
export type Put<Message> = (message: Message) => Promise<Outcome>

export interface ChangeTools<Message> {
  readonly slack: Pick<Slack<Message>, 'update' | 'remove'>
  readonly changes: Paced
  readonly now: () => number
  readonly random: () => number
  readonly hear: (outcome: Outcome) => void
}

/** `show` composes the message and hands it to what it is given, as often as its forms need. */
export async function change<Message>(
  claim: Claim,
  act: Exclude<Claim['act'], { kind: 'post' }>,
  { slack, changes, now, random, hear }: ChangeTools<Message>,
  show: (put: Put<Message>) => Promise<Outcome>,
): Promise<Outcome> {
  const { ts } = act
  const { channel } = claim.delivery
  if (ts === undefined) return { kind: 'gone', why: 'the channel has no message of this post that could be changed' }
  const start = now()
  if (allowance(changes.pace, start, 0) < 1) {
    // Spread out: all that wait would otherwise be claimed again for the one that may begin.
    const afterMs = opensAt(changes.pace, start) - start + Math.round(spreadMs * random())
    return { kind: 'retry', scope: 'method', afterMs, why: 'waiting to change messages no faster than Slack allows' }
  }
  const paced = async (call: () => Promise<Outcome>): Promise<Outcome> => {
    changes.pace = taken(changes.pace, now(), 1)
    const outcome = await call()
    if ('scope' in outcome && outcome.scope === 'workspace') hear(outcome)
    else changes.pace = heard(changes.pace, outcome, now())
    return outcome
  }
  if (act.kind === 'update') return show(message => paced(() => slack.update(channel, ts, message)))
  if (start + slackRequestMs > claim.leaseUntil) {
    return { kind: 'retry', scope: 'message', afterMs: 0, why: 'no time left in the lease' }
  }
  return paced(() => slack.remove(channel, ts))
}
