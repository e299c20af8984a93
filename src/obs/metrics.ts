/**
 * Prometheus metrics. What the store counts durably (arrivals, drops, deliveries, gaps) is read from it at each scrape, so that
 * a restart loses no count, and is absent while the store does not answer; only what has no durable home is counted here. Every reason of a closed list exists from the start, at zero.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { deadReasons } from '../domain/delivery.ts'
import { dropReasons } from '../domain/drop.ts'
import { forgottenKinds } from '../domain/forgotten.ts'
import type { Standing } from '../domain/money/standing.ts'
import type { AlarmKind } from '../domain/silence-alarm.ts'
import type { SourceState } from '../source/source.ts'
import type { Store } from '../store/store.ts'
import { gapMetrics, moneyMetrics, silenceMetrics } from './metrics-reading.ts'
import { stored } from './stored.ts'

export interface Metrics {
  readonly registry: Registry
  /** From the commit of a post to Slack's answer, in seconds. */
  readonly latency: Histogram
  readonly attempts: Counter<'outcome'>
  readonly connects: Counter<'source'>
  readonly disconnects: Counter<'source'>
  readonly forgotten: Counter<'kind'>
  /** Times that Slack made the whole workspace wait. */
  readonly slackWaits: Counter
  readonly leasesLost: Counter
  readonly storeRefusals: Counter
  /** 1 while this process does what only one may do. */
  readonly leads: Gauge<'task'>
}

export interface MetricsDeps {
  readonly store: Pick<Store, 'tallies' | 'lanes' | 'gapCounts' | 'deadCounts' | 'spending' | 'owedSince'>
  sources(): readonly SourceState[]
  /** What was said of silences and is not over; absent where nobody watches. */
  silences?(): readonly { readonly kind: AlarmKind }[]
  /** How the month's money stands; absent where nobody looks after it. */
  money?(): Pick<Standing, 'budget' | 'level' | 'held'>
  now(): number
}

export function createMetrics(deps: MetricsDeps): Metrics {
  const { store, sources, now } = deps
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  gapMetrics(deps, registers)
  moneyMetrics(deps, registers)
  silenceMetrics(deps, registers)

  new Gauge({
    name: 'birdwire_arrivals_total',
    help: 'What arrived from a source since the database was made, by result and reason of a drop.',
    labelNames: ['source', 'result', 'reason'],
    registers,
    async collect() {
      await stored(this, async () => {
        const tallies = await store.tallies()
        for (const { name } of sources())
          for (const reason of dropReasons) this.set({ source: name, result: 'dropped', reason }, 0)
        for (const { source, result, reason, count } of tallies) this.set({ source, result, reason }, count)
      })
    },
  })
  new Gauge({
    name: 'birdwire_deliveries',
    help: 'Deliveries by channel and state.',
    labelNames: ['channel', 'state'],
    registers,
    async collect() {
      await stored(this, async () => {
        for (const { channel, pending, sent, dead, unknown } of await store.lanes())
          for (const [state, count] of Object.entries({ pending, sent, dead, unknown }))
            this.set({ channel, state }, count)
      })
    },
  })
  new Gauge({
    name: 'birdwire_owed_seconds',
    help: 'How long the oldest message has been waiting that its channel and its pace allow to be sent; 0 when none is.',
    registers,
    async collect() {
      await stored(this, async () => {
        const since = await store.owedSince(now())
        this.set(since === undefined ? 0 : Math.max(0, now() - since) / 1000)
      })
    },
  })
  new Gauge({
    name: 'birdwire_dead',
    help: 'Deliveries that could not be sent, by reason.',
    labelNames: ['reason'],
    registers,
    async collect() {
      await stored(this, async () => {
        const counts = await store.deadCounts()
        for (const reason of deadReasons) this.set({ reason }, counts.find(one => one.reason === reason)?.count ?? 0)
      })
    },
  })
  new Gauge({
    name: 'birdwire_dead_last_timestamp_seconds',
    help: 'When the newest of the deliveries that could not be sent was given up, by reason; Unix time. Absent when there is none.',
    labelNames: ['reason'],
    registers,
    async collect() {
      await stored(this, async () => {
        for (const { reason, lastAt } of await store.deadCounts()) this.set({ reason }, lastAt / 1000)
      })
    },
  })
  new Gauge({
    name: 'birdwire_source_streaming',
    help: '1 while the source is being read, 0 while it should be; absent while nobody wants anything from it.',
    labelNames: ['source'],
    registers,
    collect() {
      this.reset()
      for (const { name, state } of sources())
        if (state !== 'idle') this.set({ source: name }, state === 'streaming' ? 1 : 0)
    },
  })
  new Gauge({
    name: 'birdwire_source_silence_seconds',
    help: 'Since the last byte from the source.',
    labelNames: ['source'],
    registers,
    collect() {
      for (const { name, lastByteAt } of sources())
        if (lastByteAt !== undefined) this.set({ source: name }, (now() - lastByteAt) / 1000)
    },
  })

  const forgotten = new Counter({
    name: 'birdwire_forgotten_total',
    help: 'What was past its term and is not stored any more, by kind.',
    labelNames: ['kind'],
    registers,
  })
  for (const kind of forgottenKinds) forgotten.inc({ kind }, 0)

  new Gauge({
    name: 'birdwire_slack_last_sent_seconds',
    help: 'Since the newest message that Slack took, in any channel; absent before the first.',
    registers,
    async collect() {
      await stored(this, async () => {
        const sent = (await store.lanes()).flatMap(({ lastSentAt }) => lastSentAt ?? [])
        if (sent.length > 0) this.set((now() - Math.max(...sent)) / 1000)
      })
    },
  })
  new Gauge({
    name: 'birdwire_channels_held',
    help: 'Channels to which nothing is sent until somebody resumes.',
    registers,
    async collect() {
      await stored(this, async () => {
        this.set((await store.lanes()).filter(({ held }) => held !== undefined).length)
      })
    },
  })

  return {
    registry,
    forgotten,
    slackWaits: new Counter({
      name: 'birdwire_slack_waits_total',
      help: 'Times that nothing was sent to the workspace for a while: a rate limit, an outage, a refused token.',
      registers,
    }),
    leasesLost: new Counter({
      name: 'birdwire_leases_lost_total',
      help: 'Attempts that ended after somebody else had taken their lease over.',
      registers,
    }),
    storeRefusals: new Counter({
      name: 'birdwire_store_refusals_total',
      help: 'Times that the database could not do what it was asked, and was asked again.',
      registers,
    }),
    leads: new Gauge({
      name: 'birdwire_leads',
      help: '1 while this process does what only one process may do: reading X, keeping the lists.',
      labelNames: ['task'],
      registers,
    }),
    latency: new Histogram({
      name: 'birdwire_delivery_seconds',
      help: "From the commit of a post to Slack's answer.",
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300],
      registers,
    }),
    attempts: new Counter({
      name: 'birdwire_attempts_total',
      help: 'Attempts to deliver, by how they ended.',
      labelNames: ['outcome'],
      registers,
    }),
    connects: new Counter({
      name: 'birdwire_source_connects_total',
      help: 'Connections made to a source.',
      labelNames: ['source'],
      registers,
    }),
    disconnects: new Counter({
      name: 'birdwire_source_disconnects_total',
      help: 'Connections to a source that ended.',
      labelNames: ['source'],
      registers,
    }),
  }
}
