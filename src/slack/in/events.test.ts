/** What events of Slack's do to a channel, on real controls and a real store. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { controlsRig } from '../../../test/rig/controls.ts'
import { closingEvents, onEvent, reopeningEvents } from './events.ts'

const channel = 'C1'

test('whichever way a channel is closed, either kind of unarchiving lets it go on', async () => {
  await using rig = await controlsRig()
  const tools = { controls: rig.controls, botUser: () => 'UBOT', ended: () => assert.fail('nothing has ended') }
  await rig.controls.run({ id: 'U1', name: 'ann' }, channel, 'follow ibm')
  for (const closing of Object.keys(closingEvents)) {
    for (const reopening of reopeningEvents) {
      await onEvent(tools, closing, { type: closing, channel, user: 'U1' })
      assert.equal((await rig.route(channel))?.paused, true, closing)
      await onEvent(tools, reopening, { type: reopening, channel, user: 'U1' })
      assert.equal((await rig.route(channel))?.paused, false, reopening)
    }
  }
})

test('somebody else who joins a channel changes nothing there; the bot that is invited does', async () => {
  await using rig = await controlsRig()
  const tools = { controls: rig.controls, botUser: () => 'UBOT', ended: () => assert.fail('nothing has ended') }
  await onEvent(tools, 'member_joined_channel', { channel, user: 'U2' })
  assert.deepEqual(await rig.notices(channel), [])
  await onEvent(tools, 'member_joined_channel', { channel, user: 'UBOT' })
  assert.equal((await rig.notices(channel)).length, 1)
})
