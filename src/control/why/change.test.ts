/** Goal: the change that is proposed lets the post in, whatever the route and the post. Method: random routes and posts, judged for real; examples typed into real controls. */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import fc from 'fast-check'
import { controlsRig, people, postBy } from '../../../test/rig/controls.ts'
import { filterArb, postArb, postOf, tag } from '../../../test/rig/filters.ts'
import type { Account } from '../../domain/account.ts'
import { literals } from '../../domain/filter/filter.ts'
import { print } from '../../domain/filter/print.ts'
import { emptyRoute, type Route } from '../../domain/route.ts'
import { judging } from '../../ingest/judging.ts'
import { keywordFor, smallestChange } from './change.ts'
import { isCommon } from './common-words.ts'

const account = (id: string, handle: string): Account => ({ source: 'x', id, handle, name: handle })
const accounts = [account('900001', 'mira_okafor'), account('900002', 'IBM'), account('900003', 'nobody_yet')]
const some = <T>(values: fc.Arbitrary<T>) => fc.array(values, { maxLength: 3 })
const expression = filterArb(1).map(print)
const routeArb: fc.Arbitrary<Route> = fc
  .record({
    follows: fc.subarray(accounts),
    muted: fc.subarray(accounts),
    keywords: some(expression),
    topics: some(
      filterArb(1)
        .filter(filter => literals(filter) !== undefined)
        .map(print),
    ),
    // As they are when typed: an OR is several, and a minus asks for the word.
    blocks: some(
      filterArb(1)
        .filter(({ kind }) => kind !== 'or' && kind !== 'not')
        .map(print),
    ),
    languages: fc.subarray(['en', 'ja', 'fr']),
    kinds: fc.record({
      ...{ original: fc.boolean(), quote: fc.boolean(), repost: fc.boolean() },
      ...{ thread: fc.boolean(), reply: fc.boolean() },
    }),
    paused: fc.boolean(),
  })
  .map(changes => ({ ...emptyRoute('x', 'C1'), ...changes }))

describe('the smallest change', () => {
  test('lets the post in, and only an author without a name is beyond it', () => {
    fc.assert(
      fc.property(routeArb, postArb, (route, post) => {
        const steps = smallestChange(route, post, judging)
        if (steps === undefined) {
          assert.equal(post.author.handle, '')
          return
        }
        assert.equal(judging(steps.at(-1)?.route ?? route)(post).wanted, true)
        // None is for nothing: without the last one it does not come.
        if (steps.length > 0) assert.equal(judging(steps.at(-2)?.route ?? route)(post).wanted, false)
      }),
    )
  })

  test('typed, it makes just that route', async () => {
    const [mira, tomas] = people
    assert.ok(mira !== undefined && tomas !== undefined)
    const quiet: Partial<Route> = { keywords: ['axion'], blocks: ['giveaway', '"free lunch"', 'prize', 'lunch b'] }
    const cases: readonly (readonly [Partial<Route>, string])[] = [
      [{}, 'Squeezed light at last'],
      [{ follows: [mira], paused: true }, 'Squeezed light at last'],
      [{ follows: [mira], ...quiet }, 'A giveaway: a free lunch for b, prize included'],
      [{ follows: [mira], muted: [mira, tomas], languages: ['de', 'ja'] }, 'Squeezed light at last'],
      [{ follows: [mira], keywords: ['axion'] }, 'または "or", 🚀 -- not and'],
    ]
    for (const [changes, text] of cases) {
      await using rig = await controlsRig()
      const before = {
        ...emptyRoute('x', 'C1'),
        kinds: { ...emptyRoute('x', 'C1').kinds, original: false },
        ...changes,
      }
      await rig.store.change({ source: 'x', channel: 'C1' }, 'U1', rig.clock.now(), () => ({
        route: before,
        what: 'set',
      }))
      const post = { ...postBy(mira, '1790000000000000001', text), lang: 'en' }
      const steps = smallestChange(before, post, judging)
      assert.ok(steps !== undefined && steps.length > 0)
      for (const { does, route } of steps) {
        const answer = await rig.controls.run({ id: 'U1' }, 'C1', does)
        assert.ok(answer.changed, `${does}: ${answer.text}`)
        assert.deepEqual(await rig.route('C1'), route, does)
      }
      const after = await rig.route('C1')
      assert.ok(after !== undefined && judging(after)(post).wanted)
    }
  })
})

test('the keyword that is proposed is a tag, else the longest word that says something, else the author', () => {
  assert.equal(keywordFor(postOf([{ kind: 'text', text: 'Interferometers rock ' }, tag('LIGO')])), '#LIGO')
  assert.equal(keywordFor(postOf('something about everything, probably: axions')), 'axions')
  assert.equal(keywordFor(postOf('Although they themselves would')), 'from:mira_okafor')
  assert.equal(keywordFor(postOf('量子力学 🚀')), 'from:mira_okafor')
  fc.assert(fc.property(postArb, post => assert.ok(!isCommon(keywordFor(post)))))
})
