/** Following and muting, through the one door, on a real store: what is answered, what is kept, what trace is left. */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import { controlsRig, people } from '../../test/rig/controls.ts'
import { followsPerChannelMax } from '../limits.ts'

const ann = { id: 'U1', name: 'ann' }
const here = 'C1'

describe('following', () => {
  test('several names in one line, in any form, are one change with one line in the channel', async () => {
    await using rig = await controlsRig()
    const answer = await rig.controls.run(ann, here, 'Follow @Mira_Okafor, https://x.com/tomas_lind “ibm”')
    assert.equal(answer.text, 'Now following Mira Okafor (@mira_okafor), Tomás Lind (@tomas_lind) and IBM (@IBM).')
    assert.equal(answer.changed, true)
    assert.equal(rig.changes(), 1)
    assert.deepEqual(await rig.notices(here), [
      '*ann* followed Mira Okafor (@mira_okafor), Tomás Lind (@tomas_lind) and IBM (@IBM).',
    ])
    const [row] = await rig.store.audit(here, 10)
    assert.equal(row?.who, 'U1')
    assert.equal(row?.what, 'followed @mira_okafor, @tomas_lind and @IBM')
    assert.deepEqual(row?.after.follows, people.slice(0, 3))
  })

  test('what works is done and what does not is said, in one answer', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    const answer = await rig.controls.run(ann, here, 'follow IBM nobody_here locked <@U77|bo lee> ligo_lab')
    assert.deepEqual(answer.text.split('\n'), [
      'Now following LIGO Lab (@ligo_lab).',
      'Already followed here: IBM (@IBM).',
      'That is a Slack user, not an account on X. Type the name as it is on X, without the @.',
      'There is no @nobody_here on X.',
      '@locked shows its posts to followers only.',
    ])
  })

  test('the network is not asked, and paid, for names that are known here', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    await rig.controls.run(ann, here, 'follow @IBM')
    await rig.controls.run(ann, here, 'unfollow ibm')
    assert.deepEqual(rig.source.asked, ['ibm'])
    assert.equal(rig.changes(), 2)
  })

  test('a name that somebody gave themselves can neither ping nor format', async () => {
    await using rig = await controlsRig()
    const answer = await rig.controls.run({ id: 'U2' }, here, 'follow channel')
    const [notice = ''] = await rig.notices(here)
    for (const text of [answer.text, notice]) {
      assert.doesNotMatch(text, /<!|<@|@channel\b/)
      assert.match(text, /&lt;!channel&gt; ∗boss∗/)
    }
    assert.match(notice, /^`U2` followed/, 'a user without a name is named without a mention')
  })

  test('a near miss is suggested, and the network is not asked about it', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ligo_lab')
    const answer = await rig.controls.run(ann, here, 'unfollow ligo-lab')
    assert.equal(answer.text, '@ligo-lab is not followed here. @ligo_lab is: did you mean that?')
    assert.equal(answer.changed, false)
    assert.deepEqual(rig.source.asked, ['ligo_lab'])
  })

  test('an account that renamed itself is unfollowed by its new name', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    rig.source.known.set('bigblue', { source: 'x', id: '103', handle: 'bigblue', name: 'Big Blue' })
    const answer = await rig.controls.run(ann, here, 'remove bigblue')
    assert.equal(answer.text, 'No longer following: IBM (@IBM).')
    assert.deepEqual((await rig.route(here))?.follows, [])
  })

  test('past the limit of a channel nothing is added, and it is said', async () => {
    await using rig = await controlsRig()
    await rig.store.change({ source: 'x', channel: here }, 'U1', 0, route => ({
      route: {
        ...route,
        follows: Array.from({ length: followsPerChannelMax }, (_, i) => ({
          source: 'x',
          id: `9${i}`,
          handle: `crowd${i}`,
          name: '',
        })),
      },
      what: 'filled',
    }))
    const answer = await rig.controls.run(ann, here, 'follow ibm')
    assert.equal(answer.text, 'No room for IBM (@IBM): a channel can hold 1,000 names.')
    assert.equal(answer.changed, false)
  })

  test('muting somebody who is followed says what that means', async () => {
    await using rig = await controlsRig()
    await rig.controls.run(ann, here, 'follow ibm')
    const answer = await rig.controls.run(ann, here, 'mute ibm')
    assert.match(answer.text, /^Muted here IBM \(@IBM\)\.\nStill followed/)
    assert.equal((await rig.controls.run(ann, here, 'unmute @IBM')).text, 'No longer muted: IBM (@IBM).')
  })
})
