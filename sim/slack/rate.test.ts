import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultRates, RateLimits } from './rate.ts'

/** Limits over a clock that the test moves. */
function limits(settings: Partial<typeof defaultRates> = {}) {
  const clock = { now: 0 }
  return { clock, rates: new RateLimits({ ...defaultRates, ...settings }, () => clock.now) }
}

test('a channel takes its burst at once and then one message a second', () => {
  const { clock, rates } = limits({ channelBurst: 3 })
  const post = () => rates.take('chat.postMessage', 'post', 'C1')
  assert.deepEqual([post(), post(), post(), post()], [undefined, undefined, undefined, 1])
  clock.now += 999
  assert.equal(post(), 1)
  clock.now += 1
  assert.deepEqual([post(), post()], [undefined, 1])
})

test('the workspace has a limit above that of its channels', () => {
  const { rates } = limits({ workspacePerMinute: 10 })
  const taken = Array.from({ length: 11 }, (_, i) => rates.take('chat.postMessage', 'post', `C${i}`))
  assert.deepEqual(taken.slice(0, 10), Array(10).fill(undefined))
  assert.equal(taken[10], 6)
})

test('methods have their tiers, each for itself, and history can be limited to one a minute', () => {
  const { clock, rates } = limits()
  for (let i = 0; i < 20; i++) assert.equal(rates.take('conversations.list', 'tier2', undefined), undefined)
  assert.equal(rates.take('conversations.list', 'tier2', undefined), 3)
  assert.equal(rates.take('conversations.info', 'tier3', undefined), undefined)
  rates.change({ history: 'unlisted' })
  assert.equal(rates.take('conversations.history', 'tier3', undefined), undefined)
  assert.equal(rates.take('conversations.history', 'tier3', undefined), 60)
  clock.now += 60_000
  assert.equal(rates.take('conversations.history', 'tier3', undefined), undefined)
})

test('whoever waits as long as he was told is let in', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 60 }), pauses => {
      const { clock, rates } = limits({ workspacePerMinute: 20 })
      for (const pause of pauses) {
        clock.now += pause
        const wait = rates.take('chat.postMessage', 'post', 'C1')
        if (wait === undefined) continue
        assert.ok(Number.isInteger(wait) && wait >= 1)
        clock.now += wait * 1000
        assert.equal(rates.take('chat.postMessage', 'post', 'C1'), undefined)
      }
    }),
  )
})
