import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeMetadata } from './metadata.ts'

const payload = { delivery_id: 'd1', attempt: 2, late: false, post: { id: '1' }, parts: [{ n: 1 }] }

test('an event name with a flat payload is taken as it is', () => {
  const metadata = { event_type: 'delivery', event_payload: payload }
  assert.deepEqual(judgeMetadata(metadata, 8000), { ok: true, metadata, remove: false })
  assert.deepEqual(judgeMetadata(undefined, 8000), { ok: true, metadata: undefined, remove: false })
  assert.deepEqual(judgeMetadata({}, 8000), { ok: true, metadata: undefined, remove: true })
})

test('every other shape has its error', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    ['delivery', 'invalid_metadata_format'],
    [[], 'invalid_metadata_format'],
    [{ event_type: 'delivery' }, 'invalid_metadata_format'],
    [{ event_type: '', event_payload: {} }, 'invalid_metadata_format'],
    [{ event_type: 'delivery', event_payload: {}, more: 1 }, 'invalid_metadata_format'],
    [{ event_type: 'delivery', event_payload: { a: null } }, 'invalid_metadata_schema'],
    [{ event_type: 'delivery', event_payload: { a: { b: { c: 1 } } } }, 'invalid_metadata_schema'],
    [{ event_type: 'delivery', event_payload: { a: 'x'.repeat(100) } }, 'metadata_too_large'],
  ]
  for (const [value, error] of cases) assert.deepEqual(judgeMetadata(value, 100), { ok: false, error })
})
