/**
 * Goal: `/birdwire` alone opens a channel's form that does all that typing does, and says at its field what cannot be. Method: the real service
 * between the two simulators, over HTTP and over Socket Mode; the simulated Slack checks every view and answer by its own rules.
 */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import { person, type ServiceRig, startServiceRig } from '../rig/service.ts'
import { modes, whole } from './slack-in-rig.ts'
import { modalOf, modalShows, save, shownIn, valuesIn } from './views-rig.ts'

const channel = 'C0DARK'

async function open({ slack }: ServiceRig): Promise<void> {
  const { ack, shown } = await slack.command({ user: person, channel, command: '/birdwire', text: '' })
  assert.ok(ack.ok)
  assert.equal(shown, undefined, 'nothing but the modal')
}

for (const inbound of ['http', 'socket'] as const) {
  describe(`over ${inbound}`, () => {
    test('a form with a mistake says so at its field and keeps the rest; put right, it is done', async () => {
      await using rig = await startServiceRig({ channels: [channel], inbound })
      if (inbound === 'socket') await rig.slack.sockets.connected(1)
      const { slack } = rig
      await rig.type(channel, 'follow mira_okafor')
      await open(rig)
      const form = await modalShows(slack, person, /1 account followed here/)
      assert.match(shownIn(form), /Mira Okafor \(@mira_okafor\): no post this month, \$0\.00/)

      const csv = 'Name,Handle\nJonas,jonas_lindqv\nNobody,nobody_at_all'
      const first = await save(slack, person, { follow: csv, keywords: 'axion OR\nxenon', perHour: 'often' })
      assert.deepEqual(Object.keys(first).toSorted(), ['keywords', 'perHour'], 'what can be seen at once is said first')
      assert.match(first['keywords'] ?? '', /^“axion OR”: /)

      const second = await save(slack, person, { follow: csv, keywords: '"dark matter"\nxenon', perHour: '6' })
      assert.deepEqual(Object.keys(second), ['follow'])
      assert.match(second['follow'] ?? '', /There is no account @nobody_at_all on X\.\nDone already: .*Jonas/)

      assert.deepEqual(
        await save(slack, person, { follow: 'jonas_lindqv', keywords: '"dark matter"\nxenon', perHour: '6' }),
        {},
      )
      const done = modalOf(slack, person)
      assert.match(shownIn(done), /Already followed here: Jonas/)
      const list = await rig.type(channel, 'list')
      assert.match(list, /@mira_okafor/)
      assert.match(list, /@jonas_lindqv/)
      assert.match(list, /`"dark matter"`, `xenon`/)
    })

    test('an edited list removes what was taken away, and what somebody else did meanwhile stays', async () => {
      await using rig = await startServiceRig({ channels: [channel], inbound })
      if (inbound === 'socket') await rig.slack.sockets.connected(1)
      const { slack } = rig
      await rig.type(channel, 'keyword add xenon, argon')
      await rig.type(channel, 'follow mira_okafor jonas_lindqv')
      await open(rig)
      const form = await modalShows(slack, person, /2 accounts followed here/)
      assert.equal(valuesIn(form)['view:keywords'], 'xenon\nargon')
      await rig.type(channel, 'keyword add axion')
      await rig.type(channel, 'pace quiet 22:00-7:00')
      // The settings of one form: a line less, another kind, and a setting that somebody else has set too.
      const wish = { keywords: 'xenon', followed: '@mira_okafor', kinds: ['original', 'quote'], quiet: '23:00-6:00' }
      assert.deepEqual(await save(slack, person, wish), {})
      const again = modalOf(slack, person)
      assert.match(shownIn(again), /Somebody else has changed this meanwhile: it is “22:00-07:00” now/)
      assert.equal(valuesIn(again)['view:quiet'], '23:00-6:00', 'what was typed is still there')
      assert.match(await rig.type(channel, 'list'), /`xenon`, `argon`, `axion`/, 'and nothing was done')

      assert.deepEqual(await save(slack, person, { ...wish, keywords: 'xenon\naxion' }), {})
      const list = await rig.type(channel, 'list')
      assert.match(list, /\*Keywords\* \(2\): `xenon`, `axion`/)
      assert.doesNotMatch(list, /jonas/)
      assert.match(list, /reposts \*off\*/)
      assert.match(await rig.type(channel, 'pace'), /quiet from 23:00 to 6:00/)
    })

    test('a list on X is priced first, and imported by one press', async () => {
      await using rig = await startServiceRig({ channels: [channel], inbound })
      if (inbound === 'socket') await rig.slack.sockets.connected(1)
      const { slack, x } = rig
      await open(rig)
      await modalShows(slack, person, /Nobody is followed here\./)
      const before = x.bill.total().users
      assert.deepEqual(await save(slack, person, { import: 'https://x.com/i/lists/1600000000000000001' }), {})
      const priced = modalOf(slack, person)
      assert.match(shownIn(priced), /The list “Dark matter people”: 8 accounts\. To name them, X charges about \$0\.08/)
      assert.equal(x.bill.total().users, before, 'and nobody was paid for yet')
      await slack.action({ user: person, on: priced, actionId: 'view:do:0' })
      const done = await modalShows(slack, person, /Now following 7 accounts/)
      assert.match(shownIn(done), /Protected, so X gives their posts to no app: @locked_lukas/)
      assert.equal(x.bill.total().users, before + 8)
      assert.match(await rig.type(channel, 'cost'), /looking people up \$0\.09/, 'eight people and a list')
      // The same press once more, and the same typed: nothing is done twice.
      await slack.action({ user: person, on: priced, actionId: 'view:do:0' })
      await modalShows(slack, person, /Followed here before: 7/)
      assert.equal(x.bill.total().users, before + 8)
    })

    test('who takes longer to be looked up than Slack waits is answered in the modal afterwards', async () => {
      await using rig = await startServiceRig({ channels: [channel], inbound })
      if (inbound === 'socket') await rig.slack.sockets.connected(1)
      const { slack, x } = rig
      await open(rig)
      await modalShows(slack, person, /Nobody is followed here\./)
      x.faults.schedule('rest-slow', { subject: /users\/by/, detail: { ms: 2600 } })
      assert.deepEqual(
        await save(slack, person, { follow: 'mira_okafor nobody_at_all', topics: '"neutrino mass"' }),
        {},
      )
      assert.match(shownIn(modalOf(slack, person)), /Working on it/)
      const form = await modalShows(slack, person, /There is no account @nobody_at_all on X/)
      assert.match(shownIn(form), /Done already: .*Now following Mira Okafor/)
      assert.equal(valuesIn(form)['view:follow'], 'mira_okafor nobody_at_all', 'what was typed is still there')
      assert.deepEqual(await save(slack, person, { follow: '' }), {})
      assert.equal(slack.views.stack(person).length, 0, 'nothing is left to do: the modal closes')
    })
  })
}

for (const mode of modes) {
  test(`a form that is forged, replayed or of no channel changes nothing, and nothing twice (${mode})`, async () => {
    await using all = await whole(mode)
    const { rig } = all
    const memory = { channel: 'C0DARK', round: 0, here: true }
    const sent = (metadata: string, trigger: string, field = 'follow') => ({
      type: 'view_submission',
      trigger_id: trigger,
      team: { id: 'T0LATTICE' },
      user: { id: 'U0JUNO', name: 'juno' },
      view: {
        ...{ id: 'V1', type: 'modal', callback_id: 'view:channel', private_metadata: metadata },
        state: { values: { [`${field}:0`]: { [`view:${field}`]: { type: 'plain_text_input', value: 'ibm' } } } },
      },
    })
    for (const metadata of ['', '{}', '{"channel":7}', 'x'.repeat(3000)])
      assert.ok((await all.interact(sent(metadata, `1.1.${metadata.length}`))).ok)
    await all.interact(sent(JSON.stringify(memory), '1.2.a', 'toString'))
    assert.equal(await rig.route('C0DARK'), undefined)
    // Of a change that was never made: the form is shown anew, and nothing is done.
    await all.interact(sent(JSON.stringify({ ...memory, change: 'no such change' }), '1.3.a'))
    assert.equal(await rig.route('C0DARK'), undefined)
    // From elsewhere by somebody of whom it is not known that they are in that channel.
    await all.interact(sent(JSON.stringify({ ...memory, channel: 'C0ELSEWHERE', here: false }), '1.4.a'))
    assert.equal(await rig.route('C0ELSEWHERE'), undefined)

    for (let n = 0; n < 3; n++) await all.interact(sent(JSON.stringify(memory), '1.5.a'))
    await all.interact(sent(JSON.stringify(memory), '1.6.a'))
    assert.deepEqual(
      (await rig.route('C0DARK'))?.follows.map(({ handle }) => handle),
      ['IBM'],
    )
    assert.equal((await rig.store.audit('C0DARK', 9)).length, 1, 'one change')
    assert.equal(rig.source.asked.length, 1, 'and a replay is not even looked up')
    assert.deepEqual(all.failures, [])
  })
}
