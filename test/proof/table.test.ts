import assert from 'node:assert/strict'
import test from 'node:test'
import type { ProofResult } from './result.ts'
import { proofTable } from './table.ts'

const quiet: ProofResult = {
  ...{ part: 'crashes', crashes: 12, faults: { 'post:timeout': 3, cut: 2 }, posts: 1234 },
  ...{ missing: 0, twice: 0, outOfOrder: 0, cases: 0, failures: [] },
}

test('each part is a line, and the sums are under them', () => {
  const text = proofTable([
    { result: quiet, seconds: 61.2 },
    { result: { ...quiet, part: 'soak', crashes: 1 }, seconds: 10 },
  ])
  assert.match(text, /^crashes +12 +5 +1,234 +0 +0 +0 +0 +61 +ok$/m)
  assert.match(text, /^together +13 +10 +2,468 +0 +0 +0 +0 +71$/m)
  assert.match(text, /^ +6 {2}post:timeout$/m)
})

test('what went wrong is said in words, with the part', () => {
  const text = proofTable([{ result: { ...quiet, twice: 1, failures: ['a post came twice (--seed 7)'] }, seconds: 1 }])
  assert.match(text, /1 FAILED$/m)
  assert.match(text, /^ {2}crashes: a post came twice \(--seed 7\)$/m)
})
