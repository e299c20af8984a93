/** What happens while delivering, for metrics, the log and the page. A closed union; every settlement is exactly one of the first four. */
import type { DeadReason, Settlement } from '../domain/delivery.ts'
import type { InsistEvent } from '../kit/insist.ts'
import type { Claim } from '../store/store.ts'

interface OfDelivery {
  readonly channel: string
  readonly deliveryId: string
}

export type DeliverEvent =
  | (OfDelivery & {
      readonly kind: 'sent'
      readonly ts: string
      readonly attempts: number
      /** True: it was there already, found in history after an unknown outcome. */
      readonly found: boolean
      /** From the commit of the post to the claim, ms. */
      readonly waitedMs: number
      /** From the claim to Slack's answer, ms. */
      readonly tookMs: number
    })
  /** A message that was there shows something else now, or is gone. */
  | (OfDelivery & {
      readonly kind: 'changed'
      readonly act: 'update' | 'delete'
      readonly ts: string
      readonly attempts: number
      readonly waitedMs: number
      readonly tookMs: number
    })
  | (OfDelivery & {
      readonly kind: 'postponed'
      readonly why: string
      /** Epoch ms. */
      readonly dueAt: number
      readonly counted: boolean
      readonly unknown: boolean
    })
  | (OfDelivery & { readonly kind: 'dead'; readonly reason: DeadReason; readonly why: string })
  /** The lease had passed to somebody else before we were done: nothing was changed. */
  | (OfDelivery & { readonly kind: 'lease-lost' })
  /** Slack, or our own composing, did not manage the full form; the plain one is tried. */
  | (OfDelivery & { readonly kind: 'degraded'; readonly why: string })
  /** Composing threw: a fault of ours that somebody should hear of. */
  | (OfDelivery & { readonly kind: 'compose-failed'; readonly error: unknown })
  /** Nothing is sent to the channel until a person resumes; or ever. */
  | { readonly kind: 'lane-held' | 'lane-gone'; readonly channel: string; readonly why: string }
  /** Nothing is sent to any channel before `until`, epoch ms. */
  | { readonly kind: 'workspace-held'; readonly until: number; readonly why: string }
  /** The store cannot be asked, or cannot keep a settlement, for now: nothing is lost, it is tried again. */
  | InsistEvent

/** The events that a settlement makes. */
export function eventsOf(
  claim: Claim,
  settlement: Settlement,
  claimedAt: number,
  now: number,
): readonly DeliverEvent[] {
  const { id: deliveryId, channel } = claim.delivery
  const { held, gone } = settlement.lane
  return [
    ofDelivery(claim, settlement.delivery, { channel, deliveryId }, claimedAt, now),
    ...(held === undefined ? [] : [{ kind: 'lane-held', channel, why: held } as const]),
    ...(gone === undefined ? [] : [{ kind: 'lane-gone', channel, why: gone } as const]),
  ]
}

function ofDelivery(
  claim: Claim,
  settled: Settlement['delivery'],
  which: OfDelivery,
  claimedAt: number,
  now: number,
): DeliverEvent {
  switch (settled.state) {
    case 'sent': {
      const { act, delivery } = claim
      const times = {
        ts: settled.ts,
        attempts: delivery.attempts,
        waitedMs: claimedAt - claim.createdAt,
        tookMs: now - claimedAt,
      }
      return act.kind === 'post'
        ? { kind: 'sent', ...which, ...times, found: delivery.unknown !== undefined }
        : { kind: 'changed', act: act.kind, ...which, ...times }
    }
    case 'pending': {
      const { why, dueAt, counted } = settled
      return { kind: 'postponed', ...which, why, dueAt, counted, unknown: settled.unknown !== undefined }
    }
    case 'dead':
      return { kind: 'dead', ...which, reason: settled.reason, why: settled.why }
  }
}
