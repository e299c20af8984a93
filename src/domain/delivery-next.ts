/**
 * The delivery's state machine: the only code that decides what becomes of a delivery after an attempt. Pure; the worker
 * asks, the store commits the answer. It guarantees: counted tries are bounded, nothing is sent again after an unknown
 * outcome before Slack's history was asked (I6), and trouble of one delivery holds its channel for a bounded time (I4).
 *
 * | in       | what happened                                   | to       | try counts | lane                               |
 * |----------|-------------------------------------------------|----------|------------|------------------------------------|
 * | leased   | sent                                            | sent     |            | free after the channel's interval  |
 * | leased   | retry, workspace (429, Slack unreachable)       | pending  | no         | waits with it: order is kept       |
 * | leased   | retry, method (a limit on changes alone)        | pending  | no         | free                               |
 * | leased   | retry, message                                  | pending  | yes        | waits up to the order hold         |
 * | leased   | image, fewer than 2 tries with pictures         | pending  | yes        | waits up to the order hold         |
 * | leased   | image, 2 tries with pictures                    | pending, pictures left out | yes | waits up to the order hold |
 * | leased   | image, although pictures were left out          | dead `refused` |      | free                               |
 * | leased   | absent (joining did not help)                   | pending  | no         | held until a person resumes        |
 * | leased   | refused, message (in its plainest form), change | dead `refused` |      | free                               |
 * | leased   | gone: the message to be changed is not there    | dead `discarded` |    | free                               |
 * | leased   | refused, channel                                | dead `channel-gone` |  | gone                               |
 * | leased   | refused, workspace (token revoked …)            | pending  | no         | waits for the next slow probe      |
 * | leased   | unknown                                         | pending, unknown | yes | waits up to the order hold        |
 * | leased   | any row that would be pending, tries used up    | dead `gave-up` |      | free                               |
 * | unknown  | look: found                                     | sent     |            | free after the channel's interval  |
 * | unknown  | look: missing, not yet in all of the waits      | pending, unknown | no | waits up to the order hold         |
 * | unknown  | look: missing in all of them                    | pending (or dead `gave-up`) | no | waits up to the order hold |
 * | unknown  | look: later (history is limited or unreachable) | pending, unknown | no | waits up to the order hold         |
 * | unknown  | look: blind                                     | dead `unknowable` |    | free                               |
 *
 * A change of a message (`update`, `remove`) goes the same way, but may be repeated blindly: its outcome is never unknown, so it is never
 * looked for. It is no message of its own, so the channel's interval does not follow it, and where it has to wait for itself no post waits
 * with it: the lane is free in each row that says "up to the order hold".
 *
 * Before pictures are left out altogether, the attempt itself has tried without just those that Slack named.
 * An unknown outcome of the last try is looked for like any other; only "missing" then ends in `gave-up`.
 */
import {
  deliveryAttemptsMax,
  deliveryBackoffMsMax,
  deliveryImageTriesMax,
  deliveryOrderHoldMs,
  reconcileWaitsMs,
  slackChannelIntervalMs,
  slackProbeMs,
} from '../limits.ts'
import type { DeadReason, Delivery, Settlement } from './delivery.ts'
import type { Outcome } from './outcome.ts'

/** What a look into Slack's history told about a delivery whose outcome is unknown. */
export type Look =
  | { readonly kind: 'found'; readonly ts: string }
  /** History was read whole back to before the attempt, and it is not there. */
  | { readonly kind: 'missing' }
  /** Slack could not be asked; may be asked again no sooner than `afterMs` from now. */
  | { readonly kind: 'later'; readonly afterMs: number; readonly why: string }
  /** Slack does not let us look (no scope, not in the channel). */
  | { readonly kind: 'blind'; readonly why: string }

/** Epoch ms: when the attempt was claimed, and now. */
export interface When {
  readonly claimedAt: number
  readonly now: number
}

/** What becomes of a leased delivery after an attempt to send it. `random` yields [0, 1). */
export function next(delivery: Delivery, outcome: Outcome, when: When, random: () => number): Settlement {
  const { now } = when
  switch (outcome.kind) {
    case 'sent':
      return isChange(delivery)
        ? { delivery: { state: 'sent', ts: outcome.ts }, lane: { freeAt: now } }
        : sent(outcome.ts, now)
    case 'retry': {
      const dueAt = now + outcome.afterMs + jitter(outcome.afterMs, random)
      if (outcome.scope === 'workspace') return waiting(delivery, dueAt, outcome.why)
      return outcome.scope === 'method'
        ? troubled(delivery, now, pending(delivery, dueAt, outcome.why, false))
        : again(delivery, now, Math.max(outcome.afterMs, backoffMs(delivery.attempts, random)), outcome.why)
    }
    case 'image':
      if (delivery.imagesDropped) return dead('refused', outcome.why, now)
      return again(delivery, now, backoffMs(delivery.attempts, random), outcome.why, {
        imagesDropped: delivery.attempts >= deliveryImageTriesMax,
      })
    case 'absent':
      return {
        delivery: pending(delivery, now, outcome.why, false),
        lane: {
          freeAt: now,
          held: 'I am not in this channel. Invite me with `/invite @birdwire`, then `/birdwire resume`.',
        },
      }
    case 'refused':
      return refused(delivery, outcome, now)
    case 'gone':
      return dead('discarded', outcome.why, now)
    case 'unknown':
      return troubled(delivery, now, {
        ...pending(delivery, now + reconcileWaitsMs[0], outcome.why, true),
        unknown: { since: when.claimedAt, checks: 0, why: outcome.why },
      })
  }
}

/** What becomes of a leased delivery of unknown outcome after a look into Slack's history. */
export function afterLook(delivery: Delivery, look: Look, now: number, random: () => number): Settlement {
  const { unknown } = delivery
  if (unknown === undefined) throw new Error(`delivery ${delivery.id}: looked for although its outcome is known`)
  switch (look.kind) {
    case 'found':
      return sent(look.ts, now)
    case 'later': {
      const dueAt = now + look.afterMs + jitter(look.afterMs, random)
      return troubled(delivery, now, { ...pending(delivery, dueAt, look.why, false), unknown })
    }
    case 'blind':
      return dead('unknowable', `${unknown.why}; and history cannot be read: ${look.why}`, now)
    case 'missing': {
      const checks = unknown.checks + 1
      const wait = reconcileWaitsMs[checks]
      if (wait !== undefined) {
        return troubled(delivery, now, {
          ...pending(delivery, now + wait, unknown.why, false),
          unknown: { ...unknown, checks },
        })
      }
      const why = `${unknown.why}; not in Slack's history`
      if (delivery.attempts >= deliveryAttemptsMax) return dead('gave-up', why, now)
      // The first repetition goes out at once: it has waited long enough. Later ones back off.
      const pause = delivery.attempts <= 1 ? 0 : backoffMs(delivery.attempts, random)
      return troubled(delivery, now, pending(delivery, now + pause, why, false))
    }
  }
}

/** A change of a message that is there, and not a message of its own. */
function isChange({ subject }: Delivery): boolean {
  return subject.kind === 'update' || subject.kind === 'remove'
}

/** Pause before the next counted try, ms: 1 s doubled with each try, ± 20 %, bounded. */
export function backoffMs(attempts: number, random: () => number): number {
  const plain = Math.min(deliveryBackoffMsMax, 1000 * 2 ** Math.min(Math.max(0, attempts - 1), 20))
  return Math.round(plain * (0.8 + 0.4 * random()))
}

function sent(ts: string, now: number): Settlement {
  return { delivery: { state: 'sent', ts }, lane: { freeAt: now + slackChannelIntervalMs } }
}

function dead(reason: DeadReason, why: string, now: number): Settlement {
  return { delivery: { state: 'dead', reason, why }, lane: { freeAt: now } }
}

function refused(delivery: Delivery, outcome: Extract<Outcome, { kind: 'refused' }>, now: number): Settlement {
  const why = `${outcome.code}: ${outcome.why}`
  switch (outcome.scope) {
    case 'message':
    case 'change':
      return dead('refused', why, now)
    case 'channel':
      return { delivery: { state: 'dead', reason: 'channel-gone', why }, lane: { freeAt: now, gone: outcome.why } }
    case 'workspace':
      return waiting(delivery, now + slackProbeMs, why)
  }
}

type Pending = Extract<Settlement['delivery'], { state: 'pending' }>

function pending(delivery: Delivery, dueAt: number, why: string, counted: boolean): Pending {
  return { state: 'pending', dueAt, why, imagesDropped: delivery.imagesDropped, counted }
}

/** Nobody could have sent anything: not a try, and the lane waits as long, so that order is kept. */
function waiting(delivery: Delivery, dueAt: number, why: string): Settlement {
  return { delivery: pending(delivery, dueAt, why, false), lane: { freeAt: dueAt } }
}

/** A counted try that failed and was surely not delivered. */
function again(
  delivery: Delivery,
  now: number,
  pauseMs: number,
  why: string,
  change: Partial<Pending> = {},
): Settlement {
  if (delivery.attempts >= deliveryAttemptsMax) return dead('gave-up', why, now)
  return troubled(delivery, now, { ...pending(delivery, now + pauseMs, why, true), ...change })
}

/**
 * Keeps the channel waiting for this delivery's turn while that turn comes within the order hold of its first attempt; after
 * that the others pass it. When the turn comes later than the hold there is nothing to wait for, and the lane is free at once; so it is for a
 * change, which has no place in the order.
 */
function troubled(delivery: Delivery, now: number, state: Pending): Settlement {
  const keepsTurn = !isChange(delivery) && state.dueAt <= delivery.firstAt + deliveryOrderHoldMs
  return { delivery: state, lane: { freeAt: keepsTurn ? state.dueAt : now } }
}

/** A little later than told, never earlier: not everybody at the same moment. */
function jitter(afterMs: number, random: () => number): number {
  return Math.round(Math.min(1000, 250 + afterMs / 10) * random())
}
