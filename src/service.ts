/**
 * The whole of Birdwire: build, start, stop. The one file that knows everyone; it decides nothing but what is connected to what.
 *
 * Loops run side by side: ingest (source → store), deliver (store → Slack), the watches over money and silence, and what Slack and HTTP ask. A store that
 * cannot write for now (a full disk) makes a loop wait and try again by itself; a store that is broken, or a broken invariant of our
 * own, stops the service, and `finished` rejects with the reason.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { consoleApp } from './console/server.ts'
import { commandLine } from './control/command-line.ts'
import type { ControlDeps } from './control/control.ts'
import { createControls } from './control/controls.ts'
import { channelFinder } from './control/lists/channels.ts'
import { ListsKeeper } from './control/lists/keeper.ts'
import { placeAt } from './control/lists/place.ts'
import { silenceWords } from './control/silence.ts'
import { deliveryWorker, type Worker } from './deliver/worker.ts'
import { microsPerUsd } from './domain/rate-card.ts'
import { Economy } from './ingest/economy.ts'
import { holdOf } from './ingest/hours.ts'
import { createIngest } from './ingest/ingest.ts'
import { judging } from './ingest/judging.ts'
import { Matcher } from './ingest/match.ts'
import { peopleIn } from './ingest/people.ts'
import { runRecheck } from './ingest/recheck.ts'
import { type Keep, runRetention } from './ingest/retention.ts'
import { createSilenceWatch } from './ingest/silence.ts'
import { RouteBook } from './ingest/wanted.ts'
import { type Clock, systemClock } from './kit/clock.ts'
import { newIds } from './kit/new-id.ts'
import { systemRandom } from './kit/random.ts'
import { postgresStartMs } from './limits.ts'
import { createEvents } from './obs/events.ts'
import { Health } from './obs/health.ts'
import type { Log } from './obs/log.ts'
import { createMetrics } from './obs/metrics.ts'
import { Peers } from './service/peers.ts'
import { Reader } from './service/reader.ts'
import { dutiesOf, type Role } from './service/role.ts'
import { type Parts, run, type Service } from './service/run.ts'
import { createSlackIn } from './slack/in/slack-in.ts'
import { findChannel } from './slack/out/channels.ts'
import { compose, composePlain } from './slack/out/compose.ts'
import { slackOut } from './slack/out/send.ts'
import type { XLimits } from './source/x/reading.ts'
import { createXSource } from './source/x/source.ts'
import { openStore } from './store/open.ts'
import type { Store } from './store/store.ts'

export const version = '0.1.0'
export type { Service }

export interface ServiceOptions {
  readonly log: Log
  /** The machine's own unless a test compresses time. */
  readonly clock?: Clock
  /** Pictures at private addresses are handed to Slack: only for simulated networks on this machine (I8). */
  readonly allowPrivateHosts?: boolean
  /** Waits of the X source that a test wants shorter. */
  readonly xLimits?: Partial<XLimits>
  /** For how long things are kept, where a test wants it shorter than the settings allow. */
  readonly keep?: Keep
  /** A file or folder of lists that is kept the same as what the channels want. */
  readonly lists?: string
  /** What this process does; default: all of it. Anything else needs a shared database. */
  readonly role?: Role
  /** Longest call of Slack, ms, where a test wants it shorter. */
  readonly slackTimeoutMs?: number
}

/** Opens the store, starts everything. Rejects with StoreError, or when the address of the HTTP server cannot be had. */
export async function startService(config: Config, options: ServiceOptions): Promise<Service> {
  const store = await openStore({
    dir: config.dataDir,
    databaseUrl: config.databaseUrl,
    waitMs: postgresStartMs,
    newId: newIds(systemClock),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  })
  const stopping = new AbortController()
  try {
    const parts = await build(config, options, store, stopping.signal)
    return await run(parts, config, options.role ?? 'all', stopping)
  } catch (error) {
    stopping.abort()
    await store.close()
    throw error
  }
}

/** Connects all parts, and starts none of them. `signal`: aborts when the service stops. */
async function build(config: Config, options: ServiceOptions, store: Store, signal: AbortSignal): Promise<Parts> {
  const { log } = options
  const clock = options.clock ?? systemClock
  const startedAt = clock.now()
  const failed = (what: string) => (error: unknown) => log.error({ err: error }, what)

  const metrics = createMetrics({
    store,
    sources: () => [peers.source()],
    silences: () => silence.raised(),
    budgetMicros: () => economy.standing().budget,
    now: () => clock.now(),
  })
  const events = createEvents(log, metrics)

  const role = options.role ?? 'all'
  const duties = dutiesOf(role)
  const id = newIds(clock)()
  const peers = new Peers({
    ...{ store, clock, id, role },
    own: () => (reader.reads() ? source.state() : undefined),
    onEvent: events.ingest,
  })

  const { apiUrl, auth, mode, authors, quoted, activity, budgetUsd } = config.x
  const source = createXSource({
    ...{ apiUrl, auth, mode, authors, quoted, activity, clock },
    people: peopleIn(store, 'x', clock),
    onReads: (reads, via) => {
      const nobody = { relation: '', by: '', account: '', channels: [], delivered: 0 } as const
      economy
        .bought([{ source: 'x', at: clock.now(), via, reads, ...nobody }])
        .catch(failed('a purchase could not be written into the ledger'))
    },
    onEvent: events.x,
    limits: options.xLimits ?? {},
  })
  const matcher = new Matcher()
  const book = new RouteBook({ source: 'x', store, matcher })
  const economy = new Economy({
    ...{ source: 'x', book, store, clock },
    usage: (days, asking) => source.usage(days, asking),
    ...(budgetUsd === undefined ? {} : { budgetMicros: Math.round(budgetUsd * microsPerUsd) }),
    onAnnounced: lines => {
      worker.wake()
      events.announced(lines)
    },
    onEvent: events.economy,
  })
  await book.refresh()
  await economy.open()

  const controlDeps: ControlDeps = {
    store,
    source,
    clock,
    signal,
    changed: async () => {
      await book.refresh()
      economy.wishesChanged()
      worker.wake()
      lists?.changed().catch(failed('the lists could not be written'))
    },
    sources: () => [peers.source()],
    money: economy,
    deletionsHeard: activity || config.x.recheck,
    findings: () => health.ours(),
    judging,
    holdOf,
    permalink: (channel, ts, thread) => slackIn.permalink(channel, ts, thread),
    nameOf: id => slackIn.nameOf(id),
    channelNamed: name => findChannel({ token: config.slack.botToken, apiUrl: config.slack.apiUrl }, name),
  }
  const controls = createControls(controlDeps)
  const lists =
    options.lists === undefined
      ? undefined
      : new ListsKeeper({
          place: await placeAt(options.lists),
          deps: controlDeps,
          findChannel: channelFinder(controlDeps, async name => await controlDeps.channelNamed?.(name)),
          baseFile: join(config.dataDir, 'lists-base.json'),
          onEvent: events.lists,
        })

  /** Aborts when nothing is waited for any more. */
  const over = new AbortController()
  const slack = slackOut({
    token: config.slack.botToken,
    apiUrl: config.slack.apiUrl,
    signal: over.signal,
    ...(options.slackTimeoutMs === undefined ? {} : { timeoutMs: options.slackTimeoutMs }),
  })
  const worker: Worker = deliveryWorker({
    store,
    clock,
    random: systemRandom,
    workers: () => peers.deliverers(),
    onEvent: event => {
      health.deliver(event)
      events.deliver(event)
      // The store has paused the route of a channel that is gone: nothing more may be matched for it.
      if (event.kind === 'lane-gone') book.refresh().catch(failed('the routes could not be read again'))
    },
    slack: {
      ...slack,
      compose: ({ content, delivery }) =>
        compose(content, {
          deliveryId: delivery.id,
          imagesDropped: delivery.imagesDropped,
          allowPrivateHosts: options.allowPrivateHosts ?? false,
        }),
      composePlain: ({ content, delivery }) => composePlain(content, { deliveryId: delivery.id }),
    },
  })
  const ingest = createIngest({
    source,
    store,
    matcher,
    wanted: economy,
    clock,
    onCommitted: committed => {
      worker.wake()
      events.committed(committed)
      silence.committed(committed)
    },
    onEvent: events.ingest,
  })
  const silence = createSilenceWatch({
    ...{ source, store, wanted: economy, clock, words: silenceWords },
    onEvent: event => {
      worker.wake()
      events.silence(event)
    },
  })
  const slackIn = createSlackIn({
    inbound: config.slack.inbound,
    botToken: config.slack.botToken,
    apiUrl: config.slack.apiUrl,
    admins: config.slack.admins,
    controls,
    clock,
    random: systemRandom,
    hooks: events.slackIn,
  })
  const health = new Health({
    ...{ store, clock, silence, economy },
    source: { name: source.name, state: () => peers.source() },
    ...(duties.web ? { slackIn } : {}),
    storeTrouble: () => ingest.trouble() ?? worker.trouble(),
  })

  const keep = options.keep ?? config.keep
  const held = () => economy.held()
  const recheck = (leading: AbortSignal) => runRecheck({ source, store, clock, held, onEvent: events.recheck }, leading)
  const reader = new Reader({
    alone: config.databaseUrl === undefined,
    clock,
    lookUp: { wanted: () => book.refresh(), money: () => economy.open() },
    loops: [
      leading => ingest.run(leading),
      leading => economy.run(leading),
      leading => silence.run(leading),
      leading => runRetention({ store, clock, keep, onEvent: events.retention }, leading),
      ...(config.x.recheck ? [recheck] : []),
    ],
    onEvent: events.ingest,
  })
  const controlToken = randomBytes(32).toString('base64url')
  const app = consoleApp({
    ready: () => health.readiness(),
    status: async () => {
      const [readiness, lanes, tallies, gaps, dead] = await Promise.all([
        health.readiness(),
        store.lanes(),
        store.tallies(),
        store.gaps(20),
        store.dead(20),
      ])
      return { version, startedAt, at: clock.now(), readiness, sources: [peers.source()], lanes, tallies, gaps, dead }
    },
    metrics: async () => ({ contentType: metrics.registry.contentType, body: await metrics.registry.metrics() }),
    slack: slackIn.handle,
    control: request => commandLine(controlDeps, request),
    controlToken,
    host: config.host,
    consoleToken: config.consoleToken,
    id,
    failed: failed('a request failed'),
    webRoot: join(import.meta.dirname, '../web/dist'),
  })

  return {
    ...{ version, store, log, events, app, reader, worker, lists, slackIn, peers, controls },
    address: { id, token: controlToken },
    heard: news => {
      worker.wake()
      if (news === 'money') economy.lookAgain()
      if (news === 'routes') controlDeps.changed().catch(failed('the routes could not be read again'))
    },
    hangUp: () => over.abort(),
  }
}
