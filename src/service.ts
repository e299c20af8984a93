/**
 * The whole of Birdwire: build, start, stop. The one file that knows everyone; it decides nothing but what is connected to what.
 *
 * Loops run side by side: ingest (source → store), deliver (store → Slack), the watches over money and silence, and what Slack and HTTP ask. A store that
 * cannot write for now (a full disk) makes a loop wait and try again by itself; a store that is broken, or a broken invariant of our
 * own, stops the service, and `finished` rejects with the reason.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { type ConsoleServer, consoleApp, listen } from './console/server.ts'
import { commandLine, type ServiceFile, serviceFile } from './control/command-line.ts'
import type { ControlDeps } from './control/control.ts'
import { type Controls, createControls } from './control/controls.ts'
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
import { crashPoint } from './kit/crash-point.ts'
import { insistence } from './kit/insist.ts'
import { newIds } from './kit/new-id.ts'
import { systemRandom } from './kit/random.ts'
import { commitRetryMsMax, moneyFollowMs, postgresStartMs } from './limits.ts'
import { createEvents } from './obs/events.ts'
import { Health } from './obs/health.ts'
import type { Log } from './obs/log.ts'
import { createMetrics } from './obs/metrics.ts'
import { whileLeading } from './service/leading.ts'
import { Peers } from './service/peers.ts'
import { dutiesOf, type Role } from './service/role.ts'
import { createSlackIn } from './slack/in/slack-in.ts'
import { findChannel } from './slack/out/channels.ts'
import { compose, composePlain } from './slack/out/compose.ts'
import { slackOut } from './slack/out/send.ts'
import type { XLimits } from './source/x/reading.ts'
import { createXSource } from './source/x/source.ts'
import { openStore } from './store/open.ts'
import type { Store } from './store/store.ts'

export const version = '0.1.0'

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

export interface Service {
  /** Where the HTTP server listens. */
  readonly url: string
  readonly controls: Controls
  /** Resolves after `stop`; rejects when the service had to stop by itself. */
  readonly finished: Promise<void>
  /** Ends reading, lets attempts under way finish for some seconds, closes the store. May be called more than once. */
  stop(): Promise<void>
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
    return await run(config, options, store, stopping)
  } catch (error) {
    stopping.abort()
    await store.close()
    throw error
  }
}

async function run(config: Config, options: ServiceOptions, store: Store, stopping: AbortController): Promise<Service> {
  const { log } = options
  const { signal } = stopping
  const clock = options.clock ?? systemClock
  const startedAt = clock.now()

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
  /** Alone, this process reads X as soon as it runs; of several, when it leads. */
  let reads = config.databaseUrl === undefined
  const peers = new Peers({
    ...{ store, clock, id, role },
    own: () => (reads ? source.state() : undefined),
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
        .catch((error: unknown) => log.error({ err: error }, 'a purchase could not be written into the ledger'))
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
      lists?.changed().catch((error: unknown) => log.error({ err: error }, 'the lists could not be written'))
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
      if (event.kind === 'lane-gone')
        book.refresh().catch((error: unknown) => log.error({ err: error }, 'the routes could not be read again'))
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
    failed: error => log.error({ err: error }, 'a request failed'),
    webRoot: join(import.meta.dirname, '../web/dist'),
  })
  const server: ConsoleServer = await listen(app, config.host, config.port)
  try {
    if (duties.web) announce(config.dataDir, { url: server.url, token: controlToken, id })
  } catch (error) {
    await server.close()
    throw error
  }

  /** Reads X, and what goes with it, until the signal aborts. Whoever led before may have spent and changed what this process does not know. */
  const read = async (leading: AbortSignal): Promise<void> => {
    const { insist } = insistence({ clock, retryMsMax: commitRetryMsMax, onEvent: events.ingest })
    const ready = await insist(async () => {
      await book.refresh()
      await economy.open()
    }, leading)
    if (ready === undefined) return
    reads = true
    const held = () => economy.held()
    const keep = options.keep ?? config.keep
    await Promise.all([
      ingest.run(leading),
      economy.run(leading),
      silence.run(leading),
      runRetention({ store, clock, keep, onEvent: events.retention }, leading),
      ...(config.x.recheck ? [runRecheck({ source, store, clock, held, onEvent: events.recheck }, leading)] : []),
    ])
  }
  /** While another process reads and spends, what is known of the money is read from the store. */
  const keepUp = async (): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(moneyFollowMs, signal)
      // The next time is soon.
      if (!reads) await economy.open().catch(() => {})
    }
  }
  const leadingTold = (event: { readonly task: string; readonly leads: boolean }): void => {
    if (event.task === 'x') reads &&= event.leads
    events.leading(event, config.databaseUrl === undefined)
  }
  const loops: Promise<void>[] = []
  if (duties.ingest) loops.push(whileLeading(store, 'x', read, leadingTold, signal))
  if (duties.deliver) loops.push(worker.run(signal))
  if (lists !== undefined) loops.push(whileLeading(store, 'lists', leading => lists.run(leading), leadingTold, signal))
  if (config.databaseUrl !== undefined) loops.push(peers.run(signal), keepUp())
  const deaf = store.listen(news => {
    worker.wake()
    if (news === 'work') return
    if (news === 'money') economy.lookAgain()
    else
      controlDeps.changed().catch((error: unknown) => log.error({ err: error }, 'the routes could not be read again'))
  })
  if (duties.web) slackIn.start()
  log.info({ version, url: server.url, mode: config.slack.inbound.kind, role }, 'Birdwire is running')
  for (const remark of config.remarks) log.warn(remark)

  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    stopping.abort()
    deaf()
    await Promise.allSettled([...loops, slackIn.stop()])
    over.abort()
    crashPoint('mid-stop')
    await server.close()
    if (duties.web) rmSync(serviceFile(config.dataDir), { force: true })
    await store.close()
    log.info('Birdwire has stopped')
  }
  const stop = (): Promise<void> => {
    closing ??= close()
    return closing
  }
  const finished = Promise.all(loops).then(
    () => stop(),
    async (error: unknown) => {
      log.error({ err: error }, 'Birdwire has to stop')
      await stop()
      throw error
    },
  )
  finished.catch(() => {})
  return { url: server.url, controls, finished, stop }
}

/** Lets the command line of the same user find the running service. */
function announce(dataDir: string, content: ServiceFile): void {
  mkdirSync(dataDir, { recursive: true })
  const file = serviceFile(dataDir)
  writeFileSync(file, `${JSON.stringify(content)}\n`, { mode: 0o600 })
  chmodSync(file, 0o600)
}
