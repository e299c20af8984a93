/** The file of all lists: what is written is read again as the same, a person's words around it stay, and what is wrong is named. */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import fc from 'fast-check'
import { filterArb } from '../../../test/rig/filters.ts'
import { print } from '../../domain/filter/print.ts'
import { emptyRoute, livePace, type Pace } from '../../domain/route.ts'
import type { Entry } from './format.ts'
import { type Lists, listsOf } from './lists.ts'
import { printLists } from './yaml.ts'
import { readLists } from './yaml-read.ts'
import { updatedLists } from './yaml-write.ts'

const usual = listsOf(emptyRoute('x', ''))
const people = fc
  .uniqueArray(fc.stringMatching(/^[A-Za-z0-9_]{1,15}$/), { maxLength: 5, selector: handle => handle.toLowerCase() })
  .chain(handles =>
    fc.integer({ min: 1, max: 6 }).map(first => handles.map((handle, i) => ({ handle, id: `${first + i}` }))),
  )
const texts = fc.uniqueArray(filterArb(2).map(print), { maxLength: 5 })
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([h, m]) => `${`${h}`.padStart(2, '0')}:${`${m}`.padStart(2, '0')}`)
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires')
const pace: fc.Arbitrary<Pace> = fc.oneof(
  fc.constant(livePace),
  fc.record(
    {
      mode: fc.constant('live' as const),
      times: fc.constant([]),
      zone,
      quiet: fc.record({ from: time, to: time }),
      perHour: fc.integer({ min: 1, max: 60 }),
    },
    { requiredKeys: ['mode', 'times', 'zone'] },
  ),
  fc.record({
    mode: fc.constant('digest' as const),
    times: fc.uniqueArray(time, { minLength: 1, maxLength: 3 }).map(all => all.toSorted()),
    zone,
  }),
)
const lists: fc.Arbitrary<Lists> = fc.record({
  follow: people,
  mute: people,
  keywords: texts,
  block: texts,
  topics: texts,
  kinds: fc.record({
    original: fc.boolean(),
    quote: fc.boolean(),
    repost: fc.boolean(),
    thread: fc.boolean(),
    reply: fc.boolean(),
  }),
  languages: fc.subarray(['de', 'en', 'ja']),
  reading: fc.constantFrom('cheap' as const, 'complete' as const),
  deletions: fc.constantFrom('remove' as const, 'strike' as const),
  pace,
  together: fc.boolean(),
  links: fc.constantFrom('thread' as const, 'each' as const),
  identity: fc.constantFrom('birdwire' as const, 'author' as const),
  locked: fc.boolean(),
  paused: fc.boolean(),
})
const entry: fc.Arbitrary<Entry> = fc.record({
  id: fc.stringMatching(/^C[A-Z0-9]{8}$/),
  name: fc.constantFrom('', 'papers', 'a:b #c'),
  lists,
})
const entries = fc.uniqueArray(entry, { maxLength: 4, selector: ({ id }) => id })

/** The lists by channel; fails when the text cannot be read. */
function read(text: string): ReadonlyMap<string, unknown> {
  const reading = readLists(text)
  assert.ok(reading.ok, JSON.stringify(reading))
  return new Map(reading.sections.map(section => [section.channel, section.lists]))
}

test('whatever people configured is read again as it was written', () => {
  fc.assert(
    fc.property(entries, all => {
      const said = new Map(all.map(each => [each.id, JSON.parse(JSON.stringify(each.lists))]))
      assert.deepEqual(
        new Map([...read(printLists(all))].map(([id, each]) => [id, JSON.parse(JSON.stringify(each))])),
        said,
      )
    }),
    { numRuns: 60 },
  )
})

test('whatever a file says, updating it makes it say what is now', () => {
  fc.assert(
    fc.property(entry, lists, (before, now) => {
      const text = updatedLists(printLists([before]), [{ ...before, lists: now }])
      const said = read(text).get(before.id)
      assert.deepEqual(sorted(said), sorted(now))
      assert.equal(updatedLists(text, [{ ...before, lists: now }]), text)
    }),
    { numRuns: 60 },
  )
})

/** Items that stay keep their place, so the order may differ; and so may the spelling of one that means the same. */
function sorted(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    Array.isArray(each) ? each.map(item => JSON.stringify(item).toLowerCase()).toSorted() : each,
  )
}

test('comments, order and blank lines of a person stay; a name that somebody typed without its number too', () => {
  const text = `# ours
birdwire: 1

channels:
  # the group's main channel
  "#papers":
    follow:
      - tomas_lind   # since 2021

      - mira_okafor
    keywords: [axion]
`
  const now: Lists = {
    ...usual,
    follow: [
      { handle: 'mira_okafor', id: '101' },
      { handle: 'tomas_lind', id: '102' },
      { handle: 'ligo_lab', id: '104' },
    ],
    keywords: ['axion', '"dark matter"'],
    paused: true,
  }
  const after = updatedLists(text, [{ id: 'C0PAPERS', name: 'papers', lists: now }])
  assert.equal(
    after,
    `# ours
birdwire: 1

channels:
  # the group's main channel
  "#papers":
    follow:
      - tomas_lind # since 2021

      - mira_okafor
      - ligo_lab (104)
    keywords: [axion, '"dark matter"']
    paused: true
`,
  )
})

describe('what is wrong is named with its line, its reason and a way out', () => {
  const cases: readonly [name: string, text: string, line: number, why: RegExp][] = [
    ['no YAML', 'channels:\n\t- x', 2, /not YAML.*Two spaces/s],
    ['not a map', '- a', 1, /should have the lines "birdwire: 1"/],
    [
      'an unknown word',
      'channels:\n  C0DARK:\n    folow: [a]\n',
      3,
      /"folow" means nothing here; perhaps "follow" is meant$/,
    ],
    ['an unknown word at the top', 'chanels: {}', 1, /perhaps "channels" is meant$/],
    ['no channel', 'channels:\n  papers: {}\n', 2, /papers is no channel: use its id/],
    [
      'a name that X does not allow',
      'channels:\n  C0DARK:\n    follow:\n      - ibm\n      - "a b"\n',
      5,
      /"a b" cannot be a name on X/,
    ],
    ['an expression that does not parse', "channels:\n  C0DARK:\n    keywords:\n      - '(ibm'\n", 4, /bracket/i],
    ['a list that is none', 'channels:\n  C0DARK:\n    follow: ibm\n', 3, /follow should be a list/],
    ['a time that is none', 'channels:\n  C0DARK:\n    pace: {digest: [25:00]}\n', 3, /time of day/],
    ['a zone that is none', 'channels:\n  C0DARK:\n    pace:\n      zone: Mars\n', 4, /not a time zone/],
    ['a choice that is none', 'channels:\n  C0DARK:\n    reading: fast\n', 3, /can be cheap or complete/],
    ['a switch that is none', 'channels:\n  C0DARK:\n    paused: maybe\n', 3, /true or false/],
    ['a channel twice', 'channels:\n  C0DARK: {}\n  C0DARK: {}\n', 3, /unique/],
    ['a later version', 'birdwire: 2\n', 1, /should be 1/],
    ['an alias that leads nowhere', 'channels: *x', 1, /alias/i],
  ]
  for (const [name, text, line, why] of cases) {
    test(name, () => {
      const reading = readLists(text)
      assert.ok(!reading.ok)
      assert.equal(reading.problems[0]?.line, line)
      assert.match(reading.problems[0]?.why ?? '', why)
    })
  }
})

test('no text makes reading throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string({ unit: 'binary' }),
        entry.map(each => printLists([each]).replace(/[a-z]/, '\0')),
      ),
      text => void readLists(text),
    ),
  )
})
