import assert from 'node:assert/strict'
import test from 'node:test'
import { emptyRoute } from '../domain/route.ts'
import type { SourceState } from '../source/source.ts'
import type { GapRow, Spending } from '../store/store.ts'
import { gapLine } from './gaps.ts'
import { type Facts, statusText } from './status.ts'

const minute = 60_000
const hour = 60 * minute
const now = Date.UTC(2026, 10, 22, 12)

const streaming: SourceState = {
  name: 'x',
  state: 'streaming',
  since: now - 3 * hour,
  detail: 'Reading X.',
  lastPostAt: now - 2 * minute,
  connects: 1,
  problems: [],
  rules: { ours: 12, others: 0, cap: 1000 },
}
const ann = { source: 'x', id: '1', handle: 'ann', name: 'Ann' } as const
const standing: Facts = {
  sources: [streaming],
  findings: [{ name: 'store', ok: true, detail: 'The database is open.' }],
  channel: 'C1',
  route: { ...emptyRoute('x', 'C1'), follows: [ann] },
  lane: { channel: 'C1', name: 'papers', pending: 0, sent: 7, dead: 0, unknown: 0, lastSentAt: now - 2 * minute },
  gaps: [],
  spending: [],
  money: undefined,
}
const gap: GapRow = {
  source: 'x',
  id: 'g1',
  from: now - 72 * minute,
  to: now - hour,
  why: 'stalled',
  state: 'closed',
  how: 'The timelines of 2 accounts were read.',
  lost: '',
  channels: [],
  posts: 4,
  micros: 20_000,
}
const spent: Spending = {
  source: 'x',
  day: '2026-11-22',
  kind: 'posts',
  via: 'stream',
  relation: 'original',
  by: 'follow',
  account: '1',
  channels: ['C1'],
  count: 10,
  delivered: 9,
  micros: 50_000,
}

const lines = (change: Partial<Facts> = {}) => statusText({ ...standing, ...change }, now).split('\n')

test('all well: the network, the channel, how it reads, what was sent', () => {
  assert.deepEqual(lines(), [
    '*X*: connected for 3 hours, last post 2 minutes ago. 12 rules of at most 1,000.',
    '*This channel*: on.',
    'Wanted here: 1 account, 0 keywords, 0 topics. `/birdwire list` shows them.',
    'Read *cheap*: X sends only what can fit.',
    'Sent here: 7 messages; waiting: 0. Last message 2 minutes ago.',
  ])
})

test('a schedule is not a connection, and has no rules', () => {
  const detail = 'Polling X every minute, because the stream does not work: X says no.'
  assert.equal(
    lines({ sources: [{ ...streaming, mode: 'poll', detail }] })[0],
    `*X*: asked on a schedule for 3 hours, last post 2 minutes ago. ${detail}`,
  )
})

test('what the other way of reading would cost, once it is known', () => {
  const estimate = { postsPerDay: 9, complete: 40.4 }
  assert.equal(
    lines({ sources: [{ ...streaming, estimate }] })[3],
    'Read *cheap*: X sends only what can fit. The follows of all channels bring about 9 posts a day, $1.35 a month; read completely everywhere it would be about 40 posts a day, $6.06 a month.',
  )
  const complete = { ...emptyRoute('x', 'C1'), follows: [ann], reading: 'complete' } as const
  assert.match(
    lines({ route: complete, sources: [{ ...streaming, estimate: { postsPerDay: 1, complete: 1 } }] })[3] ?? '',
    /^Read \*complete\*: .* about 1 post a day, \$0\.15 a month; reading them completely costs the same\.$/,
  )
  assert.ok(!lines({ route: undefined }).some(line => line.startsWith('Read')))
})

test('gaps: open ones, those that lost something for this channel, the others of a day in one line', () => {
  const open: GapRow = { ...gap, id: 'g2', state: 'open', posts: 0, micros: 0, how: '' }
  const lost: GapRow = { ...gap, id: 'g3', state: 'lost', lost: 'X gives only 7 days.', channels: ['C1'] }
  const elsewhere: GapRow = { ...lost, id: 'g4', channels: ['C2'] }
  const old: GapRow = { ...gap, id: 'g5', from: now - 50 * hour, to: now - 49 * hour }
  assert.deepEqual(
    lines({ gaps: [open, lost, elsewhere, gap, { ...gap, id: 'g6' }, old] }).filter(line => /Gap|Closed/.test(line)),
    [
      '*Gap, open*: not covered for 12 minutes, 60 minutes ago (stalled): being caught up.',
      '*Gap, lost*: not covered for 12 minutes, 60 minutes ago (stalled): 4 posts recovered for $0.02, but not everything. X gives only 7 days.',
      'Closed: 2 gaps in the last 24 hours, 24 minutes in all, 8 posts recovered for $0.04. `/birdwire gaps` lists them.',
    ],
  )
  assert.equal(
    gapLine(gap, now),
    'not covered for 12 minutes, 60 minutes ago (stalled): closed, 4 posts recovered for $0.02. The timelines of 2 accounts were read.',
  )
})

test('spending of the month and the day', () => {
  const before: Spending = { ...spent, day: '2026-11-03', count: 200, delivered: 190, micros: 1_000_000 }
  const people: Spending = { ...spent, kind: 'users', via: 'lookup', count: 3, delivered: 0, micros: 30_000 }
  assert.equal(
    lines({ spending: [spent, before, people] })[1],
    '*Spent* in November: $1.08 (today $0.08), for 210 posts, of which 199 went to a channel. `/birdwire cost` shows more.',
  )
})

test('the budget stands beside what is spent of it, by what X itself counted', () => {
  const money = { spent: 80_000, unaccounted: 30_000, budget: 25_000_000, level: { step: 0, dropped: [] } } as const
  assert.match(
    lines({ spending: [spent], money })[1] ?? '',
    /^\*Spent\* in November: \$0\.08 of at most \$25\.00 \(today/,
  )
})

test('what is not well is told, a silence also when it is none of ours; text from outside formats nothing', () => {
  const findings = [
    { name: 'budget', ok: false, detail: 'No topics are read any more.' },
    ...Array.from({ length: 7 }, () => ({ name: 'silence', ok: true, detail: 'Quiet: <!channel> writes nothing.' })),
  ]
  const told = lines({ findings })
  assert.equal(told[1], '*budget*: No topics are read any more.')
  assert.deepEqual(
    told.filter(line => line.startsWith('*Silence*')),
    [...Array<string>(5).fill('*Silence*: Quiet: &lt;!channel&gt; writes nothing.'), '*Silence*: and 2 more.'],
  )
})
