/**
 * The loop that brings deliveries to Slack: claim what is due, attempt it, settle it. It decides nothing itself: what is due is the
 * store's word, how fast is pace.ts, what to do is attempt.ts, what follows is the state machine. Woken by `wake()` at
 * once, else at the store's next due time. A store that cannot claim or settle now (a full disk) is asked again until it can: a
 * settlement is kept until it is taken, even when the lease has ended meanwhile (the store says so then). Rejects only when the store
 * is broken, or we are.
 */
import type { Outcome } from '../domain/outcome.ts'
import type { Clock } from '../kit/clock.ts'
import { crashPoint } from '../kit/crash-point.ts'
import { insistence } from '../kit/insist.ts'
import {
  commitRetryMsMax,
  deliveryConcurrency,
  deliveryLeaseMs,
  deliveryStopMs,
  slackChangesPerMinute,
  slackLooksPerMinute,
  slackWorkspaceBurst,
  slackWorkspacePerMinute,
} from '../limits.ts'
import type { Claim, Store } from '../store/store.ts'
import { attempt } from './attempt.ts'
import { type DeliverEvent, eventsOf } from './events.ts'
import { allowance, atRate, heard, newPace, opensAt, type Pace, taken } from './pace.ts'
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
  /** How many workers share what Slack allows the workspace, this one included; default 1. */
  readonly workers?: () => number
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
  /** Why the store takes or gives nothing at the moment, in one sentence; undefined when all is well. */
  trouble(): string | undefined
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
  const changes = { pace: newPace(slackChangesPerMinute, slackChangesPerMinute, now()) }
  /** Each takes its share of the rate. What Slack says of the workspace each hears by itself. */
  function share(): void {
    const workers = options.workers?.() ?? 1
    const sharing = (paced: Pace, perMinute: number, burst: number) =>
      atRate(paced, perMinute / workers, Math.max(1, burst / workers), now())
    pace = sharing(pace, options.perMinute ?? slackWorkspacePerMinute, options.burst ?? slackWorkspaceBurst)
    looks.pace = sharing(looks.pace, slackLooksPerMinute, slackLooksPerMinute)
    changes.pace = sharing(changes.pace, slackChangesPerMinute, slackChangesPerMinute)
  }
  const busy = new Set<Promise<void>>()
  const failures: unknown[] = []
  let bell = new AbortController()
  /** Aborts when we no longer wait for what is under way: whoever comes after looks for it. */
  const abandoned = new AbortController()
  // Apart, so that a claim that needs no space does not look like the end of a settlement's trouble.
  const claiming = insistence({ clock, retryMsMax: commitRetryMsMax, onEvent })
  const settling = insistence({ clock, retryMsMax: commitRetryMsMax, onEvent })

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
    const settlement = await attempt(claim, claimedAt, { slack, looks, changes, now, random, hear, onEvent })
    if (abandoned.signal.aborted) return
    const answeredAt = now()
    const kept = await settling.insist(() => store.settle(claim, settlement, now()), abandoned.signal)
    if (kept === undefined) return
    crashPoint('after-settle')
    if (kept.value) {
      for (const event of eventsOf(claim, settlement, claimedAt, answeredAt)) onEvent(event)
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

  /** Claims as much as may begin now, by the time and the pace of this moment: it may be tried again much later. */
  async function claimSome(): Promise<void> {
    share()
    const at = now()
    const room = Math.min(concurrency - busy.size, allowance(pace, at, busy.size))
    if (room <= 0) return
    const claims = await store.claim(at, deliveryLeaseMs, room)
    // Changes are no posts: they have their own pace (change.ts).
    pace = taken(pace, at, claims.filter(({ act }) => act.kind === 'post').length)
    for (const claim of claims) start(claim, at)
  }

  /** Claims what may begin; says how long to sleep until there may be more. */
  async function step(signal: AbortSignal): Promise<number> {
    await claiming.insist(claimSome, signal)
    const after = now()
    const open = opensAt(pace, after)
    // Only the end of something under way can make room, and that rings the bell.
    if (busy.size >= concurrency || (open <= after && allowance(pace, after, busy.size) === 0)) return napMsMax
    const due = await claiming.insist(() => store.nextDueAt(), signal)
    return due?.value === undefined ? napMsMax : Math.max(due.value, open) - now()
  }

  /** Waits for what is under way, but not for long. */
  async function drain(): Promise<void> {
    const done = new AbortController()
    const all = Promise.allSettled(busy).then(() => done.abort())
    await Promise.race([all, clock.sleep(deliveryStopMs, done.signal)])
    abandoned.abort()
  }

  async function run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', wake, { once: true })
    try {
      while (!signal.aborted && failures.length === 0) {
        bell = new AbortController()
        const napMs = await step(signal)
        await clock.sleep(Math.min(napMsMax, Math.max(napMsMin, napMs)), bell.signal)
      }
    } finally {
      signal.removeEventListener('abort', wake)
      await drain()
    }
    if (failures.length > 0) throw failures[0]
  }

  return { wake, run, trouble: () => claiming.trouble() ?? settling.trouble() }
}
