import assert from 'node:assert/strict'
import test from 'node:test'
import { controlsRig, people } from '../../test/rig/controls.ts'
import { createControls } from './controls.ts'
import { readWish } from './import-group.ts'

const who = { id: 'U0NELL', name: 'nell' }
const address = 'https://x.com/i/lists/1600'

test('a list or a following is found in what people type, with the price they agreed to', () => {
  const list = { kind: 'list', id: '1600' }
  const following = { kind: 'following', handle: 'mira_okafor' }
  for (const typed of [address, '<https://x.com/i/lists/1600>', 'twitter.com/i/lists/1600?s=20', 'list 1600', '1600'])
    assert.deepEqual(readWish(typed), { group: list }, typed)
  for (const typed of ['@mira_okafor following', 'mira_okafor following', 'https://x.com/mira_okafor/following'])
    assert.deepEqual(readWish(typed), { group: following }, typed)
  assert.deepEqual(readWish(`${address} for $1,204.12`), { group: list, micros: 1_204_120_000 })
  for (const typed of ['', 'mira_okafor', 'https://example.org/lists/1', 'following', 'for $3'])
    assert.equal(readWish(typed), undefined, typed)
})

test('first the price, then the accounts; repeated it changes nothing', async () => {
  await using rig = await controlsRig()
  const run = (text: string) => rig.controls.run(who, 'C1', text)
  const priced = await run(`import ${address}`)
  assert.match(priced.text, /^The list “Labs”: 3 accounts\. To name them, X charges about \$0\.03 \(\$0\.01 each\)/)
  assert.equal(priced.changed, false)
  const [offer] = priced.offers ?? []
  assert.deepEqual([offer?.label, offer?.does], ['Import 3', `import ${address} for $0.03`])
  assert.equal(await rig.route('C1'), undefined)
  const done = await run(offer?.does ?? '')
  assert.match(done.text, /^Now following 3 accounts of the list “Labs”: IBM \(@IBM\), LIGO Lab \(@ligo_lab\) and/)
  assert.equal(done.changed, true)
  assert.match((await rig.notices('C1'))[0] ?? '', /^\*nell\* imported 3 accounts from the list “Labs”: IBM/)
  const again = await run(offer?.does ?? '')
  assert.match(again.text, /^Nobody new is followed\.\nFollowed here before: 3\./)
  assert.equal(again.changed, false)
})

test('a price that has risen, a budget that is used up, and what is not there are refused in words', async () => {
  await using rig = await controlsRig()
  const dear = createControls({
    ...rig.deps,
    money: { standing: () => ({ spent: 990_000, unaccounted: 0, budget: 1_000_000, level: { step: 0, dropped: [] } }) },
  })
  assert.match(
    (await dear.run(who, 'C1', `import ${address}`)).text,
    /of this month's budget of \$1\.00 only \$0\.01 is left/,
  )
  rig.source.groups.set('1600', { name: 'the list “Labs”', accounts: people })
  const risen = await rig.controls.run(who, 'C1', `import ${address} for $0.03`)
  assert.match(risen.text, /^The price has risen since: 5 accounts/)
  assert.equal(risen.offers?.[0]?.does, `import ${address} for $0.05`)
  assert.equal(await rig.route('C1'), undefined)
  assert.match((await rig.controls.run(who, 'C1', 'import 1601')).text, /no list there/)
  assert.match((await rig.controls.run(who, 'C1', 'import')).text, /^Which list, or whose\?/)
  for (const role of ['guest', 'outsider', 'visitor'] as const)
    assert.match(
      (await rig.controls.run({ ...who, role }, 'C1', `import ${address} for $9`)).text,
      /member|Only members/,
    )
})
