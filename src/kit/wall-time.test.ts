/** Times of day over the days on which clocks are set: 2026-03-29 and 2026-10-25 in Europe, 2026-03-08 and 2026-11-01 in the United States. */
import assert from 'node:assert/strict'
import test from 'node:test'
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
