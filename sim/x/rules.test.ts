import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorld } from '../world/world.ts'
import { prepare } from './match.ts'
import { RuleBook, type RuleOptions } from './rules.ts'
import { startX } from './server.ts'

const world = createWorld({ now: Date.UTC(2026, 10, 20) })
const book = (options: Partial<RuleOptions> = {}) =>
  new RuleBook({ cap: 1000, capPerProject: 1000, lengthMax: 1024, propagationMs: 0, seed: 1, ...options }, () =>
    world.now(),
  )
const add = (rules: RuleBook, ...values: string[]) =>
  rules.change({ add: values.map(value => ({ value, tag: value.slice(0, 3) })) }, false, false)
const values = (list: readonly { value: string }[]) => list.map(rule => rule.value)

test('good rules are made, twins are named with the id of the first, bad ones with the reasons', () => {
  const rules = book()
  const { status, body } = add(rules, 'cat', 'dog', 'cat', 'h:m')
  assert.equal(status, 201)
  assert.ok(typeof body !== 'string')
  const data = body['data'] as { id: string; value: string; tag: string }[]
  assert.deepEqual(values(data), ['cat', 'dog'])
  assert.deepEqual((body['meta'] as { summary: unknown }).summary, { created: 2, not_created: 2, valid: 2, invalid: 2 })
  const [twin, bad] = body['errors'] as { title: string; id?: string; details?: string[] }[]
  assert.deepEqual([twin?.title, twin?.id], ['DuplicateRule', data[0]?.id])
  assert.deepEqual([bad?.title, bad?.details?.length], ['UnprocessableEntity', 2])
})

test('when nothing was made there is no data, with 201 for twins and 200 for bad rules', () => {
  const rules = book()
  add(rules, 'cat')
  const twin = add(rules, 'cat')
  const bad = add(rules, 'has:images')
  assert.deepEqual([twin.status, bad.status], [201, 200])
  for (const { body } of [twin, bad]) assert.equal(typeof body !== 'string' && 'data' in body, false)
})

test('a dry run answers like a real one and changes nothing', () => {
  const rules = book()
  const dry = rules.change({ add: [{ value: 'cat' }] }, true, false)
  assert.equal(typeof dry.body !== 'string' && 'data' in dry.body, true)
  assert.deepEqual(rules.list(), [])
  add(rules, 'cat')
  rules.change({ delete: { values: ['cat'] } }, true, false)
  assert.deepEqual(values(rules.list()), ['cat'])
})

test('rules go by id, by value or all together; what does not exist is counted', () => {
  const rules = book()
  add(rules, 'cat', 'dog', 'owl')
  const id = rules.list()[0]?.id
  const gone = rules.change({ delete: { ids: [id, '17'] } }, false, false)
  assert.ok(typeof gone.body !== 'string')
  assert.deepEqual((gone.body['meta'] as { summary: unknown }).summary, { deleted: 1, not_deleted: 1 })
  assert.match(JSON.stringify(gone.body['errors']), /Rule does not exist/)
  rules.change({ delete: { values: ['dog'] } }, false, false)
  assert.deepEqual(values(rules.list()), ['owl'])
  rules.change({}, false, true)
  assert.deepEqual(rules.list(), [])
})

test('the caps hold: a rule too long is refused alone, a rule too many refuses the whole request', () => {
  const rules = book({ cap: 5, lengthMax: 20 })
  assert.equal(add(rules, 'x'.repeat(20)).status, 201)
  assert.match(JSON.stringify(add(rules, 'x'.repeat(21)).body), /maximum of 20/)
  const over = add(rules, 'a1', 'b2', 'c3', 'd4', 'e5')
  assert.deepEqual([over.status, JSON.stringify(over.body).includes('rule-cap')], [422, true])
  assert.equal(rules.list().length, 1)
})

test('a request must either add or delete, and in the right shape', () => {
  for (const body of [
    {},
    { add: [] },
    { add: [{ tag: 'x' }] },
    { add: [{ value: 'x' }], delete: { ids: ['1'] } },
    { delete: {} },
    'x',
  ]) {
    assert.equal(book().change(body, false, false).status, 400)
  }
})

test('a change takes effect after its delay, in both directions, while the list shows it at once', () => {
  const rules = book({ propagationMs: [5000, 20_000] })
  const subject = prepare(world, world.post({ author: 'mira_okafor', text: 'cat' }), 'stream')
  add(rules, 'cat')
  assert.deepEqual([rules.list().length, rules.matching(subject).length], [1, 0])
  const at = rules.nextChange() ?? 0
  assert.ok(at - world.now() >= 5000 && at - world.now() <= 20_000)
  world.advance(20_001)
  assert.equal(rules.matching(subject).length, 1)
  rules.change({ delete: { values: ['cat'] } }, false, false)
  assert.deepEqual([rules.list().length, rules.matching(subject).length], [0, 1])
  world.advance(20_001)
  assert.equal(rules.matching(subject).length, 0)
})

test('the list comes in pages', () => {
  const rules = book()
  add(rules, 'a1', 'b2', 'c3')
  const page = (query: string) =>
    rules.page(new URLSearchParams(query)) as { data?: { value: string }[]; meta: { next_token?: string } }
  const first = page('max_results=2')
  assert.deepEqual(values(first.data ?? []), ['a1', 'b2'])
  const second = page(`max_results=2&pagination_token=${first.meta.next_token}`)
  assert.deepEqual([values(second.data ?? []), second.meta.next_token], [['c3'], undefined])
  assert.equal('data' in page('ids=17'), false)
})

test('a test can await the moment when rules come into force', async () => {
  const sim = await startX({ propagationMs: 30 })
  await fetch(`${sim.url}/2/tweets/search/stream/rules`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sim.bearer}` },
    body: JSON.stringify({ add: [{ value: 'cat' }] }),
  })
  assert.deepEqual([sim.rules().length, sim.rulesInForce().length], [1, 0])
  await sim.rulesAre(['cat'])
  assert.equal(sim.rulesInForce().length, 1)
  await sim.close()
})
