/** The old bot's two files in a folder for each channel: read as the old bot meant them, written so that it could read them. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { filterArb } from '../../../test/rig/filters.ts'
import { print } from '../../domain/filter/print.ts'
import { emptyRoute } from '../../domain/route.ts'
import { folders } from './folders.ts'
import type { Files } from './format.ts'
import { listsOf } from './lists.ts'

const nothing = () => []
const lists = listsOf(emptyRoute('x', ''))

function read(files: Files, known: (channel: string) => readonly string[] = nothing) {
  const reading = folders.read(files, known)
  assert.ok(reading.ok, JSON.stringify(reading))
  return reading.sections.map(({ channel, lists: said }) => ({ channel, ...said }))
}

test('names and keywords are read as the old bot meant them', () => {
  const files = new Map([
    ['papers/users.csv', '\ufeffmira_okafor,@tomas_lind\r\nIBM\n'],
    ['papers/keywords.csv', 'ibm\ndark matter\n#axion\n"one, two"\n'],
    ['C0QUBITS/users.csv', ''],
  ])
  assert.deepEqual(read(files), [
    { channel: 'C0QUBITS', follow: [] },
    {
      channel: '#papers',
      follow: [{ handle: 'mira_okafor' }, { handle: 'tomas_lind' }, { handle: 'IBM' }],
      keywords: ['ibm', '"dark matter"', '#axion', '"one, two"'],
    },
  ])
})

test('what is wrong is named with its file, line and channel, and nothing is read', () => {
  const reading = folders.read(new Map([['papers/keywords.csv', 'ibm\n"never closed\n']]), nothing)
  assert.ok(!reading.ok)
  const [problem] = reading.problems
  assert.deepEqual({ ...problem, why: '' }, { file: 'papers/keywords.csv', line: 2, channel: '#papers', why: '' })
  assert.match(problem?.why ?? '', /never closed/)
})

test('whatever keywords a channel has are read again from what was written', () => {
  fc.assert(
    fc.property(fc.uniqueArray(filterArb(2).map(print), { maxLength: 6 }), keywords => {
      const files = folders.write(new Map(), [{ id: 'C0DARK', name: 'dark-matter', lists: { ...lists, keywords } }])
      assert.deepEqual([...files.keys()], ['dark-matter/users.csv', 'dark-matter/keywords.csv'])
      assert.deepEqual(
        read(files, () => keywords),
        [{ channel: '#dark-matter', follow: [], keywords }],
      )
    }),
    { numRuns: 100 },
  )
})

test('files that say it already are left as they are; lines that stay keep their order', () => {
  const files = new Map([
    ['dark-matter/users.csv', 'Tomas_Lind , mira_okafor\n'],
    ['dark-matter/keywords.csv', 'dark matter\nibm\n'],
  ])
  const now = {
    ...lists,
    follow: [
      { handle: 'mira_okafor', id: '1' },
      { handle: 'tomas_lind', id: '2' },
    ],
    keywords: ['"dark matter"', 'ibm'],
  }
  assert.deepEqual(folders.write(files, [{ id: 'C0DARK', name: 'dark-matter', lists: now }]), files)
  const more = { ...now, follow: [...now.follow, { handle: 'ligo_lab', id: '3' }], keywords: ['ibm', 'a OR b'] }
  assert.deepEqual(Object.fromEntries(folders.write(files, [{ id: 'C0DARK', name: 'dark-matter', lists: more }])), {
    'dark-matter/users.csv': 'Tomas_Lind\nmira_okafor\nligo_lab\n',
    'dark-matter/keywords.csv': 'ibm\na OR b\n',
  })
})
