import assert from 'node:assert/strict'
import test from 'node:test'
import { controlsRig } from '../../test/rig/controls.ts'
import { channelOverview, homeOverview, routeAfter } from './overview.ts'

const who = { id: 'U0NELL' }

test('everything at a glance has nothing of a channel that somebody may not see', async () => {
  await using rig = await controlsRig()
  await rig.controls.run(who, 'C1', 'follow mira_okafor')
  await rig.controls.run(who, 'G2', 'follow tomas_lind')
  const problems = ['@tomas_lind is protected.']
  const deps = {
    ...rig.deps,
    sources: () => [{ ...rig.source.state(), problems }],
    findings: async () => [
      { name: 'silence', ok: false, detail: 'Nothing of @tomas_lind for two days.' },
      { name: 'silence', ok: false, detail: 'Nothing of @mira_okafor for three days.' },
    ],
  }
  const member = await homeOverview(deps, { channels: new Set(['C1', 'C9']), money: true })
  assert.deepEqual(
    member.channels.map(({ channel }) => channel),
    ['C1'],
  )
  assert.doesNotMatch(JSON.stringify(member), /tomas|G2/)
  assert.match(member.lines.join('\n'), /mira_okafor for three days/)
  const nobody = await homeOverview(deps, { channels: new Set(), money: false })
  assert.doesNotMatch(JSON.stringify(nobody), /tomas|mira|spent/)
  const admin = await homeOverview(deps, { channels: 'all', money: true })
  assert.deepEqual(admin.channels.map(({ channel }) => channel).toSorted(), ['C1', 'G2'])
  assert.match(admin.lines.join('\n'), /tomas_lind is protected.*tomas_lind for two days/s)
})

test('a channel is shown with its newest change, by which it is found again as it was', async () => {
  await using rig = await controlsRig()
  const empty = await channelOverview(rig.deps, 'C1')
  assert.deepEqual([empty.change, empty.follows], [undefined, []])
  await rig.controls.run(who, 'C1', 'follow mira_okafor')
  const { change, follows } = await channelOverview(rig.deps, 'C1')
  assert.deepEqual(
    follows.map(({ account, micros }) => [account.handle, micros]),
    [['mira_okafor', 0]],
  )
  await rig.controls.run(who, 'C1', 'unfollow mira_okafor')
  assert.deepEqual((await routeAfter(rig.deps, 'C1', change))?.follows.length, 1)
  assert.deepEqual((await routeAfter(rig.deps, 'C1', undefined))?.follows, [])
  assert.equal(await routeAfter(rig.deps, 'C2', change), undefined, 'a change of another channel is none of this one')
})
