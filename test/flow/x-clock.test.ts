/**
 * Goal: a clock that jumps loses nothing. X's clock is right, the machine's is not; or both are, and the machine slept.
 * Method: as in x-source.test.ts, with a clock of Birdwire's own that can be set.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { fastClock, followed, has, type Reader, read, SetClock, simulate, team, Wishes } from './x-rig.ts'

const hour = 3_600_000
/** Longer than it takes to notice that a clock was set back. */
const noticedMs = 25_000

const settled = (reader: Reader, gaps: number) =>
  reader.until('the gap to be closed', () => reader.gaps('closed').length === gaps)

for (const mode of ['stream', 'poll'] as const) {
  for (const [name, before, after] of [
    ['set back by three hours', 0, -3 * hour],
    ['three hours ahead, and then put right', 3 * hour, 0],
  ] as const) {
    test(`${mode}: a clock that is ${name} while X is read loses nothing`, async t => {
      const clock = new SetClock(fastClock())
      const right = fastClock()
      const sim = await simulate(t, right)
      clock.by = before
      const reader = read(t, sim, clock, new Wishes(followed('C1', sim, team)), { mode })
      await reader.until('reading', () => reader.source.state().state === 'streaming')
      if (mode === 'stream') await settled(reader, 1)
      clock.by = after
      await right.sleep(noticedMs)
      if (mode === 'stream') await sim.cut()
      const missed = sim.world.post({ author: 'mira_okafor', text: 'meanwhile' })
      await reader.until('the post', () => has(reader, missed))
      if (mode === 'poll') return
      await settled(reader, 2)
      const [, gap] = reader.gaps('closed')
      assert.ok((gap?.to ?? 0) - (gap?.from ?? 0) < hour, JSON.stringify(gap))
    })
  }
}

test('a clock that is put right while there is no connection loses nothing', async t => {
  const clock = new SetClock(fastClock())
  const right = fastClock()
  const sim = await simulate(t, right)
  clock.by = 3 * hour
  const reader = read(t, sim, clock, new Wishes(followed('C1', sim, team)))
  await reader.until('streaming', () => reader.source.state().state === 'streaming')
  await settled(reader, 1)
  sim.faults.schedule('connect-reset', { times: 1000 })
  await sim.cut()
  const missed = sim.world.post({ author: 'mira_okafor', text: 'in the dark' })
  await right.sleep(60_000)
  clock.by = 0
  await right.sleep(noticedMs)
  sim.faults.clear()
  await settled(reader, 2)
  assert.ok(has(reader, missed))
})

test('a machine that slept for hours does not take what comes then for all there was', async t => {
  const clock = new SetClock(fastClock())
  const sim = await simulate(t, clock)
  const reader = read(t, sim, clock, new Wishes(followed('C1', sim, team)))
  await reader.until('streaming', () => reader.source.state().state === 'streaming')
  await settled(reader, 1)
  const missed = sim.world.post({ author: 'mira_okafor', text: 'while it slept' })
  clock.by = 8 * hour
  await sim.keepAlive()
  await settled(reader, 2)
  assert.ok(has(reader, missed))
  const [, gap] = reader.gaps('closed')
  assert.match(gap?.why ?? '', /no byte for 45 s/)
  assert.ok((gap?.to ?? 0) - (gap?.from ?? 0) > 7 * hour)
})
