import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import test from 'node:test'
import type { Gap } from '../domain/arrival.ts'
import { createEvents } from './events.ts'
import { createLog } from './log.ts'
import { createMetrics } from './metrics.ts'

function rig() {
  const lines: unknown[] = []
  const to = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)))
      done()
    },
  })
  const none = async () => []
  const store = {
    tallies: none,
    lanes: none,
    gapCounts: none,
    deadCounts: none,
    spending: none,
    owedSince: async () => undefined,
  }
  const metrics = createMetrics({ store, sources: () => [], now: () => 0 })
  return { lines, events: createEvents(createLog({ level: 'debug', secrets: [], to }), metrics) }
}

const words = (lines: readonly unknown[]) =>
  lines.map(line => {
    assert.ok(typeof line === 'object' && line !== null && 'level' in line && 'msg' in line)
    return [line.level, line.msg]
  })
const [info, warn, error] = [30, 40, 50]

test('a gap is told by what it is: opened, closed, lost with what and where', () => {
  const { lines, events } = rig()
  const gap: Gap = {
    source: 'x',
    id: 'g1',
    from: 1,
    to: 2,
    why: 'stalled',
    state: 'open',
    how: '',
    lost: '',
    channels: [],
  }
  events.x({ kind: 'gap', gap })
  events.x({ kind: 'gap', gap: { ...gap, release: true } })
  events.x({ kind: 'gap', gap: { ...gap, state: 'closed', how: 'Two timelines were read.' } })
  events.x({ kind: 'gap', gap: { ...gap, state: 'lost', lost: 'X gives only 7 days.', channels: ['C1'] } })
  assert.deepEqual(words(lines), [
    [warn, 'X: gap open: stalled.'],
    [warn, 'X: gap open: stalled. What was fetched so far goes out now.'],
    [info, 'X: gap closed: stalled; Two timelines were read.'],
    [error, 'X: gap lost: stalled; X gives only 7 days.'],
  ])
  assert.ok(lines.some(line => JSON.stringify(line).includes('"channels":["C1"]')))
})

test('a silence is an error where posts are missing and a warning where somebody is quiet; what was said of the budget too', () => {
  const { lines, events } = rig()
  const account = { source: 'x', id: '1', handle: 'ann', name: 'Ann' } as const
  const expected = { account, since: 0, perDay: 3 }
  events.silence({
    kind: 'silence-raised',
    alarm: { kind: 'missed', ...expected, posts: 2 },
    text: 'Two did not come.',
  })
  events.silence({
    kind: 'silence-raised',
    alarm: { kind: 'account', ...expected, checked: { kind: 'nothing' } },
    text: 'Nothing of Ann.',
  })
  events.silence({ kind: 'silence-over', matter: { kind: 'account', id: '1' }, text: 'Ann writes again.' })
  events.announced([{ channel: 'C1', key: 'budget:2026-11:1:topics', text: 'No topics any more.' }])
  assert.deepEqual(words(lines), [
    [error, 'Two did not come.'],
    [warn, 'Nothing of Ann.'],
    [info, 'Ann writes again.'],
    [warn, 'No topics any more.'],
  ])
})

test('a change with nothing left to change is no error: nobody has to do anything', () => {
  const { lines, events } = rig()
  const which = { kind: 'dead', channel: 'C1', deliveryId: 'd1' } as const
  events.deliver({ ...which, reason: 'discarded', why: 'somebody deleted the message' })
  events.deliver({ ...which, reason: 'refused', why: 'too old' })
  assert.deepEqual(words(lines), [
    [info, 'not delivered: somebody deleted the message'],
    [error, 'cannot be delivered: too old'],
  ])
})
