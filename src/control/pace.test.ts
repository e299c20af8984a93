/** The pace as people type it. When messages then come: hours.test.ts, pace.contract.ts, flow/pace.test.ts. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { aPost, arrived } from '../../test/contract/samples.ts'
import { controlsRig } from '../../test/rig/controls.ts'
import { pace } from './pace.ts'
import { readPace } from './pace-typed.ts'

const ann = { id: 'U1', name: 'ann' }
const here = 'C1'

test('what people type for a pace', () => {
  const read: readonly [string, ReturnType<typeof readPace>][] = [
    ['live', { mode: 'live', times: [] }],
    ['digest 9:00', { mode: 'digest', times: ['09:00'] }],
    ['digest at 17:00, 9am and 12.30', { mode: 'digest', times: ['09:00', '12:30', '17:00'] }],
    ['digest 9 21h 21h30 0615 9:30 PM', { mode: 'digest', times: ['06:15', '09:00', '21:00', '21:30'] }],
    ['digest noon midnight', { mode: 'digest', times: ['00:00', '12:00'] }],
    ['digest 12am 12pm 24:00', { mode: 'digest', times: ['00:00', '12:00'] }],
    ['digest 9:00 17:00 Europe/Berlin', { mode: 'digest', times: ['09:00', '17:00'], zone: 'Europe/Berlin' }],
    ['digest 9:00 in new york', { mode: 'digest', times: ['09:00'], zone: 'America/New_York' }],
    ['quiet 22:00-7:00', { quiet: { from: '22:00', to: '07:00' } }],
    ['quiet hours from 10pm to 7 am', { quiet: { from: '22:00', to: '07:00' } }],
    ['quiet 22 – 7', { quiet: { from: '22:00', to: '07:00' } }],
    ['quiet between 21h and 6h30', { quiet: { from: '21:00', to: '06:30' } }],
    ['quiet off', { quiet: undefined }],
    ['at most 6 an hour', { perHour: 6 }],
    ['max 6', { perHour: 6 }],
    ['6/h', { perHour: 6 }],
    ['6 messages per hour', { perHour: 6 }],
    ['any', { perHour: undefined }],
    ['at most any', { perHour: undefined }],
    ['zone europe/berlin', { zone: 'Europe/Berlin' }],
    ['tz UTC', { zone: 'UTC' }],
    [
      'live quiet 22-7 max 3 zone Asia/Tokyo',
      { mode: 'live', times: [], quiet: { from: '22:00', to: '07:00' }, perHour: 3, zone: 'Asia/Tokyo' },
    ],
    ['', {}],
  ]
  for (const [typed, wish] of read) assert.deepEqual(readPace(typed), wish, typed)
})

test('what is wrong is said, with what may have been meant', () => {
  for (const [typed, said] of [
    ['digest', /^At what times of day\?/],
    ['digest 25:00', /`25:00` is not a time of day/],
    ['digest 13pm', /`13pm` is not a time of day/],
    ['quiet', /^From when to when\?/],
    ['quiet 22:00', /^Until when\?/],
    ['quiet 7-7', /are none\. `\/birdwire pause`/],
    ['at most 0 an hour', /^How many messages an hour\?/],
    ['at most six', /^How many messages an hour\?/],
    ['zone Europe/Berln', /no time zone `Europe\/Berln`\. Did you mean `Europe\/Berlin`\?/],
    ['zone', /^Which time zone\?/],
    ['zone <!channel>', /no time zone `&lt;!channel&gt;`/],
    ['digset 9:00', /`digset` says nothing about the pace\. Did you mean `digest`\?/],
    ['live constructor', /`constructor` says nothing about the pace/],
  ] as const) {
    const answer = readPace(typed)
    assert.ok(typeof answer === 'string', typed)
    assert.match(answer, said)
  }
})

test('whatever is typed is a wish or a sentence', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'digest',
      'quiet',
      'live',
      'at',
      'most',
      'zone',
      '9:00',
      '22-7',
      '-',
      '6',
      'any',
      'off',
      'Europe/Berlin',
    ),
    fc.string({ maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), words => {
      const answer = readPace(words.join(' '))
      assert.ok(typeof answer === 'object' || answer.length > 10)
    }),
    { numRuns: 300 },
  )
})

test('a digest is set with the time of the next one, its rule, and a trace', async () => {
  await using rig = await controlsRig()
  const answer = await pace(rig.deps, ann, here, 'digest 9:00 17:00 Europe/Berlin')
  assert.equal(answer.changed, true)
  assert.equal(
    answer.text.split('. ')[0],
    'Done.\n*Messages come* in digests at 9:00 and 17:00 (Europe/Berlin).\nThe next digest: 17:00, in 7 hours',
  )
  assert.match(answer.text, /best first/)
  assert.deepEqual(await rig.notices(here), [
    '*ann* set when messages come: digests at 9:00 and 17:00 (Europe/Berlin).',
  ])
  const [row] = await rig.store.audit(here, 1)
  assert.equal(row?.what, 'set the pace to digests at 9:00 and 17:00 (Europe/Berlin)')
  const again = await pace(rig.deps, ann, here, 'digest 17h 9am')
  assert.equal(again.changed, false)
  assert.match(again.text, /^It is set like that already\./)
})

test('each part is set by itself, the rest stays', async () => {
  await using rig = await controlsRig()
  for (const typed of ['quiet 22:00-7:00', 'at most 6 an hour', 'zone Europe/Berlin'])
    assert.equal((await pace(rig.deps, ann, here, typed)).changed, true)
  const full = { mode: 'live', times: [], zone: 'Europe/Berlin', quiet: { from: '22:00', to: '07:00' }, perHour: 6 }
  assert.deepEqual((await rig.route(here))?.pace, full)
  const shown = await pace(rig.deps, ann, here, '')
  assert.match(
    shown.text,
    /^\*Messages come\* as posts arrive, quiet from 22:00 to 7:00, at most 6 messages an hour \(Europe\/Berlin\)\./,
  )
  await pace(rig.deps, ann, here, 'quiet off any')
  assert.deepEqual((await rig.route(here))?.pace, { mode: 'live', times: [], zone: 'Europe/Berlin' })
})

test('times without a zone are of UTC, and it says so; a digest of the next day has its day', async () => {
  await using rig = await controlsRig()
  const answer = await pace(rig.deps, ann, here, 'digest 8:00')
  assert.match(answer.text, /The next digest: Tuesday, 8:00, in 23 hours\./)
  assert.match(answer.text, /These are times of UTC/)
})

test('what waits follows the pace as soon as that is another', async () => {
  await using rig = await controlsRig()
  const repaced: unknown[] = []
  const store = { ...rig.store, repace: async (...args: unknown[]) => void repaced.push(args) }
  await pace({ ...rig.deps, store }, ann, here, 'digest 9:00')
  await pace({ ...rig.deps, store }, ann, here, 'live')
  await pace({ ...rig.deps, store }, ann, here, 'live')
  const now = rig.clock.now()
  assert.deepEqual(repaced, [
    [here, { until: now + 24 * 3_600_000, why: 'digest' }, now],
    [here, undefined, now],
  ])
})

test('where everything ends right after the change, what waits follows the new pace all the same', async () => {
  await using rig = await controlsRig()
  await pace(rig.deps, ann, here, 'digest 23:00')
  const now = rig.clock.now()
  const owed = { channel: here, because: '', hold: { why: 'digest', until: now + 14 * 3_600_000 } } as const
  await rig.store.commit([{ ...arrived(aPost('101')), deliver: [owed] }], now)
  const changed = () => Promise.reject(new Error('ended'))
  await assert.rejects(pace({ ...rig.deps, changed }, ann, here, 'live'), /ended/)
  const { deliveries } = (await rig.store.post('x', '101')) ?? {}
  assert.equal(deliveries?.[0]?.at, now)
})
