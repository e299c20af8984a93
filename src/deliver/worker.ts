/**
 * The loop that brings deliveries to Slack: claim what is due, attempt it, settle it. It decides nothing itself: what is due is the
 * store's word, how fast is pace.ts, what to do is attempt.ts, what follows is the state machine. Woken by `wake()` at
 * once, else at the store's next due time. Rejects only when the store is broken, or we are.
 */
import type { Outcome } from '../domain/outcome.ts'
import type { Clock } from '../kit/clock.ts'
import {
  deliveryConcurrency,
  deliveryLeaseMs,
  deliveryStopMs,
  slackLooksPerMinute,
  slackWorkspaceBurst,
  slackWorkspacePerMinute,
} from '../limits.ts'
import type { Claim, Store } from '../store/store.ts'
import { attempt } from './attempt.ts'
import { type DeliverEvent, eventsOf } from './events.ts'
import { allowance, heard, newPace, opensAt, taken } from './pace.ts'
import type { Slack } from './slack.ts'

export interface WorkerOptions<Message> {
  readonly store: Pick<Store, 'claim' | 'settle' | 'nextDueAt'>
  readonly slack: Slack<Message>
  readonly clock: Clock
  /** Yields [0, 1). */
  readonly random: () => number
  readonly onEvent: (event: DeliverEvent) => void
  /** Messages a minute in the whole workspace, and how many at once after a quiet time. */
  readonly perMinute?: number
  readonly burst?: number
  readonly concurrency?: number
}

export interface Worker {
  /** Something may be due: look now. Cheap, may be called at any time. */
  wake(): void
  /**
   * Works until the signal aborts; then lets what is under way finish for some seconds. What is not done by then keeps its lease and
   * is looked for by whoever comes after. Call it once.
   */
  run(signal: AbortSignal): Promise<void>
}

/** Shortest and longest sleep, ms: no spinning when a due time has just passed, and a look now and then in any case. */
const napMsMin = 5
const napMsMax = 60_000

export function deliveryWorker<Message>(options: WorkerOptions<Message>): Worker {
  const { store, slack, clock, random, onEvent } = options
  const concurrency = options.concurrency ?? deliveryConcurrency
  const now = () => clock.now()
  let pace = newPace(options.perMinute ?? slackWorkspacePerMinute, options.burst ?? slackWorkspaceBurst, now())
  const looks = { pace: newPace(slackLooksPerMinute, slackLooksPerMinute, now()) }
  const busy = new Set<Promise<void>>()
  const failures: unknown[] = []
  let bell = new AbortController()
  let abandoned = false

  function wake(): void {
    bell.abort()
  }

  function hear(outcome: Outcome): void {
    const before = pace.openAt
    pace = heard(pace, outcome, now())
    if (pace.openAt > before && 'why' in outcome)
      onEvent({ kind: 'workspace-held', until: pace.openAt, why: outcome.why })
  }

  async function work(claim: Claim, claimedAt: number): Promise<void> {
    const settlement = await attempt(claim, claimedAt, { slack, looks, now, random, hear, onEvent })
    if (abandoned) return
    const settledAt = now()
    if (await store.settle(claim, settlement, settledAt)) {
      for (const event of eventsOf(claim, settlement, claimedAt, settledAt)) onEvent(event)
    } else {
      onEvent({ kind: 'lease-lost', channel: claim.delivery.channel, deliveryId: claim.delivery.id })
    }
  }

  function start(claim: Claim, claimedAt: number): void {
    const task = work(claim, claimedAt)
      .catch((error: unknown) => {
        failures.push(error)
      })
      .finally(() => {
        busy.delete(task)
        wake()
      })
    busy.add(task)
  }

  /** Claims as much as may begin now; says how long to sleep until there may be more. */
  async function step(): Promise<number> {
    const at = now()
    const room = Math.min(concurrency - busy.size, allowance(pace, at, busy.size))
    if (room > 0) {
      const claims = await store.claim(at, deliveryLeaseMs, room)
      pace = taken(pace, at, claims.length)
      for (const claim of claims) start(claim, at)
    }
    const after = now()
    const open = opensAt(pace, after)
    // Only the end of something under way can make room, and that rings the bell.
    if (busy.size >= concurrency || (open <= after && allowance(pace, after, busy.size) === 0)) return napMsMax
    const due = await store.nextDueAt()
    return due === undefined ? napMsMax : Math.max(due, open) - now()
  }

  /** Waits for what is under way, but not for long. */
  async function drain(): Promise<void> {
    const done = new AbortController()
    const all = Promise.allSettled(busy).then(() => done.abort())
    await Promise.race([all, clock.sleep(deliveryStopMs, done.signal)])
    abandoned = true
  }

  async function run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', wake, { once: true })
    try {
      while (!signal.aborted && failures.length === 0) {
        bell = new AbortController()
        const napMs = await step()
        await clock.sleep(Math.min(napMsMax, Math.max(napMsMin, napMs)), bell.signal)
      }
    } finally {
      signal.removeEventListener('abort', wake)
      await drain()
    }
    if (failures.length > 0) throw failures[0]
  }

  return { wake, run }
}
