import assert from 'node:assert/strict'
import { test } from 'node:test'
import { postOf, tag } from '../../test/rig/filters.ts'
import { prepare } from '../domain/filter/doc.ts'
import type { Literal } from '../domain/filter/filter.ts'
import { KeywordIndex } from './keyword-index.ts'

const text = (words: string): Literal => ({ kind: 'text', text: words })

/** Words of letters only: digits would be tokens of their own in nobody's eyes but a reader's. */
const word = (number: number) => `w${number.toString(36).replace(/\d/g, digit => 'klmnopqrst'[Number(digit)] ?? '')}x`

test('of thousands of texts each is found by its own words, and no longer when taken out', () => {
  const index = new KeywordIndex<number>()
  const numbers = Array.from({ length: 5000 }, (_, number) => number)
  const literalsOf = (number: number) => [text(number % 3 === 0 ? `${word(number)} dark matter` : word(number))]
  const found = (number: number) => index.search(prepare(postOf(`so ${word(number)} dark matter`)))
  for (const number of numbers) index.add(literalsOf(number), number)
  for (const number of numbers) assert.ok(found(number).includes(number), `${number} ${word(number)}`)
  for (const number of numbers) if (number % 2 === 0) index.remove(literalsOf(number), number)
  for (const number of numbers) assert.equal(found(number).includes(number), number % 2 !== 0)
})

test('texts that begin alike do not hide one another, whichever is taken out', () => {
  const all = ['dark', 'dark matter', 'dark matter halo', 'dark energy']
  for (const gone of all) {
    const index = new KeywordIndex<string>()
    for (const words of all) index.add([text(words)], words)
    index.remove([text(gone)], gone)
    const found = index.search(prepare(postOf('dark matter halo and dark energy')))
    assert.deepEqual([...new Set(found)].toSorted(), all.filter(words => words !== gone).toSorted())
  }
})

test('one text wanted by many is found for each of them', () => {
  const index = new KeywordIndex<string>()
  for (const who of ['a', 'b', 'c']) index.add([text('ibm'), { kind: 'hashtag', name: 'ibm' }], who)
  index.remove([text('ibm'), { kind: 'hashtag', name: 'ibm' }], 'a')
  assert.deepEqual(new Set(index.search(prepare(postOf('IBM')))), new Set(['b', 'c']))
  assert.deepEqual(new Set(index.search(prepare(postOf([tag('IBM')])))), new Set(['b', 'c']))
})

test('taking out what was never filed is a fault of ours and says so', () => {
  const index = new KeywordIndex<string>()
  index.add([text('ibm')], 'a')
  assert.throws(() => index.remove([text('ligo')], 'a'), /never filed/)
  assert.throws(() => index.remove([text('ibm')], 'b'), /never filed/)
})
