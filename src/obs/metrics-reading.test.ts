import assert from 'node:assert/strict'
import test from 'node:test'
import { Registry } from 'prom-client'
import type { GapRow, Spending } from '../store/store.ts'
import { gapMetrics, moneyMetrics, silenceMetrics } from './metrics-reading.ts'

const now = Date.UTC(2026, 10, 22, 12)

async function lines(register: (registers: Registry[]) => void): Promise<readonly string[]> {
  const registry = new Registry()
  register([registry])
  return (await registry.metrics()).split('\n').filter(line => line !== '' && !line.startsWith('#'))
}

test('gaps are counted with their length, what they brought and what that cost, by state', async () => {
  const gap = { source: 'x', id: '1', from: 0, why: '', how: '', lost: '', channels: [] } as const
  const gaps: readonly GapRow[] = [
    { ...gap, to: 60_000, state: 'closed', posts: 4, micros: 20_000 },
    { ...gap, to: 30_000, state: 'closed', posts: 1, micros: 5000 },
    { ...gap, to: 10_000, state: 'open', posts: 0, micros: 0 },
  ]
  const store = { gaps: async () => gaps, tallies: none, lanes: none, dead: none, spending: none }
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

const none = async () => []

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
  const store = { spending, gaps: none, tallies: none, lanes: none, dead: none }
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
  const budget = { ...deps, budgetMicros: () => 25_000_000 }
  assert.deepEqual(await lines(registers => moneyMetrics(budget, registers)), [
    ...spent,
    'birdwire_budget_micros 25000000',
  ])
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
