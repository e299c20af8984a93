import assert from 'node:assert/strict'
import test from 'node:test'
import { deadReasons } from '../domain/delivery.ts'
import { dropReasons } from '../domain/drop.ts'
import { StoreError } from '../store/store-error.ts'
import { createMetrics } from './metrics.ts'

const source = {
  name: 'x',
  state: 'streaming',
  since: 0,
  detail: '',
  problems: [],
  connects: 1,
  lastByteAt: 1000,
} as const

test('every reason of the closed lists is there from the start, at zero, and counts of the store come through', async () => {
  const { registry } = createMetrics({
    store: {
      tallies: async () => [{ source: 'x', result: 'dropped', reason: 'cut', count: 3 }],
      lanes: async () => [{ channel: 'C1', name: 'papers', pending: 1, sent: 2, dead: 0, unknown: 0 }],
      gapCounts: async () => [],
      deadCounts: async () => [{ reason: 'refused', count: 2, lastAt: 5000 }],
      spending: async () => [],
      owedSince: async now => now - 4000,
    },
    sources: () => [source],
    now: () => 6000,
  })
  const text = await registry.metrics()
  for (const reason of dropReasons)
    assert.ok(
      text.includes(
        `birdwire_arrivals_total{source="x",result="dropped",reason="${reason}"} ${reason === 'cut' ? 3 : 0}`,
      ),
      reason,
    )
  for (const reason of deadReasons)
    assert.ok(text.includes(`birdwire_dead{reason="${reason}"} ${reason === 'refused' ? 2 : 0}`), reason)
  assert.ok(text.includes('birdwire_dead_last_timestamp_seconds{reason="refused"} 5\n'))
  assert.ok(text.includes('birdwire_deliveries{channel="C1",state="pending"} 1'))
  assert.ok(text.includes('birdwire_owed_seconds 4\n'))
  assert.ok(text.includes('birdwire_source_streaming{source="x"} 1'))
  assert.ok(text.includes('birdwire_source_silence_seconds{source="x"} 5'))
})

const empty = {
  tallies: async () => [],
  lanes: async () => [],
  gapCounts: async () => [],
  deadCounts: async () => [],
  spending: async () => [],
  owedSince: async () => undefined,
}

test('while the store does not answer its metrics are absent, the others are there, and it comes back', async () => {
  let away = false
  const or =
    <T>(value: T) =>
    async () => {
      if (away) throw new StoreError('failing', 'PostgreSQL is away')
      return value
    }
  const store = {
    tallies: or([]),
    lanes: or([{ channel: 'C1', name: 'papers', pending: 1, sent: 2, dead: 0, unknown: 0, lastSentAt: 1000 }]),
    gapCounts: or([]),
    deadCounts: or([]),
    spending: or([]),
    owedSince: or(undefined),
  }
  const { registry, storeRefusals } = createMetrics({ store, sources: () => [source], now: () => 6000 })
  const ofStore = /^birdwire_(arrivals|deliveries|owed|dead|gap|spend|posts_bought|slack_last|channels_held)\w*[ {]/m
  assert.match(await registry.metrics(), ofStore)
  away = true
  storeRefusals.inc()
  const text = await registry.metrics()
  assert.doesNotMatch(text, ofStore)
  assert.match(text, /^birdwire_store_refusals_total 1$/m)
  assert.match(text, /^birdwire_source_streaming\{source="x"\} 1$/m)
  away = false
  assert.match(await registry.metrics(), /^birdwire_owed_seconds 0$/m)
})

test('a source that nobody wants anything from is neither read nor missing', async () => {
  for (const [state, expected] of [
    ['idle', undefined],
    ['waiting', '0'],
    ['streaming', '1'],
  ] as const) {
    const { registry } = createMetrics({ store: empty, sources: () => [{ ...source, state }], now: () => 0 })
    assert.equal(/^birdwire_source_streaming\{source="x"\} (\d)$/m.exec(await registry.metrics())?.[1], expected)
  }
})
