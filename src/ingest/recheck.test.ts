/** When posts are asked for once more, which, and what happens when X does not answer; on a clock moved by hand. */
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import fc from 'fast-check'
import { ManualClock } from '../kit/clock.ts'
import { recheckPostsMax, xPostsPerRequestMax } from '../limits.ts'
import { nextCheckAt, type RecheckEvent, runRecheck } from './recheck.ts'

const minute = 60_000
const hour = 3_600_000
const midnight = Date.UTC(2026, 4, 6)
const ids = (count: number) => Array.from({ length: count }, (_, i) => String(1000 + i))

function rig(t: TestContext, setup: { shown: readonly string[]; gone?: readonly string[]; startAt?: number }) {
  const clock = new ManualClock(setup.startAt ?? midnight + 9 * hour)
  const asked: { readonly at: number; readonly ids: readonly string[] }[] = []
  const since: number[] = []
  const deleted: string[] = []
  const events: RecheckEvent[] = []
  const state = { answers: true, held: undefined as string | undefined }
  const stop = new AbortController()
  const running = runRecheck(
    {
      clock,
      store: {
        shownPosts: async (_, from) => {
          since.push(from)
          return setup.shown
        },
      },
      source: {
        name: 'x',
        gone: async batch => {
          asked.push({ at: clock.now(), ids: batch })
          if (!state.answers) return undefined
          const found = batch.filter(id => setup.gone?.includes(id))
          deleted.push(...found)
          return found
        },
      },
      held: () => state.held,
      onEvent: event => events.push(event),
    },
    stop.signal,
  )
  t.after(async () => {
    stop.abort()
    await running
  })
  return { clock, asked, since, deleted, events, state }
}

test('the next check is at 23:30 UTC, later than now, and at most a day away', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2040, 0) }), now => {
      const at = nextCheckAt(now)
      assert.ok(at > now && at - now <= 24 * hour)
      assert.equal(new Date(at).toISOString().slice(11), '23:30:00.000Z')
    }),
  )
})

test('the posts of the day are asked for once, on the day on which X has charged for them, and those that are gone are told', async t => {
  const shown = ids(250)
  const { clock, asked, since, deleted, events } = rig(t, { shown, gone: ['1003', '1240'] })
  await clock.advance(14 * hour + 29 * minute)
  assert.equal(asked.length, 0, 'not before 23:30')
  await clock.advance(2 * minute)
  assert.deepEqual(since, [midnight])
  assert.deepEqual(
    asked.flatMap(each => each.ids),
    shown,
  )
  assert.ok(asked.every(each => each.ids.length <= xPostsPerRequestMax && each.at < midnight + 24 * hour))
  assert.deepEqual(deleted, ['1003', '1240'])
  assert.deepEqual(events, [{ kind: 'rechecked', asked: 250, gone: 2, unasked: 0 }])
  await clock.advance(20 * hour)
  assert.equal(asked.length, 3, 'not again')
  await clock.advance(4 * hour)
  assert.deepEqual(since, [midnight, midnight + 24 * hour])
})

test('what X does not answer is asked again, twice on the same day and once more after that, and then told as not asked', async t => {
  const { clock, asked, events, state } = rig(t, { shown: ids(120) })
  state.answers = false
  await clock.advance(18 * hour)
  assert.deepEqual(
    asked.map(each => (each.at - midnight) / minute),
    [23 * 60 + 30, 23 * 60 + 35, 23 * 60 + 50, 24 * 60 + 50],
  )
  assert.deepEqual(events, [{ kind: 'rechecked', asked: 0, gone: 0, unasked: 120 }])
})

test('a second try asks only for what the first did not get', async t => {
  const { clock, asked, events, state } = rig(t, { shown: ids(120), gone: ['1110'] })
  state.answers = false
  await clock.advance(14 * hour + 31 * minute)
  state.answers = true
  await clock.advance(10 * minute)
  assert.deepEqual(
    asked.map(each => each.ids.length),
    [100, 100, 20],
  )
  assert.deepEqual(events, [{ kind: 'rechecked', asked: 120, gone: 1, unasked: 0 }])
})

test('no more than the bound are asked for, and the rest is told', async t => {
  const { clock, asked, events } = rig(t, { shown: ids(recheckPostsMax + 7) })
  await clock.advance(15 * hour)
  assert.equal(asked.flatMap(each => each.ids).length, recheckPostsMax)
  assert.deepEqual(events, [{ kind: 'rechecked', asked: recheckPostsMax, gone: 0, unasked: 7 }])
})

test('nothing is asked while nothing may be read', async t => {
  const { clock, asked, events, state } = rig(t, { shown: ids(3) })
  state.held = 'The budget is used up.'
  await clock.advance(16 * hour)
  assert.deepEqual(asked, [])
  assert.deepEqual(events, [{ kind: 'recheck-held', why: 'The budget is used up.' }])
})

test('a machine that slept past midnight does not pay for yesterday', async t => {
  const clock = new ManualClock(midnight + 23 * hour)
  let jumped = 0
  let asked = 0
  const stop = new AbortController()
  const running = runRecheck(
    {
      clock: { now: () => clock.now() + jumped, sleep: (ms, signal) => clock.sleep(ms, signal) },
      store: { shownPosts: async () => ids(3) },
      source: {
        name: 'x',
        gone: async () => {
          asked += 1
          return []
        },
      },
      held: () => undefined,
      onEvent: () => {},
    },
    stop.signal,
  )
  t.after(async () => {
    stop.abort()
    await running
  })
  await clock.advance(minute)
  jumped = 3 * hour
  await clock.advance(hour)
  assert.equal(asked, 0)
  await clock.advance(21 * hour)
  assert.equal(asked, 1, 'the next day as usual')
})
