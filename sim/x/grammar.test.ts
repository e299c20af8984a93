import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Product, parseRule, type RuleNode } from './grammar.ts'

const details = (text: string, product: Product = 'stream') => {
  const parsed = parseRule(text, product)
  return 'details' in parsed ? parsed.details : []
}

/** The tree as one short line. */
const shape = (node: RuleNode): string => {
  if ('children' in node) return `(${node.kind} ${node.children.map(shape).join(' ')})`
  if ('child' in node) return `-${shape(node.child)}`
  return node.kind === 'operator' ? `${node.name}:${node.value}` : node.text
}
const tree = (text: string) => {
  const parsed = parseRule(text, 'stream')
  assert.ok('tree' in parsed, `${text}: ${'details' in parsed ? parsed.details.join() : ''}`)
  return shape(parsed.tree)
}

test('a space binds tighter than OR, parentheses bind tightest, a minus belongs to what follows', () => {
  assert.equal(tree('apple OR iphone ipad'), '(or apple (and iphone ipad))')
  assert.equal(tree('(apple OR iphone) ipad -pear'), '(and (or apple iphone) ipad -pear)')
  assert.equal(tree('from:1 OR from:2 OR (cat "dark matter"~3)'), '(or from:1 from:2 (and cat dark matter))')
  assert.equal(tree('#LIGO $QCRY @mira_okafor 🎉 has:images'), '(and LIGO QCRY mira_okafor 🎉 has:images)')
  assert.equal(tree('url:"https://a.example/b" lang:en 暗黒物質'), '(and url:https://a.example/b lang:en 暗黒物質)')
})

test('refuses in the words that were recorded from X', () => {
  const table: [string, readonly string[]][] = [
    ['h:m', ["Reference to invalid operator 'h' (at position 1).", "Reference to invalid field 'h' (at position 1)."]],
    [
      'cats and dogs',
      [
        'Ambiguous use of and as a keyword. Use a space to logically join two clauses, or "and" to find occurrences of and in text (at position 6)',
      ],
    ],
    [
      'streaming AND lang:en',
      [
        'Ambiguous use of and as a keyword. Use a space to logically join two clauses, or "and" to find occurrences of and in text (at position 11)',
      ],
    ],
    ["(pepsi OR cola OR 'coca cola')", ["no viable alternative at character ''' (at position 19)"]],
    ['[a OR b]', ["no viable alternative at input '[' (at position 1)"]],
    ['a cat) dog', ["missing EOF at ')' (at position 6)"]],
    ['((("quoted"', ["mismatched input 'EOF' expecting ')' (at position 12)"]],
    [
      '--b',
      [
        'Rules must contain a non-negation term (at position 1)',
        'Rules must contain at least one positive, non-stopword clause (at position 1)',
      ],
    ],
    ['a', ['Rules must contain at least one positive, non-stopword clause (at position 1)']],
    ['has:images', ['is/has/lang cannot be used as a standalone operator (at position 1)']],
    [
      'has:polls',
      [
        'is/has/lang cannot be used as a standalone operator (at position 1)',
        "Reference to invalid operator 'has:polls'. Operator is not available in current product or product packaging. (at position 1)",
      ],
    ],
  ]
  for (const [text, expected] of table) assert.deepEqual(details(text), expected, text)
})

test('every alternative needs something that stands by itself', () => {
  assert.notDeepEqual(details('cat OR has:images'), [])
  assert.notDeepEqual(details('from:1 OR -cat'), [])
  assert.deepEqual(details('cat (has:images OR has:videos)'), [])
  assert.deepEqual(details('(cat OR dog) -is:retweet lang:en'), [])
})

test('a word with punctuation must be quoted, and values must fit their operator', () => {
  for (const bad of [
    'coca-cola',
    "don't",
    'v2.0',
    'from:',
    'from:a_handle_that_is_too_long',
    'sample:0 cat',
    '"cat dog"~7',
    '""',
    'cat OR',
    'OR cat',
    '-(cat OR dog)',
    '',
  ]) {
    assert.notDeepEqual(details(bad), [], bad)
  }
  assert.deepEqual(details('"coca-cola" sample:10'), [])
})

test('search lacks sample: and bio:, the stream lacks nothing search has', () => {
  assert.notDeepEqual(details('cat sample:10', 'search'), [])
  assert.notDeepEqual(details('bio:physics', 'search'), [])
  assert.deepEqual(details('bio:physics'), [])
})
