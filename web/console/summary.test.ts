import assert from 'node:assert/strict'
import test from 'node:test'
import type { StatusView } from '../../src/console/types.ts'
import { summaryOf, tallyLines } from './summary.ts'

const lane = { channel: 'C1', name: 'papers', pending: 0, sent: 3, dead: 0, unknown: 0 }
const calm: StatusView = {
  at: 1000,
  startedAt: 0,
  version: '0.1.0',
  readiness: { ready: true, parts: [{ name: 'store', ok: true, detail: 'open' }] },
  sources: [],
  lanes: [lane],
  tallies: [],
  gaps: [],
  dead: [],
}

test('nothing wrong and nothing waiting is said in one breath', () => {
  assert.deepEqual(summaryOf(calm), { good: true, title: 'All is well', detail: 'Nothing waits to be sent.' })
})

test('what is wrong comes first, in the service’s own words', () => {
  const parts = [{ name: 'slack', ok: false, detail: 'Slack refuses the token.' }]
  const summary = summaryOf({ ...calm, readiness: { ready: false, parts }, lanes: [{ ...lane, held: 'archived' }] })
  assert.equal(summary.good, false)
  assert.equal(summary.detail, 'Slack refuses the token.')
})

test('a held channel is named with its reason', () => {
  assert.equal(
    summaryOf({ ...calm, lanes: [{ ...lane, held: 'The bot was removed.' }] }).detail,
    '#papers: The bot was removed.',
  )
})

test('drops are counted by reason, zeros left out, what was stored always there', () => {
  const tallies = [
    { source: 'x', result: 'stored', reason: '', count: 0 },
    { source: 'x', result: 'dropped', reason: 'cut', count: 2 },
    { source: 'x', result: 'dropped', reason: 'not-json', count: 0 },
  ] as const
  assert.deepEqual(tallyLines({ ...calm, tallies }), [
    { label: 'stored', count: 0 },
    { label: 'lines cut off (what they held is fetched)', count: 2 },
  ])
})
