import assert from 'node:assert/strict'
import test from 'node:test'
import { emptyRoute, type Route } from '../../../domain/route.ts'
import { type Clock, ManualClock } from '../../../kit/clock.ts'
import type { Wanted } from '../../source.ts'
import type { Missed } from '../catch-up.ts'
import type { XRequest } from '../client.ts'
import { answering, Refusal } from '../testing.ts'
import { RuleKeeper } from './keeper.ts'

interface Rule {
  readonly id: string
  readonly value: string
  readonly tag?: string
}
interface Change {
  readonly add?: readonly Omit<Rule, 'id'>[]
  readonly delete?: { readonly ids: readonly string[] }
}

const now = Date.UTC(2026, 10, 20, 12)
const second = 1000
const lost = new Refusal({ kind: 'timeout', why: 'X did not answer.' })

const follows = (...ids: readonly string[]): Route => ({
  ...emptyRoute('x', 'C1'),
  follows: ids.map(id => ({ source: 'x' as const, id, handle: `h${id}`, name: id })),
})

/** A keeper whose rules are kept by as little of X as is needed; the answer to a change is lost while `deaf`. */
async function keep(cap = 1000) {
  const manual = new ManualClock(now)
  const set = { by: 0 }
  const clock: Clock & Pick<ManualClock, 'advance'> = {
    now: () => manual.now() + set.by,
    sleep: (ms, signal) => manual.sleep(ms, signal),
    advance: ms => manual.advance(ms),
  }
  const rules: Rule[] = []
  const asked: XRequest[] = []
  const x = { deaf: false, deletedAt: [] as number[] }
  let made = 0
  const client = answering(request => {
    const change = (request.json ?? {}) as Change // what sync.ts sends
    if (request.path.endsWith('/counts')) return { data: { cap_per_client_app: cap, cap_per_project: cap } }
    if (change.add !== undefined) {
      if (rules.length + change.add.length > cap)
        return { errors: change.add.map(({ value }) => ({ value, title: 'RulesCapExceeded' })) }
      const data = change.add.map(rule => ({ ...rule, id: `${++made}` }))
      rules.push(...data)
      return x.deaf ? lost : { data }
    }
    if (change.delete === undefined) return { data: [...rules] }
    const { ids } = change.delete
    x.deletedAt.push(clock.now())
    rules.splice(0, rules.length, ...rules.filter(({ id }) => !ids.includes(id)))
    return x.deaf ? lost : { meta: { summary: { deleted: ids.length } } }
  }, asked)
  let routes: readonly Route[] = []
  let change = Promise.withResolvers<void>()
  const wanted: Wanted = {
    current: () => routes,
    changed: () => change.promise,
    held: () => undefined,
    rates: () => new Map(),
    gapAllowance: () => undefined,
  }
  const missed: Missed[] = []
  const keeper = new RuleKeeper({
    client,
    clock,
    random: () => 0,
    onEvent: () => {},
    startedAt: now,
    onMissed: each => missed.push(each),
    effectMs: 20 * second,
    checkMs: 900 * second,
  })
  const stop = new AbortController()
  const running = keeper.run(wanted, stop.signal)
  const want = async (...next: readonly Route[]) => {
    routes = next
    change.resolve()
    change = Promise.withResolvers<void>()
    await clock.advance(0)
  }
  const end = async () => {
    stop.abort()
    change.resolve()
    await clock.advance(0)
    await running
  }
  await clock.advance(0)
  return { clock, set, rules, asked, x, missed, want, end }
}

const accounts = ({ routes }: Missed) => routes.flatMap(route => route.follows.map(({ id }) => id))

test('rules of which only the answer got lost are new all the same: what they miss is told, what they replace stays till they work', async () => {
  const { clock, rules, x, missed, want, end } = await keep()
  await want(follows('1'))
  await clock.advance(60 * second)
  missed.length = 0
  x.deaf = true
  const wishedAt = clock.now()
  await want({ ...follows('1', '2'), reading: 'complete' })
  x.deaf = false
  await clock.advance(10 * second)
  assert.ok(rules.length > 1, 'the old rule is still there')
  assert.deepEqual(missed.map(accounts), [['1', '2']])
  assert.equal(missed[0]?.from, wishedAt)
  await clock.advance(60 * second)
  assert.ok((x.deletedAt[0] ?? 0) >= wishedAt + 20 * second)
  assert.equal(rules.length, 1)
  await end()
})

test('where X has no room for old and new rules, what is missed between them is fetched, of everybody', async () => {
  const { clock, missed, want, rules, end } = await keep(1)
  await want(follows('1'))
  await clock.advance(60 * second)
  missed.length = 0
  const changedAt = clock.now()
  await want(follows('1', '2'))
  assert.equal(rules.length, 1)
  assert.deepEqual(missed.map(accounts), [['1', '2']])
  assert.deepEqual(
    missed.map(({ whole, from, to }) => [whole, from, to]),
    [[true, changedAt, changedAt + 20 * second]],
  )
  await end()
})

test('a clock that is set back does not keep obsolete rules for hours, nor asks X again and again', async () => {
  const { clock, set, rules, asked, want, end } = await keep()
  await want(follows('1'))
  await clock.advance(60 * second)
  await want({ ...follows('1', '2'), reading: 'complete' })
  assert.ok(rules.length > 1)
  set.by = -3_600_000
  const before = asked.length
  await clock.advance(60 * second)
  assert.equal(rules.length, 1)
  assert.ok(asked.length - before <= 9, `${asked.length - before} requests`)
  await end()
})
