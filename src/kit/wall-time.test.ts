/** Times of day over the days on which clocks are set: 2026-03-29 and 2026-10-25 in Europe, 2026-03-08 and 2026-11-01 in the United States. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { Cron } from 'croner'
import fc from 'fast-check'
import { endOfSpan, isWallTime, nextWallTime, zoneNamed } from './wall-time.ts'

const at = (iso: string) => Date.parse(iso)
const next = (time: string, zone: string, after: string) => new Date(nextWallTime(time, zone, at(after))).toISOString()
const berlin = 'Europe/Berlin'

test('the next time of day, strictly after, in the zone and not on this machine', () => {
  assert.equal(next('09:00', berlin, '2026-01-05T07:59:59.999Z'), '2026-01-05T08:00:00.000Z')
  assert.equal(next('09:00', berlin, '2026-01-05T08:00:00.000Z'), '2026-01-06T08:00:00.000Z')
  assert.equal(next('09:00', 'America/New_York', '2026-01-05T12:00:00Z'), '2026-01-05T14:00:00.000Z')
  assert.equal(next('09:00', 'Asia/Kathmandu', '2026-01-05T00:00:00Z'), '2026-01-05T03:15:00.000Z')
  assert.equal(next('00:00', 'UTC', '2026-12-31T12:00:00Z'), '2027-01-01T00:00:00.000Z')
})

test('where clocks go forward, a time that is skipped comes when the gap ends, and is back in its place a day later', () => {
  assert.equal(next('02:30', berlin, '2026-03-28T12:00:00Z'), '2026-03-29T01:00:00.000Z')
  assert.equal(next('02:30', berlin, '2026-03-29T01:00:00Z'), '2026-03-30T00:30:00.000Z')
  assert.equal(next('09:00', berlin, '2026-03-28T12:00:00Z'), '2026-03-29T07:00:00.000Z')
  assert.equal(next('02:30', 'America/New_York', '2026-03-08T00:00:00Z'), '2026-03-08T07:00:00.000Z')
})

test('where clocks go back, a time that comes twice counts once', () => {
  assert.equal(next('02:30', berlin, '2026-10-24T22:00:00Z'), '2026-10-25T00:30:00.000Z')
  assert.equal(next('02:30', berlin, '2026-10-25T00:30:00Z'), '2026-10-26T01:30:00.000Z')
  assert.equal(next('01:30', 'America/New_York', '2026-11-01T05:30:00Z'), '2026-11-02T06:30:00.000Z')
})

test('a span over midnight holds its beginning and not its end', () => {
  const night = { from: '22:00', to: '07:00' }
  const end = (iso: string) => {
    const found = endOfSpan(night, berlin, at(iso))
    return found === undefined ? undefined : new Date(found).toISOString()
  }
  assert.equal(end('2026-01-05T20:59:59.999Z'), undefined)
  assert.equal(end('2026-01-05T21:00:00Z'), '2026-01-06T06:00:00.000Z')
  assert.equal(end('2026-01-06T05:59:59.999Z'), '2026-01-06T06:00:00.000Z')
  assert.equal(end('2026-01-06T06:00:00Z'), undefined)
  assert.equal(end('2026-03-28T22:00:00Z'), '2026-03-29T05:00:00.000Z', 'the short night')
  assert.equal(end('2026-10-24T22:00:00Z'), '2026-10-25T06:00:00.000Z', 'the long one')
  assert.equal(endOfSpan({ from: '12:00', to: '12:00' }, berlin, at('2026-01-05T11:00:00Z')), undefined)
})

test('a span within a day, also one that the spring swallows', () => {
  const noon = { from: '12:00', to: '13:30' }
  assert.equal(endOfSpan(noon, 'UTC', at('2026-01-05T12:00:00Z')), at('2026-01-05T13:30:00Z'))
  assert.equal(endOfSpan(noon, 'UTC', at('2026-01-05T13:30:00Z')), undefined)
  const swallowed = { from: '02:10', to: '02:50' }
  for (const iso of ['2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z', '2026-03-29T01:20:00Z'])
    assert.equal(endOfSpan(swallowed, berlin, at(iso)), undefined)
})

test('whatever the span, its end lies after the moment, within a day and a bit, and outside the span', () => {
  const time = fc
    .tuple(fc.nat(23), fc.nat(59))
    .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`)
  const zone = fc.constantFrom(berlin, 'America/St_Johns', 'Australia/Lord_Howe', 'UTC', 'Asia/Kolkata')
  fc.assert(
    fc.property(
      time,
      time,
      zone,
      fc.integer({ min: at('2026-01-01'), max: at('2027-01-01') }),
      (from, to, z, moment) => {
        const end = endOfSpan({ from, to }, z, moment)
        if (end === undefined) return
        assert.ok(end > moment && end - moment < 25.5 * 3_600_000)
        assert.equal(endOfSpan({ from, to }, z, end), undefined)
      },
    ),
    { numRuns: 200 },
  )
})

test('zones are known in any spelling, older names too; what is none is refused', () => {
  assert.equal(zoneNamed('europe/berlin'), berlin)
  assert.equal(zoneNamed('UTC'), 'UTC')
  assert.ok(zoneNamed('Asia/Calcutta') !== undefined)
  assert.ok(zoneNamed('US/Eastern') !== undefined)
  for (const none of ['Europe/Berln', '+02:00', 'Berlin', '', 'Europe/', '<!channel>', 'constructor'])
    assert.equal(zoneNamed(none), undefined, none)
  assert.throws(() => nextWallTime('09:00', 'Europe/Berln', 0), /Europe\/Berln/)
})

test('times of day are HH:MM', () => {
  for (const time of ['00:00', '09:05', '23:59']) assert.ok(isWallTime(time))
  for (const none of ['24:00', '9:00', '09:60', '', '09:00:00']) assert.equal(isWallTime(none), false)
  assert.throws(() => nextWallTime('24:00', 'UTC', 0), /not a time of day/)
})

test('whatever was asked before, and in whichever order, the answer is that of a clock without a memory', () => {
  const time = fc.constantFrom('00:00', '02:30', '07:00', '22:00')
  const zone = fc.constantFrom('UTC', berlin, 'America/New_York', 'Asia/Kathmandu')
  // Around the days on which clocks are set, to the millisecond, and often the same ones.
  const days = ['2026-03-08', '2026-03-29', '2026-10-25', '2026-11-01'].map(day => at(`${day}T00:00:00Z`))
  const ms = fc.tuple(
    fc.constantFrom(...days),
    fc.oneof(
      fc.integer({ min: -100, max: 200 }).map(n => n * 900_000),
      fc.nat(200_000_000),
      fc.integer({ min: -100, max: 200 }).map(n => n * 900_000 - 1),
    ),
  )
  const asked = fc.array(fc.tuple(time, zone, ms), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(asked, all => {
      for (const [time, zone, [day, after]] of all) {
        const [hour = '', minute = ''] = time.split(':')
        const fresh = new Cron(`0 ${Number(minute)} ${Number(hour)} * * *`, { timezone: zone, paused: true })
        assert.equal(nextWallTime(time, zone, day + after), fresh.nextRun(new Date(day + after))?.getTime())
      }
    }),
  )
})

test('a time that was worked out is not worked out again', () => {
  const start = at('2031-01-05T08:00:00Z')
  nextWallTime('09:00', berlin, start)
  const before = process.cpuUsage().user
  for (let n = 0; n < 20_000; n++) nextWallTime('09:00', berlin, start + n)
  // Worked out, each takes 0.1 ms: 2 s.
  assert.ok(process.cpuUsage().user - before < 500_000)
})
