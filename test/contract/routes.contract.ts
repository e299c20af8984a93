/** What every store must do with what people want: keep it whole and in order, and never change it without a trace. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { emptyRoute, livePace, type Pace, type Route } from '../../src/domain/route.ts'
import { type Ground, onGround } from './ground.ts'
import { anAccount, morning } from './samples.ts'

const key = { source: 'x', channel: 'C1' } as const

const accounts = fc
  .uniqueArray(fc.nat(99), { maxLength: 70 })
  .map(ids => ids.map(id => ({ ...anAccount(`${id}`), ...(id % 3 === 0 ? { postsPerDay: id / 4 } : {}) })))
const expressions = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }), { maxLength: 12 })

const aRoute: fc.Arbitrary<Route> = fc.record(
  {
    source: fc.constant('x' as const),
    channel: fc.constant('C1'),
    follows: accounts,
    keywords: expressions,
    topics: expressions,
    blocks: expressions,
    muted: accounts,
    languages: fc.uniqueArray(fc.constantFrom('en', 'de', 'ja'), { maxLength: 3 }),
    kinds: fc.record(
      {
        original: fc.boolean(),
        repost: fc.boolean(),
        quote: fc.boolean(),
        reply: fc.boolean(),
        thread: fc.boolean(),
      },
      { noNullPrototype: true },
    ),
    reading: fc.constantFrom('cheap' as const, 'complete' as const),
    deletions: fc.constantFrom('remove' as const, 'strike' as const),
    pace: fc.constantFrom<Pace>(
      livePace,
      { mode: 'live', times: [], zone: 'Europe/Berlin', quiet: { from: '22:00', to: '07:30' }, perHour: 6 },
      { mode: 'digest', times: ['09:00', '17:00'], zone: 'America/New_York' },
    ),
    together: fc.boolean(),
    links: fc.constantFrom('thread' as const, 'each' as const),
    identity: fc.constantFrom('birdwire' as const, 'author' as const),
    locked: fc.boolean(),
    paused: fc.boolean(),
  },
  { noNullPrototype: true },
)

export function routesContract(make: () => Promise<Ground>, share = 1): void {
  const on = (use: Parameters<typeof onGround>[1]) => () => onGround(make, use)

  test(
    'a route comes back exactly as it was left, whatever was there before',
    on(async (_, store) => {
      let before: Route | undefined
      await fc.assert(
        fc.asyncProperty(aRoute, async route => {
          await store.change(key, 'U1', morning, seen => {
            assert.deepEqual(seen, before ?? emptyRoute('x', 'C1'))
            return { route, what: 'changed it' }
          })
          assert.deepEqual(await store.routes(), [route])
          before = route
        }),
        { numRuns: Math.ceil(25 * share), endOnFailure: true },
      )
    }),
  )

  test(
    'a change leaves who did what, with the route before and after, and a line in the channel in its turn',
    on(async (ground, store) => {
      const first = { ...emptyRoute('x', 'C1'), follows: [anAccount('1')] }
      const second = { ...first, keywords: ['ibm'] }
      await store.change(key, 'U1', morning, () => ({
        route: first,
        what: 'followed @someone_1',
        notice: '<@U1> followed @someone_1',
      }))
      await store.change(key, 'import', morning, () => ({ route: second, what: 'added ibm' }))
      const reopened = await ground.open()
      assert.deepEqual(
        (await reopened.audit('C1', 10)).map(({ id, ...row }) => row),
        [
          { at: morning, channel: 'C1', who: 'import', what: 'added ibm', before: first, after: second },
          { at: morning, channel: 'C1', who: 'U1', what: 'followed @someone_1', before: undefined, after: first },
        ],
      )
      assert.equal((await reopened.audit(undefined, 1)).length, 1)
      assert.deepEqual(await reopened.audit('C2', 10), [])
      const [, followed] = await reopened.audit('C1', 10)
      const claims = await reopened.claim(morning, 1000, 10)
      assert.deepEqual(
        claims.map(claim => claim.content),
        [{ kind: 'notice', text: '<@U1> followed @someone_1', change: followed?.id }],
      )
    }),
  )

  test(
    'a decision against a change leaves no trace at all',
    on(async (_, store) => {
      assert.equal(await store.change(key, 'U1', morning, () => undefined), undefined)
      assert.deepEqual(await store.routes(), [])
      assert.deepEqual(await store.audit(undefined, 10), [])
      assert.deepEqual(await store.lanes(), [])
    }),
  )

  test(
    'a change that breaks half way changes nothing',
    on(async (ground, store) => {
      ground.breakIds(new Error('out of ids'))
      const change = { route: emptyRoute('x', 'C1'), what: 'looked' }
      await assert.rejects(
        store.change(key, 'U1', morning, () => change),
        /out of ids/,
      )
      assert.deepEqual(await store.routes(), [])
    }),
  )

  test(
    'changes asked for at once happen one after the other, none is lost',
    on(async (_, store) => {
      const names = Array.from({ length: 20 }, (_, n) => `word${n}`)
      await Promise.all(
        names.map(name =>
          store.change(key, 'U1', morning, route => ({
            route: { ...route, keywords: [...route.keywords, name] },
            what: `added ${name}`,
          })),
        ),
      )
      // In which order is the engine's business.
      assert.deepEqual((await store.routes())[0]?.keywords.toSorted(), names.toSorted())
    }),
  )

  test(
    'a renamed account is renamed in every route, and one that nobody knows is ignored',
    on(async (_, store) => {
      for (const channel of ['C1', 'C2']) {
        const route = {
          ...emptyRoute('x', channel),
          follows: [{ ...anAccount('1'), avatarUrl: 'https://a.example/1' }],
        }
        await store.change({ source: 'x', channel }, 'U1', morning, () => ({ route, what: 'followed' }))
      }
      const renamed = { ...anAccount('1'), handle: 'lena_brandt', name: 'Lena Brandt' }
      await store.refreshAccounts([renamed, anAccount('2')])
      const follows = (await store.routes()).flatMap(route => route.follows)
      const expected = { ...renamed, avatarUrl: 'https://a.example/1' }
      assert.deepEqual(follows, [expected, expected])
    }),
  )
}
