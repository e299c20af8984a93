/**
 * Goal: a keyword that is compiled into a rule of X's loses no post: whatever the filter matches here, the rule lets through there.
 * Method: random filters over the words of a simulated world; the compiled rule is judged by the simulator's own grammar and matcher,
 * which share no code with ours.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createWorld, type WorldPost } from '../../sim/world/world.ts'
import { envelop } from '../../sim/x/envelope.ts'
import { parseRule } from '../../sim/x/grammar.ts'
import { matches, prepare as prepareAtX } from '../../sim/x/match.ts'
import { readSelection } from '../../sim/x/select.ts'
import { prepare } from '../../src/domain/filter/doc.ts'
import { match } from '../../src/domain/filter/match.ts'
import { parse } from '../../src/domain/filter/parse.ts'
import type { Post } from '../../src/domain/post.ts'
import { postFields } from '../../src/source/x/client.ts'
import { compile } from '../../src/source/x/rules/compile.ts'
import { toPost } from '../../src/source/x/to-post.ts'

const world = createWorld({ seed: 11, now: Date.UTC(2026, 10, 20) })
const posts = Array.from({ length: 400 }, () => world.next())

/** A post as Birdwire gets it from the wire. */
function received(post: WorldPost): Post {
  const selection = readSelection(new URLSearchParams(postFields), false)
  if (!('spell' in selection)) throw new Error('the simulator refuses our own fields')
  const { data, includes, errors } = envelop(world, [post], selection, 'http://pictures.example')
  const reading = toPost(JSON.stringify(selection.spell({ data: data[0], includes, errors, matching_rules: [] })))
  return reading.kind === 'post' ? reading.post : assert.fail(JSON.stringify(reading))
}

const pairs = posts.map(post => ({ doc: prepare(received(post)), there: prepareAtX(world, post, 'stream') }))

const words = [...new Set(posts.flatMap(post => world.wholeText(post).match(/[\p{L}\p{N}]+/gu) ?? []))]
const phrases = posts.flatMap(post => world.wholeText(post).match(/[\p{L}\p{N}]+[ ,'’-]+[\p{L}\p{N}]+/gu) ?? [])
const tags = posts.flatMap(post => post.spans.flatMap(span => (span.kind === 'hashtag' ? [`#${span.tag}`] : [])))
const handles = world.users().map(user => user.handle)

const term = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...words) },
  fc.constantFrom(...phrases).map(phrase => `"${phrase}"`),
  fc.constantFrom(...tags),
  fc.constantFrom(...handles).chain(handle => fc.constantFrom(`@${handle}`, `from:${handle}`)),
  fc.constantFrom('has:links', 'has:media', 'is:repost', 'is:quote', 'is:reply', 'lang:en', 'lang:ja'),
)
const signed = fc.tuple(term, fc.nat(5)).map(([text, chance]) => (chance === 0 ? `-${text}` : text))
const all = fc.array(signed, { minLength: 1, maxLength: 3 }).map(parts => parts.join(' '))
const filter = fc.oneof(
  all,
  fc.array(all, { minLength: 2, maxLength: 3 }).map(parts => parts.join(' OR ')),
  fc
    .tuple(fc.array(all, { minLength: 2, maxLength: 2 }), signed)
    .map(([parts, more]) => `(${parts.join(' OR ')}) ${more}`),
)

test('whatever a filter matches, the rule compiled from it lets through', () => {
  let compared = 0
  let matched = 0
  fc.assert(
    fc.property(filter, text => {
      const parsed = parse(text)
      if (!parsed.ok) return
      const compiled = compile(parsed.filter, 'surely')
      if (compiled === undefined) return
      // Rules of followed accounts always have a part that stands on its own.
      const rule = parseRule(`(${handles.map(handle => `from:${handle}`).join(' OR ')}) (${compiled.text})`, 'stream')
      assert.ok('tree' in rule, `${text} → ${compiled.text}: ${JSON.stringify(rule)}`)
      compared += 1
      for (const { doc, there } of pairs) {
        if (!match(parsed.filter, doc)) continue
        matched += 1
        assert.ok(matches(rule.tree, there), `${text} → ${compiled.text} misses ${JSON.stringify(doc.post.text)}`)
      }
    }),
    { numRuns: 400 },
  )
  assert.ok(compared > 150 && matched > 1000, `${compared} rules and ${matched} matches prove too little`)
})
