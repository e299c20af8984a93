/**
 * Random walks through the store against a model that is obviously right: plain arrays, every question answered by looking
 * through all of them. After each step everything that can be asked is compared.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Settlement } from '../../src/domain/delivery.ts'
import type { Post } from '../../src/domain/post.ts'
import { changeRetryMs } from '../../src/limits.ts'
import type { Claim, Intake, Store } from '../../src/store/store.ts'
import { type Ground, onGround } from './ground.ts'
import { type Seen, StoreModel } from './model.ts'
import { aGap, aPost, arrived, deleted, fetched, morning, taskOf, told } from './samples.ts'

const leaseMs = 1000
const channels = ['C1', 'C2', 'C3']
/** Of these one keeps deleted posts struck through. */
const striking = 'C3'

type Step =
  | { readonly do: 'commit'; readonly intakes: readonly Intake[] }
  | { readonly do: 'claim' | 'reopen' }
  | { readonly do: 'settle'; readonly pick: number; readonly how: How; readonly wait: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'notice' | 'release'; readonly channel: string }
  | { readonly do: 'redeliver'; readonly pick: number; readonly force: boolean }
  | { readonly do: 'takeDown'; readonly postId: string }

const hows = ['sent', 'again', 'uncounted', 'unknown', 'gave-up', 'unknowable', 'gone', 'held'] as const
type How = (typeof hows)[number]

const channel = fc.constantFrom(...channels)
const anId = fc.nat(11).map(n => `${100 + n * 10}`)

/** Written in no order of their ids, some in the same second. */
function versionOf(id: string, edit: number): Post {
  return { ...aPost(id, `${Number(id) + edit}`), createdAt: morning - ((Number(id) * 7) % 80) * 1000 }
}

const anArrival: fc.Arbitrary<Intake> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(anId, fc.nat(6), fc.subarray(channels))
      .map(([id, edit, to]) => arrived(versionOf(id, edit), ...to)),
  },
  { weight: 1, arbitrary: anId.map(id => deleted(id)) },
)
const aCatchUp: fc.Arbitrary<readonly Intake[]> = fc
  .tuple(
    fc.uniqueArray(anId, { minLength: 1, maxLength: 12 }),
    fc.subarray(channels, { minLength: 1 }),
    fc.constantFrom(undefined, { release: true } as const, { state: 'closed' } as const),
  )
  .map(([ids, to, word]) => [
    ...ids.map(id => fetched('g1', versionOf(id, 0), ...to)),
    ...(word === undefined ? [] : [told(aGap('g1', word))]),
  ])
const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.array(anArrival, { maxLength: 8 }).map(intakes => ({ do: 'commit', intakes }) as const) },
  { weight: 1, arbitrary: aCatchUp.map(intakes => ({ do: 'commit', intakes }) as const) },
  { weight: 5, arbitrary: fc.constant({ do: 'claim' } as const) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      pick: fc.oneof({ weight: 4, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(20) }),
      how: fc.constantFrom('sent', 'sent', 'sent', 'sent', 'sent', ...hows),
      wait: fc.oneof(fc.constant(0), fc.nat(900)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.oneof({ weight: 4, arbitrary: fc.nat(1200) }, { weight: 1, arbitrary: fc.constant(changeRetryMs) }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('takeDown' as const), postId: anId }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('notice' as const, 'release' as const), channel }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('redeliver' as const), pick: fc.nat(20), force: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'reopen' } as const) },
)

function settlementFor(how: How, now: number, wait: number): Settlement {
  const pending = {
    state: 'pending',
    dueAt: now + wait,
    why: how,
    imagesDropped: wait > 500,
    counted: how !== 'uncounted',
  } as const
  const lane = { freeAt: now + Math.floor(wait / 3) }
  switch (how) {
    case 'sent':
      return { delivery: { state: 'sent', ts: `${now}` }, lane }
    case 'unknown':
      return { delivery: { ...pending, unknown: { since: now, checks: wait % 3, why: how } }, lane }
    case 'gave-up':
    case 'unknowable':
      return { delivery: { state: 'dead', reason: how, why: how }, lane }
    case 'gone':
      return { delivery: { state: 'dead', reason: 'channel-gone', why: how }, lane: { ...lane, gone: how } }
    case 'held':
      return { delivery: pending, lane: { ...lane, held: how } }
    default:
      return { delivery: pending, lane }
  }
}

class Walk {
  readonly #ground: Ground
  readonly #model = new StoreModel([striking])
  #store: Store
  /** Everything ever claimed, so that old leases are tried too. */
  readonly #claims: Claim[] = []

  constructor(ground: Ground, store: Store) {
    this.#ground = ground
    this.#store = store
  }

  async take(step: Step): Promise<void> {
    const { clock } = this.#ground
    const now = clock.now()
    switch (step.do) {
      case 'commit':
        assert.deepEqual(await this.#store.commit(step.intakes, now), this.#model.commit(step.intakes, now))
        return
      case 'claim': {
        const claims = await this.#store.claim(now, leaseMs, 100)
        const expected = this.#model.claim(now, leaseMs)
        for (const claim of claims) this.#model.took(claim)
        const seen = claims.map(({ delivery: { id, ...delivery }, ...claim }) => ({
          ...delivery,
          task: taskOf({ ...claim, delivery: { id, ...delivery } }),
        }))
        const byChannel = (a: Seen, b: Seen) => a.channel.localeCompare(b.channel)
        assert.deepEqual(seen.sort(byChannel), expected.toSorted(byChannel))
        this.#claims.push(...claims)
        return
      }
      case 'settle': {
        const claim = this.#claims[this.#claims.length - 1 - (step.pick % Math.max(1, this.#claims.length))]
        if (claim === undefined) return
        // The outcome of a change is never unknown: it is simply made again.
        const how = step.how === 'unknown' && claim.act.kind !== 'post' ? 'again' : step.how
        const settlement = settlementFor(how, now, step.wait)
        assert.equal(await this.#store.settle(claim, settlement, now), this.#model.settle(claim, settlement, now))
        return
      }
      case 'pass':
        await clock.advance(step.ms)
        return
      case 'notice':
        await this.#store.change({ source: 'x', channel: step.channel }, 'U1', now, route => ({
          route,
          what: 'looked',
          notice: `at ${now}`,
        }))
        this.#model.notice(step.channel, `at ${now}`, now)
        return
      case 'release':
        assert.equal(await this.#store.release(step.channel, now), this.#model.release(step.channel))
        return
      case 'redeliver': {
        const dead = await this.#store.dead(100)
        const one = dead[step.pick % Math.max(1, dead.length)]
        if (one === undefined) return
        const expected = this.#model.redeliver(one, now, step.force)
        if (expected !== undefined) assert.equal(await this.#store.redeliver(one.id, now, step.force), expected)
        return
      }
      case 'takeDown':
        assert.deepEqual(await this.#store.takeDown('x', step.postId, now), this.#model.takeDown(step.postId, now))
        return
      case 'reopen':
        this.#store = await this.#ground.open()
        this.#model.reopen(now)
    }
  }

  async compare(): Promise<void> {
    assert.equal(await this.#store.cursor('x'), this.#model.cursor)
    assert.equal(await this.#store.nextDueAt(), this.#model.nextDueAt())
    assert.deepEqual(await this.#store.lanes(), this.#model.lanes())
    const tallies = (await this.#store.tallies()).map(({ result, count }) => [result, count])
    assert.deepEqual(tallies, [...this.#model.tallies].sort())
    assert.deepEqual((await this.#store.shownPosts('x', 0)).toSorted(), this.#model.shownPosts())
  }
}

export function storeProperty(make: () => Promise<Ground>, share = 1): void {
  test('on random walks the store and a simple model never differ', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 60, size: 'max' }), steps =>
        onGround(make, async (ground, store) => {
          const key = { source: 'x', channel: striking } as const
          await store.change(key, 'U1', morning, route => ({ route: { ...route, deletions: 'strike' }, what: 'chose' }))
          const walk = new Walk(ground, store)
          for (const step of steps) {
            await walk.take(step)
            await walk.compare()
          }
        }),
      ),
      { numRuns: Math.ceil(60 * share) },
    )
  })
}
