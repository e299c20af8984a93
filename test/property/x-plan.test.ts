/**
 * Goal: where X has little room, no more than 1.1 times as many posts are bought as must be; and a small change of wishes changes few rules.
 * Method: small cases are searched through here, on routes instead of wants: every way to leave out keywords, blocks and languages, and kinds,
 * to unite channels, and to ask for accounts whole. Estimates are the planner's own, for nobody knows rates better beforehand.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { emptyRoute, type Kinds, type Route } from '../../src/domain/route.ts'
import { type Plan, type PlanLimits, planRules } from '../../src/source/x/rules/plan.ts'
import { anyRoute } from './x-ground.ts'

/** `PROPERTY_RUNS=5000` looks longer. */
const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 150)

const all: Kinds = { original: true, quote: true, repost: true, thread: true, reply: true }
const account = (id: string) => ({ source: 'x' as const, id, handle: `h${id}`, name: id })

function plan(routes: readonly Route[], limits: Partial<PlanLimits>): Plan {
  return planRules(routes, { cap: 1000, charsMax: 1024, refused: new Map(), rates: new Map(), existing: [], ...limits })
}

/** Rules that are joined as they are, each in the first that has room. */
function joins(planned: Plan, cap: number, charsMax: number): boolean {
  const bins: number[] = []
  for (const { value } of planned.rules.toSorted((a, b) => b.value.length - a.value.length)) {
    const chars = value.length + (/^from:\d+(?: OR from:\d+)*$/.test(value) ? 0 : '()'.length)
    const at = bins.findIndex(used => used + ' OR '.length + chars <= charsMax)
    if (at < 0) bins.push(chars)
    else bins[at] = (bins[at] ?? 0) + ' OR '.length + chars
  }
  return bins.length <= cap
}

function loosened(route: Route): readonly Route[] {
  return [route.kinds, all].flatMap(kinds =>
    [{}, { blocks: [], languages: [], muted: [] }].flatMap(bare =>
      [{}, { keywords: [] }].map(whole => ({ ...route, kinds, ...bare, ...whole })),
    ),
  )
}

function united(a: Route, b: Route): readonly Route[] {
  const kinds = Object.fromEntries(
    Object.entries(all).map(([kind]) => [kind, a.kinds[kind as keyof Kinds] || b.kinds[kind as keyof Kinds]]),
  ) as Kinds // the very same keys
  const keywords =
    a.keywords.length === 0 || b.keywords.length === 0 ? [] : [...new Set([...a.keywords, ...b.keywords])]
  const both = { kinds, keywords, blocks: a.blocks.filter(block => b.blocks.includes(block)) }
  return [
    { ...a, ...both },
    { ...b, ...both },
  ]
}

/** Every broadening of two channels. */
function* broadenings(routes: readonly [Route, Route], ids: readonly string[]): Generator<readonly Route[]> {
  const [a, b] = routes
  const pairs: (readonly Route[])[] = loosened(a).flatMap(one => loosened(b).map(other => [one, other]))
  pairs.push(united(a, b))
  for (const pair of pairs) {
    for (let bits = 0; bits < 2 ** ids.length; bits++) {
      const whole = ids.filter((_, at) => (bits & (1 << at)) > 0)
      yield [...pair, { ...emptyRoute('x', 'C3'), follows: whole.map(account), kinds: all }]
    }
  }
}

const ids = ['100000000000001', '100000000000002', '100000000000003']
const smallRoute = fc
  .record({
    follows: fc.subarray(ids, { minLength: 2 }).map(some => some.map(account)),
    keywords: fc.subarray(['muon', 'axion', 'wimp'], { maxLength: 2 }),
    blocks: fc.subarray(['#spam', 'giveaway'], { maxLength: 1 }),
    kinds: fc.constantFrom(
      all,
      { ...all, reply: false },
      { ...all, repost: false },
      { ...all, thread: false, reply: false },
    ),
  })
  .map(parts => ({ ...emptyRoute('x', 'C1'), ...parts }))
const rate = fc.constantFrom(0.5, 2, 10, 40, 200)

test('with little room hardly more is bought than must be', () => {
  let tight = 0
  fc.assert(
    fc.property(
      fc.tuple(smallRoute, smallRoute),
      fc.tuple(rate, rate, rate),
      fc.constantFrom(1, 1, 1, 2),
      fc.integer({ min: 180, max: 320 }),
      (routes, perDay, cap, charsMax) => {
        const rates = new Map(ids.map((id, at) => [id, perDay[at] ?? 0]))
        const limits = { charsMax, rates }
        const free = plan(routes, limits)
        if (joins(free, cap, charsMax)) return
        tight += 1
        const ours = plan(routes, { ...limits, cap })
        let optimum = Number.POSITIVE_INFINITY
        for (const broader of broadenings(
          routes,
          ids.filter(id => routes.some(route => route.follows.some(each => each.id === id))),
        )) {
          const there = plan(broader, limits)
          if (there.estimate.postsPerDay < optimum && joins(there, cap, charsMax)) optimum = there.estimate.postsPerDay
        }
        if (optimum === Number.POSITIVE_INFINITY) return
        assert.deepEqual(ours.problems, [])
        assert.ok(
          ours.estimate.postsPerDay <= optimum * 1.1,
          `${ours.estimate.postsPerDay} a day instead of ${optimum} by\n${ours.rules.map(({ value }) => value).join('\n')}`,
        )
      },
    ),
    { numRuns: Math.ceil(numRuns / 6) },
  )
  assert.ok(tight > numRuns / 30, `${tight} tight cases prove too little`)
})

/** One more or one less of something. */
const change = fc.record({
  channel: fc.nat(3),
  what: fc.constantFrom('follows' as const, 'topics' as const),
  of: fc.nat(40),
  more: fc.boolean(),
})

test('one follow or topic more or less changes only the rules that it is in', () => {
  let changed = 0
  fc.assert(
    fc.property(
      fc.array(anyRoute, { minLength: 2, maxLength: 4 }),
      fc.array(fc.tuple(anyRoute, change), { minLength: 1, maxLength: 5 }),
      (start, steps) => {
        let routes: readonly Route[] = start
        let existing = plan(routes, {}).rules.map(({ value }) => value)
        for (const [donor, { channel, what, of, more }] of steps) {
          const at = channel % routes.length
          const route = routes[at] ?? assert.fail()
          const { next, text } = changedBy(route, donor, what, of, more)
          if (text === undefined) continue
          routes = routes.with(at, next)
          const values = plan(routes, { existing }).rules.map(({ value }) => value)
          const there = new Set(existing)
          const after = new Set(values)
          const concerned = [...existing, ...values].filter(value => value.includes(text)).length
          const added = values.filter(value => !there.has(value))
          const removed = existing.filter(value => !after.has(value))
          changed += added.length
          assert.ok(
            added.length <= concerned && removed.length <= concerned,
            `${text}: +${added.join('\n+')}\n-${removed.join('\n-')}`,
          )
          existing = values
        }
      },
    ),
    { numRuns },
  )
  assert.ok(changed > numRuns, `${changed} changed rules prove too little`)
})

function changedBy(
  route: Route,
  donor: Route,
  what: 'follows' | 'topics',
  of: number,
  more: boolean,
): { readonly next: Route; readonly text: string | undefined } {
  if (what === 'topics') {
    const topic = more ? `word${of}` : route.topics[of % Math.max(1, route.topics.length)]
    if (topic === undefined || route.topics.includes(topic) === more || / OR | -/.test(topic))
      return { next: route, text: undefined }
    return {
      next: { ...route, topics: more ? [...route.topics, topic] : route.topics.filter(each => each !== topic) },
      text: topic,
    }
  }
  const list = more ? donor.follows : route.follows
  const one = list[of % Math.max(1, list.length)]
  if (one === undefined || route.follows.some(({ id }) => id === one.id) === more)
    return { next: route, text: undefined }
  const follows = more ? [...route.follows, one] : route.follows.filter(({ id }) => id !== one.id)
  return { next: { ...route, follows }, text: `from:${one.id}` }
}

test('sets of hundreds of accounts stay as they are when some come and go', () => {
  const idOf = (n: number) => `${1_700_000_000_000_000_000n + BigInt(n)}`
  const route = (numbers: readonly number[]) => ({
    ...emptyRoute('x', 'C1'),
    follows: numbers.map(n => account(idOf(n))),
  })
  let numbers = Array.from({ length: 400 }, (_, n) => n)
  let existing = plan([route(numbers)], {}).rules.map(({ value }) => value)
  const fresh = existing.length
  for (let step = 0; step < 300; step++) {
    numbers = step % 3 === 0 ? [...numbers, 1000 + step] : numbers.toSpliced((step * 37) % numbers.length, 1)
    const values = plan([route(numbers)], { existing }).rules.map(({ value }) => value)
    const kept = values.filter(value => existing.includes(value)).length
    assert.ok(
      kept >= existing.length - 3 || values.length < existing.length - 3,
      `${kept} of ${existing.length} kept at step ${step}`,
    )
    existing = values
  }
  assert.ok(existing.length <= fresh)
})
