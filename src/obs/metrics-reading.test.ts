import assert from 'node:assert/strict'
import test from 'node:test'
import { Registry } from 'prom-client'
import type { GapCount, Spending } from '../store/store.ts'
import { gapMetrics, moneyMetrics, silenceMetrics } from './metrics-reading.ts'

const now = Date.UTC(2026, 10, 22, 12)

async function lines(register: (registers: Registry[]) => void): Promise<readonly string[]> {
  const registry = new Registry()
  register([registry])
  return (await registry.metrics()).split('\n').filter(line => line !== '' && !line.startsWith('#'))
}

test('gaps are counted with their length, what they brought and what that cost, by state', async () => {
  const gaps: readonly GapCount[] = [
    { state: 'closed', count: 2, ms: 90_000, posts: 5, micros: 25_000, lastAt: 60_000 },
    { state: 'open', count: 1, ms: 10_000, posts: 0, micros: 0, lastAt: 10_000 },
  ]
  const store = { gapCounts: async () => gaps }
  assert.deepEqual(await lines(registers => gapMetrics({ store }, registers)), [
    'birdwire_gaps{state="open"} 1',
    'birdwire_gaps{state="closed"} 2',
    'birdwire_gaps{state="lost"} 0',
    'birdwire_gap_seconds{state="open"} 10',
    'birdwire_gap_seconds{state="closed"} 90',
    'birdwire_gap_seconds{state="lost"} 0',
    'birdwire_gap_posts{state="open"} 0',
    'birdwire_gap_posts{state="closed"} 5',
    'birdwire_gap_posts{state="lost"} 0',
    'birdwire_gap_micros{state="open"} 0',
    'birdwire_gap_micros{state="closed"} 25000',
    'birdwire_gap_micros{state="lost"} 0',
  ])
})

test('spending of the month and of the day adds up over accounts and channels; a budget only where there is one', async () => {
  const row: Spending = {
    source: 'x',
    day: '2026-11-22',
    kind: 'posts',
    via: 'stream',
    relation: 'original',
    by: 'follow',
    account: '1',
    channels: ['C1'],
    count: 2,
    delivered: 1,
    micros: 10_000,
  }
  const rows = [row, { ...row, account: '2' }, { ...row, day: '2026-11-02' }, { ...row, kind: 'users' as const }]
  const asked: string[] = []
  const spending = async (from: string, to: string) => {
    asked.push(`${from} ${to}`)
    return rows
  }
  const store = { spending }
  const deps = { store, sources: () => [], now: () => now }
  const spent = [
    'birdwire_spend_micros{period="month",kind="posts",via="stream"} 30000',
    'birdwire_spend_micros{period="month",kind="users",via="stream"} 10000',
    'birdwire_spend_micros{period="today",kind="posts",via="stream"} 20000',
    'birdwire_spend_micros{period="today",kind="users",via="stream"} 10000',
    'birdwire_posts_bought{period="month",delivered="yes"} 3',
    'birdwire_posts_bought{period="month",delivered="no"} 3',
    'birdwire_posts_bought{period="today",delivered="yes"} 2',
    'birdwire_posts_bought{period="today",delivered="no"} 2',
  ]
  assert.deepEqual(await lines(registers => moneyMetrics(deps, registers)), spent)
  assert.equal(asked[0], '2026-11-01 2026-11-22')
  const standing = { budget: 25_000_000, level: { step: 2, dropped: [] } } as const
  const budget = { ...deps, money: () => standing }
  assert.deepEqual(await lines(registers => moneyMetrics(budget, registers)), [
    ...spent,
    'birdwire_budget_micros 25000000',
    'birdwire_budget_step 2',
  ])
  const held = { ...deps, money: () => ({ ...standing, held: 'The budget of this month is used up.' }) }
  assert.ok((await lines(registers => moneyMetrics(held, registers))).includes('birdwire_budget_step 4'))
})

test('when something was last lost is told as a time, so that it outlives a stop; nothing while nothing is', async () => {
  const lost: GapCount = { state: 'lost', count: 1, ms: 1000, posts: 0, micros: 0, lastAt: now }
  const store = { gapCounts: async () => [lost] }
  const line = `birdwire_gap_lost_last_timestamp_seconds ${now / 1000}`
  assert.ok((await lines(registers => gapMetrics({ store }, registers))).includes(line))
})

test('each kind of silence is there from the start, at zero', async () => {
  const silences = () => [{ kind: 'account' }, { kind: 'account' }, { kind: 'stream' }] as const
  assert.deepEqual(await lines(registers => silenceMetrics({ silences }, registers)), [
    'birdwire_silences{kind="account"} 2',
    'birdwire_silences{kind="missed"} 0',
    'birdwire_silences{kind="channel"} 0',
    'birdwire_silences{kind="stream"} 1',
    'birdwire_silences{kind="late"} 0',
  ])
})
