import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { planPolls } from './poll-plan.ts'

test('polling is every minute until X would not allow it, and then says why not', () => {
  assert.deepEqual(planPolls(50, 3, 60_000), { everyMs: 60_000, words: 'every minute' })
  assert.equal(planPolls(50, 3, 120_000).words, 'every 2 minutes')
  const searches = planPolls(50, 60, 60_000)
  assert.equal(searches.everyMs, 150_000)
  assert.match(searches.words, /^every 150 s \(X allows 450 searches, and the topics need 60 a round\)$/)
  assert.match(planPolls(5000, 0, 60_000).words, /\(X allows 10,000 timelines, and 5000 accounts are followed\)/)
})

test('however many there are, X is asked for no more than it allows', () => {
  fc.assert(
    fc.property(fc.nat(20_000), fc.nat(500), fc.integer({ min: 1000, max: 600_000 }), (accounts, searches, pollMs) => {
      const { everyMs } = planPolls(accounts, searches, pollMs)
      const rounds = 900_000 / everyMs
      assert.ok(everyMs >= pollMs && accounts * rounds <= 10_000 && searches * rounds <= 450)
    }),
    { numRuns: 200 },
  )
})
