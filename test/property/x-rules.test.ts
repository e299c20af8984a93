/**
 * Goal: no post that a channel wants is missed by the rules that X is asked with, however few and short these may be, and X takes them all.
 * Method: random routes of several channels over a simulated world; the plan is read by the simulator's own parser and matcher, which share
 * no code with ours, and compared with what our matching says of the same posts as they come off the wire.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { planRules } from '../../src/source/x/rules/plan.ts'
import { anyRoute, atX, bought, pairs, wantedBy } from './x-ground.ts'

/** `PROPERTY_RUNS=5000` looks longer. */
const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 150)

const limits = fc.record({
  cap: fc.constantFrom(1000, 1000, 25, 8, 5, 3),
  charsMax: fc.constantFrom(1024, 1024, 512, 256),
})

test('whatever a channel wants, some rule lets through', () => {
  let compared = 0
  let tight = 0
  fc.assert(
    fc.property(
      fc.array(anyRoute, { minLength: 1, maxLength: 6 }),
      anyRoute,
      limits,
      (routes, later, { cap, charsMax }) => {
        let existing: readonly string[] = []
        for (const wanted of [routes, [...routes.slice(1), later]]) {
          const plan = planRules(wanted, { cap, charsMax, refused: new Map(), rates: new Map(), existing })
          existing = plan.rules.map(({ value }) => value)
          assert.ok(plan.rules.length <= cap)
          assert.equal(new Set(existing).size, existing.length)
          const rules = existing.map(value => atX(value, charsMax))
          // What there is no room for is said.
          if (plan.problems.some(problem => problem.includes('do not come'))) continue
          const isWanted = wantedBy(wanted)
          if (cap < 1000) tight += 1
          for (const pair of pairs) {
            if (!isWanted(pair.here)) continue
            compared += 1
            if (bought(rules, pair)) continue
            assert.fail(
              `no rule of\n${existing.join('\n')}\nlets through ${pair.here.relation} ${JSON.stringify(pair.here.text)}`,
            )
          }
        }
      },
    ),
    { numRuns },
  )
  assert.ok(
    compared > numRuns * 20 && tight > numRuns / 5,
    `${compared} posts and ${tight} tight plans prove too little`,
  )
})
