/**
 * The outbox, the worker and the posting client against a simulated Slack, on one clock that a test moves: the requests are real, the
 * waiting is not. Time only moves while nothing is under way, so no request ever outlasts a lease by accident.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SlackOptions, type SlackSim, startSlack } from '../../sim/slack/server.ts'
import type { DeliverEvent } from '../../src/deliver/events.ts'
import { deliveryWorker, type Worker } from '../../src/deliver/worker.ts'
import type { Post } from '../../src/domain/post.ts'
import { ManualClock } from '../../src/kit/clock.ts'
import type { Message } from '../../src/slack/out/blocks.ts'
import { compose, composePlain } from '../../src/slack/out/compose.ts'
import { slackOut } from '../../src/slack/out/send.ts'
import { openStore } from '../../src/store/open.ts'
import type { Claim, Intake, Store } from '../../src/store/store.ts'

/** How long a call may hang, in real milliseconds: the only real waiting there is. */
const hangMs = 150

export interface DeliverRig {
  readonly sim: SlackSim
  readonly clock: ManualClock
  readonly store: Store
  readonly events: DeliverEvent[]
  /** Commits posts with these ids, in this order, each owed to these channels. */
  owe(ids: readonly string[], channels: readonly string[], change?: Partial<Post>): Promise<void>
  /** Starts a worker on this store; it stops with the rig or at `stop`. */
  start(token?: string): Worker
  /** Lets time pass until `holds`, for at most `maxMs` of it; throws when it never does. */
  until(holds: () => boolean, maxMs?: number): Promise<void>
  /** Lets this much time pass. */
  pass(ms: number): Promise<void>
  /** Stops the workers; another may be started then. */
  stop(): Promise<void>
  /** What stands in a channel, as ids of posts, oldest first. */
  shown(channel: string): string[]
  [Symbol.asyncDispose](): Promise<void>
}

export async function deliverRig(options: SlackOptions = {}): Promise<DeliverRig> {
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-deliver-'))
  const clock = new ManualClock()
  let ids = 0
  const store = await openStore({ dir, clock, newId: () => `id-${++ids}` })
  const sim = await startSlack({ now: () => clock.now(), ...options })
  const events: DeliverEvent[] = []
  let ended = new AbortController()
  let running: Promise<void>[] = []
  const workers: Worker[] = []
  const flight = new Flight()

  const rig: DeliverRig = {
    sim,
    clock,
    store,
    events,
    async owe(postIds, channels, change = {}) {
      await store.commit(
        postIds.map(id => intake(id, channels, change)),
        clock.now(),
      )
      for (const worker of workers) worker.wake()
    },
    start(token = sim.botToken) {
      const slack = slackOut({ token, apiUrl: sim.apiUrl, timeoutMs: hangMs })
      const worker = deliveryWorker<Message>({
        store: flight.watch(store),
        slack: {
          compose: claim => compose(claim.content, optionsOf(claim)),
          composePlain: claim => composePlain(claim.content, optionsOf(claim)),
          ...slack,
        },
        clock,
        random: () => 0.5,
        onEvent: event => events.push(event),
      })
      workers.push(worker)
      running.push(worker.run(ended.signal))
      return worker
    },
    async until(holds, maxMs = 3 * 3_600_000) {
      const end = clock.now() + maxMs
      for (;;) {
        await flight.landed()
        if (holds()) return
        if (clock.now() >= end) throw new Error(`it did not come to pass; last: ${JSON.stringify(events.at(-1))}`)
        const due = ((await store.nextDueAt()) ?? end) - clock.now()
        // Something is due and nobody takes it: the whole workspace is held.
        const step = due <= 0 ? 10_000 : Math.min(Math.max(due, 250), 30_000)
        await clock.advance(Math.min(step, end - clock.now()))
      }
    },
    async pass(ms) {
      const end = clock.now() + ms
      await rig.until(() => clock.now() >= end, ms)
    },
    async stop() {
      ended.abort()
      await Promise.all(running)
      ended = new AbortController()
      running = []
    },
    shown: channel =>
      sim.messages(channel).flatMap(({ text }) => {
        const ids = [...text.matchAll(/\bpost (\S+)/g)].flatMap(match => match[1] ?? [])
        return ids.length > 0 ? ids : [text]
      }),
    async [Symbol.asyncDispose]() {
      await rig.stop()
      await sim.close()
      await store.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
  return rig
}

function optionsOf({ delivery: { id, imagesDropped } }: Claim) {
  return { deliveryId: id, imagesDropped }
}

/** Knows when nothing is between its claim and its settlement. */
class Flight {
  #open = 0

  watch(store: Store): Pick<Store, 'claim' | 'settle' | 'nextDueAt'> {
    return {
      claim: async (...terms) => {
        const claims = await store.claim(...terms)
        this.#open += claims.length
        return claims
      },
      settle: (...terms) =>
        store.settle(...terms).finally(() => {
          this.#open--
        }),
      nextDueAt: () => store.nextDueAt(),
    }
  }

  /** Resolves when nothing is under way, nor about to be. */
  async landed(): Promise<void> {
    for (let calm = 0; calm < 5; ) {
      await new Promise(resolve => setTimeout(resolve, this.#open > 0 ? 2 : 0))
      calm = this.#open === 0 ? calm + 1 : 0
    }
  }
}

export function aPost(id: string, change: Partial<Post> = {}): Post {
  return {
    source: 'x',
    id,
    version: id,
    relation: 'original',
    edited: false,
    author: { id: '7001', handle: 'mira_okafor', name: 'Mira Okafor', url: 'https://x.com/mira_okafor' },
    createdAt: Date.UTC(2026, 0, 5, 9),
    text: [{ kind: 'text', text: `post ${id} about cavities` }],
    media: [],
    sensitive: false,
    url: `https://x.com/mira_okafor/status/${id}`,
    ...change,
  }
}

function intake(id: string, channels: readonly string[], change: Partial<Post>): Intake {
  return {
    source: 'x',
    arrival: { kind: 'post', post: aPost(id, change), via: 'stream', at: 0, cursor: id },
    deliver: channels.map(channel => ({ channel, because: 'follows mira_okafor' })),
    rejected: [],
  }
}
