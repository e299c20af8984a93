import assert from 'node:assert/strict'
import test from 'node:test'
import { deadReasons } from '../domain/delivery.ts'
import { dropReasons } from '../domain/drop.ts'
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
      gaps: async () => [],
      dead: async () => [],
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
  for (const reason of deadReasons) assert.ok(text.includes(`birdwire_dead{reason="${reason}"} 0`), reason)
  assert.ok(text.includes('birdwire_deliveries{channel="C1",state="pending"} 1'))
  assert.ok(text.includes('birdwire_owed_seconds 4\n'))
  assert.ok(text.includes('birdwire_source_streaming{source="x"} 1'))
  assert.ok(text.includes('birdwire_source_silence_seconds{source="x"} 5'))
})
