import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultPlan } from './faults.ts'

type Kind = 'cut' | 'slow'

test('a fault fires on the nth chance of its kind, as often as it was scheduled, and is counted', () => {
  const plan = new FaultPlan<Kind>()
  plan.schedule('cut', { after: 2, times: 2, detail: { status: 503 } })
  const taken = Array.from({ length: 6 }, () => plan.take('cut') !== undefined)
  assert.deepEqual(taken, [false, false, true, true, false, false])
  assert.deepEqual(plan.fired(), { cut: 2 })
  assert.deepEqual(plan.log()[0], { kind: 'cut', subject: '', detail: { status: 503 } })
})

test('chances of another kind or about another subject do not use a fault up', () => {
  const plan = new FaultPlan<Kind>()
  plan.schedule('cut', { subject: 'C1' })
  assert.equal(plan.take('slow', 'C1'), undefined)
  assert.equal(plan.take('cut', 'C2'), undefined)
  assert.notEqual(plan.take('cut', 'C1'), undefined)
})

test('two faults due on the same chance both fire, one after the other', () => {
  const plan = new FaultPlan<Kind>()
  plan.schedule('cut', { detail: { n: 1 } })
  plan.schedule('cut', { detail: { n: 2 } })
  assert.equal(plan.take('cut')?.detail['n'], 1)
  assert.equal(plan.take('cut')?.detail['n'], 2)
})

test('assertAllFired names what never fired and is silent once it has', () => {
  const plan = new FaultPlan<Kind>()
  plan.schedule('slow', { after: 1 })
  plan.take('slow')
  assert.throws(() => plan.assertAllFired(), /slow \(1 left, after 0 more chances\)/)
  plan.take('slow')
  plan.assertAllFired()
})

test('scattered and random faults are the same for the same seed, and all scattered ones fire within their span', () => {
  const run = (seed: number) => {
    const plan = new FaultPlan<Kind>(seed)
    plan.scatter('cut', 10, 100)
    plan.atRandom('slow', 0.3)
    const taken = Array.from({ length: 100 }, () => [plan.take('cut') !== undefined, plan.take('slow') !== undefined])
    plan.assertAllFired()
    return taken
  }
  assert.deepEqual(run(7), run(7))
  assert.notDeepEqual(run(7), run(8))
  assert.equal(run(7).filter(([cut]) => cut).length, 10)
})

test('whenFired resolves at the moment the count is reached', async () => {
  const plan = new FaultPlan<Kind>()
  let seen = false
  const waiting = plan.whenFired('cut', 2).then(() => {
    seen = true
  })
  plan.note('cut')
  await Promise.resolve()
  assert.equal(seen, false)
  plan.note('cut')
  await waiting
  assert.equal(seen, true)
})
