/**
 * Goal: a keyword that is compiled into a rule of X's loses no post: whatever the filter matches here, the rule lets through there.
 * Method: random filters over the words of a simulated world; the compiled rule is judged by the simulator's own grammar and matcher,
 * which share no code with ours.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { matches } from '../../sim/x/match.ts'
import { prepare } from '../../src/domain/filter/doc.ts'
import { match } from '../../src/domain/filter/match.ts'
import { parse } from '../../src/domain/filter/parse.ts'
import { compileAlone } from '../../src/source/x/rules/compile.ts'
import { accounts, atX, filter, pairs } from '../property/x-ground.ts'

const handles = accounts.map(({ handle }) => handle)

const docs = pairs.map(({ here, there }) => ({ doc: prepare(here), there }))

for (const posts of ['own', 'any'] as const) {
  test(`whatever a filter matches, the rule compiled for ${posts === 'own' ? 'posts that are no reposts' : 'any post'} lets through`, () => {
    let compared = 0
    let matched = 0
    fc.assert(
      fc.property(filter, text => {
        const parsed = parse(text)
        if (!parsed.ok) return
        const compiled = compileAlone(parsed.filter, { words: 'surely', posts })
        if (compiled === undefined) return
        // Rules of followed accounts always have a part that stands on its own.
        const rule = atX(`(${handles.map(handle => `from:${handle}`).join(' OR ')}) (${compiled.text})`, 4096)
        compared += 1
        for (const { doc, there } of docs) {
          if ((posts === 'own' && doc.post.relation === 'repost') || !match(parsed.filter, doc)) continue
          matched += 1
          assert.ok(matches(rule, there), `${text} → ${compiled.text} misses ${JSON.stringify(doc.post.text)}`)
        }
      }),
      { numRuns: 300 },
    )
    assert.ok(compared > 100 && matched > 1000, `${compared} rules and ${matched} matches prove too little`)
  })
}
