import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from './clock.ts'
import { newIds } from './new-id.ts'

test('ids are UUIDs of version 7, grow with time, and are never the same', async () => {
  const clock = new ManualClock()
  const newId = newIds(clock)
  const ids = Array.from({ length: 1000 }, newId)
  await clock.advance(1)
  const later = newId()
  assert.equal(new Set(ids).size, 1000)
  for (const id of [...ids, later]) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  }
  assert.ok(ids.every(id => id < later))
  assert.equal(Number.parseInt(later.replaceAll('-', '').slice(0, 12), 16), clock.now())
})
