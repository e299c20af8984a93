/**
 * Goal: the app's Home shows everything at a glance to whom it concerns, nothing of a channel to who is not in it, and its buttons do what typing
 * would. Method: the real service between the two simulators, over HTTP and over Socket Mode.
 */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import type { SimView } from '../../sim/slack/views.ts'
import { person, type ServiceRig, startServiceRig } from '../rig/service.ts'
import { blocksOf, homeShows, modalShows, shownIn } from './views-rig.ts'

const boss = 'U0BOSS'
const outside = 'U0OTIS'

function start(inbound: 'http' | 'socket'): Promise<ServiceRig> {
  return startServiceRig({
    channels: [],
    inbound,
    slack: {
      users: [
        { id: person, name: 'nell', realName: 'Nell Aspinall', displayName: 'Nell' },
        { id: boss, name: 'boss', realName: 'Bo Salter', displayName: 'Bo', isAdmin: true },
        { id: outside, name: 'otis', realName: 'Otis Vane', displayName: 'Otis' },
      ],
      channels: [
        { id: 'C0DARK', name: 'dark', bot: true, members: [person, outside] },
        { id: 'G0SECRET', name: 'secret', kind: 'private', bot: true, members: [person] },
      ],
    },
  })
}

for (const inbound of ['http', 'socket'] as const) {
  describe(`over ${inbound}`, () => {
    test('what could not be delivered shows with a button that sends it again', async () => {
      await using rig = await start(inbound)
      const { slack } = rig
      if (inbound === 'socket') await slack.sockets.connected(1)
      slack.faults.schedule('post:error-before', { subject: /G0SECRET/, detail: { error: 'no_text' }, times: 9 })
      await rig.type('G0SECRET', 'follow mira_okafor')
      await deadOne(rig)
      await slack.openHome(person)
      const home = await homeShows(slack, person, /could not be delivered/)
      assert.match(shownIn(home), /\*X\*: /)
      assert.match(shownIn(home), /\*X in \w+\*: \$0\.01 spent/)
      assert.match(shownIn(home), /<#G0SECRET>: 1 account/)
      assert.ok(blocksOf(home).length <= 100)
      slack.faults.clear()
      await slack.action({ user: person, on: home, actionId: 'view:retry' })
      await homeShows(slack, person, /will be sent again now/)
      await slack.received(1, 'G0SECRET')
      await slack.action({ user: person, on: slack.views.home(person) ?? home, actionId: 'view:refresh' })
      await homeShows(slack, person, /^(?!.*could not be delivered)/s)
    })

    test('a channel shows to its members and to administrators, and opens for them only', async () => {
      await using rig = await start(inbound)
      const { slack } = rig
      if (inbound === 'socket') await slack.sockets.connected(1)
      await rig.type('G0SECRET', 'follow mira_okafor')
      await rig.type('C0DARK', 'follow jonas_lindqv')
      for (const user of [person, boss, outside]) await slack.openHome(user)
      for (const user of [person, boss]) assert.match(shownIn(await homeShows(slack, user, /G0SECRET/)), /<#C0DARK>/)
      const home = await homeShows(slack, outside, /C0DARK/)
      assert.doesNotMatch(shownIn(home), /SECRET|mira/i)

      const theirs = await homeShows(slack, person, /G0SECRET/)
      // A button that somebody no longer ought to have: pressed all the same, it shows nothing.
      const stolen = { ...theirs, user: outside }
      await slack.action({ user: outside, on: stolen, actionId: 'view:open', blockId: besides(theirs) })
      const refused = await modalShows(slack, outside, /members of that channel and by administrators only/)
      assert.doesNotMatch(shownIn(refused), /mira/i)

      const all = await homeShows(slack, boss, /G0SECRET/)
      await slack.action({ user: boss, on: all, actionId: 'view:open', blockId: besides(all) })
      await modalShows(slack, boss, /1 account followed here/)
    })
  })
}

/** The block about the private channel. */
const besides = (home: SimView): string =>
  String(blocksOf(home).find(block => JSON.stringify(block).includes('G0SECRET'))?.['block_id'])

/** The line about the change in the private channel cannot be posted. */
async function deadOne(rig: ServiceRig): Promise<void> {
  while ((await rig.type('G0SECRET', 'dead')).startsWith('Everything'))
    await new Promise(resolve => setTimeout(resolve, 20))
}
