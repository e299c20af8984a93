/** Metrics of reading: gaps and what closing them brought, what was paid, what comes suspiciously little. All from what is durable, at each scrape. */

import { Gauge, type Registry } from 'prom-client'
import { utcDay } from '../domain/day.ts'
import { monthOf } from '../domain/money/month.ts'
import { alarmKinds } from '../domain/silence-alarm.ts'
import type { GapRow, Store } from '../store/store.ts'
import type { MetricsDeps } from './metrics.ts'

/** Gaps looked at for their sums. */
const rowsMax = 10_000

type Registers = Registry[]

type MoneyDeps = Pick<MetricsDeps, 'budgetMicros' | 'now'> & { readonly store: Pick<Store, 'spending'> }

export function gapMetrics({ store }: { readonly store: Pick<Store, 'gaps'> }, registers: Registers): void {
  const sums: readonly (readonly [name: string, help: string, of: (gap: GapRow) => number])[] = [
    ['birdwire_gaps', 'Intervals in which a source was not read, by state: open, closed, lost.', () => 1],
    [
      'birdwire_gap_seconds',
      'How long sources were not read, by state of the gap.',
      ({ from, to }) => (to - from) / 1000,
    ],
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
        const gaps = await store.gaps(rowsMax)
        for (const state of ['open', 'closed', 'lost'])
          this.set(
            { state },
            gaps.filter(gap => gap.state === state).reduce((sum, gap) => sum + of(gap), 0),
          )
      },
    })
}

export function moneyMetrics({ store, budgetMicros, now }: MoneyDeps, registers: Registers): void {
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
      this.reset()
      for (const { period, rows } of await periods())
        for (const { kind, via, micros } of rows) this.inc({ period, kind, via }, micros)
    },
  })
  new Gauge({
    name: 'birdwire_posts_bought',
    help: 'Posts paid for in the calendar month and on the day (UTC), by whether a channel got them.',
    labelNames: ['period', 'delivered'],
    registers,
    async collect() {
      for (const { period, rows } of await periods()) {
        const posts = rows.filter(({ kind }) => kind === 'posts')
        const delivered = posts.reduce((sum, row) => sum + row.delivered, 0)
        const bought = posts.reduce((sum, row) => sum + row.count, 0)
        this.set({ period, delivered: 'yes' }, delivered)
        this.set({ period, delivered: 'no' }, bought - delivered)
      }
    },
  })
  new Gauge({
    name: 'birdwire_budget_micros',
    help: 'What may be spent in a calendar month, in millionths of a dollar; absent without a bound.',
    registers,
    collect() {
      const budget = budgetMicros?.()
      if (budget === undefined) this.remove()
      else this.set(budget)
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
