import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs } from '../domain/day.ts'
import { type Forgotten, nothingForgotten } from '../domain/forgotten.ts'
import { ManualClock } from '../kit/clock.ts'
import { forgetEveryMs, forgetFirstMs, keepPostsDaysMin, xCatchUpMsMax } from '../limits.ts'
import type { Terms } from '../store/store.ts'
import { type RetentionEvent, runRetention } from './retention.ts'

const keep = { postsDays: 30, ledgerDays: 365 }

/** A store that forgets these, step by step; runs the loop on it until the test ends. */
function rig(steps: readonly (Forgotten | Error)[]) {
  const clock = new ManualClock()
  const stop = new AbortController()
  const left = [...steps]
  const asked: Terms[] = []
  const events: RetentionEvent[] = []
  const store = {
    forget: async (terms: Terms) => {
      asked.push(terms)
      const step = left.shift() ?? nothingForgotten
      if (step instanceof Error) throw step
      return step
    },
  }
  const done = runRetention({ store, clock, keep, onEvent: event => events.push(event) }, stop.signal)
  return { clock, asked, events, done, stop: () => stop.abort() }
}

const posts = (many: number): Forgotten => ({ ...nothingForgotten, posts: many })

test('a post is known for longer than a network gives it again', () => {
  assert.ok(keepPostsDaysMin * dayMs > xCatchUpMsMax)
})

test('soon after the start and then every hour, step by step until nothing is left, it forgets what is past its term', async () => {
  const { clock, asked, events, done, stop } = rig([posts(200), posts(3)])
  const started = clock.now()
  await clock.advance(forgetFirstMs - 1)
  assert.equal(asked.length, 0)
  await clock.advance(1)
  const at = started + forgetFirstMs
  assert.deepEqual(asked[0], { posts: at - 30 * dayMs, ledger: at - 365 * dayMs })
  assert.equal(asked.length, 3)
  assert.deepEqual(events, [{ kind: 'forgotten', forgotten: posts(203) }])
  await clock.advance(forgetEveryMs)
  assert.equal(asked.length, 4)
  assert.equal(events.length, 1, 'nothing forgotten is nothing to tell')
  stop()
  await done
})

test('a store that cannot write for now is waited for, a broken one ends the loop', async () => {
  const full = Object.assign(new Error('the disk is full'), { shouldRetry: () => true })
  const { clock, events, done } = rig([full, posts(1), nothingForgotten, new Error('damaged')])
  done.catch(() => {})
  await clock.advance(forgetFirstMs + 10_000)
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['store-refused', 'store-healed', 'forgotten'],
  )
  await clock.advance(forgetEveryMs)
  await assert.rejects(done, /damaged/)
})

test('it ends between two steps, and tells what it has forgotten', async () => {
  const stop = new AbortController()
  const clock = new ManualClock()
  const events: RetentionEvent[] = []
  let asked = 0
  const store = {
    forget: async () => {
      asked += 1
      if (asked === 3) stop.abort()
      return posts(200)
    },
  }
  const done = runRetention({ store, clock, keep, onEvent: event => events.push(event) }, stop.signal)
  await clock.advance(forgetFirstMs)
  await done
  assert.equal(asked, 3)
  assert.deepEqual(events, [{ kind: 'forgotten', forgotten: posts(600) }])
})
