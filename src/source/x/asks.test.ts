import assert from 'node:assert/strict'
import test from 'node:test'
import { emptyRoute } from '../../domain/route.ts'
import { asksOf } from './asks.ts'
import { planRules } from './rules/plan.ts'

const account = (id: string) => ({ source: 'x', id, handle: `h${id}`, name: id }) as const
const limits = { cap: 1000, charsMax: 1024, refused: new Map(), rates: new Map(), existing: [] }

test('of the rules the part that is about the account is told, as it is asked for', () => {
  const words = {
    ...emptyRoute('x', 'C1'),
    follows: [account('10'), account('101')],
    keywords: ['"dark matter"', 'axion'],
  }
  const all = { ...emptyRoute('x', 'C2'), follows: [account('101'), account('7')], topics: ['from:101 OR axion'] }
  const rules = planRules([words, all], limits).rules.map(({ value }) => value)
  const asked = asksOf(rules, '10')
  assert.ok(asked !== undefined && asked.length > 0)
  for (const part of asked) assert.match(part, /^\(?from:10\b.+dark matter/)
  assert.ok(asked.every(part => !part.includes('101') && !part.includes('from:7')))
  assert.ok(asksOf(rules, '7')?.every(part => !part.includes('dark matter')))
  assert.deepEqual(asksOf(rules, '1'), [])
  assert.equal(asksOf(undefined, '10'), undefined)
})
