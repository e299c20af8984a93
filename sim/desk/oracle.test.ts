import assert from 'node:assert/strict'
import test from 'node:test'
import { createWorld, type Draft } from '../world/world.ts'
import { belongs, type Found, type Ledger, lateMs, prove, type Written } from './oracle.ts'
import { afterCommand, nothing } from './wants.ts'

const long = 1_000_000

function scene(...commands: readonly string[]) {
  const world = createWorld({ now: 0 })
  const wants = commands.reduce((before, text) => afterCommand(before, text, name => world.user(name), 0), nothing)
  const ledger: Ledger = { channel: 'C', name: 'c', history: [wants] }
  const written: Written[] = []
  const write = (draft: Draft) => {
    const post = world.post(draft)
    written.push({ post, at: long })
    return post
  }
  const verdict = (draft: Draft) => belongs(world, ledger, write(draft), long)
  const proof = (found: readonly string[], now = long, whole: number | 'broken' = 0) =>
    prove(
      world,
      [ledger],
      written,
      found.map((postId): Found => ({ channel: 'C', postId })),
      now,
      whole === 'broken' ? undefined : whole,
    )
  return { world, ledger, write, verdict, proof }
}

test('a followed author belongs; a reply to somebody else, a stranger and a protected account do not', () => {
  const { verdict, write } = scene('/birdwire follow mira_okafor')
  const other = write({ author: 'jonas_lindqv', text: 'hello' })
  assert.equal(verdict({ author: 'mira_okafor', text: 'hello' }), 'yes')
  assert.equal(verdict({ author: 'mira_okafor', repost: other.id }), 'yes')
  assert.equal(verdict({ author: 'mira_okafor', text: 'no', replyTo: other.id }), 'no')
  assert.equal(verdict({ author: 'jonas_lindqv', text: 'hello' }), 'no')
  assert.equal(verdict({ author: 'ada_shielded', text: 'hello' }), 'no')
})

test('keywords are whole words and phrases, in the post and in what it quotes', () => {
  const { verdict, write } = scene('/birdwire follow mira_okafor', '/birdwire keyword add ibm, "dark matter"')
  const inner = write({ author: 'jonas_lindqv', text: 'Dark matter!' })
  assert.equal(verdict({ author: 'mira_okafor', text: 'Thanks, IBM, for this' }), 'yes')
  assert.equal(verdict({ author: 'mira_okafor', text: 'ibms' }), 'no')
  assert.equal(verdict({ author: 'mira_okafor', text: 'matter of the dark' }), 'no')
  assert.equal(verdict({ author: 'mira_okafor', text: 'this', quote: inner.id }), 'yes')
  assert.equal(
    verdict({ author: 'mira_okafor', text: 'so dark', quote: write({ author: 'jonas_lindqv', text: 'matter' }).id }),
    'no',
  )
})

test('where honest readings differ, either is right', () => {
  const { verdict } = scene('/birdwire topic add axion')
  assert.equal(verdict({ author: 'mira_okafor', text: 'read https://axion-weekly.example/' }), 'either')
})

test('around a change of the wants, either is right where it made a difference', () => {
  const { world, write } = scene()
  const after = afterCommand(nothing, '/birdwire follow mira_okafor', name => world.user(name), long)
  const ledger: Ledger = { channel: 'C', name: 'c', history: [nothing, after] }
  const post = write({ author: 'mira_okafor', text: 'hello' })
  assert.equal(belongs(world, ledger, post, long - 500_000), 'no')
  assert.equal(belongs(world, ledger, post, long - 100), 'either')
  assert.equal(belongs(world, ledger, post, long + 100), 'either')
  assert.equal(belongs(world, ledger, post, long + 500_000), 'yes')
})

test('what is there once is fine; twice, astray and late are seen', () => {
  const { write, proof } = scene('/birdwire follow mira_okafor')
  const mine = write({ author: 'mira_okafor', text: 'a' })
  const strange = write({ author: 'jonas_lindqv', text: 'b' })
  const clean = { belong: 1, there: 1, underway: 0, missing: 0, twice: 0, astray: 0, unjudged: [] }
  assert.deepEqual(proof([mine.id]), clean)
  assert.deepEqual(proof([mine.id, mine.id]), { ...clean, twice: 1 })
  assert.deepEqual(proof([mine.id, strange.id]), { ...clean, astray: 1 })
  assert.deepEqual(proof([]), { ...clean, there: 0, underway: 1 })
  assert.deepEqual(proof([], long + lateMs + 1), { ...clean, there: 0, missing: 1 })
})

test('a post that another message names is there, once; with a message of its own, that counts', () => {
  const { write, world, ledger, proof } = scene('/birdwire follow mira_okafor jonas_lindqv')
  const post = write({ author: 'jonas_lindqv', text: 'a' })
  const repost = write({ author: 'mira_okafor', repost: post.id })
  assert.equal(proof([post.id]).underway, 1)
  const written = [post, repost].map(each => ({ post: each, at: long }))
  const named: Found = { channel: 'C', postId: repost.id, named: true }
  const found = [{ channel: 'C', postId: post.id }, named, named]
  const whole = prove(world, [ledger], written, found, long, 0)
  assert.deepEqual([whole.belong, whole.there, whole.twice], [2, 2, 0])
  assert.equal(prove(world, [ledger], written, [...found, { channel: 'C', postId: repost.id }], long, 0).twice, 0)
})

test('who is muted does not belong, nor what reposts them', () => {
  const { verdict, write } = scene('/birdwire follow mira_okafor jonas_lindqv', '/birdwire mute jonas_lindqv')
  const muted = write({ author: 'jonas_lindqv', text: 'a' })
  assert.equal(verdict({ author: 'jonas_lindqv', text: 'b' }), 'no')
  assert.equal(verdict({ author: 'mira_okafor', repost: muted.id }), 'no')
  assert.equal(verdict({ author: 'mira_okafor', quote: muted.id, text: 'c' }), 'yes')
})

test('while the stream is broken nothing is late, and an edit is the same post', () => {
  const { write, proof, world } = scene('/birdwire follow mira_okafor')
  const first = write({ author: 'mira_okafor', text: 'a' })
  assert.equal(proof([], long * 2, 'broken').missing, 0)
  const edit = world.post({ author: 'mira_okafor', text: 'b', editOf: first.id })
  assert.deepEqual(proof([edit.id]).there, 1)
})
