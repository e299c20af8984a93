/**
 * The whole of Birdwire: build, start, stop. The one file that knows everyone; it decides nothing but what is connected to what.
 *
 *   service/reading.ts      X → store                    service/reader.ts   while this process leads
 *   service/delivering.ts   store → Slack
 *   service/hearing.ts      people → store               service/run.ts      start and stop
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
import { silenceWords } from './control/silence.ts'
import { systemClock } from './kit/clock.ts'
import { newIds } from './kit/new-id.ts'
import { postgresStartMs } from './limits.ts'
import { createEvents } from './obs/events.ts'
import { Health } from './obs/health.ts'
import { createMetrics } from './obs/metrics.ts'
import type { Base, ServiceOptions } from './service/base.ts'
import { connectDelivering } from './service/delivering.ts'
import { connectHearing } from './service/hearing.ts'
import { Peers } from './service/peers.ts'
import { connectReading } from './service/reading.ts'
import { dutiesOf } from './service/role.ts'
import { type Parts, run, type Service } from './service/run.ts'
import { openStore } from './store/open.ts'
import type { Store } from './store/store.ts'
import { version } from './version.ts'

export type { Service }

/** Opens the store, starts everything. Rejects with StoreError, or when the address of the HTTP server cannot be had. */
export async function startService(config: Config, options: ServiceOptions): Promise<Service> {
  const store = await openStore({
    dir: config.dataDir,
    databaseUrl: config.databaseUrl,
    waitMs: postgresStartMs,
    waiting: ({ message }) => options.log.warn(`waiting for it up to ${postgresStartMs / 1000} seconds: ${message}`),
    newId: newIds(systemClock),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  })
  const stopping = new AbortController()
  try {
    const parts = await build(config, options, store, stopping.signal)
    return await run(parts, stopping)
  } catch (error) {
    stopping.abort()
    await store.close()
    throw error
  }
}

/** Connects all parts, and starts none of them. `signal`: aborts when the service stops. */
async function build(config: Config, options: ServiceOptions, store: Store, signal: AbortSignal): Promise<Parts> {
  const { log, role = 'all', clock = systemClock } = options
  const duties = dutiesOf(role)
  const startedAt = clock.now()
  const id = newIds(clock)()
  const metrics = createMetrics({
    store,
    sources: () => [peers.source()],
    silences: () => reading.silence.raised(),
    money: () => reading.economy.standing(),
    now: () => clock.now(),
  })
  const events = createEvents(log, metrics)
  const failed = (what: string) => (error: unknown) => log.error({ err: error }, what)
  const base: Base = { config, options, store, clock, events, signal, failed }

  const peers = new Peers({
    ...{ store, clock, id, role },
    own: () => (reading.reader.reads() ? reading.source.state() : undefined),
    ownFindings: () => health.told(),
    onEvent: events.ingest,
  })
  const { worker, hangUp } = connectDelivering(base, {
    workers: () => peers.deliverers(),
    onEvent: event => {
      health.deliver(event)
      events.deliver(event)
      // The store has paused the route of a channel that is gone: nothing more may be matched for it.
      if (event.kind === 'lane-gone') reading.book.refresh().catch(failed('the routes could not be read again'))
    },
  })
  const wake = () => worker.wake()
  const reading = await connectReading(base, { words: silenceWords, wake })
  const { deps, controls, lists, slackIn } = await connectHearing(base, reading, {
    sources: () => [peers.source()],
    findings: () => health.ours(),
    wake,
  })
  const { source, economy, silence, reader } = reading
  const health = new Health({
    ...{ store, clock, silence, economy },
    source: { name: source.name, state: () => peers.source() },
    ...(duties.web ? { slackIn } : {}),
    storeTrouble: () => reading.trouble() ?? worker.trouble(),
    others: () => peers.findings(),
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
    control: request => commandLine(deps, request),
    controlToken,
    host: config.host,
    consoleToken: config.consoleToken,
    id,
    failed: failed('a request failed'),
    webRoot: join(import.meta.dirname, '../web/dist'),
  })

  return {
    ...{ version, config, role, store, log, events, app, reader, worker, lists, slackIn, peers, controls, hangUp },
    address: { id, token: controlToken },
    heard: news => {
      wake()
      if (news === 'money') economy.lookAgain()
      if (news === 'routes') deps.changed().catch(failed('the routes could not be read again'))
    },
  }
}
