import assert from 'node:assert/strict'
import test from 'node:test'
import { emptyRoute, type Route } from '../../../domain/route.ts'
import type { XClient, XRequest } from '../client.ts'
import { answering } from '../testing.ts'
import { planRules } from './plan.ts'
import { diffRules, freshMemory, type RulesMemory, type RulesReport, syncRules } from './sync.ts'

interface Rule {
  readonly id: string
  readonly value: string
  readonly tag?: string
}

/** X's rules endpoint, as little of it as is needed here: `refuse` says what is wrong with a rule. */
function fakeX(refuse: (value: string) => object | undefined = () => undefined, rules: Rule[] = []) {
  let made = 0
  const answer = (request: XRequest): unknown => {
    const json = request.json as { add?: readonly Omit<Rule, 'id'>[]; delete?: { ids: readonly string[] } } | undefined // what sync.ts sends
    if (request.path.endsWith('/counts')) return { data: { cap_per_client_app: '1000', cap_per_project: '1000' } }
    if (json?.delete !== undefined) {
      const { ids } = json.delete
      rules.splice(0, rules.length, ...rules.filter(({ id }) => !ids.includes(id)))
      return { meta: { summary: { deleted: ids.length } } }
    }
    if (json?.add === undefined) return { data: rules }
    const good = json.add.filter(({ value }) => refuse(value) === undefined).map(rule => ({ ...rule, id: `${++made}` }))
    rules.push(...good)
    const errors = json.add.flatMap(({ value }) => (refuse(value) === undefined ? [] : [{ value, ...refuse(value) }]))
    return { data: good, errors }
  }
  const client = answering(answer)
  return { client, rules }
}

async function pass(client: XClient, memory: RulesMemory, routes: readonly Route[]): Promise<RulesReport> {
  const plan = (limits: Omit<Parameters<typeof planRules>[1], 'rates'>) =>
    planRules(routes, { ...limits, rates: new Map() })
  const answer = await syncRules(client, plan, { memory, mayDelete: true }, new AbortController().signal)
  return answer.ok ? answer.value : assert.fail(answer.error.why)
}

const following = (ids: readonly string[], topics: readonly string[] = []): Route => ({
  ...emptyRoute('x', 'C1'),
  follows: ids.map(id => ({ source: 'x' as const, id, handle: `h${id}`, name: id })),
  topics,
})
const many = Array.from({ length: 60 }, (_, n) => `${1_700_000_000_000_000_000n + BigInt(n)}`)

for (const [words, problem] of [
  ['by its type', { title: 'Rule too long', type: 'https://api.x.com/2/problems/rule-length' }],
  [
    'in its details',
    {
      title: 'UnprocessableEntity',
      type: 'https://api.twitter.com/2/problems/invalid-rules',
      details: ['Rule length of 1020 characters exceeds the maximum of 512 characters. (at position 1)'],
    },
  ],
] as const) {
  test(`where X finds rules too long and says so ${words}, shorter ones are made, and the length is remembered`, async () => {
    const { client, rules } = fakeX(value => (value.length > 512 ? problem : undefined))
    const memory = freshMemory()
    const report = await pass(client, memory, [following(many)])
    assert.equal(memory.charsMax, 512)
    assert.equal(memory.refused.size, 0)
    assert.deepEqual(report.problems, [])
    for (const id of many) assert.ok(rules.some(({ value }) => value.includes(`from:${id}`)))
    assert.ok(rules.length > 6 && rules.every(({ value }) => value.length <= 512))
  })
}

test('what the rules buy is reported, and what reading completely would', async () => {
  const { client } = fakeX()
  const { estimate } = await pass(client, freshMemory(), [following(['1', '2'])])
  assert.equal(estimate.complete, 10)
  assert.ok(estimate.postsPerDay > 5 && estimate.postsPerDay < 10)
})

test('a rule that somebody deleted has vanished; one that a change of wishes made superfluous has not', async () => {
  const { client, rules } = fakeX()
  const memory = freshMemory()
  assert.equal((await pass(client, memory, [following(['1'], ['axion'])])).vanished, 0)
  assert.equal((await pass(client, memory, [following(['1'])])).vanished, 0)
  rules.pop()
  assert.equal((await pass(client, memory, [following(['1'])])).vanished, 1)
  assert.equal((await pass(client, memory, [following(['1'])])).vanished, 0)
})

test('a refused topic is reported and planned around in the same pass', async () => {
  const { client, rules } = fakeX(value =>
    value.includes('muon') ? { title: 'UnprocessableEntity', details: ['no'] } : undefined,
  )
  const report = await pass(client, freshMemory(), [following([], ['axion', 'muon', 'xenon'])])
  assert.match(report.problems.join(), /X refuses the topic muon \(no\)/)
  assert.deepEqual(rules.flatMap(({ value }) => value.split(' OR ')).sort(), ['axion', 'xenon'])
})

test('the difference leaves rules of others alone, even those whose value is ours', () => {
  const existing = [
    { id: '1', value: 'from:1', tag: 'birdwire:accounts' },
    { id: '2', value: 'from:2', tag: 'birdwire:accounts' },
    { id: '3', value: 'from:3', tag: 'somebody else' },
    { id: '4', value: 'from:4' },
  ]
  const planned = ['from:1', 'from:3', 'from:5'].map(value => ({ value, tag: 'birdwire:accounts' }))
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

test('a duplicate that X never lists delays the deletion of what is obsolete by one pass, not for ever', async () => {
  const { client, rules } = fakeX()
  const memory = freshMemory()
  await pass(client, memory, [following([], ['muon'])])
  const secretive = { ...client, ask: asDuplicate(client, 'axion') }
  const first = await pass(secretive, memory, [following([], ['axion'])])
  assert.deepEqual([first.fresh, first.waiting, first.serving], [true, 1, 1])
  const second = await pass(secretive, memory, [following([], ['axion'])])
  assert.deepEqual([second.fresh, second.waiting, second.deleted], [false, 0, 1])
  assert.equal(rules.length, 0)
})

/** X calls this value a duplicate. */
function asDuplicate(client: XClient, value: string): XClient['ask'] {
  return (request, schema, signal) => {
    const { add } = (request.json ?? {}) as { add?: readonly { value: string }[] } // what sync.ts sends
    if (!add?.some(rule => rule.value === value)) return client.ask(request, schema, signal)
    const errors = [{ value, title: 'DuplicateRule', type: 'https://api.x.com/2/problems/duplicate-rules' }]
    return Promise.resolve({ ok: true, value: schema.parse({ errors }) as never }) // just parsed by it
  }
}

for (const refusal of ['a line of its answer', 'the whole request'] as const) {
  test(`without room for both, old rules go first, also where X refuses ${refusal}; that is told`, async () => {
    const { client, rules } = fakeX()
    const memory = freshMemory()
    await pass(client, memory, [following([], ['axion'])])
    const error = { title: 'RulesCapExceeded', type: 'https://api.x.com/2/problems/rule-cap' }
    const full: XClient = {
      ...client,
      ask: (request, schema, signal) => {
        const { add } = (request.json ?? {}) as { add?: readonly { value: string }[] } // what sync.ts sends
        if (add === undefined || rules.length === 0) return client.ask(request, schema, signal)
        if (refusal === 'the whole request')
          return Promise.resolve({ ok: false, error: { kind: 'rule-cap', why: 'X takes no more rules.' } })
        const errors = add.map(({ value }) => ({ value, ...error }))
        return Promise.resolve({ ok: true, value: schema.parse({ errors }) as never }) // just parsed by it
      },
    }
    const report = await pass(full, memory, [following([], ['muon'])])
    assert.deepEqual([report.added, report.deleted, report.early, report.fresh], [1, 1, true, true])
    assert.deepEqual(
      rules.map(({ value }) => value),
      ['muon'],
    )
    assert.equal((await pass(full, memory, [following([], ['muon'])])).early, false)
  })
}
