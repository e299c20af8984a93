import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Random, seededRandom } from '../kit/random.ts'
import { silenceAsk, silenceBaseMs, silenceSay, silenceStreamAsk } from '../limits.ts'
import { chanceOfSilence, isUnlikely, type Measure, median, type Pace, perDay, together } from './silence.ts'

const hour = 3_600_000
const day = 24 * hour

/** So many posts evenly over so many days, the newest at 0. */
const even = (posts: number, days: number): Pace => ({ posts, firstAt: -days * day, newestAt: 0 })

describe('one silence', () => {
  const table: readonly (readonly [what: string, pace: Pace, quiet: number, measure: Measure, unlikely: boolean])[] = [
    ['10 a day, 11 hours: not long enough to ask', even(560, 56), 11 * hour, silenceAsk, false],
    ['10 a day, 15 hours: worth asking', even(560, 56), 15 * hour, silenceAsk, true],
    ['10 a day, 3 days: a long weekend is not told', even(560, 56), 3 * day, silenceSay, false],
    ['10 a day, 4 days: told', even(560, 56), 4 * day, silenceSay, true],
    ['3 a day, 2 days and a half: worth asking', even(168, 56), 2.5 * day, silenceAsk, true],
    ['3 a day, 8 days: not told yet', even(168, 56), 8 * day, silenceSay, false],
    ['one a week, two weeks: nothing special', even(9, 56), 14 * day, silenceAsk, false],
    ['four posts say nothing about the next', even(4, 56), 300 * day, silenceAsk, false],
    [
      'a thread of 20 today is not 20 posts a day',
      { posts: 20, firstAt: -hour, newestAt: 0 },
      2 * day,
      silenceAsk,
      false,
    ],
    ['60 accounts with 3 a day, 4 hours of nothing', even(180 * 56, 56), 4 * hour, silenceStreamAsk, true],
    ['60 accounts with 3 a day, 1 hour of nothing', even(180 * 56, 56), hour, silenceStreamAsk, false],
  ]
  for (const [what, pace, quiet, measure, unlikely] of table)
    test(what, () => assert.equal(isUnlikely(pace, quiet, measure), unlikely))

  test('quiet in which nothing was expected does not count', () => {
    assert.equal(isUnlikely(even(560, 56), 5 * day, silenceSay, 0), true)
    assert.equal(isUnlikely(even(560, 56), 5 * day, silenceSay, 2 * day), false)
  })

  test('is the less likely the longer it lasts and the more posts are known, and is always a chance', () => {
    const some = { posts: fc.integer({ min: 2, max: 5000 }), days: fc.integer({ min: 1, max: 56 }) }
    fc.assert(
      fc.property(fc.record(some), fc.nat(60 * day), fc.nat(60 * day), fc.nat(100), ({ posts, days }, a, b, more) => {
        const chance = (quiet: number, n = posts) => chanceOfSilence(even(n, days), quiet, 0.5)
        assert.ok(chance(a) >= 0 && chance(a) <= 1)
        assert.ok(chance(Math.max(a, b)) <= chance(Math.min(a, b)))
        assert.ok(chance(a, posts + more) <= chance(a))
      }),
      { numRuns: 200 },
    )
  })

  test('the formula is exact for posts at a constant rate: so many silences exceed it as it says', () => {
    const random = seededRandom(7)
    const wait = () => -Math.log(1 - random()) * day
    const trials = 20_000
    let exceeded = 0
    for (let n = 0; n < trials; n++) {
      let known = 0
      for (let i = 0; i < 9; i++) known += wait()
      if (chanceOfSilence({ posts: 10, firstAt: 0, newestAt: known }, wait(), 1) < 0.05) exceeded += 1
    }
    assert.ok(Math.abs(exceeded / trials - 0.05) < 0.006, `${exceeded / trials}`)
  })
})

test('rates, sums and middles', () => {
  assert.equal(perDay(even(11, 10)), 1)
  assert.equal(perDay({ posts: 1, firstAt: 5, newestAt: 5 }), 0)
  assert.deepEqual(together([even(2, 3), { posts: 3, firstAt: -day, newestAt: day }]), {
    posts: 5,
    firstAt: -3 * day,
    newestAt: day,
  })
  assert.equal(together([]), undefined)
  assert.equal(median([9, 1, 5]), 5)
  assert.equal(median([]), undefined)
})

/** Times of posts over so many days: so many a day, in bursts of so many in the mean, only in office hours or at any time. */
function history(random: Random, rate: number, burst: number, office: boolean, days: number): readonly number[] {
  const open = (at: number) => Math.floor(at / day) % 7 < 5 && at % day >= 9 * hour && at % day < 18 * hour
  const crowded = office ? (7 * 24) / 45 : 1
  const times: number[] = []
  for (let at = 0; ; ) {
    at += (-Math.log(1 - random()) * day * burst) / (rate * crowded)
    if (at > days * day) return times
    if (office && !open(at)) continue
    times.push(at)
    for (let n = 1; random() < 1 - 1 / burst; n++) times.push(at + n * 60_000)
  }
}

/** What is known at a time: posts of the last eight weeks. */
function paceAt(times: readonly number[], now: number): Pace {
  const known = times.filter(at => at <= now && at > now - silenceBaseMs)
  return { posts: known.length, firstAt: known[0] ?? 0, newestAt: known.at(-1) ?? 0 }
}

describe('simulated people', () => {
  const ways = [
    { name: 'at any time', burst: 1, office: false },
    { name: 'in bursts of four', burst: 4, office: false },
    { name: 'in bursts of four in office hours', burst: 4, office: true },
  ]
  const base = silenceBaseMs / day
  /** Looked at every six hours for four weeks. */
  const looks = Array.from({ length: 4 * 28 }, (_, n) => (base + n / 4) * day)

  for (const { name, burst, office } of ways)
    test(`who writes ${name} is seldom called silent in vain, and soon when it is true`, () => {
      const seeds = Array.from({ length: 20 }, (_, n) => n + 1)
      for (const { rate, askDays, sayDays } of [
        { rate: 10, askDays: 2, sayDays: 5 },
        { rate: 3, askDays: 4, sayDays: 20 },
      ]) {
        const people = seeds.map(seed => history(seededRandom(seed * 31 + rate), rate, burst, office, base + 28))
        const silentFrom = (base + 5) * day
        const silenced = people.map(times => times.filter(at => at < silentFrom))
        const found = (measure: Measure, days: number) => {
          const now = silentFrom + days * day
          return silenced.filter(times => isUnlikely(paceAt(times, now), now, measure)).length
        }
        const inVain = people.filter(times => looks.some(now => isUnlikely(paceAt(times, now), now, silenceSay))).length
        assert.ok(inVain <= 1, `${inVain} of 20 told in vain in four weeks, at ${rate} a day`)
        assert.equal(found(silenceAsk, askDays), 20, `not all asked for after ${askDays} days, at ${rate} a day`)
        assert.ok(found(silenceSay, sayDays) >= 17, `not told after ${sayDays} days, at ${rate} a day`)
      }
    })
})
