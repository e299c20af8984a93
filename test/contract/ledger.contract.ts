/** What every store must do with money: each thing is charged once a UTC day, sums by purpose, and only what is committed counts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Purchase, Reads } from '../../src/domain/reads.ts'
import type { Spending } from '../../src/store/store.ts'
import { type Ground, onGround } from './ground.ts'
import { anIntake, aPost, arrived, morning } from './samples.ts'

const dayMs = 24 * 3_600_000
const midnight = Date.UTC(2026, 0, 6)

function reads(what: Partial<Reads>): Reads {
  return { posts: [], inner: [], users: [], ...what }
}

function purchase(what: Partial<Reads>, change: Partial<Purchase> = {}): Purchase {
  return {
    ...{ source: 'x', at: morning, via: 'stream', relation: 'original', by: 'follow', account: '7001' },
    ...{ channels: ['C1', 'C2'], delivered: 2, reads: reads(what) },
    ...change,
  }
}

/** A line of the ledger in short. */
function line({ day, kind, via, account, channels, count, delivered, micros }: Spending) {
  return [day, kind, via, account, channels.join('+'), count, delivered, micros]
}

export function ledgerContract(make: () => Promise<Ground>, share = 1): void {
  const on = (use: Parameters<typeof onGround>[1]) => () => onGround(make, use)

  test(
    'a thing is charged once a UTC day, in the same purchase, the same batch and a later one, and again the next day',
    on(async (ground, store) => {
      const first = { ...arrived(aPost('101'), 'C1'), purchase: purchase({ posts: ['101', '101'], users: ['7001'] }) }
      await store.commit([first, first], morning)
      const reopened = await ground.open()
      await reopened.purchase([purchase({ posts: ['101'] }), purchase({ posts: ['102'] }, { at: midnight - 1 })])
      await reopened.purchase([purchase({ posts: ['102'] }, { at: midnight })])
      assert.deepEqual((await reopened.spending('2026-01-05', '2026-01-06')).map(line), [
        ['2026-01-05', 'posts', 'stream', '7001', 'C1+C2', 2, 2, 10_000],
        ['2026-01-05', 'users', 'stream', '7001', 'C1+C2', 1, 0, 10_000],
        ['2026-01-06', 'posts', 'stream', '7001', 'C1+C2', 1, 1, 5000],
      ])
      assert.deepEqual((await reopened.spending('2026-01-06', '2026-01-09')).length, 1)
      assert.deepEqual(await reopened.spending('2026-01-07', '2026-01-09'), [])
    }),
  )

  test(
    'what hundreds of channels want is one line, with all of them, and is forgotten with it',
    on(async (_, store) => {
      const channels = Array.from({ length: 600 }, (_, n) => `C${String(n).padStart(10, '0')}`)
      await store.purchase([purchase({ posts: ['101'] }, { channels }), purchase({ posts: ['102'] })])
      await store.purchase([purchase({ posts: ['103', '104'] }, { channels })])
      const lines = await store.spending('2026-01-05', '2026-01-05')
      assert.deepEqual(
        lines.map(({ channels: of, count }) => [of, count]).toSorted(),
        [
          [channels, 3],
          [['C1', 'C2'], 1],
        ].toSorted(),
      )
      while ((await store.forget({ posts: morning, ledger: morning + 2 * dayMs }, morning)).spending > 0);
      assert.deepEqual(await store.spending('2026-01-01', '2026-01-09'), [])
      await store.purchase([purchase({ posts: ['105'] }, { at: morning + 2 * dayMs, channels })])
      assert.deepEqual((await store.spending('2026-01-07', '2026-01-07'))[0]?.channels, channels)
    }),
  )

  test(
    'a post that came along and one that was asked for are the same to the bill; a person with the same id is not',
    on(async (_, store) => {
      await store.purchase([
        purchase({ inner: ['90'] }),
        purchase({ posts: ['90', '91'], inner: ['91'], users: ['90'] }),
      ])
      const lines = await store.spending('2026-01-05', '2026-01-05')
      assert.deepEqual(
        lines.map(({ kind, count, delivered }) => [kind, count, delivered]),
        [
          ['inner', 1, 0],
          ['posts', 1, 1],
          ['users', 1, 0],
        ],
      )
    }),
  )

  test(
    'each purpose has a line of its own, also one without a post or a channel',
    on(async (_, store) => {
      const nobody = { via: 'lookup', relation: '', by: '', account: '', channels: [], delivered: 0 } as const
      const lookup = {
        ...anIntake({ kind: 'read', reads: reads({ users: ['1'] }), via: 'lookup', at: morning, cursor: 'r' }),
        purchase: purchase({ users: ['1'] }, nobody),
      }
      const wasted = purchase({ posts: ['101'] }, { delivered: 0 })
      const topic = purchase({ posts: ['102'] }, { by: 'topic', relation: 'quote', channels: ['C3'], delivered: 1 })
      await store.commit([lookup], morning)
      await store.purchase([wasted, topic])
      const day = { source: 'x', day: '2026-01-05' } as const
      assert.deepEqual(await store.spending('2026-01-05', '2026-01-05'), [
        {
          ...{ ...day, kind: 'posts', via: 'stream', relation: 'original', by: 'follow', account: '7001' },
          ...{ channels: ['C1', 'C2'], count: 1, delivered: 0, micros: 5000 },
        },
        {
          ...{ ...day, kind: 'posts', via: 'stream', relation: 'quote', by: 'topic', account: '7001' },
          ...{ channels: ['C3'], count: 1, delivered: 1, micros: 5000 },
        },
        {
          ...{ ...day, kind: 'users', via: 'lookup', relation: '', by: '', account: '' },
          ...{ channels: [], count: 1, delivered: 0, micros: 10_000 },
        },
      ])
    }),
  )

  test(
    'a batch that breaks is not charged',
    on(async (ground, store) => {
      ground.breakIds(new Error('out of ids'))
      const intake = { ...arrived(aPost('101'), 'C1'), purchase: purchase({ posts: ['101'] }) }
      await assert.rejects(store.commit([intake], morning), /out of ids/)
      assert.deepEqual(await store.spending('2026-01-01', '2026-12-31'), [])
    }),
  )

  test(
    'whatever is bought in whatever order, the ledger holds each thing of a day once at its price',
    on(async (_, store) => {
      const some = fc.array(fc.nat(9).map(String), { maxLength: 4 })
      const bought = fc.record({
        at: fc.nat(2).map(day => morning + day * dayMs),
        reads: fc.record({ posts: some, inner: some, users: some }),
        account: fc.constantFrom('1', '2'),
      })
      const seen = new Set<string>()
      await fc.assert(
        fc.asyncProperty(fc.array(bought, { maxLength: 12 }), async all => {
          await store.purchase(all.map(one => purchase(one.reads, one)))
          for (const { at, reads: of } of all) {
            for (const id of [...of.posts, ...of.inner]) seen.add(`${at} post ${id}`)
            for (const id of of.users) seen.add(`${at} user ${id}`)
          }
          const price = (place: string) => (place.includes('user') ? 10_000 : 5000)
          const lines = await store.spending('2026-01-05', '2026-01-07')
          const sum = (of: (line: Spending) => number) => lines.reduce((total, each) => total + of(each), 0)
          assert.equal(
            sum(({ count }) => count),
            seen.size,
          )
          assert.equal(
            sum(({ micros }) => micros),
            [...seen].reduce((total, place) => total + price(place), 0),
          )
        }),
        { numRuns: Math.ceil(25 * share), endOnFailure: true },
      )
    }),
  )

  test(
    'what the network counted itself is kept by day, the newest answer of each',
    on(async (_, store) => {
      const day = (n: number, posts: number, at = morning) => ({ day: `2026-01-0${n}`, posts, at })
      await store.noteUsage('x', [day(3, 10), day(4, 20)])
      await store.noteUsage('x', [day(4, 21, morning + 1), day(4, 25, morning + 2), day(5, 30)])
      assert.deepEqual(await store.usage('x', '2026-01-03', '2026-01-04'), [day(3, 10), day(4, 25, morning + 2)])
      assert.deepEqual(await store.usage('x', '2026-01-05', '2026-01-31'), [day(5, 30)])
    }),
  )
}
