import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { emptyRoute, type Route } from '../../../domain/route.ts'
import { type Plan, planRules } from './plan.ts'
import { diffRules } from './sync.ts'

const account = (id: string) => ({ source: 'x' as const, id, handle: `h${id}`, name: id })

function route(
  channel: string,
  ids: readonly string[],
  keywords: readonly string[] = [],
  topics: readonly string[] = [],
): Route {
  return { ...emptyRoute('x', channel), follows: ids.map(account), keywords, topics }
}

function plan(routes: readonly Route[], cap = 1000, refused: ReadonlyMap<string, string> = new Map()): Plan {
  return planRules(routes, { cap, refused })
}

const values = (planned: Plan) => planned.rules.map(rule => rule.value)

test('accounts without keywords share a rule, whatever channels want them', () => {
  assert.deepEqual(values(plan([route('C1', ['2', '1']), route('C2', ['1', '30'])])), ['from:1 OR from:2 OR from:30'])
})

test('keywords of a channel are asked for together with its accounts', () => {
  assert.deepEqual(values(plan([route('C1', ['1', '2'], ['muon', '"dark matter"'])])), [
    '(from:1 OR from:2) ("dark matter" OR muon)',
  ])
})

test('an account that one channel wants whole is asked for once, whole', () => {
  assert.deepEqual(values(plan([route('C1', ['1', '2'], ['muon']), route('C2', ['1'])])), ['from:1', '(from:2) (muon)'])
})

test('the same keywords in two channels are one rule, and an account in both gets the keywords of both', () => {
  assert.deepEqual(values(plan([route('C1', ['1'], ['muon']), route('C2', ['2'], ['muon'])])), [
    '(from:1 OR from:2) (muon)',
  ])
  assert.deepEqual(values(plan([route('C1', ['1'], ['muon']), route('C2', ['1'], ['axion'])])), [
    '(from:1) (axion OR muon)',
  ])
})

test('where one keyword cannot be asked of X, the accounts of its channel are asked for whole', () => {
  assert.deepEqual(values(plan([route('C1', ['1'], ['muon', '中性子'])])), ['from:1'])
})

test('topics share rules, each once; what cannot be asked for is said', () => {
  const planned = plan([route('C1', [], [], ['axion', 'muon decay']), route('C2', [], [], ['axion', 'lang:en'])])
  assert.deepEqual(values(planned), ['axion OR muon decay'])
  assert.deepEqual(planned.problems, ['The topic lang:en cannot be asked of X: it needs a word, a tag or an account.'])
})

test('over the cap keywords are matched here and accounts are asked for whole; what still does not fit is said', () => {
  const routes = Array.from({ length: 10 }, (_, n) => route(`C${n}`, [`${100 + n}`], [`word${n}`]))
  assert.equal(plan(routes).rules.length, 10)
  assert.equal(plan(routes, 5).rules.length, 1)
  const many = [
    route(
      'C1',
      Array.from({ length: 200 }, (_, n) => `${1_000_000_000_000_000 + n}`),
    ),
  ]
  const short = plan(many, 2)
  assert.equal(short.rules.length, 2)
  assert.match(short.problems.join(), /X allows this app 2 more rules and \d are needed/)
})

test('keywords that X refuses are matched here instead; a refused topic does not take others with it', () => {
  const refusedGroup = plan([route('C1', ['1'], ['muon'])], 1000, new Map([['(from:1) (muon)', 'bad']]))
  assert.deepEqual(values(refusedGroup), ['from:1'])
  assert.match(refusedGroup.problems.join(), /X refuses the keywords muon \(bad\)/)
  const refusedTopics = plan(
    [route('C1', [], [], ['axion', 'muon'])],
    1000,
    new Map([
      ['axion OR muon', 'bad'],
      ['muon', 'bad'],
    ]),
  )
  assert.deepEqual(values(refusedTopics), ['axion'])
  assert.match(refusedTopics.problems.join(), /X refuses the topic muon/)
})

test('an account that X refuses is said, and does not take the others of its rule with it', () => {
  const refused = new Map(['from:1 OR from:2 OR from:3 OR from:4', 'from:1 OR from:2', 'from:2'].map(v => [v, 'bad']))
  const planned = plan([route('C1', ['1', '2', '3', '4'])], 1000, refused)
  assert.deepEqual(values(planned), ['from:1', 'from:3 OR from:4'])
  assert.match(planned.problems.join(), /X refuses to stream from:2 \(bad\)/)
})

test('no rule is too long, none comes twice, and every account is in one', () => {
  const ids = fc.uniqueArray(fc.bigInt({ min: 1n, max: 2n ** 63n }).map(String), { minLength: 1, maxLength: 120 })
  const keyword = fc.stringMatching(/^[a-z]{3,30}$/)
  const routes = fc.array(fc.tuple(ids, fc.array(keyword, { maxLength: 60 })), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(routes, wanted => {
      const planned = values(plan(wanted.map(([accounts, keywords], n) => route(`C${n}`, accounts, keywords))))
      assert.equal(new Set(planned).size, planned.length)
      for (const value of planned) assert.ok(value.length <= 1024, `${value.length}`)
      const asked = new Set(planned.flatMap(value => [...value.matchAll(/from:(\d+)/g)].map(match => match[1])))
      for (const id of wanted.flatMap(([accounts]) => accounts)) assert.ok(asked.has(id))
    }),
    { numRuns: 50 },
  )
})

test('the difference leaves rules of others alone, even those whose value is ours', () => {
  const existing = [
    { id: '1', value: 'from:1', tag: 'birdwire:accounts' },
    { id: '2', value: 'from:2', tag: 'birdwire:accounts' },
    { id: '3', value: 'from:3', tag: 'somebody else' },
    { id: '4', value: 'from:4' },
  ]
  const planned = [
    { value: 'from:1', tag: 'birdwire:accounts' },
    { value: 'from:3', tag: 'birdwire:accounts' },
    { value: 'from:5', tag: 'birdwire:accounts' },
  ]
  const diff = diffRules(existing, planned)
  assert.deepEqual(
    diff.add.map(rule => rule.value),
    ['from:5'],
  )
  assert.deepEqual(
    diff.remove.map(rule => rule.id),
    ['2'],
  )
})
