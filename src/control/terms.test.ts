/** Keywords, blocks and topics, through the one door, on a real store. */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import { controlsRig } from '../../test/rig/controls.ts'

const ann = { id: 'U1', name: 'ann' }
const here = 'C1'

describe('keywords and topics', () => {
  test('several expressions, separated by commas, but not inside quotes', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    const answer = await rig.controls.run(ann, here, 'keyword add ibm, “dark, matter”, quantum OR qubit, -giveaway')
    assert.equal(
      answer.text,
      'Added the keywords `ibm`, `"dark, matter"` and `quantum OR qubit` and the block `-giveaway`.\nFrom now on: only what matches one of the 3 keywords here comes.',
    )
    const route = await rig.route(here)
    assert.deepEqual(route?.keywords, ['ibm', '"dark, matter"', 'quantum OR qubit'])
    assert.deepEqual(route?.blocks, ['giveaway'])
    const notices = await rig.notices(here)
    assert.match(notices.at(-1) ?? '', /^\*ann\* added the keywords `ibm`/)
  })

  test('a mistake is shown at its place; the others are added', async () => {
    await using rig = await controlsRig()
    const answer = await rig.controls.run(ann, here, 'keyword (quantum, qubit')
    assert.match(answer.text, /^Added the keyword `qubit`\.\n```\n\(quantum\n\^\n```\nThis bracket is never closed/)
  })

  test('the same in another dress is there already, and removed by any dress', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'keyword Quantum')
    assert.equal((await rig.controls.run(ann, here, 'keyword add "QUANTUM"')).text, 'Already there: `QUANTUM`.')
    assert.equal((await rig.controls.run(ann, here, 'keyword remove quantum')).text, 'Removed the keyword `quantum`.')
    assert.deepEqual((await rig.route(here))?.keywords, [])
  })

  test('whoever removes the last keyword is told that everything of the followed comes now', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    await rig.controls.run(ann, here, 'keyword quantum, qubit')
    assert.equal((await rig.controls.run(ann, here, 'keyword rm qubit')).text, 'Removed the keyword `qubit`.')
    assert.equal(
      (await rig.controls.run(ann, here, 'keyword rm quantum')).text,
      'Removed the keyword `quantum`.\nNo keyword is left here. Everything comes that those followed here post.',
    )
  })

  test('a block is removed as it was typed', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'keyword -(free money)')
    assert.deepEqual((await rig.route(here))?.blocks, ['free money'])
    assert.match((await rig.controls.run(ann, here, 'keyword rm -(FREE money)')).text, /^Removed the block `-\(/)
    assert.deepEqual((await rig.route(here))?.blocks, [])
  })

  test('what is not there gets a suggestion', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'keyword quantum')
    const answer = await rig.controls.run(ann, here, 'keyword remove quantm')
    assert.equal(answer.text, '`quantm` is not a keyword here. `quantum` is: did you mean that?')
  })

  test('a topic that would bring half of the network is refused', async () => {
    await using rig = await controlsRig()
    const answer = await rig.controls.run(ann, here, 'topic add lang:en, -spam, "dark matter" lang:en')
    assert.match(answer.text, /^Added the topic `"dark matter" lang:en`\.\n`lang:en` would bring half of X/)
    assert.deepEqual((await rig.route(here))?.topics, ['"dark matter" lang:en'])
    for (const common of ['a', 'The', 'the OR axion', 'to lang:en'])
      assert.match(
        (await rig.controls.run(ann, here, `topic add ${common}`)).text,
        /would bring half of X.*few posts have/,
      )
    assert.match((await rig.controls.run(ann, here, 'topic add the axion, "to be"')).text, /^Added the topics/)
  })

  test('something of Slack is not taken for a word', async () => {
    await using rig = await controlsRig()
    const answer = await rig.controls.run(ann, here, 'keyword <@U1|bo>')
    assert.match(answer.text, /^That is a Slack user/)
    assert.equal(await rig.route(here), undefined)
  })
})
