import assert from 'node:assert/strict'
import test from 'node:test'
import { ManualClock } from '../../kit/clock.ts'
import { watchClock } from './clock-watch.ts'

test('a clock that is set back is told by how much; one that goes on, or ahead, is not', async () => {
  const time = new ManualClock()
  let by = 0
  const clock = { now: () => time.now() + by, sleep: (ms: number, signal?: AbortSignal) => time.sleep(ms, signal) }
  const told: number[] = []
  const stop = new AbortController()
  const watching = watchClock(clock, 10_000, ms => told.push(ms), stop.signal)
  await time.advance(60_000)
  by = 7_200_000
  await time.advance(60_000)
  assert.deepEqual(told, [])
  by = 0
  await time.advance(60_000)
  assert.deepEqual(told, [7_200_000])
  stop.abort()
  await watching
})
