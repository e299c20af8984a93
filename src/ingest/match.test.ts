import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { filterArb, link, mention, postArb, postOf, tag } from '../../test/rig/filters.ts'
import type { Account } from '../domain/account.ts'
import { languageOf, prepare } from '../domain/filter/doc.ts'
import { match } from '../domain/filter/match.ts'
import { parse } from '../domain/filter/parse.ts'
import { print } from '../domain/filter/print.ts'
import type { Post } from '../domain/post.ts'
import { becauseInWords, type Refusal, refusalInWords } from '../domain/reasons.ts'
import { defaultKinds, emptyRoute, livePace, type Route } from '../domain/route.ts'
import { Matcher, type MatchResult } from './match.ts'

function account(id: string): Account {
  return { source: 'x', id, handle: `h${id}`, name: `Name ${id}` }
}

/** The rule of a route, read off its definition, one route at a time. */
function judgeSlowly(route: Route, post: Post): MatchResult {
  const doc = prepare(post)
  const first = (list: readonly string[]) =>
    list.find(text => {
      const parsed = parse(text)
      assert.ok(parsed.ok)
      return match(parsed.filter, doc)
    })
  const { channel } = route
  const accountId = post.author.id
  const followed = route.follows.some(({ id }) => id === accountId)
  const keyword = first(route.keywords)
  const topic = first(route.topics)
  if (!followed && topic === undefined) return { deliver: [], rejected: [] }
  const no = (refusal: Refusal): MatchResult => ({ deliver: [], rejected: [{ channel, ...refusal }] })
  const byFollow = followed && (route.keywords.length === 0 || keyword !== undefined)
  if (route.paused) return no({ because: 'paused', detail: '' })
  if (!byFollow && topic === undefined) return no({ because: 'no-keyword', detail: '' })
  if (!route.kinds[post.relation]) return no({ because: 'kind-off', detail: post.relation })
  for (const { id } of route.muted) {
    if (id === accountId || (post.relation === 'repost' && post.inner?.author.id === id))
      return no({ because: 'muted', detail: id })
  }
  const blocked = first(route.blocks)
  if (blocked !== undefined) return no({ because: 'blocked-word', detail: blocked })
  const lang = languageOf(post)?.slice(0, 2)
  if (lang !== undefined && route.languages.length > 0 && !route.languages.includes(lang))
    return no({ because: 'language', detail: lang })
  if (!byFollow) return { deliver: [{ channel, because: { kind: 'topic', topic: topic ?? '' } }], rejected: [] }
  const because = { kind: 'follow' as const, accountId, ...(keyword === undefined ? {} : { keyword }) }
  return { deliver: [{ channel, because }], rejected: [] }
}

function sorted<T extends { readonly channel: string }>(list: readonly T[]): readonly T[] {
  return list.toSorted((a, b) => a.channel.localeCompare(b.channel))
}

const accounts = fc
  .uniqueArray(fc.constantFrom('900001', '900002', '900003'), { maxLength: 2 })
  .map(ids => ids.map(account))
const expressions = (maxLength: number) => fc.array(filterArb(1).map(print), { maxLength })
const mostly = (usual: boolean) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(!usual) })
const routeArb: fc.Arbitrary<Route> = fc.record({
  source: fc.constant('x' as const),
  channel: fc.constantFrom('C1', 'C2', 'C3', 'C4'),
  follows: accounts,
  keywords: expressions(3),
  topics: expressions(2),
  blocks: fc.oneof(fc.constant([]), expressions(1)),
  muted: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, accounts),
  languages: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.constant(['ja']), fc.constant(['en', 'de'])),
  kinds: fc.record({
    original: mostly(true),
    quote: mostly(true),
    repost: mostly(true),
    thread: mostly(true),
    reply: mostly(true),
  }),
  reading: fc.constantFrom('cheap', 'complete'),
  deletions: fc.constantFrom('remove', 'strike'),
  pace: fc.constant(livePace),
  together: fc.boolean(),
  links: fc.constantFrom('thread', 'each'),
  identity: fc.constantFrom('birdwire', 'author'),
  locked: fc.boolean(),
  paused: mostly(false),
})
type Step = { readonly set: Route } | { readonly remove: string } | { readonly post: Post }
const stepArb: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: routeArb.map(set => ({ set })) },
  { weight: 1, arbitrary: fc.constantFrom('C1', 'C2', 'C3', 'C4').map(remove => ({ remove })) },
  { weight: 8, arbitrary: postArb.map(post => ({ post })) },
)

test('after any changes of routes the matcher says what the rule says of each route', () => {
  const seen = new Map<string, number>()
  fc.assert(
    fc.property(fc.array(stepArb, { minLength: 4, maxLength: 30 }), steps => {
      const matcher = new Matcher()
      const routes = new Map<string, Route>()
      for (const step of steps) {
        if ('set' in step) {
          matcher.set(step.set)
          routes.set(step.set.channel, step.set)
        } else if ('remove' in step) {
          matcher.remove(step.remove)
          routes.delete(step.remove)
        } else {
          const said = matcher.match(step.post)
          const slow = [...routes.values()].map(route => judgeSlowly(route, step.post))
          assert.deepEqual(sorted(said.deliver), sorted(slow.flatMap(({ deliver }) => deliver)))
          assert.deepEqual(sorted(said.rejected), sorted(slow.flatMap(({ rejected }) => rejected)))
          for (const because of [
            ...said.deliver.map(one => one.because.kind),
            ...said.rejected.map(one => one.because),
          ]) {
            seen.set(because, (seen.get(because) ?? 0) + 1)
          }
        }
      }
    }),
    { numRuns: 800 },
  )
  // Every answer there is was among those compared.
  for (const answer of ['follow', 'topic', 'paused', 'no-keyword', 'kind-off', 'muted', 'blocked-word', 'language']) {
    assert.ok((seen.get(answer) ?? 0) > 20, `${answer}: ${seen.get(answer)}`)
  }
})

const followed: Route = { ...emptyRoute('x', 'C1'), follows: [account('900001')] }

function matcherOf(...routes: readonly Route[]): Matcher {
  const matcher = new Matcher()
  for (const route of routes) matcher.set(route)
  return matcher
}

test('a route with keywords but nobody followed and no topic gets nothing', () => {
  const matcher = matcherOf({ ...emptyRoute('x', 'C1'), keywords: ['ibm'] })
  assert.deepEqual(matcher.match(postOf('IBM')), { deliver: [], rejected: [] })
})

test('a post that concerns no channel is neither delivered nor rejected', () => {
  const matcher = matcherOf({ ...followed, keywords: ['ibm'], topics: ['ligo'] })
  const stranger = { id: '900009', handle: 'somebody', name: '', url: '' }
  assert.deepEqual(matcher.match(postOf('IBM', { author: stranger })), { deliver: [], rejected: [] })
})

test('the next post after a change is judged by the change', () => {
  const matcher = matcherOf(followed)
  const post = postOf('IBM news')
  assert.equal(matcher.match(post).deliver.length, 1)
  matcher.set({ ...followed, keywords: ['ligo'] })
  assert.deepEqual(matcher.match(post).rejected, [{ channel: 'C1', because: 'no-keyword', detail: '' }])
  matcher.set({ ...followed, keywords: ['ligo', 'ibm'] })
  assert.deepEqual(matcher.match(post).deliver, [
    { channel: 'C1', because: { kind: 'follow', accountId: '900001', keyword: 'ibm' } },
  ])
  matcher.remove('C1')
  assert.deepEqual(matcher.match(post), { deliver: [], rejected: [] })
})

test('of several keywords that match the first of the list is named, also after the list was put in another order', () => {
  const matcher = matcherOf({ ...followed, keywords: ['news', 'ibm'] })
  const named = () => matcher.match(postOf('IBM news')).deliver[0]?.because
  assert.deepEqual(named(), { kind: 'follow', accountId: '900001', keyword: 'news' })
  matcher.set({ ...followed, keywords: ['ibm', 'news'] })
  assert.deepEqual(named(), { kind: 'follow', accountId: '900001', keyword: 'ibm' })
})

test('somebody muted is not heard through a repost, but a quote of theirs is', () => {
  const matcher = matcherOf({ ...followed, muted: [account('900007')] })
  const inner = { ...postOf('x'), author: { id: '900007', handle: 'loud', name: '', url: '' } }
  assert.equal(matcher.match(postOf('', { relation: 'repost', inner })).rejected[0]?.because, 'muted')
  assert.equal(matcher.match(postOf('no', { relation: 'quote', inner })).deliver.length, 1)
})

test('replies to others are off by default and can be switched on', () => {
  const reply = postOf('yes', { relation: 'reply' })
  assert.deepEqual(matcherOf(followed).match(reply).rejected, [{ channel: 'C1', because: 'kind-off', detail: 'reply' }])
  assert.equal(matcherOf({ ...followed, kinds: { ...defaultKinds, reply: true } }).match(reply).deliver.length, 1)
})

test('tags, mentions, links and authors find their topics', () => {
  const topics = ['#physics', '@ibm', 'url:"arxiv.org"', 'from:Mira_Okafor']
  const matcher = matcherOf(...topics.map((topic, at) => ({ ...emptyRoute('x', `C${at}`), topics: [topic] })))
  const other = { id: '1', handle: 'other', name: '', url: '' }
  const channels = (post: Post) => matcher.match(post).deliver.map(({ channel }) => channel)
  assert.deepEqual(channels(postOf([tag('Physics')], { author: other })), ['C0'])
  assert.deepEqual(channels(postOf([mention('IBM')], { author: other })), ['C1'])
  assert.deepEqual(channels(postOf([link('x', 'https://arxiv.org/abs/1')], { author: other })), ['C2'])
  assert.deepEqual(channels(postOf('physics ibm arxiv')), ['C3'])
})

test('a route with an expression that is no filter is refused whole, and what was there stays', () => {
  const matcher = matcherOf(followed)
  assert.throws(() => matcher.set({ ...followed, follows: [], keywords: ['ok', '"'] }), /no filter/)
  assert.equal(matcher.match(postOf('x')).deliver.length, 1)
})

test('every reason has its words', () => {
  assert.match(becauseInWords({ kind: 'follow', accountId: '1', keyword: 'ibm' }), /followed.*ibm/)
  assert.match(becauseInWords({ kind: 'topic', topic: '#physics' }), /topic #physics/)
  assert.match(refusalInWords({ because: 'kind-off', detail: 'reply' }), /replies to others were switched off/)
  assert.match(refusalInWords({ because: 'blocked-word', detail: 'giveaway' }), /giveaway was blocked/)
})
