/**
 * Goal: for every set of kinds the clauses let through all posts of these kinds and no others, and there are no fewer that do.
 * Method: posts as X's operators see them, written down here again; where it is not known what X says, both are tried.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Kinds } from '../../../domain/route.ts'
import { everyKind, kindClauses, kindsOfAnyone } from './kinds.ts'

const names = ['original', 'quote', 'repost', 'thread', 'reply'] as const
const sets: readonly Kinds[] = Array.from({ length: 32 }, (_, bits) => ({
  original: (bits & 1) > 0,
  quote: (bits & 2) > 0,
  repost: (bits & 4) > 0,
  thread: (bits & 8) > 0,
  reply: (bits & 16) > 0,
}))

interface Seen {
  readonly of: keyof Kinds
  readonly signs: ReadonlySet<string>
  /** X's manner is not documented. */
  readonly unsure?: true
}
const seen = (of: keyof Kinds, ...signs: string[]): Seen => ({ of, signs: new Set(signs) })
const posts: readonly Seen[] = [
  seen('original'),
  seen('quote', 'is:quote'),
  seen('quote', 'is:quote', 'is:reply'),
  seen('quote', 'is:quote', 'is:reply', 'self'),
  seen('repost', 'is:retweet'),
  seen('repost', 'is:retweet', 'is:reply'),
  { ...seen('repost', 'is:retweet', 'is:quote'), unsure: true },
  { ...seen('repost', 'is:retweet', 'is:quote', 'is:reply'), unsure: true },
  // It begins with the author's own name.
  { ...seen('original', 'self'), unsure: true },
  seen('thread', 'is:reply', 'self'),
  seen('reply', 'is:reply'),
]

function holds(text: string, { signs }: Seen): boolean {
  const parts = text.match(/\([^)]*\)|\S+/g) ?? []
  return parts.every(part => {
    if (part.startsWith('('))
      return part
        .slice(1, -1)
        .split(' OR ')
        .some(sign => signs.has(sign))
    return part.startsWith('-') ? !signs.has(part.slice(1)) : signs.has(part)
  })
}

function lets({ form, text }: { readonly form: string; readonly text: string }, post: Seen): boolean {
  return (form === 'from' || post.signs.has('self') === (form === 'self')) && holds(text, post)
}

test('every set of kinds is asked for exactly', () => {
  for (const kinds of sets) {
    const clauses = kindClauses(kinds)
    for (const post of posts) {
      const passes = clauses.some(clause => lets(clause, post))
      const shown = `${names.filter(name => kinds[name])}: ${[...post.signs]} by ${JSON.stringify(clauses)}`
      if (kinds[post.of]) assert.ok(passes, `misses ${shown}`)
      else if (post.unsure === undefined) assert.ok(!passes, `buys ${shown}`)
    }
  }
})

test('no set of kinds can be asked for with fewer clauses', () => {
  const signs = ['is:reply', 'is:quote', 'is:retweet']
  const groups = [
    [0, 1],
    [0, 2],
    [1, 2],
    [0, 1, 2],
  ].map(each => `(${each.map(at => signs[at]).join(' OR ')})`)
  const single = signs.map(sign => ['', sign, `-${sign}`])
  const texts = ['', ...groups].flatMap(group =>
    (single[0] ?? []).flatMap(a =>
      (single[1] ?? []).flatMap(b =>
        (single[2] ?? []).map(c => [group, a, b, c].filter(part => part !== '').join(' ')),
      ),
    ),
  )
  const masks = new Set(
    ['from', 'self', 'others'].flatMap(form =>
      texts.map(text => posts.reduce((bits, post, at) => bits | (lets({ form, text }, post) ? 1 << at : 0), 0)),
    ),
  )
  for (const kinds of sets) {
    const must = posts.reduce((bits, post, at) => bits | (kinds[post.of] ? 1 << at : 0), 0)
    const mustNot = posts.reduce(
      (bits, post, at) => bits | (!kinds[post.of] && post.unsure === undefined ? 1 << at : 0),
      0,
    )
    const usable = [...masks].filter(mask => (mask & mustNot) === 0).map(mask => mask & must)
    let reached = new Set([0])
    let fewest = 0
    while (!reached.has(must)) {
      reached = new Set([...reached].flatMap(mask => usable.map(more => mask | more)))
      fewest += 1
    }
    assert.equal(kindClauses(kinds).length, fewest, JSON.stringify(kinds))
  }
})

test('by default it is what the account itself begins, what it shows of others, and its threads', () => {
  const clauses = kindClauses({ original: true, quote: true, repost: true, thread: true, reply: false })
  assert.deepEqual(
    clauses.map(({ form, text }) => [form, text]),
    [
      ['from', '-is:reply'],
      ['from', '(is:quote OR is:retweet)'],
      ['self', ''],
    ],
  )
  assert.deepEqual(kindClauses(sets[31] ?? assert.fail()), [everyKind])
})

test('of anyone threads are not told from replies', () => {
  const kinds = kindsOfAnyone({ original: true, quote: true, repost: false, thread: true, reply: false })
  assert.deepEqual(
    kindClauses(kinds).map(({ form, text }) => [form, text]),
    [['from', '-is:retweet']],
  )
})
