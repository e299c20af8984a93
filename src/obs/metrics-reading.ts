/** Metrics of reading: gaps and what closing them brought, what was paid, what comes suspiciously little. All from what is durable, at each scrape. */

import { Gauge, type Registry } from 'prom-client'
import { utcDay } from '../domain/day.ts'
import { monthOf } from '../domain/money/month.ts'
import { alarmKinds } from '../domain/silence-alarm.ts'
import type { GapCount, Store } from '../store/store.ts'
import type { MetricsDeps } from './metrics.ts'
import { stored } from './stored.ts'

type Registers = Registry[]

type MoneyDeps = Pick<MetricsDeps, 'money' | 'now'> & { readonly store: Pick<Store, 'spending'> }

export function gapMetrics({ store }: { readonly store: Pick<Store, 'gapCounts'> }, registers: Registers): void {
  const sums: readonly (readonly [name: string, help: string, of: (gaps: GapCount) => number])[] = [
    ['birdwire_gaps', 'Intervals in which a source was not read, by state: open, closed, lost.', ({ count }) => count],
    ['birdwire_gap_seconds', 'How long sources were not read, by state of the gap.', ({ ms }) => ms / 1000],
    ['birdwire_gap_posts', 'Posts stored because a gap was closed, by its state.', ({ posts }) => posts],
    ['birdwire_gap_micros', 'What closing gaps cost, in millionths of a dollar, by state.', ({ micros }) => micros],
  ]
  for (const [name, help, of] of sums)
    new Gauge({
      name,
      help,
      labelNames: ['state'],
      registers,
      async collect() {
        await stored(this, async () => {
          const counts = await store.gapCounts()
          for (const state of ['open', 'closed', 'lost']) {
            const found = counts.find(one => one.state === state)
            this.set({ state }, found === undefined ? 0 : of(found))
          }
        })
      },
    })
  new Gauge({
    name: 'birdwire_gap_lost_last_timestamp_seconds',
    help: 'When the newest gap ended of which something is lost; Unix time. Absent when there is none.',
    registers,
    async collect() {
      await stored(this, async () => {
        const lost = (await store.gapCounts()).find(({ state }) => state === 'lost')
        if (lost !== undefined) this.set(lost.lastAt / 1000)
      })
    },
  })
}

export function moneyMetrics({ store, money, now }: MoneyDeps, registers: Registers): void {
  const periods = async () => {
    const today = utcDay(now())
    const month = await store.spending(monthOf(now()).from, today)
    return [
      { period: 'month', rows: month },
      { period: 'today', rows: month.filter(({ day }) => day === today) },
    ] as const
  }
  new Gauge({
    name: 'birdwire_spend_micros',
    help: 'Spent at a source in the calendar month and on the day (UTC), in millionths of a dollar, by what was read and how.',
    labelNames: ['period', 'kind', 'via'],
    registers,
    async collect() {
      await stored(this, async () => {
        for (const { period, rows } of await periods())
          for (const { kind, via, micros } of rows) this.inc({ period, kind, via }, micros)
      })
    },
  })
  new Gauge({
    name: 'birdwire_posts_bought',
    help: 'Posts paid for in the calendar month and on the day (UTC), by whether a channel got them.',
    labelNames: ['period', 'delivered'],
    registers,
    async collect() {
      await stored(this, async () => {
        for (const { period, rows } of await periods()) {
          const posts = rows.filter(({ kind }) => kind === 'posts')
          const delivered = posts.reduce((sum, row) => sum + row.delivered, 0)
          const bought = posts.reduce((sum, row) => sum + row.count, 0)
          this.set({ period, delivered: 'yes' }, delivered)
          this.set({ period, delivered: 'no' }, bought - delivered)
        }
      })
    },
  })
  new Gauge({
    name: 'birdwire_budget_micros',
    help: 'What may be spent in a calendar month, in millionths of a dollar; absent without a bound.',
    registers,
    collect() {
      const budget = money?.().budget
      if (budget === undefined) this.remove()
      else this.set(budget)
    },
  })
  new Gauge({
    name: 'birdwire_budget_step',
    help: 'What is given up for the budget: 0 nothing, 1 topics, 2 reposts too, 3 the dearest accounts too, 4 all reading; absent without a bound.',
    registers,
    collect() {
      const standing = money?.()
      if (standing?.budget === undefined) this.remove()
      else this.set(standing.held === undefined ? standing.level.step : 4)
    },
  })
}

export function silenceMetrics({ silences }: Pick<MetricsDeps, 'silences'>, registers: Registers): void {
  new Gauge({
    name: 'birdwire_silences',
    help: 'Silences told of and not over: account, channel (quiet); missed, stream, late (posts do not come, or not in time).',
    labelNames: ['kind'],
    registers,
    collect() {
      const raised = silences?.() ?? []
      for (const kind of alarmKinds) this.set({ kind }, raised.filter(one => one.kind === kind).length)
    },
  })
}
