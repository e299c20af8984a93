import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { XError, XErrorKind } from './errors.ts'
import { allowedAt, connecting, type Ending, ended, freshLadder, type Ladder } from './reconnect.ts'

const noChance = () => 0
const start = Date.UTC(2026, 10, 20, 12)

const failed = (kind: XErrorKind, retryAt?: number): Ending => ({
  kind: 'failed',
  error: { kind, why: 'because', ...(retryAt === undefined ? {} : { retryAt }) } satisfies XError,
})
const dropped = (openMs: number): Ending => ({ kind: 'dropped', openedAt: start - openMs, why: 'reset' })

/** The waits in ms that a series of endings at the same moment leads to; `blocked` where a person is needed. */
function waits(endings: readonly Ending[]): (number | string)[] {
  let ladder: Ladder = freshLadder
  return endings.map(ending => {
    const step = ended(ladder, ending, start, noChance)
    ladder = step.ladder
    return step.next.kind === 'blocked' ? `blocked ${step.next.until - start}` : step.next.until - start
  })
}

const times = (count: number, ending: Ending): Ending[] => Array.from({ length: count }, () => ending)

const table: readonly {
  readonly name: string
  readonly endings: readonly Ending[]
  readonly waits: readonly (number | string)[]
}[] = [
  {
    name: 'a dropped stream is reconnected at once, once, then linearly',
    endings: times(4, dropped(1000)),
    waits: [0, 250, 500, 750],
  },
  {
    name: 'after 60 s of healthy stream all starts anew',
    endings: [...times(3, dropped(1000)), dropped(60_000)],
    waits: [0, 250, 500, 0],
  },
  { name: 'a network error adds 250 ms each time', endings: times(4, failed('network')), waits: [250, 500, 750, 1000] },
  {
    name: 'a connect without headers counts as a network error',
    endings: [failed('network'), failed('timeout')],
    waits: [250, 500],
  },
  {
    name: '5xx doubles from 5 s up to 320 s',
    endings: times(8, failed('server')),
    waits: [5000, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 320_000],
  },
  { name: '429 waits for its reset', endings: [failed('rate-limited', start + 77_000)], waits: [77_000] },
  {
    name: '429 without a reset doubles from 60 s up to the window of 15 minutes',
    endings: times(6, failed('rate-limited')),
    waits: [60_000, 120_000, 240_000, 480_000, 900_000, 900_000],
  },
  {
    name: 'a second connection waits at least 10 s',
    endings: times(3, failed('too-many-connections')),
    waits: [10_000, 20_000, 40_000],
  },
  {
    name: '401 is a state after three in a row',
    endings: times(4, failed('unauthorized')),
    waits: [5000, 10_000, 'blocked 300000', 'blocked 300000'],
  },
  {
    name: 'a 401 between other failures is not the third in a row',
    endings: [failed('unauthorized'), failed('unauthorized'), failed('server'), failed('unauthorized')],
    waits: [5000, 10_000, 5000, 5000],
  },
  { name: '402 is a state at once', endings: [failed('no-credits')], waits: ['blocked 300000'] },
  { name: '403 is a state at once', endings: [failed('forbidden')], waits: ['blocked 300000'] },
  { name: '409 is a state at once', endings: [failed('no-rules')], waits: ['blocked 300000'] },
  { name: 'a usage cap is a state at once', endings: [failed('usage-cap')], waits: ['blocked 300000'] },
]

for (const row of table) {
  test(row.name, () => {
    assert.deepEqual(waits(row.endings), row.waits)
  })
}

test('a linear wait never passes 16 s', () => {
  const last = waits(times(100, failed('network'))).at(-1)
  assert.equal(last, 16_000)
})

test('whatever happens, there are never more than 50 connects in any 15 minutes', () => {
  const kinds: readonly XErrorKind[] = [
    'network',
    'server',
    'rate-limited',
    'too-many-connections',
    'unauthorized',
    'no-rules',
  ]
  const ending = fc.oneof(
    fc.constantFrom(...kinds).map(kind => () => failed(kind)),
    fc.integer({ min: 0, max: 120_000 }).map(
      openMs =>
        (now: number): Ending => ({ kind: 'dropped', openedAt: now - openMs, why: 'x' }),
    ),
  )
  fc.assert(
    fc.property(
      fc.array(ending, { minLength: 60, maxLength: 200 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (endings, chance) => {
        let ladder: Ladder = freshLadder
        let now = start
        const connects: number[] = []
        for (const make of endings) {
          now = Math.max(
            now,
            allowedAt(ladder, now, () => chance),
          )
          ladder = connecting(ladder, now)
          connects.push(now)
          const step = ended(ladder, make(now), now, () => chance)
          ladder = step.ladder
          now = step.next.until
        }
        connects.forEach((at, index) => {
          const before = connects[index - 50]
          assert.ok(before === undefined || at - before >= 15 * 60_000, `connect ${index} too soon`)
        })
      },
    ),
    { numRuns: 60 },
  )
})

test('50 quick drops are held back by the window, not by the ladder', () => {
  let ladder: Ladder = freshLadder
  for (let turn = 0; turn < 50; turn += 1) ladder = connecting(ladder, start + turn)
  assert.equal(
    ended(ladder, { kind: 'dropped', openedAt: start - 90_000, why: 'x' }, start + 100, noChance).next.until,
    start + 900_000,
  )
})

test('connects noted before the clock was set back hold nothing up', () => {
  let ladder = freshLadder
  for (let n = 0; n < 50; n += 1) ladder = connecting(ladder, start + n)
  assert.ok(allowedAt(ladder, start + 50, noChance) > start + 50)
  const back = start - 3_600_000
  assert.equal(allowedAt(ladder, back, noChance), back)
})
