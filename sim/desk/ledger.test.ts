import assert from 'node:assert/strict'
import test from 'node:test'
import { createWorld } from '../world/world.ts'
import { Book } from './ledger.ts'

function open() {
  let now = 0
  const book = new Book(createWorld({ now: 0 }), new Map([['C', 'c']]), () => now)
  book.typed('C', '/birdwire follow mira_okafor', false)
  book.noticed('C', 'one')
  const later = (ms: number) => {
    now += ms
  }
  const unjudged = () => book.prove([], undefined).unjudged
  return { book, later, unjudged }
}

test('a change that is taken back by its name is gone, and can be brought back', () => {
  const { book, later, unjudged } = open()
  later(60_000)
  book.typed('C', '/birdwire follow jonas_lindqv', false)
  book.noticed('C', 'two-2')
  later(1000)
  book.typed('C', '/birdwire undo 2', false)
  assert.equal(book.wants('C'), 'Follows Mira Okafor')
  book.noticed('C', 'three')
  book.typed('C', '/birdwire undo three', false)
  assert.equal(book.wants('C'), 'Follows Mira Okafor, Jonas Lindqvist')
  assert.deepEqual(unjudged(), [])
})

test('taking back anything but surely the newest change leaves the channel out of the proof', () => {
  for (const spoil of ['other', 'several', 'late'] as const) {
    const { book, later, unjudged } = open()
    later(60_000)
    book.typed('C', '/birdwire follow jonas_lindqv', false)
    if (spoil === 'late') later(60_000)
    book.noticed('C', 'two')
    if (spoil === 'several') book.noticed('C', 'three')
    book.typed('C', `/birdwire undo ${spoil === 'other' ? 'one' : 'two'}`, false)
    assert.deepEqual(unjudged(), ['c'], spoil)
  }
})

test('a saved preview counts as what it saves, a preview as nothing', () => {
  const { book, unjudged } = open()
  book.typed('C', '/birdwire preview unfollow mira_okafor', false)
  assert.equal(book.wants('C'), 'Follows Mira Okafor')
  book.typed('C', '/birdwire save - unfollow mira_okafor', false)
  assert.equal(book.wants('C'), '')
  assert.deepEqual(unjudged(), [])
})
