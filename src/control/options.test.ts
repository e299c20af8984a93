/** How posts are bought and what becomes of deleted ones, as a person sets it. The other options: controls.test.ts. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { controlsRig } from '../../test/rig/controls.ts'
import { emptyRoute } from '../domain/route.ts'
import { options, settings } from './options.ts'

const ann = { id: 'U1', name: 'ann' }
const here = 'C1'

test('without arguments both are shown, with what they mean', async () => {
  await using rig = await controlsRig()
  const answer = await options(rig.deps, ann, here, '')
  assert.equal(answer.changed, false)
  const [line, reading, deletions] = answer.text.split('\n')
  assert.match(line ?? '', /; reading cheap; deletions remove\.$/)
  assert.match(reading ?? '', /^Reading \*cheap\*: X sends only what this channel can want/)
  assert.match(deletions ?? '', /^Deletions \*remove\*: the message of a post goes away/)
  assert.equal(await rig.route(here), undefined)
})

test('setting one says what it costs or means, keeps the rest, and leaves a trace', async () => {
  await using rig = await controlsRig()
  await options(rig.deps, ann, here, 'replies on')
  const answer = await options(rig.deps, ann, here, 'reading complete')
  assert.equal(answer.changed, true)
  assert.match(
    answer.text,
    /^Done\.\nOptions: .*; reading \*complete\*; deletions remove\.\nReading \*complete\*: .*\$0\.005 each/,
  )
  assert.doesNotMatch(answer.text, /Deletions \*/)
  const strike = await options(rig.deps, ann, here, 'deletions=strike')
  assert.match(strike.text, /struck through.*`\/birdwire takedown`/)
  const route = await rig.route(here)
  assert.deepEqual([route?.reading, route?.deletions, route?.kinds.reply], ['complete', 'strike', true])
  assert.deepEqual((await rig.notices(here)).slice(1), [
    '*ann* set reading to complete.',
    '*ann* set deletions to strike.',
  ])
  const [row] = await rig.store.audit(here, 1)
  assert.equal(row?.what, 'set deletions to strike')
  const again = await options(rig.deps, ann, here, 'deletions strike, reading complete')
  assert.equal(again.changed, false)
  assert.match(again.text, /^It is set like that already\./)
})

test('several at once, in one trace, with a language before them', async () => {
  await using rig = await controlsRig()
  const answer = await options(rig.deps, ann, here, 'language en reading complete deletions strike quotes off')
  assert.equal(answer.changed, true)
  assert.deepEqual(await rig.notices(here), [
    '*ann* set quotes off, language to en, reading to complete and deletions to strike.',
  ])
})

test('a value that there is not is refused whole, with those that there are', async () => {
  await using rig = await controlsRig()
  for (const [typed, said] of [
    ['reading all', /^`reading` can be `cheap` or `complete`\. For example/],
    ['replies on deletions', /^`deletions` can be `remove` or `strike`\./],
    ['deletions constructor', /^`deletions` can be/],
    ['raeding complete', /^There is no option `raeding`\. Did you mean `reading`\?/],
  ] as const)
    assert.match((await options(rig.deps, ann, here, typed)).text, said)
  assert.equal(await rig.route(here), undefined)
})

test('what is not as usual stands out', () => {
  const route = { ...emptyRoute('x', here), deletions: 'strike' as const }
  assert.match(settings(route), /; reading cheap; deletions \*strike\*\.$/)
})

test('what goes together, in whose name, and who may change it: each says what it means', async () => {
  await using rig = await controlsRig()
  for (const [typed, said, changes] of [
    ['together off', /Together \*off\*: each repost/, { together: false }],
    ['links each', /Links \*each\*/, { links: 'each' }],
    ['name author', /does not let an app delete such messages.*`chat:write\.customize`/, { identity: 'author' }],
    ['locked on', /only an admin of this Slack workspace/, { locked: true }],
  ] as const) {
    const answer = await options(rig.deps, ann, here, typed)
    assert.equal(answer.changed, true)
    assert.match(answer.text, said)
    const route = await rig.route(here)
    assert.deepEqual({ ...route, ...changes }, route)
  }
  assert.deepEqual((await rig.notices(here)).at(-1), '*ann* set locked on.')
  const shown = await options(rig.deps, ann, here, '')
  assert.match(shown.text, /; together \*off\*; links \*each\*; name \*author\*; \*locked\*\.\n/)
  assert.match((await options(rig.deps, ann, here, 'name nobody')).text, /`name` can be `birdwire` or `author`/)
  assert.match((await options(rig.deps, ann, here, 'identity birdwire locked off together yes')).text, /^Done\./)
})
