import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { emptyRoute, type Kinds, type Route } from '../../../domain/route.ts'
import { type Plan, type PlanLimits, planRules } from './plan.ts'

const account = (id: string) => ({ source: 'x' as const, id, handle: `h${id}`, name: id })
const all: Kinds = { original: true, quote: true, repost: true, thread: true, reply: true }

function route(ids: readonly string[], more: Partial<Route> = {}): Route {
  return { ...emptyRoute('x', 'C1'), follows: ids.map(account), kinds: all, ...more }
}

function plan(routes: readonly Route[], limits: Partial<PlanLimits> = {}): Plan {
  const none = { cap: 1000, charsMax: 1024, refused: new Map(), rates: new Map(), existing: [] }
  return planRules(routes, { ...none, ...limits })
}

const values = (planned: Plan) => planned.rules.map(rule => rule.value).sort()
const because = (...refused: readonly string[]) => new Map(refused.map(value => [value, 'bad']))

test('accounts without keywords share a rule, whatever channels want them', () => {
  assert.deepEqual(values(plan([route(['2', '1']), route(['1', '30'])])), ['from:1 OR from:2 OR from:30'])
})

test('by default replies are not bought, but quotes and reposts of replies are, and threads', () => {
  assert.deepEqual(values(plan([{ ...route(['1', '2']), kinds: emptyRoute('x', '').kinds }])), [
    '(from:1 OR from:2) (is:quote OR is:retweet)',
    '(from:1 OR from:2) -is:reply',
    '(from:1 to:1) OR (from:2 to:2)',
  ])
})

test('keywords of a channel are asked for together with its accounts', () => {
  assert.deepEqual(values(plan([route(['1', '2'], { keywords: ['muon', '"dark matter"'] })])), [
    '(from:1 OR from:2) ("dark matter" OR muon)',
  ])
})

test('what one channel wants whole is asked for once, whole; what is read completely is wanted whole', () => {
  const narrow = route(['1', '2'], { keywords: ['muon'], kinds: { ...all, reply: false } })
  const rules = values(plan([narrow, route(['1'])]))
  assert.deepEqual(
    rules.filter(rule => rule.includes('from:1')),
    ['from:1'],
  )
  assert.deepEqual(values(plan([{ ...narrow, reading: 'complete' }])), ['from:1 OR from:2'])
})

test('the same wishes in two channels are one rule; different ones of an account are asked for beside each other', () => {
  const muon = (id: string) => route([id], { keywords: ['muon'] })
  assert.deepEqual(values(plan([muon('1'), muon('2')])), ['(from:1 OR from:2) (muon)'])
  assert.deepEqual(values(plan([muon('1'), route(['1'], { keywords: ['axion'] })])), [
    '(from:1) (axion)',
    '(from:1) (muon)',
  ])
  assert.deepEqual(values(plan([muon('1'), route(['1'], { keywords: ['muon', 'axion'] })])), [
    '(from:1) (axion OR muon)',
  ])
})

test('where one keyword cannot be asked of X, the accounts of its channel are asked for whole', () => {
  assert.deepEqual(values(plan([route(['1'], { keywords: ['muon', '中性子'] })])), ['from:1'])
})

test('tags and muted authors are kept out of everything, words only where there is no "RT @name:" to take for one', () => {
  assert.deepEqual(values(plan([route(['1'], { blocks: ['#spam'] })])), ['(from:1) -#spam'])
  assert.deepEqual(values(plan([route(['1'], { blocks: ['giveaway', 'free OR -x', 'a b'], muted: [account('9')] })])), [
    '(from:1) -is:retweet -free -giveaway',
    '(from:1) is:retweet -retweets_of:9',
  ])
  assert.deepEqual(values(plan([route(['1', '9'], { muted: [account('9')], kinds: { ...all, repost: false } })])), [
    '(from:1) -is:retweet',
  ])
})

test('languages are asked for with those of posts that have none; a language that X does not know is left to the matching here', () => {
  const none =
    'lang:art OR lang:en OR lang:in OR lang:qam OR lang:qct OR lang:qht OR lang:qme OR lang:qst OR lang:und OR lang:zxx'
  assert.deepEqual(values(plan([route(['1'], { languages: ['id', 'en'] })])), [`(from:1) (${none})`])
  assert.deepEqual(values(plan([route(['1'], { languages: ['en', 'gsw'] })])), ['from:1'])
})

test('topics share rules, each once, with what their channel wants; what cannot be asked for is said', () => {
  const planned = plan([
    route([], { topics: ['axion', 'muon decay OR xenon'] }),
    route([], { topics: ['axion', 'lang:en'] }),
  ])
  assert.deepEqual(values(planned), ['axion OR xenon OR muon decay'])
  assert.deepEqual(planned.problems, [
    'The topic lang:en cannot be asked of X: it needs a word that few posts have, a tag or an account.',
  ])
  const narrow = route([], { topics: ['axion -giveaway'], blocks: ['#spam'], muted: [account('9')] })
  assert.deepEqual(values(plan([narrow])), [
    '(axion -giveaway) -is:retweet -#spam -from:9',
    '(axion) is:retweet -#spam -from:9 -retweets_of:9',
  ])
})

test('over the cap rules are joined first, which costs nothing', () => {
  const routes = Array.from({ length: 10 }, (_, n) => route([`${100 + n}`], { keywords: [`word${n}`] }))
  assert.equal(plan(routes).rules.length, 10)
  const joined = plan(routes, { cap: 1 })
  assert.match(values(joined)[0] ?? '', /^\(\(from:100\) \(word0\)\) OR \(\(from:101\) \(word1\)\)/)
  assert.equal(joined.estimate.postsPerDay, plan(routes).estimate.postsPerDay)
})

test('where that is not enough the accounts that write least are asked for whole', () => {
  const routes = Array.from({ length: 10 }, (_, n) => route([`${100 + n}`], { keywords: [`word${n}`.repeat(5)] }))
  const rates = new Map(routes.flatMap(({ follows }, n) => follows.map(({ id }) => [id, n < 5 ? 1 : 100] as const)))
  const tight = plan(routes, { cap: 1, charsMax: 420, rates })
  assert.deepEqual(tight.problems, [])
  const [rule = ''] = values(tight)
  assert.match(rule, /\(\(from:109\) \(word9/)
  assert.doesNotMatch(rule, /\(from:100\)/)
  assert.match(rule, /from:100/)
  assert.ok(tight.estimate.postsPerDay < 100 && tight.estimate.complete === 505)
})

test('what there is no room for at all is named: topics first, then the accounts that write least', () => {
  const ids = Array.from({ length: 85 }, (_, n) => `${1_000_000_000_000_000 + n}`)
  const planned = plan([route(ids, { topics: ['axion'] })], { cap: 2, rates: new Map(ids.map((id, n) => [id, n])) })
  assert.equal(planned.rules.length, 2)
  assert.match(
    planned.problems.join(),
    /X allows this app 2 more rules, .* for @h1000000000000002, @h1000000000000001, @h1000000000000000, the topic axion: these posts do not come/,
  )
  assert.doesNotMatch(values(planned).join(), /axion/)
})

test('a tail that X refuses is asked for without what it may dislike, in the end not at all', () => {
  const wanted = [route(['1'], { keywords: ['muon'], blocks: ['#spam'] })]
  const soft = plan(wanted, { refused: because('(from:1) (muon) -#spam') })
  assert.deepEqual(values(soft), ['(from:1) (muon)'])
  assert.match(
    soft.problems.join(),
    /X refuses the keywords \(muon\) -#spam \(bad\), so posts are read that this would have kept out/,
  )
  assert.deepEqual(values(plan(wanted, { refused: because('(from:1) (muon) -#spam', '(from:1) (muon)') })), ['from:1'])
})

test('a refused topic or account does not take the others of its rule with it', () => {
  const topics = plan([route([], { topics: ['axion', 'muon'] })], { refused: because('muon OR axion', 'muon') })
  assert.deepEqual(values(topics), ['axion'])
  assert.match(topics.problems.join(), /X refuses the topic muon \(bad\)/)
  const refused = because('from:1 OR from:2 OR from:3 OR from:4', 'from:1 OR from:2', 'from:2')
  const planned = plan([route(['1', '2', '3', '4'])], { refused })
  assert.deepEqual(values(planned), ['from:1', 'from:3 OR from:4'])
  assert.match(planned.problems.join(), /X refuses to stream from:2 \(bad\)/)
})

test('no rule is too long, none comes twice, and every account is in one', () => {
  const ids = fc.uniqueArray(fc.bigInt({ min: 1n, max: 2n ** 63n }).map(String), { minLength: 1, maxLength: 120 })
  const keyword = fc.stringMatching(/^[a-z]{3,30}$/)
  const routes = fc.array(fc.tuple(ids, fc.array(keyword, { maxLength: 60 })), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(routes, fc.constantFrom(1024, 512, 256), (wanted, charsMax) => {
      const planned = values(
        plan(
          wanted.map(([accounts, keywords]) => route(accounts, { keywords })),
          { charsMax },
        ),
      )
      assert.equal(new Set(planned).size, planned.length)
      for (const value of planned) assert.ok(value.length <= charsMax, `${value.length}`)
      const asked = new Set(planned.flatMap(value => [...value.matchAll(/from:(\d+)/g)].map(match => match[1])))
      for (const id of wanted.flatMap(([accounts]) => accounts)) assert.ok(asked.has(id))
    }),
    { numRuns: 50 },
  )
})

test('a thousand accounts in thirty channels are planned in a moment, at any cap', () => {
  const ids = Array.from({ length: 1000 }, (_, n) => `${1_700_000_000_000_000_000n + BigInt(n)}`)
  const routes = Array.from({ length: 30 }, (_, n) =>
    route(
      ids.filter((_, at) => (at * 7 + n * 13) % 30 < 4),
      { kinds: emptyRoute('x', '').kinds, ...(n % 2 === 0 ? {} : { keywords: [`word${n}`], blocks: ['giveaway'] }) },
    ),
  )
  for (const cap of [1000, 200, 40, 5]) {
    const before = process.cpuUsage()
    plan(routes, { cap })
    const { user, system } = process.cpuUsage(before)
    assert.ok(user + system < 2_000_000, `${(user + system) / 1000} ms at ${cap} rules`)
  }
})
